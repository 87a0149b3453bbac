"""Many rows at once, by COPY and set-based: an import of a sheet, the rows of a demo. The database checks every one."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count, islice
from typing import Any
from uuid import UUID

from django.db import connections

from zhijia.audit import services as audit
from zhijia.catalogue import definitions
from zhijia.catalogue.register_parts import Yield
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.ids import new_id, new_id_rows
from zhijia.registers import shaping
from zhijia.registers.services import dueing, linking, lists, naming, promises, telling, writing
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Union
from zhijia.vault import services as vault

AT_ONCE, PIECE = 10_000, 500
"""Rows in a statement, and rows the database takes while the next are made."""
BULK = "bulk"
SOURCE = "import"
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_OF_RUN = "r.register_id = %(list)s AND r.source = 'import' AND r.source_id = %(run)s"
_TOLD = """
SELECT r.id AS record_id, {person} AS person_id, {quantity} AS quantity, {amount} AS amount{cuts}
FROM registers_row r WHERE r.register_id = {list} AND r.source = 'import' AND r.source_id = %(of_run)s"""


def add_many(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    union_id: int,
    rows: Iterable[Mapping[str, Any]],
    run: UUID,
) -> int:
    """Write these rows (fields with their stored values, sealed ones in clear) at the union, all or none; how many. The
    same run again writes nothing and answers how many it wrote. Raises NotForYou; NotTaken for a row the database
    refuses. Runs as `bulk`, so the list has to be there already, committed."""
    kept = lists.ready(code, at=at)
    actor, union = writing.keeper(actor, kept, union_id)
    asked: dict[str, Any] = {"list": kept.id, "run": str(run)}
    with whole(BULK) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(run)])
        cursor.execute(f"SELECT count(*) FROM registers_row r WHERE {_OF_RUN}", asked)  # noqa: S608 - of ours
        (there,) = cursor.fetchone()
        if there:
            return int(there)
        with promises.kept(kept.definition, BULK):
            many = _copy(kept, union, rows, actor=actor, at=at, run=str(run))
        _follow(kept, union, at=at, run=str(run))
        place = audit.Place(union.pk, union.stands_in)
        audit.record(
            actor=actor,
            at=at,
            action="row.import",
            subject="list",
            subject_id=kept.code,
            place=place,
            detail={"list": kept.code, "rows": many, "run": str(run)},
            using=BULK,
        )
    return many


def take_back(*, actor: Actor, at: datetime, code: str, run: UUID) -> tuple[int, int]:
    """Remove the rows of a run that nobody changed since, with what they told; (how many went, how many stay). Raises
    NotForYou for another union's run."""
    kept = lists.ready(code, at=at)
    asked: dict[str, Any] = {"list": kept.id, "run": str(run)}
    with whole(BULK) as cursor:
        cursor.execute(
            f"SELECT r.id, r.version, r.union_id FROM registers_row r WHERE {_OF_RUN} FOR UPDATE",  # noqa: S608
            asked,
        )
        found = cursor.fetchall()
        for union_id in {union_id for _id, _version, union_id in found}:
            actor, union = writing.keeper(actor, kept, union_id)
        go = [row_id for row_id, version, _union in found if version == 1]
        if go:
            facts.reverse(record=telling.RECORD, record_ids=go, run_id=f"take-back-{run}")
            cursor.execute(
                "DELETE FROM registers_row WHERE register_id = %s AND id = ANY (%s)", [kept.id, go]
            )
            audit.record(
                actor=actor,
                at=at,
                action="row.take_back",
                subject="list",
                subject_id=kept.code,
                place=audit.Place(union.pk, union.stands_in),
                detail={"list": kept.code, "rows": len(go), "stay": len(found) - len(go), "run": str(run)},
                using=BULK,
            )
    return len(go), len(found) - len(go)


def _copy(
    kept: Kept,
    union: Union,
    given: Iterable[Mapping[str, Any]],
    *,
    actor: Actor,
    at: datetime,
    run: str,
) -> int:
    """The rows by COPY, some at a time, in bounded memory; how many."""
    lines = count(1)
    pieces = iter(given)
    many = 0
    fixed = {
        "register_id": kept.id,
        "union_id": union.pk,
        "county_id": union.stands_in,
        "state": kept.definition.first_state,
        "came_on": days.business_day(at),
        "follows": kept.definition.follows,
        "source": SOURCE,
        "source_id": run,
        "made_at": at.isoformat(),
        "made_by": actor.user_id,
        "changed_at": at.isoformat(),
        "changed_by": actor.user_id,
    }
    varying = [name for name in writing.columns(kept) if name != "values"]
    columns = ["id", "number", "purpose", "values", *varying, *fixed]
    tail = "\t".join(_cell(value) for value in fixed.values())
    named = ", ".join([f'"{name}"' for name in columns])
    into = f"COPY registers_row ({named}) FROM STDIN"
    database = connections[BULK]
    while chunk := [dict(one) for one in islice(pieces, AT_ONCE)]:
        clear = _sealed(kept, chunk)
        numbers = rows.run(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
            [f"registers_number_{kept.id}", len(chunk)],
            BULK,
        )
        with database.wrap_database_errors, database.cursor() as cursor, cursor.copy(into) as copy:
            made = _lines(kept, chunk, numbers, varying, tail, lines)
            while piece := "".join(islice(made, PIECE)):
                copy.write(piece)
        for kind, secrets in clear.items():
            vault.add_many(kind, secrets, place=audit.Place(union.pk, union.stands_in), at=at)
        many += len(chunk)
    return many


def _lines(
    kept: Kept,
    chunk: Sequence[Mapping[str, Any]],
    numbers: Sequence[tuple[Any, ...]],
    varying: Sequence[str],
    tail: str,
    lines: Iterator[int],
) -> Iterator[str]:
    """The rows as COPY wants them in text."""
    name_of = naming.named(kept.definition, chunk)
    counties = counties_of(kept, chunk)
    ids = new_id_rows(len(chunk)).tobytes().hex()
    for place, ((number,), values, line) in enumerate(zip(numbers, chunk, lines, strict=False)):
        made = shaping.columns_of(kept.definition, kept.slots, values, name_of)
        if counties is not None:
            made["other_county_id"] = counties.get(made["other_union_id"])
        said = _encoded(values).replace("\\", "\\\\")
        rest = "\t".join([_cell(made[name]) for name in varying])
        yield f"{ids[place * 32 : place * 32 + 32]}\t{number}\t{line}\t{said}\t{rest}\t{tail}\n"


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED) if _SPECIAL.search(value) else value
    if isinstance(value, list):
        return "{" + ",".join([f'"{one}"' for one in value]) + "}"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def counties_of(kept: Kept, chunk: Sequence[Mapping[str, Any]]) -> dict[int, int] | None:
    """The county of each union these rows are about, where they are about any."""
    column = kept.definition.filling("union")
    if column is None:
        return None
    named = {int(one[column.name]) for one in chunk if one.get(column.name)}
    found = Union.objects.filter(pk__in=named).only("pk", "county_id")
    return {union.pk: union.stands_in for union in found}


def _sealed(kept: Kept, chunk: Sequence[dict[str, Any]]) -> dict[str, dict[UUID, str]]:
    """Take the clear text out of these rows, a key in its place; the text by kind and key."""
    clear: dict[str, dict[UUID, str]] = {}
    for column in kept.definition.fields:
        if column.sealed:
            held = clear.setdefault(writing.SEALED[column.type], {})
            for one in chunk:
                if one.get(column.name):
                    key = new_id()
                    held[key] = one[column.name]
                    one[column.name] = str(key)
    return {kind: held for kind, held in clear.items() if held}


def _follow(kept: Kept, union: Union, *, at: datetime, run: str) -> None:
    """What the rows of a run name, what falls due of them, what they tell: a statement each."""
    today = days.business_day(at)
    linking.link_run(kept, run, BULK)
    dueing.count_run(kept, run, today=today, division=union.division, using=BULK)
    plain = Yield(kind=telling.ADDED, dimensions={"list": "list"})
    for told in (plain, *(told for told in kept.definition.facts if told.at == "added")):
        _tell(told, kept, union, day=today, run=run)


def _tell(told: Yield, kept: Kept, union: Union, *, day: Any, run: str) -> None:
    own = definitions.load().facts[told.kind].proof == "own" and told.kind != telling.ADDED
    values: dict[str, Any] = {"of_run": run, "own_list": kept.code}
    cuts = []
    for place, (dimension, name) in enumerate(sorted(told.dimensions.items())):
        values[f"field_{place}"] = name
        expression = "%(own_list)s::text" if name == "list" else f'r."values" -> %(field_{place})s'
        cuts.append(f', {expression} AS "{dimension}"')
    measures = {}
    for what, name, otherwise in (("quantity", told.quantity, 1), ("amount", told.amount, 0)):
        values[f"{what}_field"] = name
        measures[what] = f'coalesce((r."values" ->> %({what}_field)s)::bigint, 0)' if name else str(otherwise)
    facts.record_each(
        NewFact(
            kind=told.kind,
            union_id=union.pk,
            county_id=union.stands_in,
            day=day,
            record=telling.RECORD,
            record_id="",
            dimensions=dict.fromkeys(told.dimensions, ""),
        ),
        _TOLD.format(
            list=kept.id,
            person="r.person_id" if own else "NULL::uuid",
            cuts="".join(cuts),
            **measures,
        ),
        values,
        run_id=run,
        using=BULK,
        measured=True,
    )
