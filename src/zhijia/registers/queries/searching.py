"""Rows of all lists at once, by words."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Row
from zhijia.registers.queries import scoping
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registers.words import grams
from zhijia.registry import access

MOST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A row with these words, and its list."""

    kept: Kept
    row: Row


def everywhere(actor: Actor, text: str, *, most: int = MOST) -> Sequence[Found]:
    """The newest rows with all these words in the lists the actor sees. Raises NotForYou."""
    access.require(actor, scoping.MAY)
    there = {kept.id: kept for kept in lists.there().values()}
    sought = grams(text)
    if not sought or not there:
        return []
    keys = statements.run(
        "SELECT register_id, id FROM registers_worded(%s, %s, %s)", [list(there), sought, most]
    )
    found = Row.objects.filter(
        register_id__in={register for register, _id in keys}, pk__in=[row_id for _register, row_id in keys]
    )
    return [Found(there[row.register_id], row) for row in found.order_by("-pk")]
