"""Refusals as pages: a sentence in the reader's language, a number to ask with, and what to do now."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from zhijia.kernel.errors import NotForYou, Refusal, TooMany
from zhijia.kernel.requests import Asked


def step_up(request: Asked) -> HttpResponse:
    """Allowed once the password is given again: go there, and come back to where one was."""
    here = request.get_full_path() if request.method == "GET" else came_from(request)
    return redirect(f"{reverse('accounts:step_up')}?{urlencode({'next': here})}")


def not_for_you(request: Asked, refusal: NotForYou) -> HttpResponse:
    """404 where the address names a record (a stranger finds nothing), 403 elsewhere; a visitor may log in."""
    actor = request.actor
    if actor.user_id is None:
        here = request.get_full_path() if request.method == "GET" else came_from(request)
        return redirect(f"{reverse('accounts:login')}?{urlencode({'next': here})}")
    named = bool(request.resolver_match and request.resolver_match.kwargs)
    return _page(request, 404 if named else 403, refusal)


def too_many(request: Asked, refusal: TooMany) -> HttpResponse:
    """429 with the seconds to wait."""
    response = _page(request, 429, refusal)
    response["Retry-After"] = str(refusal.details.get("retry_after", 60))
    return response


def sentence(request: Asked, refusal: Refusal) -> HttpResponse:
    """A rule said no in the middle of a form: back to the page it came from, the sentence on top."""
    if request.method == "POST":
        messages.error(request, str(refusal))
        return HttpResponseRedirect(came_from(request))
    return _page(request, 409, refusal)


def came_from(request: Asked) -> str:
    """The page of ours this request came from, or the home page."""
    back = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    return back if url_has_allowed_host_and_scheme(back, hosts, request.is_secure()) else "/"


def _page(request: Asked, status: int, refusal: Refusal) -> HttpResponse:
    context = {"refusal": refusal, "status": status, "request_id": request.request_id}
    return render(
        request, f"{status}.html" if status in (403, 404, 429) else "ui/refusal.html", context, status=status
    )
