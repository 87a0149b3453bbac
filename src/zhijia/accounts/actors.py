"""From a request to the actor who is handed to every service."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from zhijia.accounts.devices import device_name
from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, Channel
from zhijia.kernel.ids import new_id

STEPPED_UP_AT = "stepped_up_at"


def actor_of(request: HttpRequest) -> Actor:
    """Whoever this browser's session belongs to; a visitor when nobody has logged in all the way.

    A session whose account was closed, or whose password has changed elsewhere, is a visitor's (S-08).
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return _actor(request, None, "page")
    return _actor(request, user, "page", stepped_up=stepped_up(request))


def token_actor(request: HttpRequest, user: User, scopes: frozenset[str]) -> Actor:
    """The owner of a personal token, held to the token's scopes and never stepped up."""
    return _actor(request, user, "api", scopes=scopes)


def commanding(login: str) -> Actor | None:
    """Somebody at work through a command, by their log-in; None where nobody with it can act."""
    user = User.objects.filter(login=login, is_active=True).first() if login else None
    if user is None:
        return None
    return Actor(
        user_id=user.pk,
        person_id=user.person_id,
        channel="command",
        request_id=f"command-{new_id().hex[:20]}",
    )


def stepped_up(request: HttpRequest) -> bool:
    """Whether the password (and the second factor) was given again lately enough (S-06)."""
    moment = request.session.get(STEPPED_UP_AT)
    if not moment:
        return False
    now = days.now()
    minutes = parameters.value("accounts.step_up_minutes", day=days.business_day(now))
    return now - datetime.fromisoformat(moment) < timedelta(minutes=minutes)


def _actor(
    request: HttpRequest,
    user: User | None,
    channel: Channel,
    *,
    stepped_up: bool = False,
    scopes: frozenset[str] | None = None,
) -> Actor:
    return Actor(
        user_id=user.pk if user else None,
        channel=channel,
        request_id=getattr(request, "request_id", ""),
        person_id=user.person_id if user else None,
        stepped_up=stepped_up,
        scopes=scopes,
        address=str(request.META.get("REMOTE_ADDR", "")),
        device=device_name(request.headers.get("User-Agent", "")),
    )
