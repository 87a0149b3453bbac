"""Whom and what a watch can be about: people and unions. Where their rows stand, and which of a table's rows are noted
by their union when many change at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """`key` is the column of ours that holds the subject's key, `alone` what tells its rows from the others'; `union`
    and `county` say, in SQL over `{row}`, where a row stands, `place` which of its columns that is read from."""

    key: str
    alone: str
    key_type: str
    union: str
    county: str
    place: frozenset[str]


SUBJECTS = {
    "person": Subject(
        key="person_id",
        alone="person_id IS NOT NULL",
        key_type="uuid",
        union="{row}.union_id",
        county="{row}.county_id",
        place=frozenset({"union_id", "county_id"}),
    ),
    "union": Subject(
        key="union_id",
        alone="person_id IS NULL",
        key_type="int",
        union="{row}.id",
        county="coalesce({row}.county_id, {row}.id)",
        place=frozenset({"county_id"}),
    ),
}
LISTENING = frozenset(
    {
        "registry_person",
        "registry_membership",
        "registry_post",
        "registry_term",
        "registry_union",
        "registry_employer",
        "registry_coverage",
        "registry_card",
        "registry_consent",
    }
)
"""The tables that have the trigger `watches_hear` (`migrations/0001_initial.py`). A rule that looks at another one,
like the vault, cannot be kept live."""
WIDE = {"registry_person": "union_id", "registry_membership": "union_id", "registry_post": "union_id"}
"""Large tables whose rows are found by their union, along an index."""
WIDE_FROM = 500
"""Rows of one statement from which they are noted by their union."""
