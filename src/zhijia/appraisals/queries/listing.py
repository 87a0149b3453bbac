"""Runs and entries as pages list them. Row policies hold; whoever looks has been asked for their right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from zhijia.appraisals.models import Assessor, Entry, Notice, Run
from zhijia.appraisals.services import told
from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.access import Rights


def runs(union_id: int, *, after: int | None, rows: int) -> list[Run]:
    """The runs a union opened, the latest first."""
    found = Run.objects.filter(union_id=union_id).select_related("version").order_by("-id")
    return list((found.filter(pk__lt=after) if after else found)[:rows])


def counts(run: Run) -> dict[str, int]:
    """How many entries of a run are in each state."""
    return dict(run.entries.values_list("state").annotate(n=Count("pk")).order_by())


def entries(run: Run, *, state: str, after: UUID | None, rows: int) -> list[Entry]:
    """The entries of a run in the order in which they began, those of a state where one is named."""
    found: QuerySet[Entry] = run.entries.order_by("pk")
    if state in Entry.State.values:
        found = found.filter(state=state)
    return list((found.filter(pk__gt=after) if after else found)[:rows])


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody has to do with appraisals: entries of their own unions, runs those can enter, what they mark."""

    entries: Sequence[Entry]
    open_runs: Sequence[Run]
    marking: Sequence[Assessor]


def mine(rights: Rights, today: object, rows: int) -> Mine:
    """What somebody has to do with appraisals, the latest first."""
    own = [union.pk for union in rights.unions(told.ENTER)]
    above = {one.pk for union in rights.unions(told.ENTER) for one in tree.path(union)}
    entries = Entry.objects.filter(union_id__in=own).select_related("run").order_by("-begun_at")
    runs = Run.objects.filter(state="open", begins="self", union_id__in=above, self_until__gte=today)
    named = Assessor.objects.filter(
        user_id=rights.actor.user_id or 0, left_at__isnull=True, entry__state__in=("begun", "marking")
    )
    return Mine(
        list(entries[:rows]),
        list(runs.order_by("-id")[:rows]),
        list(named.select_related("entry__run__version").order_by("handed_at", "named_at")[:rows]),
    )


def sides(actor: Actor, entry: Entry) -> tuple[bool, bool]:
    """Whether the actor runs the entry's appraisal, and whether they enter for the union concerned."""
    return access.may(actor, told.HOLD, entry.run.union_id), access.may(actor, told.ENTER, entry.union_id)


def hanging(*, at: datetime, rows: int) -> list[Notice]:
    """The notices that hang now, the one that ends first on top. Anybody reads them."""
    found = Notice.objects.filter(hangs_from__lte=at, hangs_until__gt=at)
    return list(found.order_by("hangs_until", "pk")[:rows])
