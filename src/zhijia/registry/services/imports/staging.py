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
from zhijia.registry.services.imports import employers, fields, matching
from zhijia.registry.services.imports.batches import NAME, NUMBER, PHONE, Batch, Coded, binary, listed
from zhijia.registry.services.imports.ground import of_union
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
EMPLOYER = "employer_id"
COMPARED = (*OF_PERSON, EMPLOYER)
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
    EMPLOYER: ("int", pl.Int32),
    "sealed": ("text", pl.String),
}
_KINDS: dict[str, tuple[str, Any]] = {
    "DateField": ("date", pl.Date),
    "BooleanField": ("boolean", pl.Boolean),
    "CharField": ("text", pl.String),
}
_COLUMNS = _PLAIN | {name: _KINDS[Person._meta.get_field(name).get_internal_type()] for name in OF_PERSON}
_CREATE = (
    "CREATE TEMP TABLE roster_stage ("
    + ", ".join(f"{name} {kind}" for name, (kind, _) in _COLUMNS.items())
    + ", changed text[]) ON COMMIT DROP"
)
_COPY = f"COPY roster_stage ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv)"


def named(condition: str) -> str:
    """SQL for the array of the compared fields for which the condition holds."""
    each = (f"CASE WHEN {condition.format(field=field)} THEN '{field}' END" for field in COMPARED)
    return f"array_remove(ARRAY[{', '.join(each)}], NULL)"


_CHANGED = f"""
UPDATE roster_stage s SET
  changed = {named("s.{field} IS DISTINCT FROM p.{field} AND s.{field} IS NOT NULL")}
    || string_to_array(s.sealed, ',')
FROM registry_person p WHERE p.id = s.person_id AND s.action IN ('here', 'changed', 'joins')
"""  # noqa: S608 - the fields above, nobody's input
_SETTLE = """
UPDATE roster_stage SET action = CASE WHEN changed = '{}' THEN 'same' ELSE 'changed' END
WHERE action IN ('here', 'changed')
"""
_MEANS = {"here": "here", "free": "joins", "elsewhere": "waiting"}
_COUNT = "SELECT action, count(*) FROM roster_stage GROUP BY action"


@dataclass(frozen=True, slots=True)
class ToSeal:
    """Values of one field to be sealed for people who hold another one."""

    kind: str
    values: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Staged:
    """What was staged: rows by what they mean, mistakes that only the register shows, a digest of all rows, the people
    nobody knew, and by sealed field what is to be sealed for known ones."""

    counts: dict[str, int]
    mistakes: list[Mistake]
    digest: str
    newcomers: Batch
    to_seal: Mapping[str, ToSeal]


def stage(cursor: Any, *, union: Union, checked: Checked, day: date, apply: bool) -> Staged:
    """Say what each good row means: `new`, `joins` (known, without a union), `changed`, `same`, `waiting` (a member
    elsewhere); put those of known people into `roster_stage`. Nobody is held. With `apply` member numbers are drawn."""
    good = checked.good()
    numbers = _at(checked.values[NUMBER], good)
    known = matching.known(cursor, numbers, union.pk)
    rows, new, mistakes = _meaning(good, numbers, checked.values, known)
    (stands,) = employers.known(
        [batch(checked.values, sorted([*rows.positions, *new]))], of_union(union, day)
    )
    newcomers = stands.at(np.flatnonzero(np.isin(stands.rows, new)))
    values = {name: _at(column, rows.positions) for name, column in checked.values.items()}
    if EMPLOYER in stands.fields:
        values[EMPLOYER] = _employers(stands, rows.positions)
    to_seal, sealed = _sealed(rows, values)
    joining = [place for place, action in enumerate(rows.actions) if action == "joins"]
    frame = _frame(rows, values, sealed, _member_numbers(cursor, union, day, joining) if apply else {})
    cursor.execute(_CREATE)
    with cursor.copy(_COPY) as copy:
        copy.write(frame.write_csv(include_header=False).encode())
    cursor.execute("ANALYZE roster_stage")
    compare(cursor)
    cursor.execute(_COUNT)
    counts = {"joins": 0, "changed": 0, "same": 0, "waiting": 0} | dict(cursor.fetchall())
    return Staged({"new": len(new), **counts}, mistakes, _digest(stands), newcomers, to_seal)


def compare(cursor: Any) -> None:
    """Hold the staged rows against the register: which fields they change, and which change nothing."""
    cursor.execute(_CHANGED)
    cursor.execute(_SETTLE)


def _at(column: list[Any], rows: Sequence[int]) -> list[Any]:
    return column if len(rows) == len(column) else [column[row] for row in rows]


def batch(values: Mapping[str, list[Any]], rows: Sequence[int]) -> Batch:
    """The rows that stand, as columns."""
    columns = {name: _at(column, rows) for name, column in values.items()}
    names, numbers, phones = (binary(columns.pop(code)) for code in (NAME, NUMBER, PHONE))
    said = {code: listed(column) for code, column in columns.items()}
    return Batch(np.array(rows, np.int64), np.zeros(len(rows), np.int64), names, numbers, phones, said)


def _employers(batch: Batch, rows: Sequence[int]) -> list[int | None]:
    """The employers of these rows."""
    said = batch.fields[EMPLOYER].at(np.searchsorted(batch.rows, np.array(rows, np.int64)))
    return [said.values[which] for which in said.which.tolist()]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that stand: their position in the roster, what they mean, and whose they are."""

    positions: list[int]
    actions: list[str]
    people: list[UUID]


def _meaning(
    good: Sequence[int],
    numbers: Sequence[str],
    values: Mapping[str, list[Any]],
    known: Mapping[str, matching.Known],
) -> tuple[_Rows, list[int], list[Mistake]]:
    """The rows of known people, the rows of new ones, and what is wrong."""
    rows, new, mistakes = _Rows([], [], []), list[int](), list[Mistake]()
    stood: dict[UUID, int] = {}
    for row, number in zip(good, numbers, strict=True):
        person = known.get(number)
        if person is None:
            new.append(row)
            continue
        # Two documents of one person, whose registrations were merged, are that person twice.
        if (earlier := stood.setdefault(person.person_id, row)) != row:
            mistakes.append(Mistake(row, "id_number", "id_twice", earlier))
            continue
        if person.standing == "free" and person.name != values["name"][row]:
            mistakes.append(Mistake(row, "name", "name_differs"))
            continue
        rows.positions.append(row)
        rows.actions.append(_MEANS[person.standing])
        rows.people.append(person.person_id)
    return rows, new, mistakes


def _sealed(rows: _Rows, values: Mapping[str, list[Any]]) -> tuple[dict[str, ToSeal], list[str]]:
    """What is to be sealed, by field; and for each row the names of these fields."""
    to_seal: dict[str, ToSeal] = {}
    names = [""] * len(rows.people)
    for field, kind in fields.sealed().items():
        if field == NUMBER or (said := values.get(field)) is None:
            continue
        of_known = {
            person: value
            for action, person, value in zip(rows.actions, rows.people, said, strict=True)
            if value and action != "waiting"
        }
        others = vault.differing(kind, of_known)
        to_seal[field] = ToSeal(kind, {person: of_known[person] for person in others})
        for place, person in enumerate(rows.people):
            if person in others:
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
        "membership_id": _ids_for(rows.actions, ("joins",)),
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


def _digest(batch: Batch) -> str:
    """A keyed digest of all rows that stand: who holds the roster can prove that it was this one."""
    texts = {NAME: batch.names, NUMBER: batch.numbers, PHONE: batch.phones}
    told = pl.DataFrame(
        {
            **{code: column.cast(pl.String) for code, column in texts.items()},
            **{code: _spelt(said) for code, said in sorted(batch.fields.items()) if code != EMPLOYER},
        }
    )
    return vault.digest("roster", ciphers.sm3(told.write_csv().encode()).hex())


def _spelt(said: Coded) -> pl.Series:
    """A column as it is spelt in the digest."""
    different = pl.Series([None if value is None else str(value) for value in said.values], dtype=pl.String)
    return different.gather(said.which)
