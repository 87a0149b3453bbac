"""The good rows of a roster in a temporary table, and what each of them means for the register.

Runs on `bulk` in the caller's transaction; the table ends with it. The same statements for ten rows and a million.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl

from zhijia.kernel import ciphers, codes
from zhijia.kernel.ids import new_ids
from zhijia.kernel.initials import initials_of
from zhijia.registry.models import Person, Union
from zhijia.registry.services.imports import fields, matching
from zhijia.registry.services.imports.rules import Checked, Mistake
from zhijia.vault import services as vault

OF_PERSON = (
    *("name", "id_type", "sex", "birth_date", "education", "hukou_type", "hukou_division", "home_division"),
    *(
        "migrant",
        "gig_group",
        "occupation",
        "skill",
        "work_status",
        "employer_name",
        "hired_on",
        "model_level",
    ),
)
"""The fields of a roster that are columns of the person."""
COMPARED = (*OF_PERSON, "employer_id")
_PLAIN: dict[str, tuple[str, Any]] = {
    "row": ("int", pl.Int32),
    "action": ("text", pl.String),
    "person_id": ("uuid", pl.String),
    "membership_id": ("uuid", pl.String),
    "change_id": ("uuid", pl.String),
    "transfer_id": ("uuid", pl.String),
    "member_number": ("text", pl.String),
    "name_initials": ("text", pl.String),
    "joined_on": ("date", pl.Date),
    "employer_code": ("text", pl.String),
    "sealed": ("text", pl.String),
}
_KINDS: dict[str, tuple[str, Any]] = {
    "DateField": ("date", pl.Date),
    "BooleanField": ("boolean", pl.Boolean),
    "CharField": ("text", pl.String),
}
_COLUMNS = _PLAIN | {name: _KINDS[Person._meta.get_field(name).get_internal_type()] for name in OF_PERSON}
_KEPT = (*OF_PERSON, "joined_on", "employer_code")
_CREATE = (
    "CREATE TEMP TABLE roster_stage ("
    + ", ".join(f"{name} {kind}" for name, (kind, _) in _COLUMNS.items())
    + ", employer_id int, changed text[]) ON COMMIT DROP"
)
_COPY = f"COPY roster_stage ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv)"
_EMPLOYERS = """
INSERT INTO registry_employer (name, credit_code, division, unit_nature, industry, platform)
SELECT min(s.employer_name), s.employer_code, %s, '', '', false FROM roster_stage s
WHERE s.employer_code IS NOT NULL AND s.employer_name IS NOT NULL
GROUP BY s.employer_code ORDER BY s.employer_code
ON CONFLICT (credit_code) DO NOTHING
"""
_EMPLOYED = """
UPDATE roster_stage s SET employer_id = e.id FROM registry_employer e WHERE e.credit_code = s.employer_code
"""


def named(condition: str) -> str:
    """SQL for the array of the compared fields for which the condition holds."""
    each = (f"CASE WHEN {condition.format(field=field)} THEN '{field}' END" for field in COMPARED)
    return f"array_remove(ARRAY[{', '.join(each)}], NULL)"


_CHANGED = f"""
UPDATE roster_stage s SET
  changed = {named("s.{field} IS DISTINCT FROM p.{field} AND s.{field} IS NOT NULL")}
    || string_to_array(s.sealed, ',')
FROM registry_person p WHERE p.id = s.person_id AND s.action IN ('here', 'joins')
"""  # noqa: S608 - the fields above, nobody's input
_SETTLE = """
UPDATE roster_stage SET action = CASE WHEN changed = '{}' THEN 'same' ELSE 'changed' END WHERE action = 'here'
"""
_COUNT = "SELECT action, count(*) FROM roster_stage GROUP BY action"


@dataclass(frozen=True, slots=True)
class Staged:
    """What was staged: rows by what they mean, mistakes that only the register shows, a digest of all rows, and
    by sealed field the people to seal it for."""

    counts: dict[str, int]
    mistakes: list[Mistake]
    digest: str
    to_seal: Mapping[str, "ToSeal"]


@dataclass(frozen=True, slots=True)
class ToSeal:
    """Values of one field to be sealed: of people who are new, and of known ones who hold another value."""

    kind: str
    new: dict[UUID, str]
    other: dict[UUID, str]


def stage(cursor: Any, *, union: Union, checked: Checked, day: date, apply: bool) -> Staged:
    """Put the good rows into `roster_stage` and say what each means: `new`, `joins` (known, without a union),
    `changed`, `same`, `waiting` (a member elsewhere). With `apply` people are locked and member numbers drawn."""
    good = checked.good()
    numbers = [checked.values["id_number"][row] for row in good]
    known = matching.known(cursor, numbers, union.pk, lock=apply)
    rows, mistakes = _meaning(good, numbers, checked.values, known)
    values = {name: [column[row] for row in rows.positions] for name, column in checked.values.items()}
    to_seal, sealed = _sealed(rows, values)
    joining = [place for place, action in enumerate(rows.actions) if action in ("new", "joins")]
    frame = _frame(rows, values, sealed, _member_numbers(cursor, union, day, joining) if apply else {})
    cursor.execute(_CREATE)
    with cursor.copy(_COPY) as copy:
        copy.write(frame.write_csv(include_header=False).encode())
    cursor.execute("ANALYZE roster_stage")
    cursor.execute(_EMPLOYERS, [union.division])
    cursor.execute(_EMPLOYED)
    cursor.execute(_CHANGED)
    cursor.execute(_SETTLE)
    cursor.execute(_COUNT)
    counts = {"new": 0, "joins": 0, "changed": 0, "same": 0, "waiting": 0} | dict(cursor.fetchall())
    return Staged(counts, mistakes, _digest(frame, values), to_seal)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that stand: their position in the roster, what they mean, and whose they are."""

    positions: list[int]
    actions: list[str]
    people: list[UUID]


_MEANS = {"here": "here", "free": "joins", "elsewhere": "waiting"}


def _meaning(
    good: Sequence[int],
    numbers: Sequence[str],
    values: Mapping[str, list[Any]],
    known: Mapping[str, matching.Known],
) -> tuple[_Rows, list[Mistake]]:
    rows, mistakes = _Rows([], [], []), []
    stood: dict[UUID, int] = {}
    for row, number, fresh in zip(good, numbers, new_ids(len(good)), strict=True):
        person = known.get(number)
        # Two documents of one person, whose registrations were merged, are that person twice.
        if person and (earlier := stood.setdefault(person.person_id, row)) != row:
            mistakes.append(Mistake(row, "id_number", "id_twice", earlier))
            continue
        if person and person.standing == "free" and person.name != values["name"][row]:
            mistakes.append(Mistake(row, "name", "name_differs"))
            continue
        rows.positions.append(row)
        rows.actions.append(_MEANS[person.standing] if person else "new")
        rows.people.append(person.person_id if person else fresh)
    return rows, mistakes


def _sealed(rows: _Rows, values: Mapping[str, list[Any]]) -> tuple[dict[str, ToSeal], list[str]]:
    """What is to be sealed, by field; and for each row the names of these fields."""
    to_seal: dict[str, ToSeal] = {}
    names = [""] * len(rows.people)
    for field, kind in fields.sealed().items():
        if (said := values.get(field)) is None:
            continue
        of_new: dict[UUID, str] = {}
        of_known: dict[UUID, str] = {}
        for action, person, value in zip(rows.actions, rows.people, said, strict=True):
            if value and action != "waiting":
                (of_new if action == "new" else of_known)[person] = value
        others = set() if field == "id_number" else vault.differing(kind, of_known)
        to_seal[field] = ToSeal(kind, of_new, {person: of_known[person] for person in others})
        for place, person in enumerate(rows.people):
            if person in of_new or person in others:
                names[place] += f",{field}" if names[place] else field
    return to_seal, names


def _member_numbers(cursor: Any, union: Union, day: date, joining: Sequence[int]) -> dict[int, str]:
    cursor.execute("SELECT nextval('registry_member_serial') FROM generate_series(1, %s)", [len(joining)])
    division = union.division[:6].ljust(6, "0")
    return {
        place: codes.member_number(division=division, year=day.year, serial=serial)
        for place, (serial,) in zip(joining, cursor.fetchall(), strict=True)
    }


def _frame(
    rows: _Rows, values: Mapping[str, list[Any]], sealed: Sequence[str], member_numbers: Mapping[int, str]
) -> pl.DataFrame:
    count = len(rows.positions)
    columns: dict[str, Sequence[Any]] = {
        "row": rows.positions,
        "action": rows.actions,
        "person_id": [person.hex for person in rows.people],
        "membership_id": _ids_for(rows.actions, ("new", "joins")),
        "change_id": _ids_for(rows.actions, ("here", "joins")),
        "transfer_id": _ids_for(rows.actions, ("waiting",)),
        "member_number": [member_numbers.get(place) for place in range(count)],
        "name_initials": initials_of(np.array(values["name"], np.str_)).astype(np.str_).tolist(),
        "sealed": sealed,
    }
    return pl.DataFrame(
        [
            pl.Series(name, columns.get(name) or values.get(name) or [None] * count, dtype=dtype, strict=True)
            for name, (_, dtype) in _COLUMNS.items()
        ]
    )


def _ids_for(actions: Sequence[str], wanted: Sequence[str]) -> list[str | None]:
    """A fresh id for each row of these kinds."""
    fresh = iter(new_ids(sum(action in wanted for action in actions)))
    return [next(fresh).hex if action in wanted else None for action in actions]


def _digest(frame: pl.DataFrame, values: Mapping[str, list[Any]]) -> str:
    """A keyed digest of all rows that stand: who holds the roster can prove that it was this one."""
    secrets = [
        pl.Series(field, values[field], dtype=pl.String) for field in fields.sealed() if field in values
    ]
    told = frame.select(_KEPT).with_columns(secrets).write_csv()
    return vault.digest("roster", ciphers.sm3(told.encode()).hex())
