"""What waits at an officer's desk, by the day it is due (keyset); under row policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zhijia.kernel.actors import Actor
from zhijia.matters.models import Step
from zhijia.registry import access

ROWS = 50


@dataclass(frozen=True, slots=True)
class After:
    """The last line of a page: lines behind it are due later, or as late with a higher number."""

    due_at: datetime | None
    step_id: int


def waiting(actor: Actor, *, code: str = "") -> QuerySet[Step]:
    """The steps this actor may act at now: those whose seat is a union they decide for, and that no colleague has in
    hand."""
    seats = [union.pk for union in access.unions_granted(actor, "matter.decide")]
    found = Step.objects.filter(state=Step.State.ACTIVE, seat_id__in=seats)
    found = found.filter(Q(taker_id__isnull=True) | Q(taker_id=actor.user_id))
    if code:
        found = found.filter(matter=code)
    return found.select_related("case", "case__version")


def page(actor: Actor, *, code: str = "", after: After | None = None, rows: int = ROWS) -> Sequence[Step]:
    """One page of what waits, the most urgent first, and one line more where there are more."""
    found = waiting(actor, code=code)
    if after is not None and after.due_at is not None:
        found = found.filter(
            Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.step_id) | Q(due_at__isnull=True)
        )
    elif after is not None:
        found = found.filter(due_at__isnull=True, pk__gt=after.step_id)
    return list(found.order_by("due_at", "pk")[: rows + 1])
