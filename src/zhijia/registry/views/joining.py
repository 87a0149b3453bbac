"""From a poster to an application: the union is named, the phone confirmed, five fields asked (MEM-03 to MEM-06)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhijia.catalogue import divisions
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry.member_forms import ClaimForm, JoinForm
from zhijia.registry.models import Application, Union
from zhijia.registry.services import applications, joining, people
from zhijia.registry.views.asking import log_in_first, nothing

COUNTY = 3
ROUTES = ("chosen", "employer", "place", "pool")


def landing(request: Asked, code: str) -> HttpResponse:
    """Public. The union of a poster, by name, with one button; `?elder=1` on a poster reads large from here on.
    A union that ended leads to the one that took it over, or to the choice of a place: old posters hang for years."""
    union = _known_union(code)
    if union.dissolved_on is not None:
        return render(
            request, "registry/join_ended.html", {"union": union, "other": joining.successor(union)}
        )
    form_url = f"{reverse('registry:join_form', args=[union.code])}?{urlencode({'by': _route(request)})}"
    if request.actor.user_id is None:
        form_url = f"{reverse('accounts:phone')}?{urlencode({'next': form_url})}"
    response = render(request, "registry/join.html", {"union": union, "form_url": form_url})
    if request.GET.get("elder") == "1":
        response.set_cookie("text_size", "elder", samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


def form(request: Asked, code: str) -> HttpResponse:
    """The fields, and after them the application's own page."""
    log_in_first(request.actor)
    union = _known_union(code)
    if union.dissolved_on is not None:
        return redirect("registry:join", code=union.code)
    given = JoinForm(request.POST or None, initial={"workplace": joining.employer_of(union)})
    if request.method == "POST" and given.is_valid():
        try:
            applications.apply(
                actor=request.actor,
                at=days.now(),
                union=union,
                routed=_route(request),
                id_type="111",
                **given.cleaned_data,
            )
        except Refusal as refusal:
            request.refusal = refusal
            given.add_error(None, str(refusal))
        else:
            return redirect("registry:my_application")
    return render(request, "registry/join_form.html", {"union": union, "form": given})


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


def my_application(request: Asked) -> HttpResponse:
    """Where my application is, who has it, by when."""
    log_in_first(request.actor)
    mine = Application.objects.filter(user_id=request.actor.user_id or 0).order_by("-asked_at").first()
    if mine is None:
        return redirect("registry:join_place")
    return render(
        request,
        "registry/my_application.html",
        {"application": mine, "union": Union.objects.get(pk=mine.union_id)},
    )


def withdraw(request: Asked) -> HttpResponse:
    """Take my waiting application back."""
    log_in_first(request.actor)
    mine = Application.objects.filter(
        user_id=request.actor.user_id or 0, state=Application.State.WAITING
    ).first()
    if request.method == "POST" and mine is not None:
        applications.withdraw(actor=request.actor, at=days.now(), application_id=mine.pk)
    return redirect("registry:my_application")


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


def _known_union(code: str) -> Union:
    """The union of this code that takes members, or did until it ended."""
    union = Union.objects.filter(code=code).select_related("successor").first()
    if union is None or (union.dissolved_on is None and not joining.is_open(union)):
        nothing()
    return union


def _route(request: Asked) -> str:
    by = request.GET.get("by", "chosen")
    return by if by in ROUTES else "chosen"
