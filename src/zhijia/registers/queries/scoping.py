"""Where somebody looks at lists: the union they name, or the highest they work for, with all under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Union

MAY = "list.view"


@dataclass(frozen=True, slots=True)
class Scope:
    """The places whose rows are meant: county-level unions by `county_id`, else unions by `union_id`."""

    column: str
    places: Sequence[int]


def of(actor: Actor, union_id: int | None = None) -> Scope:
    """The scope of the union, or of the highest one the actor may see lists at. Raises NotForYou."""
    if union_id is None:
        granted = access.unions_granted(actor, MAY)
        if not granted:
            raise access.not_for_you()
        union = granted[0]
    else:
        access.require(actor, MAY, union_id)
        union = Union.objects.get(pk=union_id)
    if union.county_ids:
        return Scope("county_id", union.county_ids)
    return Scope("union_id", [one.pk for one in tree.under(union.pk)])
