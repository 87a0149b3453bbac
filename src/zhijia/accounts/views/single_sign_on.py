"""To the issuer and back: logging in, or linking one's account."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from zhijia.accounts import entries, sso
from zhijia.accounts.actors import actor_of
from zhijia.accounts.doors import member_of_the_house
from zhijia.accounts.services import linking, logins
from zhijia.kernel import days

TRIP = "sso_trip"


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Off to the issuer, to log in."""
    return _depart(request, "login", request.GET.get("next", ""))


@never_cache
@member_of_the_house
@require_GET
def link(request: HttpRequest) -> HttpResponse:
    """Off to the issuer, to link it with one's account."""
    linking.require_may_link(actor_of(request))
    return _depart(request, "link", reverse("accounts:sessions"))


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Back from the issuer: once, for the trip this browser set out on."""
    kept = request.session.pop(TRIP, None)
    if not sso.is_configured() or not kept:
        raise Http404
    trip = sso.Trip(kept["state"], kept["nonce"], kept["verifier"])
    subject = sso.subject(
        _address(request), trip, state=request.GET.get("state", ""), code=request.GET.get("code", "")
    )
    actor, now = actor_of(request), days.now()
    if kept["purpose"] == "link":
        linking.link(actor=actor, at=now, subject=subject)
        return redirect(kept["next"])
    user = logins.by_subject(actor=actor, at=now, subject=subject)
    return entries.begin(request, user, way="sso", own_device=False, target=kept["next"])


def _depart(request: HttpRequest, purpose: str, target: str) -> HttpResponse:
    if not sso.is_configured():
        raise Http404
    address, trip = sso.departure(_address(request))
    request.session[TRIP] = {**asdict(trip), "purpose": purpose, "next": entries.safe_target(request, target)}
    return redirect(address)


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("accounts:sso_back"))
