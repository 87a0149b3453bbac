"""What rows tell: facts of a list, in the transaction that wrote them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from zhijia.catalogue import definitions
from zhijia.catalogue.register_parts import Yield
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.registers.models import Row
from zhijia.registers.services.lists import Kept

ADDED, ENDED = "register.row_added", "register.row_ended"
RECORD = "row"
_TURNS = 30_000


def added(kept: Kept, row: Row, day: date) -> None:
    """A row was added."""
    own = [told for told in kept.definition.facts if told.at == "added"]
    facts.record([_plain(ADDED, kept, row, day), *(_of(told, kept, row, day) for told in own)])


def came(kept: Kept, found: Iterable[Row], day: date, using: str = "default") -> None:
    """Rows came into the state they are in; which may have ended them."""
    written = []
    for row in found:
        own = [told for told in kept.definition.facts if told.at == "state" and told.state == row.state]
        written += [_of(told, kept, row, day, turn=_turn(row)) for told in own]
        if row.ended_on is not None:
            written.append(_plain(ENDED, kept, row, day))
            written += [_of(told, kept, row, day) for told in kept.definition.facts if told.at == "ended"]
    facts.record(written, using=using)


def was_kept(kept: Kept, row: Row, day: date, due: str) -> None:
    """What fell due of a row was kept."""
    own = [told for told in kept.definition.facts if told.at == "kept" and told.due == due]
    facts.record([_of(told, kept, row, day, turn=_turn(row)) for told in own])


def changed(
    kept: Kept, found: Iterable[Row], before: Mapping[UUID, Mapping[str, Any]], using: str = "default"
) -> None:
    """Rows say something else than before: what was told when one was added is taken back where it was told of that,
    and told anew, on the day it was made. Some statements for each set of kinds, however many rows."""
    added = [told for told in kept.definition.facts if told.at == "added"]
    again: dict[tuple[str, ...], list[Row]] = {}
    for row in found:
        kinds = {
            told.kind
            for told in added
            if any(before[row.pk].get(name) != row.values.get(name) for name in _reads(told))
        }
        if kinds:
            again.setdefault(tuple(sorted(kinds)), []).append(row)
    for told_of, rows in again.items():
        facts.reverse(record=RECORD, record_ids=[row.pk for row in rows], kinds=told_of, using=using)
        also = [told for told in added if told.kind in told_of]
        facts.record(
            [
                _of(told, kept, row, days.business_day(row.made_at), turn=_turn(row))
                for row in rows
                for told in also
            ],
            using=using,
        )


def _reads(told: Yield) -> Iterable[str]:
    named = (told.quantity, told.amount, *told.dimensions.values())
    return [name for name in named if name and name != "list"]


def _turn(row: Row) -> int:
    return row.version % _TURNS


def _plain(kind: str, kept: Kept, row: Row, day: date) -> NewFact:
    return NewFact(
        kind=kind,
        union_id=row.union_id,
        county_id=row.county_id,
        day=day,
        record=RECORD,
        record_id=row.pk,
        dimensions={"list": kept.code},
    )


def _of(told: Yield, kept: Kept, row: Row, day: date, turn: int = 0) -> NewFact:
    proof = definitions.load().facts[told.kind].proof
    cuts = {
        dimension: kept.code if name == "list" else row.values[name]
        for dimension, name in told.dimensions.items()
        if name == "list" or row.values.get(name) is not None
    }
    return NewFact(
        kind=told.kind,
        union_id=row.union_id,
        county_id=row.county_id,
        day=day,
        record=RECORD,
        record_id=row.pk,
        quantity=int(row.values.get(told.quantity) or 0) if told.quantity else 1,
        amount=int(row.values.get(told.amount) or 0) if told.amount else 0,
        person_id=row.person_id if proof == "own" else None,
        dimensions=cuts,
        turn=turn,
    )
