"""Audits as pages show them: those a committee works on, those of one's own union. Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zhijia.auditing.models import Engagement
from zhijia.auditing.services.planning import ANSWER, WORK
from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.access import Rights
from zhijia.registry.models import Union

ROWS, BELOW = 50, 20
OVER = (Engagement.State.CLOSED, Engagement.State.CALLED_OFF)
UNTOLD = (Engagement.State.PLANNED, Engagement.State.CALLED_OFF)


@dataclass(frozen=True, slots=True)
class Row:
    """An audit as a line of a list, with the names of both unions and how much of it is open."""

    audit: Engagement
    union: str
    auditor: str
    open: int


def of_committee(union: Union, *, over: bool = False) -> QuerySet[Engagement]:
    """What the union's committee audits, or has audited, the earliest planned first."""
    found = Engagement.objects.filter(other_union_id=union.pk)
    found = found.filter(state__in=OVER) if over else found.exclude(state__in=OVER)
    return found.order_by("-plan_on" if over else "plan_on", "id")


def below(union: Union) -> QuerySet[Engagement]:
    """What committees of unions below audit now, the earliest planned first."""
    under = tree.under(union.pk).exclude(pk=union.pk).values("pk")
    return (
        Engagement.objects.filter(other_union_id__in=under).exclude(state__in=OVER).order_by("plan_on", "id")
    )


def of_own(rights: Rights) -> QuerySet[Engagement]:
    """Audits of the unions the actor answers for, once those were told, the latest first."""
    unions = [union.pk for union in rights.unions(ANSWER)]
    return Engagement.objects.filter(union_id__in=unions).exclude(state__in=UNTOLD).order_by("-plan_on", "id")


def find(actor: Actor, engagement_id: UUID) -> tuple[Engagement, bool, bool] | None:
    """The audit, and whether the actor works on the committee's side and answers for the audited union; nothing for
    whoever does neither, and for the audited union before it was told."""
    found = Engagement.objects.filter(pk=engagement_id).first()
    if found is None:
        return None
    audits = access.may(actor, WORK, found.other_union_id)
    answers = access.may(actor, ANSWER, found.union_id) and found.state not in UNTOLD
    return (found, audits, answers) if audits or answers else None


def rows_of(audits: Sequence[Engagement]) -> list[Row]:
    """These audits as lines of a list, in three statements."""
    ids = {one.union_id for one in audits} | {one.other_union_id for one in audits}
    names = dict(Union.objects.filter(pk__in=ids).values_list("pk", "name"))
    still = dict(
        Engagement.objects.filter(pk__in=[one.pk for one in audits])
        .annotate(open=Count("findings", filter=Q(findings__state="open")))
        .values_list("pk", "open")
    )
    return [
        Row(one, names.get(one.union_id, ""), names.get(one.other_union_id, ""), still.get(one.pk, 0))
        for one in audits
    ]
