"""Lists of what waits go on page after page: nothing twice, nothing left out, the most urgent first."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_id
from zhijia.registry import access
from zhijia.registry.models import LeaveProposal, Membership, Person
from zhijia.registry.queries import work
from zhijia.registry.services.leaving import deciding
from zhijia.registry.tests import world as worlds

SIZE = parameters.value("pages.rows", day=date(2026, 11, 20))
ROWS = 2 * SIZE + 3


@pytest.fixture
def world(committed: None) -> worlds.World:
    with transaction.atomic():
        return worlds.build()


def fill(world: worlds.World, rows: int) -> None:
    """So many members of the factory's union may have left: five are to be answered on one day."""
    factory = world.unions["factory"]
    place = {"union_id": factory.pk, "county_id": factory.county_id}
    with acting(world.actors["factory"]):
        for number in range(rows):
            due = date(2026, 12, 31) - timedelta(days=number // 5)
            person = Person.objects.create(
                id=new_id(), name="张小丰", real_name_level=1, changed_at=worlds.AT, **place
            )
            held = Membership.objects.create(
                id=new_id(), person_id=person.pk, member_number=f"34{number}", status="10", channel="test",
                joined_on=date(2020, 1, 1), valid_from=date(2020, 1, 1), **place,
            )  # fmt: skip
            LeaveProposal.objects.create(
                membership_id=held.pk, person_id=person.pk, why="officer", since=date(2026, 1, 1),
                opened_at=worlds.AT, answer_until=due, due_on=due, **place,
            )  # fmt: skip


def pages(world: worlds.World, officer: str) -> list[work.Page[Any]]:
    """Every page of this list, as the officer turns them."""
    actor = world.actors[officer]
    with acting(actor):
        rows = work.leaving(access.rights_of(actor))
        turned = [work.page(rows, None)]
        while turned[-1].after is not None:
            turned.append(work.page(rows, turned[-1].after))
    return turned


def test_the_pages_hold_everything_once_by_the_day_it_is_due(world: worlds.World) -> None:
    fill(world, ROWS)

    turned = pages(world, "factory")

    shown = [row for page in turned for row in page.rows]
    due = [row.due_on or date.max for row in shown]
    assert [len(page.rows) for page in turned] == [SIZE, SIZE, 3]
    assert len({row.pk for row in shown}) == ROWS
    assert due == sorted(due)
    assert pages(world, "mill") == [work.Page(rows=[], after=None)]


def test_a_row_answered_meanwhile_keeps_the_place_of_the_next_page(world: worlds.World) -> None:
    fill(world, ROWS)
    first, second, _third = pages(world, "factory")
    actor = world.actors["factory"]

    with acting(actor):
        deciding.keep(actor=actor, at=worlds.AT, proposal_id=first.rows[-1].pk, reason="还在班组")
        again = work.page(work.leaving(access.rights_of(actor)), first.after)

    assert [row.pk for row in again.rows] == [row.pk for row in second.rows]


def test_a_full_page_takes_as_many_statements_as_three_rows(world: worlds.World) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors["factory"].user_id))
    address = reverse("registry:leavings")

    def statements() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as made:
            page: Any = client.get(address)
        return len(made), page.content.decode()

    fill(world, 3)
    statements()
    few, short = statements()
    fill(world, ROWS)
    many, long = statements()

    assert many == few
    assert 'rel="next"' in long
    assert 'rel="next"' not in short


@pytest.mark.parametrize("after", ["x", "0", str(UUID(int=1)), "9" * 40, ""])
def test_a_made_up_place_in_a_list_is_the_first_page_or_none(world: worlds.World, after: str) -> None:
    fill(world, 3)
    client = Client()
    client.force_login(User.objects.get(pk=world.actors["factory"].user_id))

    answer = client.get(reverse("registry:leavings"), {"after": after})

    assert answer.status_code in {200, 404}
