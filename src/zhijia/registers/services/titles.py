"""A title is named, kept or withdrawn by whatever scores for it: a row of a list whose definition says `titles`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Due, Row
from zhijia.registers.services import adding, changing, dueing, lists, moving, writing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.writing import Source


def name(
    *, actor: Actor, at: datetime, code: str, union_id: int, typed: Mapping[str, Any], source: Source
) -> Row:
    """The row of a title, kept at the union; the same source again answers it. Raises Refusal for a list of no titles,
    and what `adding.add` raises."""
    _titles(code, at)
    return adding.add(actor=actor, at=at, code=code, union_id=union_id, typed=typed, source=source)


def withdraw(*, actor: Actor, at: datetime, code: str, source: Source, reason: str) -> Row:
    """The title this source named ends, with its reason. Twice is once. Raises Refusal where it named none."""
    kept = _titles(code, at)
    row = adding.of_source(kept, source)
    if row is None:
        raise Refusal("no_such_title", _("There is no such title to withdraw."))
    actor, row = writing.locked(actor, kept, row.pk)
    return _ended(actor, at, kept, row, reason)


def end(*, actor: Actor, at: datetime, code: str, row_id: UUID, reason: str) -> Row:
    """A title ends that nobody named by this port, with its reason. Twice is once."""
    kept = _titles(code, at)
    actor, row = writing.locked(actor, kept, row_id)
    return _ended(actor, at, kept, row, reason)


def keep(
    *, actor: Actor, at: datetime, code: str, row_id: UUID, due: str, typed: Mapping[str, Any], note: str = ""
) -> Row:
    """A title was looked at again and stays: it is back in its first state, what fell `due` is kept, the next is
    counted from today, and the row says what is `typed`. Raises NotForYou, and what `changing.change` raises."""
    kept = _titles(code, at)
    actor, row = writing.locked(actor, kept, row_id)
    changing.require_open(row)
    first, today = kept.definition.first_state, days.business_day(at)
    if row.state != first:
        goes = moving.way(kept, row.state, first)
        moving.carry(actor=actor, at=at, kept=kept, row=row, goes=goes, day=today, reason=note)
    if due and Due.objects.filter(row_id=row_id, code=due, state=Due.State.OPEN).exists():
        dueing.keep(actor=actor, at=at, code=code, row_id=row_id, due=due, note=note)
    return changing.change(
        actor=actor, at=at, code=code, row_id=row_id, version=row.version, typed=typed, reason=note
    )


def register() -> None:
    """Answer whoever names titles."""
    ports.register("registers.titles.end", end)
    ports.register("registers.titles.keep", keep)
    ports.register("registers.titles.name", name)
    ports.register("registers.titles.withdraw", withdraw)


def _ended(actor: Actor, at: datetime, kept: Kept, row: Row, reason: str) -> Row:
    if row.ended_on is None:
        ends = next(state.code for state in kept.definition.stations if state.ends)
        goes, today = moving.way(kept, row.state, ends), days.business_day(at)
        moving.carry(actor=actor, at=at, kept=kept, row=row, goes=goes, day=today, reason=reason)
    return row


def _titles(code: str, at: datetime) -> Kept:
    kept = lists.ready(code, at=at)
    if not kept.definition.titles:
        raise Refusal("no_titles", _("%(list)s holds no titles.") % {"list": kept.definition.label})
    return kept
