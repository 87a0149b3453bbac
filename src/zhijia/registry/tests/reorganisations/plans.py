"""Plans as officers make them, done on their day, and what has to be true afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connections

from zhijia.facts import verify as fact_checks
from zhijia.kernel import context
from zhijia.registry import verify
from zhijia.registry.models import (
    Membership,
    Reorganisation,
)
from zhijia.registry.services.reorganisations import doing, planning
from zhijia.registry.services.reorganisations.plans import Plan
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

TODAY = date(2026, 11, 20)
State = Reorganisation.State


def ids(world: worlds.World, *names: str) -> tuple[int, ...]:
    return tuple(world.unions[name].pk for name in names)


def planned(world: worlds.World, plan: Plan, who: str = "city", *, day: date = TODAY, at: Any = AT) -> UUID:
    with context.acting(world.actors[who]):
        return planning.plan(
            actor=world.actors[who], at=at, plan=plan, effective_on=day, reason="区划调整", once=uuid4()
        ).pk


def done(world: worlds.World, plan: Plan, who: str = "city", *, day: date = TODAY) -> Reorganisation:
    at = AT + (day - TODAY)
    return doing.do(at=at, reorganisation_id=planned(world, plan, who, day=day, at=at))


def at_once(plans: list[UUID]) -> list[str]:
    """What became of each plan, all delivered at the same moment."""

    def act(plan: UUID) -> str:
        try:
            return doing.do(at=AT, reorganisation_id=plan).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(act, plans))


def seen(world: worlds.World, who: str) -> int:
    with context.acting(world.actors[who]):
        return Membership.objects.filter(valid_to=None).count()


def whole(model: Any, **wanted: Any) -> list[Any]:
    with context.whole():
        return list(model.objects.using("bulk").filter(**wanted).order_by("pk"))


def everything_fits() -> None:
    for check in (
        *(verify.members_are_the_facts, verify.rows_stand_in_their_place, verify.trees_are_whole),
        *(verify.grants_are_sealed, fact_checks.facts_are_told_once, fact_checks.rollups_are_the_facts),
    ):
        assert check().differences == ()
