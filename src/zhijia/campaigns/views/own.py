"""A member's own side of drives."""

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.campaigns.queries import own
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.views.asking import log_in_first


def mine(request: Asked) -> HttpResponse:
    """What drives give the actor, how far it is, and why they are on the roster of the others not."""
    log_in_first(request.actor)
    today = days.business_day(days.now())
    context = {
        "rows": own.given(request.actor, today=today),
        "others": own.without(request.actor, today=today),
    }
    return render(request, "campaigns/mine.html", context)
