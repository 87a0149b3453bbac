"""What the views of assets and goods share: the union or the record of an address, or 404; a page with its status."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from zhijia.assets.models import Card, Lot
from zhijia.assets.services.cards import MANAGE
from zhijia.assets.services.counting import COUNT
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.forms import Form

VIEW = "assets.view"


def card_or_404(request: Asked, number: int) -> tuple[Card, Union]:
    """The card with its union, for whoever reads the register there."""
    card = Card.objects.filter(pk=number).first()
    return (card, _union(request, card.union_id)) if card else nothing()


def lot_or_404(request: Asked, number: int) -> tuple[Lot, Union]:
    """The lot with its union, for whoever reads the register there."""
    lot = Lot.objects.filter(pk=number).first()
    return (lot, _union(request, lot.union_id)) if lot else nothing()


def drawn(request: Asked, template: str, union: Union, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page with what the actor may do at the union."""
    context["union"] = union
    context["may"] = {
        "manage": access.may(request.actor, MANAGE, union.pk),
        "count": access.may(request.actor, COUNT, union.pk),
    }
    return render(request, template, context, status=status)


def say(request: Asked, form: Form | None, refusal: Refusal) -> None:
    """Put the refusal on top of the form, or of the page. Raises it again where it is NotForYou."""
    if isinstance(refusal, NotForYou):
        raise refusal
    request.refusal = refusal
    if form is None:
        messages.error(request, str(refusal))
    else:
        form.add_error(None, str(refusal))


def _union(request: Asked, union_id: int) -> Union:
    union = Union.objects.get(pk=union_id)
    return union_or_404(request, union.code, VIEW)
