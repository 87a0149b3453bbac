"""Rows that stand, laid out for COPY into the tables of the register: people, memberships, their changes, sealed
values, facts. Every person of a batch is new."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from django.db import models
from numpy.typing import NDArray

from zhijia.facts import columns as facts
from zhijia.kernel import codes, copies
from zhijia.kernel.copies import Bytes, Field, Texts
from zhijia.kernel.ids import new_id_rows
from zhijia.kernel.initials import initials_of
from zhijia.registry.models import Membership, MembershipChange, Person
from zhijia.registry.services.imports import fields
from zhijia.registry.services.imports.staging import COMPARED
from zhijia.registry.services.imports.writing import CHANNEL, FIRST_LEVEL
from zhijia.registry.services.loads.checking import NUMBER, Batch, Coded, by_width
from zhijia.registry.services.loads.ground import Ground
from zhijia.vault import services as vault

OWN = (
    *("id", "name", "name_initials", "union_id", "county_id", "sources", "real_name_level", "changed_at"),
    "import_id",
)
"""Columns of a person that no column of a file fills by itself."""
_KINDS: dict[str, Callable[[Any], bytes]] = {
    "CharField": copies.of_text,
    "DateField": copies.of_day,
    "BooleanField": copies.of_flag,
    "IntegerField": copies.of_int,
    "SmallIntegerField": lambda value: copies.of_int(value, 2),
    "BigIntegerField": lambda value: copies.of_int(value, 8),
    "JSONField": copies.of_json,
    "DateTimeField": lambda value: copies.NULL if value is None else copies.of_moment(value),
}
_PERSON = [field for field in Person._meta.concrete_fields if field.attname not in OWN]
_MEMBERSHIP = [
    *(
        "id",
        "person_id",
        "member_number",
        "status",
        "joined_on",
        "valid_from",
        "valid_to",
        "channel",
        "import_id",
    ),
    *("union_id", "county_id"),
]
_CHANGE = ["membership_id", "person_id", "kind", "reason", "day", "at", "union_id", "county_id"]


def _into(model: type[models.Model], columns: Iterable[str]) -> str:
    return f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"


INTO = {
    "people": _into(Person, [*OWN, *(field.attname for field in _PERSON)]),
    "memberships": _into(Membership, _MEMBERSHIP),
    "changes": _into(MembershipChange, _CHANGE),
    "secrets": vault.INTO,
    "facts": facts.INTO,
}
"""The COPY of each of the tables, in the order they are written."""


@dataclass(frozen=True, slots=True)
class Made:
    """The batch with what it got on the way into the register."""

    batch: Batch
    people: Bytes
    memberships: Bytes
    serials: NDArray[np.int64]
    blinds: Bytes | None


@dataclass(frozen=True, slots=True)
class Run:
    """What all rows of a load have in common: the ground, when, the name facts know the run by, and the import that
    people who are known already are changed under (None in an empty register)."""

    ground: Ground
    at: datetime
    name: str
    import_id: int | None = None


def made(batch: Batch, serials: NDArray[np.int64], blinds: Bytes | None) -> Made:
    """The batch with new ids; `blinds` are the indexes of its numbers where they are known."""
    many = len(batch.rows)
    return Made(batch, new_id_rows(many), new_id_rows(many), serials, blinds)


def encoded(run: Run, one: Made) -> dict[str, bytes]:
    """The rows of each table, for the COPY of the same name. Within a transaction of `bulk` (the keys)."""
    batch, unions = one.batch, run.ground.unions
    place = (copies.int4(unions.ids[batch.unions]), copies.int4(unions.counties[batch.unions]))
    person, membership = copies.wide(one.people), copies.wide(one.memberships)
    return {
        "people": _people(run, one, place),
        "memberships": _memberships(run, one, person, membership, place),
        "changes": copies.rows(
            len(one.people),
            [
                membership,
                person,
                copies.of_text(MembershipChange.Kind.JOIN),
                copies.of_text(CHANNEL),
                copies.of_day(run.ground.day),
                copies.of_moment(run.at),
                *place,
            ],
        ),
        "secrets": _secrets(run, one, place),
        "facts": _facts(run, one, place),
    }


def _people(run: Run, one: Made, place: tuple[Bytes, Bytes]) -> bytes:
    batch, many = one.batch, len(one.people)
    names = batch.names.to_list()
    letters = initials_of(np.array(batch.names.cast(pl.String).to_list(), np.str_))
    cells: list[Field] = [
        copies.wide(one.people),
        Texts(names),
        Texts(letters.tolist()),
        *place,
        _sources(run.ground.day, batch),
        copies.of_int(FIRST_LEVEL, 2),
        copies.of_moment(run.at),
        copies.of_int(run.import_id, 8),
    ]
    for field in _PERSON:
        encode = _KINDS[field.get_internal_type()]
        default = field.get_default()
        said = batch.fields.get(field.attname)
        if said is None:
            cells.append(encode(default))
        else:
            values = [encode(default if value is None else value) for value in said.values]
            cells.append(copies.chosen(values, said.which))
    return copies.rows(many, cells)


def _sources(day: date, batch: Batch) -> Field:
    """Where each field comes from: the roster of this day, for what a row says."""
    sealed = fields.sealed()
    always = ["name", *(code for code in (NUMBER, "phone"))]
    bits = np.zeros(len(batch.rows), np.int64)
    maybe: list[str] = []
    for code, said in batch.fields.items():
        if code not in COMPARED and code not in sealed:
            continue
        known = np.array([value is not None and (code not in sealed or value != "") for value in said.values])
        bits |= known[said.which].astype(np.int64) << len(maybe)
        maybe.append(code)
    different, which = np.unique(bits, return_inverse=True)
    source = [CHANNEL, day.isoformat()]
    return copies.chosen(
        [
            copies.of_json(
                dict.fromkeys([*always, *(code for at, code in enumerate(maybe) if mask >> at & 1)], source)
            )
            for mask in different.tolist()
        ],
        which,
    )


def _memberships(run: Run, one: Made, person: Bytes, membership: Bytes, place: tuple[Bytes, Bytes]) -> bytes:
    batch, unions, day = one.batch, run.ground.unions, run.ground.day
    years = np.full(len(batch.rows), day.year)
    numbers = codes.member_numbers(unions.divisions[batch.unions], years, one.serials)
    said = batch.fields.get("joined_on")
    joined: Field = copies.of_day(day)
    if said is not None:
        joined = copies.chosen([copies.of_day(value or day) for value in said.values], said.which)
    return copies.rows(
        len(batch.rows),
        [
            membership,
            person,
            copies.wide(numbers.view(np.uint8).reshape(-1, 20)),
            copies.wide(unions.statuses[batch.unions]),
            joined,
            copies.of_day(day),
            copies.NULL,
            copies.of_text(CHANNEL),
            copies.of_int(run.import_id, 8),
            *place,
        ],
    )


def _secrets(run: Run, one: Made, place: tuple[Bytes, Bytes]) -> bytes:
    batch = one.batch
    columns = {NUMBER: batch.numbers, "phone": batch.phones}
    rows = []
    for code, kind in fields.sealed().items():
        said = columns.get(code)
        if said is None and code in batch.fields:
            said = _texts(batch.fields[code])
        if said is None:
            continue
        for where, values in by_width(said):
            known = one.blinds[where] if code == NUMBER and one.blinds is not None else None
            rows.append(
                vault.sealed_rows(
                    kind,
                    people=one.people[where],
                    values=values,
                    unions=place[0][where],
                    counties=place[1][where],
                    at=run.at,
                    blinds=known,
                )
            )
    return b"".join(rows)


def _facts(run: Run, one: Made, place: tuple[Bytes, Bytes]) -> bytes:
    group = one.batch.fields.get("gig_group")
    usual = Person._meta.get_field("gig_group").get_default()
    if group is None:
        group = Coded([usual], np.zeros(len(one.people), np.int64))
    return facts.rows(
        kind="member.joined",
        day=run.ground.day,
        record="membership",
        record_ids=one.memberships,
        people=one.people,
        unions=place[0],
        counties=place[1],
        dimensions=[{"group": value or usual, "channel": CHANNEL} for value in group.values],
        of=group.which,
        run_id=run.name,
    )


def _texts(said: Coded) -> pl.Series:
    values = pl.Series([None if value is None else value.encode() for value in said.values], dtype=pl.Binary)
    return values.gather(said.which)


def employed(batch: Batch, ids: Mapping[str, int]) -> Batch:
    """The batch with the employers of its credit codes."""
    said = batch.fields.get("employer_code")
    if said is None:
        return batch
    known = Coded([None if code is None else ids.get(code) for code in said.values], said.which)
    return replace(batch, fields={**batch.fields, "employer_id": known})


def employers_named(batches: Sequence[Batch]) -> dict[str, tuple[str, int]]:
    """The name and the union's place of each employer that comes with a credit code and a name."""
    found: dict[str, tuple[str, int]] = {}
    for batch in batches:
        said, named = batch.fields.get("employer_code"), batch.fields.get("employer_name")
        if said is None or named is None:
            continue
        pairs = said.which * len(named.values) + named.which
        _different, first = np.unique(pairs, return_index=True)
        for row in first.tolist():
            code, name = said.values[said.which[row]], named.values[named.which[row]]
            if code is not None and name is not None and (code not in found or name < found[code][0]):
                found[code] = (name, int(batch.unions[row]))
    return found
