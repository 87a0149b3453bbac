"""The figure of data quality and what waits behind it, for those who work at the unions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from zhijia.catalogue import parameters, quality
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access, tree
from zhijia.registry.models import Person, QualityIssue, QualityTally, Union
from zhijia.registry.models.quality import WAITING
from zhijia.registry.queries import work

COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """Quality of a union with all under it: the share of the weight of what each member's data must hold that is
    filled, valid and fresh, in per mille (none while nobody was looked at); issues that wait; members with a
    real-name level that aid and votes take; since when the oldest part of it stands."""

    per_mille: int | None
    people: int
    waiting: int
    matched: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """How much of one rule waits, counted no further than a cap."""

    rule: quality.QualityRule
    waiting: int
    asked: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some issues of one rule, and where the next begin."""

    rows: Sequence[QualityIssue]
    after: int | None


def whole_weight() -> int:
    """What all rules about a member weigh together."""
    return sum(rule.weight for rule in quality.all("person"))


def figure(union: Union) -> Figure:
    """The figure of a union with all under it, a sum over their tallies."""
    found = QualityTally.objects.filter(union_id__in=tree.under(union.pk).values("pk")).aggregate(
        people=Sum("people"),
        lost=Sum("lost"),
        waiting=Sum("waiting"),
        matched=Sum("matched"),
        as_of=Max("checked_at"),
    )
    people = found["people"] or 0
    weight = people * whole_weight()
    return Figure(
        per_mille=1000 - round((found["lost"] or 0) * 1000 / weight) if weight else None,
        people=people,
        waiting=found["waiting"] or 0,
        matched=found["matched"] or 0,
        as_of=found["as_of"],
    )


def found(actor: Actor, union: Union) -> list[Found]:
    """What waits at and under the union, rule by rule, the heaviest rule first."""
    access.require(actor, "quality.mend", union.pk)
    listed = []
    for rule in (*quality.all("person"), *quality.all("union")):
        counted = _waiting(union, rule.code).order_by()[: COUNTED + 1]
        n = counted.aggregate(all=Count("pk"), asked=Count("pk", filter=Q(state="asked")))
        if n["all"]:
            listed.append(Found(rule, n["all"], n["asked"]))
    return listed


def page(actor: Actor, union: Union, rule: str, after: int | None) -> Page:
    """The issues of one rule at and under the union, a page at a time."""
    access.require(actor, "quality.mend", union.pk)
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    rows = _waiting(union, rule).order_by("pk")
    if after:
        rows = rows.filter(pk__gt=after)
    shown = list(rows[: size + 1])
    return Page(shown[:size], shown[size - 1].pk if len(shown) > size else None)


def asked_of(person: Person) -> list[QualityIssue]:
    """What the union asks this person to look at."""
    return list(QualityIssue.objects.filter(person_id=person.pk, state="asked").order_by("pk"))


def names(rows: Sequence[QualityIssue]) -> dict[UUID, str]:
    """The masked names of whom they are about."""
    return work.names_of([row.person_id for row in rows if row.person_id])


def _waiting(union: Union, rule: str) -> QuerySet[QualityIssue]:
    return QualityIssue.objects.filter(_under(union), rule=rule, state__in=WAITING)


def _under(union: Union) -> Q:
    """Rows at and under the union."""
    if union.county_ids:
        return Q(county_id__in=union.county_ids)
    here: Any = tree.under(union.pk).values("pk")
    return Q(union_id__in=here)
