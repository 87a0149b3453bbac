"""From a poster to the right union (MEM-03 to MEM-06). What is asked there is the matter `join`."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhijia.catalogue import divisions
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.member_forms import ClaimForm
from zhijia.registry.services import joining, people
from zhijia.registry.services.joining import routed
from zhijia.registry.views.asking import known_union, log_in_first, nothing

COUNTY = 3


def landing(request: Asked, code: str) -> HttpResponse:
    """Public. The union of a poster, by name, with one button; `?elder=1` on a poster reads large from here on.
    A union that ended leads to the one that took it over, or to the choice of a place: old posters hang for years."""
    union = known_union(code)
    if union.dissolved_on is not None:
        return render(
            request, "registry/join_ended.html", {"union": union, "other": joining.successor(union)}
        )
    by = urlencode({"by": routed(request.GET.get("by", ""))})
    form_url = f"{reverse('matters:join', args=[union.code])}?{by}"
    if request.actor.user_id is None:
        form_url = f"{reverse('accounts:phone')}?{urlencode({'next': form_url})}"
    response = render(request, "registry/join.html", {"union": union, "form_url": form_url})
    if request.GET.get("elder") == "1":
        response.set_cookie("text_size", "elder", samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


def place(request: Asked) -> HttpResponse:
    """Public. No poster at hand: the district or county where one works."""
    words = request.GET.get("q", "").strip()
    found = divisions.search(words, level=COUNTY) if words else []
    return render(request, "registry/join_place.html", {"words": words, "found": found})


def at_place(request: Asked, division: str) -> HttpResponse:
    """Public. At this place: the employer's union, the union of the place, or the holding pool. 404 for no place."""
    if not divisions.path(division):
        nothing()
    words = request.GET.get("q", "").strip()
    context = {
        "division": division,
        "place": divisions.full_name(division),
        "words": words,
        "found": joining.unions_of_employer(words, division) if words else [],
        "of_place": joining.union_of_place(division, gig=False),
        "pool": joining.union_of_place(division, gig=True),
    }
    return render(request, "registry/join_at.html", context)


def claim(request: Asked) -> HttpResponse:
    """My union has registered me: name, number and this phone find me."""
    log_in_first(request.actor)
    given = ClaimForm(request.POST or None)
    if request.method == "POST" and given.is_valid():
        found = people.claim(actor=request.actor, at=days.now(), **given.cleaned_data)
        if found:
            return redirect("registry:me")
        given.add_error(
            None,
            _(
                "We found nobody with this name, number and phone. Check them, or join a union as if you were new."
            ),
        )
    return render(request, "registry/claim.html", {"form": given})
