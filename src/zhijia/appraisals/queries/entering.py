"""Runs somebody can enter: an officer for the unions they enter for, whoever acts for an employer for that one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import versions
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Union

MOST_OFFERED, MOST_READ = 30, 300
"""As many are offered to choose from; beyond, one writes. As many coverages are looked at."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A run that is open to somebody: what it appraises, and whom they can enter by one choice (what is sent, and the
    name that is read); without such they write whom."""

    run: Run
    scheme: Appraisal
    whom: Sequence[tuple[str, str]]


def offers(unions: Collection[Union], employers: Collection[int], today: date, rows: int) -> list[Offer]:
    """The runs that are open to these unions, to the employers they cover and to these `employers`, and that not all of
    them have entered, the latest first. Whoever works above the grass roots writes whom they enter."""
    covering = _covering(unions, employers, today)
    paths = tree.paths([*(union.pk for union in unions), *(one.union_id for one in covering)])
    above = {higher for path in paths.values() for higher in path}
    runs = Run.objects.filter(state="open", begins="self", union_id__in=above, self_until__gte=today)
    found = list(runs.select_related("version").order_by("-id")[:rows])
    entered = set(Entry.objects.filter(run__in=found).values_list("run_id", "kind", "target"))
    made = []
    for run in found:
        scheme = versions.definition(run.version)
        there: dict[int, tuple[str, str]] = {}
        if scheme.subject == "employer":
            firms = [one.employer for one in covering if run.union_id in paths[one.union_id]]
            there = {firm.pk: (firm.credit_code or firm.name, firm.name) for firm in firms}
        elif scheme.subject == "union":
            below = [union for union in unions if run.union_id in paths[union.pk] - {union.pk}]
            there = {union.pk: (union.code, union.name) for union in below}
        left = [said for key, said in there.items() if (run.pk, scheme.subject, str(key)) not in entered]
        if left and len(left) <= MOST_OFFERED:
            made.append(Offer(run, scheme, left))
        elif left or any(_writes(union, scheme) and run.union_id in paths[union.pk] for union in unions):
            made.append(Offer(run, scheme, ()))
    return made


def _covering(unions: Collection[Union], employers: Collection[int], today: date) -> list[Coverage]:
    """What these unions cover themselves, and who covers these employers."""
    mine = [union.pk for union in unions if union.level >= Union.Level.GRASSROOTS]
    standing = Coverage.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today),
        Q(employer_id__in=employers) | Q(union_id__in=mine),
        valid_from__lte=today,
        union__dissolved_on__isnull=True,
    )
    return list(standing.select_related("union", "employer").order_by("employer__name", "pk")[:MOST_READ])


def _writes(union: Union, scheme: Appraisal) -> bool:
    """Whether who works at this union enters others by writing whom."""
    return scheme.subject == "row" or union.level < Union.Level.GRASSROOTS


def for_enterprise() -> tuple[str, str]:
    """What whoever acts for an employer finds here: its title and address (`matters.for_enterprise.appraisals`)."""
    return _("Appraisals of my enterprise"), reverse("appraisals:own")
