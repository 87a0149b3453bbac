"""Open cases go along when unions are reorganised: they never wait where nobody sits."""

import pytest

from zhijia.kernel import context
from zhijia.matters.following import into, over
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import inbox
from zhijia.matters.tests.test_at_once import kept as kept
from zhijia.matters.tests.world import asked
from zhijia.registry.tests.world import World


@pytest.fixture
def case(kept: World) -> Case:
    with context.acting(kept.actors["member"]):
        return asked(kept)


def test_what_is_open_at_a_union_waits_at_the_one_it_was_merged_into(kept: World, case: Case) -> None:
    with context.whole() as cursor:
        into(cursor=cursor, source=kept.unions["factory"], target=kept.unions["couriers"])
    with context.acting(kept.actors["couriers"]) as officer:
        assert [step.case_id for step in inbox.waiting(officer)] == [case.pk]
    with context.acting(kept.actors["factory"]):
        assert not Case.objects.filter(pk=case.pk).exists()


def test_a_seat_stands_in_its_new_county(kept: World, case: Case) -> None:
    factory, shushan = kept.unions["factory"], kept.unions["shushan"]
    with context.whole() as cursor:
        over(cursor=cursor, unions=[factory.pk], county=shushan.pk)
        assert Step.objects.using("bulk").get(case=case).seat_county_id == shushan.pk
