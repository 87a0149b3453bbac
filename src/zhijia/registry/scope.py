"""Which union a staff member works for now: chosen in the bar on top, kept in the session."""

from typing import Any

from django.http import HttpRequest

from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Union

CHOSEN = "scope_union"


def rights(request: HttpRequest, actor: Actor) -> Rights:
    """What the one who asks holds, read once a request; for menus and lists, never for a decision."""
    held: Rights = request.__dict__.setdefault("rights", None) or access.rights_of(actor)
    request.__dict__["rights"] = held
    return held


def choices(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The unions the actor holds a right at, with the one they work for now marked."""
    now = current(request, actor)
    return [
        {"id": union.pk, "name": union.name, "current": now is not None and union.pk == now.pk}
        for union in rights(request, actor).unions("union.view")
    ]


def current(request: HttpRequest, actor: Actor) -> Union | None:
    """The union the actor works for now: the chosen one while the right stands, else the highest."""
    granted = rights(request, actor).unions("union.view")
    chosen = request.session.get(CHOSEN)
    return next((union for union in granted if union.pk == chosen), granted[0] if granted else None)


def choose(request: HttpRequest, actor: Actor, union_id: int) -> bool:
    """Work for this union from now on; False for one the actor has no right at."""
    if any(union.pk == union_id for union in rights(request, actor).unions("union.view")):
        request.session[CHOSEN] = union_id
        return True
    return False
