"""What the registry's views share: records by their address, or 404."""

from typing import NoReturn, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope
from zhijia.registry.models import Person, Union
from zhijia.registry.queries import people
from zhijia.registry.services import joining

Row = TypeVar("Row", bound=Model)


def union_or_404(request: Asked, code: str, permission: str) -> Union:
    """The union of this code, when the actor holds the permission there; a stranger finds nothing."""
    union = Union.objects.filter(code=code).first()
    if union is None or not access.may(request.actor, permission, union.pk):
        nothing()
    return union


def row_or_404(request: Asked, rows: QuerySet[Row], number: int, permission: str) -> tuple[Row, Union]:
    """The row of this number with the union it stands at, when the actor holds the permission there."""
    row = rows.filter(pk=number).first()
    union = Union.objects.filter(pk=row.union_id).first() if row is not None else None  # type: ignore[attr-defined]
    if row is None or union is None or not access.may(request.actor, permission, union.pk):
        nothing()
    return row, union


def at_work(request: Asked, permission: str, page: str) -> HttpResponse:
    """To this page of the union the actor works for now; where the permission is held elsewhere alone, of that one."""
    access.require(request.actor, permission)
    union = scope.current(request, request.actor)
    if union is None or not access.may(request.actor, permission, union.pk):
        union = scope.rights(request, request.actor).unions(permission)[0]
    return redirect(page, code=union.code)


def person_or_404(request: Asked, person_id: UUID) -> Person:
    """The person, when the actor may see them."""
    person = people.find(request.actor, person_id)
    if person is None:
        nothing()
    return person


def known_union(code: str) -> Union:
    """The union of this code that takes members, or did until it ended; else 404."""
    union = Union.objects.filter(code=code).select_related("successor").first()
    if union is None or (union.dissolved_on is None and not joining.is_open(union)):
        nothing()
    return union


def log_in_first(actor: Actor) -> None:
    """Send a visitor to the log-in page and back."""
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))


def nothing() -> NoReturn:
    """There is nothing here for you; the middleware puts it on the trail when the address named a record."""
    raise Http404
