"""A piece of a load into a register that holds people: whom nobody knows comes by COPY as into an empty one, who is
unchanged is counted, and all others go the way of a roster of their union (changed, joins, waiting, another name)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from zhijia.catalogue import parameters, working_days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.copies import Bytes
from zhijia.notices import many as notices
from zhijia.registry.models import RosterImport, Union
from zhijia.registry.services import lookups
from zhijia.registry.services.imports import fields, matching, staging, writing
from zhijia.registry.services.imports.batches import NAME, NUMBER, PHONE, Batch
from zhijia.registry.services.imports.encoding import Made, Run
from zhijia.registry.services.imports.ground import Unions
from zhijia.registry.services.imports.rules import Checked, Mistake
from zhijia.registry.services.imports.staging import COMPARED
from zhijia.registry.services.loads import writing as bulk
from zhijia.registry.services.loads.checking import Seen
from zhijia.vault import services as vault

_STANDING = f"""
SELECT p.id, p.union_id, m.union_id, {", ".join(f"p.{field}" for field in COMPARED)}
FROM registry_person p LEFT JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
WHERE p.id = ANY (%s)
"""  # noqa: S608 - names of columns
_AGAIN = "DROP TABLE IF EXISTS roster_stage"


@dataclass(frozen=True, slots=True)
class Merge:
    """In whose name and when known people are changed; `dry` looks and changes nothing."""

    actor: Actor
    at: datetime
    dry: bool


def merge(
    cursor: Any, run: Run, into: Merge, seen: Seen, blinds: Bytes | None
) -> tuple[Seen, dict[str, int]]:
    """Write the good rows of a piece in the running transaction of `bulk`; what was seen with what only the register
    shows, and the counts. Raises Overtaken, IntegrityError when another import was quicker, TooMany look-ups."""
    counts: Counter[str] = Counter()
    mistakes = list(seen.mistakes)
    fresh: list[Batch] = []
    known: list[tuple[Batch, list[UUID]]] = []
    for batch in seen.batches:
        numbers = [raw.decode() for raw in batch.numbers.to_list()]
        holders = vault.find_many(matching.NUMBER, numbers, using="bulk")
        here = np.array([number in holders for number in numbers], bool)
        fresh.append(batch.at(np.flatnonzero(~here)))
        known.append(
            (batch.at(np.flatnonzero(here)), [holders[number] for number in numbers if number in holders])
        )
    counts["new"] = sum(len(batch.rows) for batch in fresh)
    outside = 0
    for batch, people in known:
        others, same, strangers = _differing(cursor, run, batch, people)
        counts["same"] += same
        outside += strangers
        for union, rows in _by_union(run.unions, others):
            told, more = _as_roster(cursor, run, into, union, rows)
            counts.update(more)
            mistakes += told
    if outside:
        with acting(into.actor):
            lookups.count(actor=into.actor, at=into.at, many=outside)
    if not into.dry:
        _tell(into, run.unions, bulk.write(cursor, run, fresh, blinds))
    gone = {mistake.row for mistake in mistakes}
    kept = [batch.at(np.flatnonzero(~np.isin(batch.rows, list(gone)))) for batch in seen.batches]
    return replace(seen, batches=kept, mistakes=sorted(mistakes, key=lambda one: one.row)), dict(counts)


def _differing(cursor: Any, run: Run, batch: Batch, people: Sequence[UUID]) -> tuple[Batch, int, int]:
    """The rows that say something else than the register, or are of another union; how many do not; and of how many
    people the federation learns something that stand outside it (each is a look-up)."""
    if not people:
        return batch, 0, 0
    cursor.execute(_STANDING, [list(people)])
    held = {person: rest for person, *rest in cursor.fetchall()}
    values = _values(batch)
    compared = [(place, values[field]) for place, field in enumerate(COMPARED, 2) if field in values]
    other = set[UUID]()
    for field, kind in fields.sealed().items():
        if field in values and field != NUMBER:
            said = {person: text for person, text in zip(people, values[field], strict=True) if text}
            other |= vault.differing(kind, said)
    ids = run.unions.ids[batch.unions].tolist()
    differs = [
        person in other
        or held[person][1] != union
        or any(column[row] is not None and column[row] != held[person][place] for place, column in compared)
        for row, (person, union) in enumerate(zip(people, ids, strict=True))
    ]
    rows = np.flatnonzero(differs)
    inside = set(run.unions.inside)
    strangers = sum(held[person][0] not in inside for person in people)
    return batch.at(rows), len(people) - len(rows), strangers


def _values(batch: Batch) -> dict[str, list[Any]]:
    """The clean values by field, as the rules give them."""
    columns: dict[str, list[Any]] = {
        code: [raw.decode() for raw in column.to_list()]
        for code, column in ((NAME, batch.names), (NUMBER, batch.numbers), (PHONE, batch.phones))
    }
    for code, said in batch.fields.items():
        columns[code] = [said.values[which] for which in said.which.tolist()]
    return columns


def _by_union(unions: Unions, batch: Batch) -> list[tuple[Union, Batch]]:
    places = np.unique(batch.unions)
    found = Union.objects.using("bulk").in_bulk(unions.ids[places].tolist())
    return [
        (found[int(unions.ids[place])], batch.at(np.flatnonzero(batch.unions == place))) for place in places
    ]


def _as_roster(
    cursor: Any, run: Run, into: Merge, union: Union, batch: Batch
) -> tuple[list[Mistake], dict[str, int]]:
    """Known people of one union, as its roster would bring them: mistakes by the row of the piece, and counts."""
    day = run.day
    cursor.execute(_AGAIN)
    values = {code: column for code, column in _values(batch).items() if code != "employer_id"}
    checked = Checked(len(batch.rows), values, [])
    staged = staging.stage(cursor, union=union, checked=checked, day=day, apply=not into.dry)
    if not into.dry:
        writing.write(cursor, _run_of(run, into, union), staged)
    counts = {name: staged.counts[name] for name in ("changed", "same", "waiting")}
    mistakes = [replace(one, row=int(batch.rows[one.row])) for one in staged.mistakes]
    return mistakes, {**counts, "new": staged.counts["joins"]}


def _run_of(run: Run, into: Merge, union: Union) -> writing.Run:
    day = run.day
    return writing.Run(
        roster=RosterImport.objects.using("bulk").get(pk=run.import_id or 0),
        union=union,
        actor=into.actor,
        at=into.at,
        day=day,
        out_due=working_days.add(day, parameters.value("membership.transfer_out_days", day=day)),
    )


def _tell(into: Merge, unions: Unions, joined: Sequence[Made]) -> None:
    """Whoever became a member is told by which union, and that they may refuse."""
    for made in joined:
        people = [UUID(bytes=raw.tobytes()) for raw in made.people]
        for union, rows in _by_union(unions, replace(made.batch, rows=np.arange(len(people)))):
            notices.tell(
                at=into.at,
                kind="imported",
                values={"union": union.name},
                person_ids=[people[row] for row in rows.rows.tolist()],
                link="registry:me",
                reason="membership",
            )
