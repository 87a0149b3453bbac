"""Runs and entries as pages list them. Row policies hold; whoever looks has been asked for their right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zhijia.appraisals.models import Assessor, Entry, Notice, Run
from zhijia.appraisals.queries import entering
from zhijia.appraisals.queries.entering import Offer
from zhijia.appraisals.rules import periods
from zhijia.appraisals.services import held, told
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Body, Term, Union


def runs(union_id: int, *, after: int | None, rows: int) -> list[Run]:
    """The runs a union opened, the latest first."""
    found = Run.objects.filter(union_id=union_id).select_related("version").order_by("-id")
    return list((found.filter(pk__lt=after) if after else found)[:rows])


def proposed(union: Union, scheme: Appraisal, today: date) -> periods.Period:
    """The days a new run of this appraisal at the union is proposed to look at: after those of its last one."""
    before = Run.objects.filter(union_id=union.pk, code=scheme.code).exclude(begins="holders")
    last = before.order_by("-until").values_list("until", flat=True).first()
    term = None
    if scheme.cadence == "term":
        open_ones = Term.objects.filter(union_id=union.pk, body=Body.COMMITTEE, ended_on__isnull=True)
        term = open_ones.values_list("starts_on", "due_on").first()
    return periods.proposed(scheme.cadence, today=today, last=last, term=term)


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
    """What somebody has to do with appraisals: entries of their own unions and employers, runs those can enter, what
    they mark."""

    entries: Sequence[Entry]
    offers: Sequence[Offer]
    marking: Sequence[Assessor]


def mine(rights: Rights, employers: Collection[int], today: date, rows: int) -> Mine:
    """What somebody has to do with appraisals, the latest first: for the unions they enter for, for the employers they
    act for, and what they are named to mark."""
    own = [union.pk for union in rights.unions(told.ENTER)]
    firms = Q(kind=Entry.Kind.EMPLOYER, target__in=[str(one) for one in employers])
    entries = Entry.objects.filter(Q(union_id__in=own) | firms).select_related("run").order_by("-begun_at")
    named = Assessor.objects.filter(
        user_id=rights.actor.user_id or 0, left_at__isnull=True, entry__state__in=("begun", "marking")
    )
    return Mine(
        list(entries[:rows]),
        entering.offers(rights.unions(told.ENTER), employers, today, rows),
        list(named.select_related("entry__run__version").order_by("handed_at", "named_at")[:rows]),
    )


@dataclass(frozen=True, slots=True)
class Sides:
    """As whom somebody reads an entry: who runs its appraisal, who enters for the union concerned, the employer."""

    holds: bool
    enters: bool
    employer: bool

    @property
    def scores(self) -> bool:
        """Whether they score it for the subject itself."""
        return self.enters or self.employer


def sides(actor: Actor, entry: Entry) -> Sides:
    """As whom the actor reads the entry."""
    return Sides(
        access.may(actor, told.HOLD, entry.run.union_id),
        access.may(actor, told.ENTER, entry.union_id),
        held.is_its_employer(actor, entry),
    )


def hanging(*, at: datetime, rows: int) -> list[Notice]:
    """The notices that hang now, the one that ends first on top. Anybody reads them."""
    found = Notice.objects.filter(hangs_from__lte=at, hangs_until__gt=at)
    return list(found.order_by("hangs_until", "pk")[:rows])
