"""Who may not judge whom, and why: those who belong to what is judged, and their relatives (HON-09, AUD-06)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Reason = Literal["self", "relative", "own_union", "own_employer", "relatives_employer", "entered_it"]
REASONS: tuple[Reason, ...] = (
    "self",
    "relative",
    "own_union",
    "own_employer",
    "relatives_employer",
    "entered_it",
)
SHORTEST = 2
"""Characters a name has at least to tell somebody by."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who is to judge: their account and person, the unions they belong to or work for directly, the employers
    they work for, the names of relatives as declared (`ledger.Kin`), and of the firms those work for: those among the
    names of what is judged."""

    user_id: int
    person_id: UUID | None = None
    unions: frozenset[int] = frozenset()
    employers: frozenset[int] = frozenset()
    relatives: frozenset[str] = frozenset()
    relatives_work_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is judged: the unions and employers it belongs to, the people it is about with their names, the employers'
    names, and the accounts that entered it."""

    unions: frozenset[int] = frozenset()
    employers: frozenset[int] = frozenset()
    people: frozenset[UUID] = frozenset()
    names: frozenset[str] = frozenset()
    employer_names: frozenset[str] = frozenset()
    entered_by: frozenset[int] = frozenset()


def reasons(judge: Judge, judged: Judged) -> tuple[Reason, ...]:
    """Why this judge may not judge this, in the order of REASONS; empty where they may. Names are compared without
    spaces and capitals; one of a single character says nothing."""
    found: dict[Reason, bool] = {
        "self": judge.person_id is not None and judge.person_id in judged.people,
        "relative": not _plain(judge.relatives).isdisjoint(_plain(judged.names)),
        "own_union": not judge.unions.isdisjoint(judged.unions),
        "own_employer": not judge.employers.isdisjoint(judged.employers),
        "relatives_employer": not _plain(judge.relatives_work_for).isdisjoint(_plain(judged.employer_names)),
        "entered_it": judge.user_id in judged.entered_by,
    }
    return tuple(reason for reason in REASONS if found[reason])


def _plain(names: Iterable[str]) -> set[str]:
    return {plain for name in names if len(plain := "".join(name.split()).casefold()) >= SHORTEST}
