"""What the views of spending share: the union or the voucher of an address, or 404; a page with its status."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from zhijia.kernel.requests import Asked
from zhijia.ledger.services.spending import flagging, preparing
from zhijia.ledger.spending_models import Voucher
from zhijia.ledger.views import VIEW, drawn
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing

PREPARE, CHECK = preparing.PREPARE, flagging.CHECK
STATES = {
    "draft": (gettext_lazy("draft"), "idle"),
    "waiting": (gettext_lazy("waits to be checked"), "waiting"),
    "checked": (gettext_lazy("checked, not posted yet"), "moving"),
    "posted": (gettext_lazy("posted"), "done"),
    "taken_back": (gettext_lazy("taken back"), "stopped"),
    "dropped": (gettext_lazy("dropped"), "stopped"),
}
"""How a voucher stands, in words, and the shape of its mark."""


def shown(request: Asked, template: str, union: Union, **context: Any) -> HttpResponse:
    """The page, with what the actor may do at the union."""
    context.setdefault("may_prepare", access.may(request.actor, PREPARE, union.pk))
    return drawn(request, template, union, **context)


def may_see(request: Asked, union: Union) -> bool:
    """Whether the actor reads the books there, prepares vouchers or checks them."""
    return any(access.may(request.actor, right, union.pk) for right in (VIEW, PREPARE, CHECK))


def union_or_404(request: Asked, code: str, permission: str = "") -> Union:
    """The union of this code, for whoever holds the permission there; any of those of spending where none is named."""
    union = Union.objects.filter(code=code).first()
    allowed = union is not None and (
        access.may(request.actor, permission, union.pk) if permission else may_see(request, union)
    )
    if union is None or not allowed:
        nothing()
    return union


def voucher_or_404(request: Asked, number: int) -> tuple[Voucher, Union]:
    """The voucher with its union, for whoever sees the union's spending."""
    found = Voucher.objects.select_related("paid_from").filter(pk=number).first()
    union = Union.objects.filter(pk=found.union_id).first() if found else None
    if found is None or union is None or not may_see(request, union):
        nothing()
    return found, union
