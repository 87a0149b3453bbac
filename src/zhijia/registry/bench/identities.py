"""Bench `identities`: registrations that are one person, found in the register, beside bare columns in memory."""

import resource
import time
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import whole
from zhijia.kernel.ids import new_ids
from zhijia.registry.bench import doubles, identities_limit
from zhijia.registry.identity_rules import Registration
from zhijia.registry.models import Person
from zhijia.registry.services.identities import finding
from zhijia.vault import services as vault

ROWS, SEED = 200_000, 1911
FIRST_UNION, COUNTY = 1, 1
AGAINST = (
    "the same registrations as clear columns in memory, same blocks and points, polars and numpy, same run"
)
_EMPTY = "TRUNCATE registry_pair, registry_blocks, registry_cut_block"
_PAIRS = "SELECT first_id, second_id FROM registry_pair WHERE state = 'open'"
_CUT = "SELECT count(*), coalesce(sum(registrations), 0) FROM registry_cut_block"
_FIELDS = list(Person._meta.concrete_fields)
_SEAL = """
COPY vault_secret (kind, row_id, blind, blind_version, sealed, key_id, union_id, county_id, person_id, sealed_at)
FROM STDIN (FORMAT binary)
"""
_COPY = f"COPY registry_person ({', '.join(str(field.column) for field in _FIELDS)}) FROM STDIN"


def run(options: Options) -> Result:
    """Registrations a second of a whole first run, three times in turn with the limit; the median. Then recall and
    precision against what was planted, and a run after a hundred of them changed."""
    began = time.monotonic()
    rows = options.rows or ROWS
    options.say(f"Making {rows:,} registrations …")
    made = doubles.make(rows, seed=SEED)
    at = days.now()
    ids = load(made, at)
    limits = finding._limits(days.business_day(at))
    clear = identities_limit.columns(made.rows)

    def ours() -> float:
        with connections["owner"].cursor() as cursor:
            cursor.execute(_EMPTY)
        return finding.run(actor=Actor(None, "job", "bench"), at=at, say=options.say).seconds

    def bare() -> float:
        return benches.seconds_of(
            lambda: identities_limit.pairs(clear, limits.points, limits.threshold, limits.block)
        )

    took, raw = benches.alternately(ours, bare)
    found, cut = found_pairs(ids)
    expected = identities_limit.pairs(clear, limits.points, limits.threshold, limits.block)
    truth = set(made.truth)
    right = found & truth
    changed, again = _after_changes(ids[:100], at)
    return Result(
        bench="identities",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=rows / benches.median(took),
        limit=rows / benches.median(raw),
        against=AGAINST,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(found ^ expected),
        detail={
            "recall": round(len(right) / len(truth), 4),
            "precision": round(len(right) / max(len(found), 1), 4),
            "planted": len(truth),
            "found": len(found),
            "recall_by_kind": _recall(made, found),
            "blocks_cut": cut[0],
            "registrations_in_them": cut[1],
            "seconds": [round(one, 3) for one in took],
            "limit_seconds": [round(one, 3) for one in raw],
            "again_with_changes": {"registrations": changed, "seconds": round(again, 3)},
            "seed": SEED,
        },
    )


def _recall(made: doubles.Doubles, found: set[tuple[int, int]]) -> dict[str, float]:
    planted = Counter(made.truth.values())
    right = Counter(kind for pair, kind in made.truth.items() if pair in found)
    return {kind: round(right[kind] / many, 4) for kind, many in planted.items()}


def load(made: doubles.Doubles, at: datetime) -> list[UUID]:
    """The registrations as rows of the register and the vault; their ids, in order. Not part of what is measured."""
    ids = new_ids(len(made.rows))
    blank = Person(changed_at=at, name="")
    with whole() as cursor:
        with cursor.copy(_COPY) as copy:
            for person_id, row in zip(ids, made.rows, strict=True):
                copy.write_row(_row(blank, person_id, row))
        for kind, field in ((finding.NUMBER, "number"), (finding.PHONE, "phone")):
            said = [place for place, row in enumerate(made.rows) if getattr(row, field)]
            _seal(
                cursor, kind, [ids[place] for place in said], [made.rows[place] for place in said], field, at
            )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE registry_person, vault_secret")
    return ids


def _seal(
    cursor: Any, kind: str, people: list[UUID], rows: list[Registration], field: str, at: datetime
) -> None:
    ready = vault.prepare(kind, people, [getattr(row, field) for row in rows])
    with cursor.copy(_SEAL) as copy:
        copy.set_types(
            ["int2", "uuid", "uuid", "int4", "bytea", "int4", "int4", "int4", "uuid", "timestamptz"]
        )
        for place, (person, row) in enumerate(zip(people, rows, strict=True)):
            union = FIRST_UNION + (row.union_id or 0)
            copy.write_row(
                (
                    ready.kind, person, ready.blind(place), ready.blind_version, ready.sealed[place], ready.key_id,
                    union, COUNTY, person, at,
                )
            )  # fmt: skip


def _row(blank: Person, person_id: UUID, row: Registration) -> list[Any]:
    blank.id, blank.name, blank.id_type, blank.sex = person_id, row.name, row.id_type, row.sex
    blank.birth_date, blank.union_id, blank.county_id = row.birth, FIRST_UNION + (row.union_id or 0), COUNTY
    return ["{}" if field.column == "sources" else getattr(blank, field.attname) for field in _FIELDS]


def found_pairs(ids: list[UUID]) -> tuple[set[tuple[int, int]], tuple[int, int]]:
    places = {person: place for place, person in enumerate(ids)}
    with whole() as cursor:
        cursor.execute(_PAIRS)
        pairs = [(places[first], places[second]) for first, second in cursor.fetchall()]
        cursor.execute(_CUT)
        blocks, registrations = cursor.fetchone()
    return {(min(pair), max(pair)) for pair in pairs}, (int(blocks), int(registrations))


def _after_changes(people: list[UUID], at: datetime) -> tuple[int, float]:
    """How many registrations a run looks at after these changed, and the seconds it takes."""
    with whole():
        Person.objects.using("bulk").filter(pk__in=people).update(changed_at=days.now())
    again = finding.run(actor=Actor(None, "job", "bench"), at=at)
    return again.registrations, again.seconds
