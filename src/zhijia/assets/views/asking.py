"""What the views of assets and goods share: the union or the record of an address, or 404; a page with its status."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.assets.models import Card, Lot
from zhijia.assets.services.cards import MANAGE
from zhijia.assets.services.counting import COUNT
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import row_or_404

VIEW = "assets.view"


def card_or_404(request: Asked, number: int) -> tuple[Card, Union]:
    """The card with its union, for whoever reads the register there."""
    return row_or_404(request, Card.objects.all(), number, VIEW)


def lot_or_404(request: Asked, number: int) -> tuple[Lot, Union]:
    """The lot with its union, for whoever reads the register there."""
    return row_or_404(request, Lot.objects.all(), number, VIEW)


def drawn(request: Asked, template: str, union: Union, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page with what the actor may do at the union."""
    context["union"] = union
    context["may"] = {
        "manage": access.may(request.actor, MANAGE, union.pk),
        "count": access.may(request.actor, COUNT, union.pk),
    }
    return render(request, template, context, status=status)
