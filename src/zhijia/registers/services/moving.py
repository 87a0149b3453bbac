"""A row goes to another of its states; one of them ends it."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.register_parts import State
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import changing, dueing, lists, telling, writing
from zhijia.registers.services.changing import ChangedMeanwhile
from zhijia.registers.services.lists import Kept
from zhijia.registry import access
from zhijia.registry.models import Union


def move(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    row_id: UUID,
    version: int,
    state: str,
    reason: str = "",
    day: date | None = None,
) -> Row:
    """The row in this state since the day (today, where none is named). Raises ChangedMeanwhile; NotForYou; Refusal
    where it does not go there from the state it is in, without a reason where one is asked, and for a day to come."""
    kept = lists.ready(code, at=at)
    actor, row = writing.locked(actor, kept, row_id)
    if row.version != version:
        raise ChangedMeanwhile(row, {"state": state})
    goes = way(kept, row.state, state)
    if goes.by:
        actor = access.require(actor, goes.by, row.union_id)
    if goes.reason and not reason.strip():
        raise Refusal("reason_lacks", _("Say why."))
    today = days.business_day(at)
    if day is not None and not row.came_on <= day <= today:
        raise Refusal("day_does_not_fit", _("Name a day between its last change of state and today."))
    carry(actor=actor, at=at, kept=kept, row=row, goes=goes, day=day or today, reason=reason.strip())
    return row


def way(kept: Kept, here: str, there: str) -> State:
    """The state the row goes to from the one it is in. Raises Refusal where it does not."""
    goes = next((state for state in kept.definition.stations if state.code == there), None)
    ended = kept.definition.state(here).ends
    if goes is None or ended or here == there or (goes.before and here not in goes.before):
        raise Refusal("no_way", _("It cannot go there from where it is."))
    return goes


def carry(*, actor: Actor, at: datetime, kept: Kept, row: Row, goes: State, day: date, reason: str) -> None:
    """The row in that state, by somebody whose right was asked."""
    came_from = row.state
    row.state, row.came_on, row.ended_on = goes.code, day, day if goes.ends else None
    changing.count_on(row, actor, at)
    names = ["state", "came_on", "ended_on", *changing.WRITTEN]
    here = Row.objects.filter(register_id=kept.id, pk=row.pk)
    here.update(**{name: getattr(row, name) for name in names})
    division = Union.objects.values_list("division", flat=True).get(pk=row.union_id)
    dueing.count(kept, [row.pk], today=days.business_day(at), division=division)
    telling.came(kept, [row], day)
    action = "row.end" if goes.ends else "row.state"
    writing.trail(actor, at, action, kept, row, reason, came_from=came_from, to=goes.code)
