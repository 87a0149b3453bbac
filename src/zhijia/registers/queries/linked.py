"""Which rows of all lists name somebody or something."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.kernel.actors import Actor
from zhijia.registers.models import Link, List, Row
from zhijia.registry import access

MOST = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A row that names it: of which list, by which field (empty: it came of that case)."""

    code: str
    field: str
    row: Row


def naming(actor: Actor, kind: str, target: object) -> Sequence[Named]:
    """The rows that name this `person`, `union`, `employer`, `row` or `case`, as far as the actor sees them; newest
    first. Two statements."""
    if not access.may(actor, "list.view") and actor.person_id is None:
        return []
    links = list(Link.objects.filter(kind=kind, target=str(target)).order_by("-row_id")[:MOST])
    codes = dict(List.objects.filter(pk__in={link.register_id for link in links}).values_list("pk", "code"))
    wanted = {link.row_id for link in links}
    found = {row.pk: row for row in Row.objects.filter(register_id__in=codes, pk__in=wanted)}
    return [
        Named(codes[link.register_id], link.field, found[link.row_id])
        for link in links
        if link.row_id in found and link.register_id in codes
    ]
