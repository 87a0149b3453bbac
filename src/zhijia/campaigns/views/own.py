"""A member's own side of drives."""

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.campaigns.queries import own
from zhijia.campaigns.views.asking import rows_of_a_page
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.views.asking import log_in_first, nothing


def mine(request: Asked) -> HttpResponse:
    """What drives give the actor, how far it is, and those whose roster they are not on: each a page of its own."""
    log_in_first(request.actor)
    today, rows = days.business_day(days.now()), rows_of_a_page()
    after, other = (whole_number(request.GET.get(key, "")) for key in ("after", "others"))
    shown, following = own.given(request.actor, today=today, rows=rows, after=after)
    others, other_following = own.without(request.actor, rows=rows, after=other)
    context = {"rows": shown, "next": following, "others": others, "others_next": other_following}
    return render(request, "campaigns/mine.html", context)


def why(request: Asked, number: int) -> HttpResponse:
    """Why the actor is not on the roster of a drive of their unions, condition by condition."""
    log_in_first(request.actor)
    missed = own.missed(request.actor, number, today=days.business_day(days.now()))
    if missed is None:
        nothing()
    return render(
        request, "campaigns/why.html", {"one": missed.about, "lines": missed.lines, "why": missed.why}
    )
