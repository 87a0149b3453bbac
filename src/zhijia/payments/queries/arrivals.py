"""Money of other unions that a union's books refused, as its reconciliation shows it. Row policies hold."""

from dataclasses import dataclass

from django.utils.functional import Promise

from zhijia.ledger.services.posting import BROKEN
from zhijia.payments.models import Arrival
from zhijia.registry.models import Union

MOST = 100
OTHERWISE = "leg_stands_on_an_open_account"


@dataclass(frozen=True, slots=True)
class Shown:
    """What was refused, who paid it, and why, in words."""

    row: Arrival
    payer: str
    why: Promise


def open_at(union_id: int) -> list[Shown]:
    """What the books of a union refuse still, the oldest first; at most a hundred."""
    rows = list(Arrival.objects.filter(union_id=union_id, settled_at__isnull=True).order_by("pk")[:MOST])
    names = dict(Union.objects.filter(pk__in={row.payer_id for row in rows}).values_list("pk", "name"))
    return [
        Shown(row, names.get(row.payer_id, ""), BROKEN.get(row.broken, BROKEN[OTHERWISE])) for row in rows
    ]
