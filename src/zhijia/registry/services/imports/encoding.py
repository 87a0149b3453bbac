"""Rows that stand, laid out for COPY into the tables of the register: people, memberships, their changes, sealed
values, facts. Every person of a batch is new."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from django.db import models
from numpy.typing import NDArray

from zhijia.facts import columns as fact_columns
from zhijia.kernel import codes, copies
from zhijia.kernel.copies import Bytes, Field, Texts
from zhijia.kernel.ids import new_id_rows
from zhijia.kernel.initials import initials_of
from zhijia.registry.models import Membership, MembershipChange, Person
from zhijia.registry.services.imports import fields
from zhijia.registry.services.imports.batches import (
    NAME,
    NUMBER,
    PHONE,
    Batch,
    Coded,
    Places,
    binary,
    by_width,
)
from zhijia.registry.services.imports.ground import Unions
from zhijia.registry.services.imports.staging import COMPARED
from zhijia.vault import services as vault

CHANNEL = "roster"
"""How the members came: a dimension of their fact, a field of their membership, the source of their data."""
FIRST_LEVEL = 1
"""Real-name level of a number that is well formed (MEM-14)."""
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
    "facts": fact_columns.INTO,
}
"""The COPY of each of the tables, in the order they are written."""


@dataclass(frozen=True, slots=True)
class Made:
    """The batch with what it got on the way into the register; `blinds` are the indexes of its numbers where they
    are known."""

    batch: Batch
    people: Bytes
    memberships: Bytes
    serials: NDArray[np.int64]
    blinds: Bytes | None

    def at(self, rows: Places) -> "Made":
        """The same for these rows."""
        blinds = None if self.blinds is None else self.blinds[rows]
        return Made(
            self.batch.at(rows), self.people[rows], self.memberships[rows], self.serials[rows], blinds
        )


@dataclass(frozen=True, slots=True)
class Run:
    """What all rows of a roster or a load have in common: the unions, the day and the moment, the name facts know the
    run by, and the import people are made or changed under (None for a load into an empty register)."""

    unions: Unions
    day: date
    at: datetime
    name: str
    import_id: int | None = None


def made(batch: Batch, serials: NDArray[np.int64], blinds: Bytes | None) -> Made:
    """The batch with new ids; `blinds` are the indexes of its numbers where they are known."""
    many = len(batch.rows)
    return Made(batch, new_id_rows(many), new_id_rows(many), serials, blinds)


def people(run: Run, one: Made) -> bytes:
    """Their rows for `INTO["people"]`."""
    batch, many = one.batch, len(one.people)
    names = batch.names.to_list()
    letters = initials_of(np.array(batch.names.cast(pl.String).to_list(), np.str_))
    cells: list[Field] = [
        copies.wide(one.people),
        Texts(names),
        Texts(letters.tolist()),
        *place(run, one),
        _sources(run.day, batch),
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
    always = [NAME, NUMBER, PHONE]
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


def memberships(run: Run, one: Made) -> bytes:
    """Their rows for `INTO["memberships"]`."""
    batch, unions, day = one.batch, run.unions, run.day
    years = np.full(len(batch.rows), day.year)
    numbers = codes.member_numbers(unions.divisions[batch.unions], years, one.serials)
    said = batch.fields.get("joined_on")
    joined: Field = copies.of_day(day)
    if said is not None:
        joined = copies.chosen([copies.of_day(value or day) for value in said.values], said.which)
    return copies.rows(
        len(batch.rows),
        [
            copies.wide(one.memberships),
            copies.wide(one.people),
            copies.wide(numbers.view(np.uint8).reshape(-1, 20)),
            copies.wide(unions.statuses[batch.unions]),
            joined,
            copies.of_day(day),
            copies.NULL,
            copies.of_text(CHANNEL),
            copies.of_int(run.import_id, 8),
            *place(run, one),
        ],
    )


def changes(run: Run, one: Made) -> bytes:
    """Their rows for `INTO["changes"]`: each joined."""
    return copies.rows(
        len(one.people),
        [
            copies.wide(one.memberships),
            copies.wide(one.people),
            copies.of_text(MembershipChange.Kind.JOIN),
            copies.of_text(CHANNEL),
            copies.of_day(run.day),
            copies.of_moment(run.at),
            *place(run, one),
        ],
    )


def secrets(run: Run, one: Made) -> bytes:
    """Their rows for `INTO["secrets"]`. Within a transaction of `bulk` (the keys)."""
    unions, counties = place(run, one)
    rows = []
    for code, kind in fields.sealed().items():
        for where, values in by_width(to_seal(one.batch, code)):
            known = one.blinds[where] if code == NUMBER and one.blinds is not None else None
            rows.append(
                vault.sealed_rows(
                    kind,
                    people=one.people[where],
                    values=values,
                    unions=unions[where],
                    counties=counties[where],
                    at=run.at,
                    blinds=known,
                )
            )
    return b"".join(rows)


def facts(run: Run, one: Made) -> bytes:
    """Their rows for `INTO["facts"]`."""
    group = one.batch.fields.get("gig_group")
    usual = Person._meta.get_field("gig_group").get_default()
    if group is None:
        group = Coded([usual], np.zeros(len(one.people), np.int64))
    unions, counties = place(run, one)
    return fact_columns.rows(
        kind="member.joined",
        day=run.day,
        record="membership",
        record_ids=one.memberships,
        people=one.people,
        unions=unions,
        counties=counties,
        dimensions=[{"group": value or usual, "channel": CHANNEL} for value in group.values],
        of=group.which,
        run_id=run.name,
    )


def to_seal(batch: Batch, code: str) -> pl.Series:
    """The values of a sealed field as bytes, none where a row says nothing."""
    if code in (NUMBER, PHONE):
        return batch.numbers if code == NUMBER else batch.phones
    said = batch.fields.get(code)
    if said is None:
        return pl.Series([], dtype=pl.Binary)
    return binary(said.values).gather(said.which)


def place(run: Run, one: Made) -> tuple[Bytes, Bytes]:
    """The fields that say where each row stands: the union, its county."""
    unions = one.batch.unions
    return copies.int4(run.unions.ids[unions]), copies.int4(run.unions.counties[unions])


TABLES: dict[str, Callable[[Run, Made], bytes]] = {
    "people": people,
    "memberships": memberships,
    "changes": changes,
    "secrets": secrets,
    "facts": facts,
}
"""How the rows of each table are made."""
