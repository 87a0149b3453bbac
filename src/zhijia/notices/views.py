"""Everything said to me: read it, see why, switch it off."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from zhijia.accounts.actors import actor_of
from zhijia.accounts.doors import member_of_the_house
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.notices import queries, services


@member_of_the_house
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """The messages, newest first."""
    try:
        after = UUID(request.GET["after"]) if request.GET.get("after") else None
    except ValueError as error:
        raise Http404 from error
    page = queries.messages_for(actor_of(request), after)
    template = "notices/_messages.html" if getattr(request, "htmx", False) else "notices/messages.html"
    return render(request, template, {"page": page})


@member_of_the_house
@require_POST
def read(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The message was read; on to what it is about."""
    actor = actor_of(request)
    try:
        services.read(actor=actor, at=days.now(), message_id=message_id)
    except NotForYou as error:
        raise Http404 from error
    return redirect(queries.link_of(actor, message_id) or "notices:messages")


@member_of_the_house
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All of them were read."""
    services.read_all(actor=actor_of(request), at=days.now())
    return redirect("notices:messages")


@member_of_the_house
@require_GET
def preferences(request: HttpRequest) -> HttpResponse:
    """What I want to be told, and how."""
    return render(request, "notices/preferences.html", {"kinds": queries.preferences_of(actor_of(request))})


@member_of_the_house
@require_POST
def switch(request: HttpRequest, kind: str, channel: str) -> HttpResponse:
    """Switch a kind of message off, or on again."""
    known = {preference.kind for preference in queries.preferences_of(actor_of(request))}
    if kind not in known:
        raise Http404
    services.switch(
        actor=actor_of(request), at=days.now(), kind=kind, channel=channel, on=request.POST.get("on") == "yes"
    )
    return redirect("notices:preferences")
