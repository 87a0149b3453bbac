"""Who moves a union's money: whoever holds the right at the union itself, and a union above it only as long as nobody
orders payments below that one: it keeps the books for those too small to have a treasurer (集中核算, DUE-10)."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access, tree
from zhijia.registry.access import Rights
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders

ORDER = "payments.order"
"""Who holds this at a union keeps its money."""


def required(actor: Actor, permission: str, union_id: int, at: datetime) -> Actor:
    """The actor, by a right at the union or at one up to the one that keeps its money. Raises NotForYou without any
    right there, Refusal for the unions above the one that keeps it."""
    actor = access.require(actor, permission, union_id)
    if not reaches(access.rights_of(actor), permission, keepers(Union.objects.get(pk=union_id), at)):
        raise Refusal(
            "kept_below",
            _("This union has a treasurer: its money is moved there, not from a union above. Ask them."),
        )
    return actor


def keepers(union: Union, at: datetime) -> Collection[int]:
    """The union and those above it, up to the nearest that has somebody who orders payments: who may move its money."""
    path = [one.pk for one in tree.path_to(union.pk)][::-1]
    ordering = holders(path, ORDER, at)
    nearest = next((place for place, one in enumerate(path) if one in ordering), len(path))
    return path[: nearest + 1]


def reaches(rights: Rights, permission: str, kept_by: Collection[int]) -> bool:
    """Whether somebody with these rights holds this one at a union that may move the money (`keepers`)."""
    return any(one.pk in kept_by for one in rights.unions(permission))
