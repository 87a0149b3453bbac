"""What falls due where somebody keeps lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Due, List, Row
from zhijia.registers.queries import scoping

SOON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Coming:
    """Something due of a row: of which list, what, by when; late where its day has passed."""

    due: Due
    code: str
    row: Row
    late: bool


def of(
    actor: Actor,
    *,
    at: datetime,
    code: str = "",
    after: tuple[date, int] | None = None,
    most: int = 50,
) -> Sequence[Coming]:
    """What is due within three months where the actor sees lists, the most urgent first, from behind (day, id) on.
    Raises NotForYou."""
    scope, today = scoping.of(actor), days.business_day(at)
    asked = Due.objects.filter(state=Due.State.OPEN, day__lte=today + SOON)
    asked = asked.filter(**{f"{scope.column}__in": list(scope.places)})
    if code:
        asked = asked.filter(register_id__in=List.objects.filter(code=code).values("pk"))
    if after is not None:
        asked = asked.filter(Q(day__gt=after[0]) | Q(day=after[0], pk__gt=after[1]))
    found = list(asked.order_by("day", "pk")[:most])
    codes = dict(List.objects.filter(pk__in={one.register_id for one in found}).values_list("pk", "code"))
    rows = {
        row.pk: row for row in Row.objects.filter(register_id__in=codes, pk__in={one.row_id for one in found})
    }
    return [
        Coming(one, codes[one.register_id], rows[one.row_id], one.day < today)
        for one in found
        if one.row_id in rows
    ]


def of_row(row_id: UUID) -> Sequence[Due]:
    """What falls and fell due of a row, the latest first; what no longer counts is left out."""
    return list(Due.objects.filter(row_id=row_id).exclude(state=Due.State.GONE).order_by("-day", "-pk"))
