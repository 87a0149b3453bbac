"""A few reorganisations of the demo province: a new name, a merger and a move of funds done before the load, and a
merger of two counties planned after it. Through the services, by the province's officer."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry.models import Parent, Reorganisation, Union
from zhijia.registry.services.reorganisations import doing, planning
from zhijia.registry.services.reorganisations.plans import Merge, Move, Plan, Rename
from zhijia.web.demo.logins import PROVINCE, counties, workplace

RENAMED, FUNDS, MERGED, AHEAD = (timedelta(days=days) for days in (300, 90, 30, 45))


def make_reorganisations(*, at: datetime) -> None:
    """Plan and do them, once. Each is of unions of one county, so that no past figure of the demo is another's."""
    if Reorganisation.objects.exists():
        return
    first, second = counties()
    actor = Actor(User.objects.get(login=PROVINCE).pk, "demo", "demo-work", stepped_up=True)
    small = list(
        Union.objects.filter(county=first, type="50", dissolved_on__isnull=True)
        .exclude(pk=workplace().pk)
        .order_by("id")[:3]
    )
    one = next(iter(small))
    _done(
        actor, at - RENAMED, Rename(union=one.pk, name=f"{one.name.removesuffix('工会')}联合工会"), "企业更名"
    )
    if len(small) > 2:
        _done(
            actor,
            at - FUNDS,
            Move(union=small[2].pk, parent=first.pk, trees=("fund",)),
            "经费改由区总工会收缴",
        )
        _done(actor, at - MERGED, Merge(unions=(small[1].pk,), into=one.pk), "两家企业合并")
    pair = _neighbours(first, second)
    if pair:
        day = days.business_day(at + AHEAD)
        _plan(actor, at, Merge(unions=(pair[0],), into=pair[1], division=True), "行政区划调整", day)


def _done(actor: Actor, at: datetime, plan: Plan, reason: str) -> None:
    """Planned and done on a day before the load; what hangs there already is left as it is."""
    union = plan.about
    if (
        isinstance(plan, Move)
        and Parent.objects.filter(
            union=union, parent=plan.parent, tree="fund", valid_to__isnull=True
        ).exists()
    ):
        return
    planned = _plan(actor, at, plan, reason, days.business_day(at))
    doing.do(at=at, reorganisation_id=planned.pk)


def _plan(actor: Actor, at: datetime, plan: Plan, reason: str, day: date) -> Reorganisation:
    with acting(actor):
        return planning.plan(
            actor=actor,
            at=at,
            plan=plan,
            effective_on=day,
            reason=reason,
            approval_number="示例〔2026〕1号",
            once=uuid4(),
        )


def _neighbours(*kept: Union) -> tuple[int, int] | None:
    """Two counties of one city that no log-in of the demo works for."""
    edges = Parent.objects.filter(
        tree=Parent.Tree.ORGANISATION, valid_to__isnull=True, union__level=Union.Level.COUNTY
    ).exclude(union__in=kept)
    before: dict[int, int] = {}
    for union, city in edges.order_by("parent_id", "union_id").values_list("union_id", "parent_id"):
        if city in before:
            return union, before[city]
        before[city] = union
    return None
