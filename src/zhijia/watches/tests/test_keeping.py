"""Rules kept live: what is kept is what the rules say, whoever changed what."""


import pytest
from django.db import transaction

from zhijia.kernel.context import whole
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import World
from zhijia.watches.models import Touch
from zhijia.watches.services import keeping
from zhijia.watches.tests import world as ours
from zhijia.watches.tests.world import AT

RETIRED = ours.rule("test.retired", 'person.work_status == "04" && person.membership.status in ["10", "11"]')
WATCH = ours.watch("test_retired", "test.retired")


@pytest.fixture
def world(committed: None) -> World:
    with transaction.atomic():
        return worlds.build()


def test_whoever_a_rule_holds_for_is_kept_after_the_first_run(world: World) -> None:
    old = ours.person(world.unions["factory"], work_status="04")
    ours.person(world.unions["factory"])

    with ours.defined({"test.retired": RETIRED}, WATCH):
        keeping.work(at=AT)

        assert ours.kept("test.retired") == {old.pk} == ours.asked_anew("test.retired")


def test_a_change_of_one_field_is_noted_once_and_asks_about_one_person(world: World) -> None:
    people = [ours.person(world.unions["factory"]) for _number in range(3)]
    with ours.defined({"test.retired": RETIRED}, WATCH):
        keeping.work(at=AT)
        with whole():
            Person.objects.using("bulk").filter(pk=people[0].pk).update(work_status="04")
            Person.objects.using("bulk").filter(pk=people[1].pk).update(occupation="fitter")
            noted = list(Touch.objects.using("bulk").values_list("value", "changed"))
        done = keeping.work(at=AT)

        assert noted == [(str(people[0].pk), ["work_status"])]
        assert done["test.retired"].asked == 1
        assert ours.kept("test.retired") == {people[0].pk} == ours.asked_anew("test.retired")
