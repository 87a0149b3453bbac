"""The reorganisations planned and done, for who may decide such things."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Reorganisation

State = Reorganisation.State
PERMISSION = "union.reorganise"


@dataclass(frozen=True, slots=True)
class Page:
    """Some reorganisations, and the one to go on after (None at the end)."""

    rows: Sequence[Reorganisation]
    after: UUID | None


def page(actor: Actor, *, planned: bool, after: UUID | None, rows: int) -> Page:
    """Reorganisations of unions at or under the actor's own, or decided there: those that wait by their day, the
    others newest first."""
    place = Q(pk__in=[])
    for union in access.unions_granted(actor, PERMISSION):
        for name in ("union", "place"):
            place |= Q(
                **{f"{name}__tree_left__gte": union.tree_left, f"{name}__tree_left__lt": union.tree_right}
            )
    found = Reorganisation.objects.filter(place).select_related("union", "place")
    order = ("effective_on", "id") if planned else ("-effective_on", "-id")
    found = found.filter(state=State.PLANNED) if planned else found.exclude(state=State.PLANNED)
    if after is not None and (last := Reorganisation.objects.filter(pk=after).first()):
        way = "gt" if planned else "lt"
        found = found.filter(
            Q(**{f"effective_on__{way}": last.effective_on})
            | Q(effective_on=last.effective_on, **{f"pk__{way}": last.pk})
        )
    shown = list(found.order_by(*order)[: rows + 1])
    return Page(shown[:rows], shown[rows - 1].pk if len(shown) > rows else None)


def find(actor: Actor, reorganisation_id: UUID) -> Reorganisation | None:
    """The reorganisation, for who may decide such things where it was decided or where its union is."""
    found = Reorganisation.objects.filter(pk=reorganisation_id).select_related("union", "place").first()
    if found is None:
        return None
    places = (found.place_id, found.union_id)
    return found if any(access.may(actor, PERMISSION, place) for place in places) else None
