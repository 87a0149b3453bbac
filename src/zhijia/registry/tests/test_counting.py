"""What a menu shows: as many as the lists hold, in one statement; and what rights read once say of a union."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.kernel import days
from zhijia.registry import access
from zhijia.registry.models import LeaveProposal, Membership, TransferLeg
from zhijia.registry.queries import work
from zhijia.registry.queries.counting import counted
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


@pytest.fixture
def busy(world: World) -> World:
    """Members of the factory who may have left, and one of the mill."""
    for serial, (name, union) in enumerate(
        (("ding", "factory"), ("dong", "factory"), ("cai", "factory"), ("cen", "mill")), start=1
    ):
        worlds.member(world, name, union, serial=serial)
        world.act(union)
        held = Membership.objects.get(person_id=world.actors[name].person_id)
        place = {"union_id": held.union_id, "county_id": held.county_id}
        LeaveProposal.objects.create(
            membership_id=held.pk, person_id=held.person_id, why="officer", since=AT.date(), opened_at=AT,
            answer_until=AT.date(), due_on=AT.date(), **place,
        )  # fmt: skip
    return world


def test_what_waits_is_counted_in_one_statement_and_only_at_the_officers_unions(busy: World) -> None:
    today = days.business_day(AT)
    rights = access.rights_of(busy.act("luyang"))
    LeaveProposal.objects.update(due_on=today + timedelta(days=3))
    late = LeaveProposal.objects.first()
    assert late is not None
    LeaveProposal.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))

    with CaptureQueriesContext(connection) as asked:
        found = work.counts(rights, today)

    assert len(asked.captured_queries) == 1
    assert (found.batches, found.leaving, found.overdue) == (0, 3, 1)


def test_counting_stops_at_the_most_and_nothing_asked_is_nothing(busy: World) -> None:
    busy.act("luyang")
    nobody = TransferLeg.objects.none()

    assert counted([LeaveProposal.objects.all(), nobody], most=2) == [(2, 0), (0, 0)]
    assert counted([nobody], most=2) == [(0, 0)]


@pytest.mark.parametrize("officer", ["province", "luyang", "shushan", "factory", "mill", "founder"])
def test_rights_read_once_say_what_access_says(world: World, officer: str) -> None:
    actor = world.act(officer)
    rights = access.rights_of(actor)

    for union in world.unions.values():
        for permission in ("roster.import", "membership.edit", "person.view", "union.view"):
            assert rights.reach(permission, union) == access.may(actor, permission, union.pk)
