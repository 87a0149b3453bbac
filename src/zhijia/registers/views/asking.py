"""What the views of lists share: the list and the row of an address, or 404; whom one works for; what one may."""

from typing import Any
from uuid import UUID

from zhijia.catalogue.definitions import UnknownDefinition
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registers.models import Row
from zhijia.registers.queries import one
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.writing import LEVELS
from zhijia.registry import access, scope
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing

VIEW = "list.view"


def kept_or_404(request: Asked, code: str) -> Kept:
    """The list of this code, for whoever sees lists somewhere."""
    if not access.may(request.actor, VIEW):
        nothing()
    return there_or_404(code)


def there_or_404(code: str) -> Kept:
    """The list of this code, whoever asks."""
    try:
        return lists.ready(code, at=days.now())
    except UnknownDefinition:
        nothing()


def row_or_404(request: Asked, code: str, row_id: UUID) -> tuple[Kept, Row, Union]:
    """The row with its list and the union that keeps it; a stranger finds nothing."""
    kept = there_or_404(code)
    row = one.find(request.actor, code, row_id, at=days.now())
    union = Union.objects.filter(pk=row.union_id).first() if row is not None else None
    if row is None or union is None:
        nothing()
    return kept, row, union


def working_for(request: Asked) -> Union:
    """The union the actor works for now, where they see lists."""
    union = scope.current(request, request.actor)
    if union is None or not access.may(request.actor, VIEW, union.pk):
        found = scope.rights(request, request.actor).unions(VIEW)
        if not found:
            nothing()
        union = found[0]
    return union


def ground(request: Asked) -> str:
    """What a page everybody sees stands on: the tabs of members for a member who is logged in, else the plain one."""
    logged_in = request.actor.user_id is not None
    member = logged_in and scope.rights(request, request.actor).home is None
    return "ui/member.html" if member else "ui/plain.html"


def sent_key(text: str) -> UUID | None:
    """The key of a row as it was sent; none where it cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def may(request: Asked, kept: Kept, union: Union) -> dict[str, Any]:
    """What a page offers at this union; the services decide."""
    rights = scope.rights(request, request.actor)
    keeps = rights.reach(kept.definition.keeper, union)
    return {
        "keep": keeps,
        "add": keeps and union.level in {LEVELS[level] for level in kept.definition.levels},
        "export": rights.reach("export.make", union),
    }
