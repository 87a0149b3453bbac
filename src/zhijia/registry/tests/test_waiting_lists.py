"""Lists of what waits go on page after page: nothing twice, nothing left out, the most urgent first."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_id
from zhijia.registry import access
from zhijia.registry.models import Application, Correction, Person, TransferLeg
from zhijia.registry.queries import work
from zhijia.registry.services import corrections
from zhijia.registry.tests import world as worlds

SIZE = parameters.value("pages.rows", day=date(2026, 11, 20))
ROWS = 2 * SIZE + 3
LISTS: dict[str, Callable[[access.Rights], Any]] = {
    "applications": work.applications,
    "transfers": work.transfers,
    "corrections": work.corrections,
}


@pytest.fixture
def world(committed: None) -> worlds.World:
    with transaction.atomic():
        return worlds.build()


def fill(world: worlds.World, rows: int) -> None:
    """So many of each kind wait at the factory's union: five on one day, and every seventh without a day."""
    factory = world.unions["factory"]
    place = {"union_id": factory.pk, "county_id": factory.county_id}
    with acting(world.actors["factory"]):
        for number in range(rows):
            due = None if number % 7 == 6 else date(2026, 12, 31) - timedelta(days=number // 5)
            asked = {"asked_at": worlds.AT, "due_on": due, **place}
            person = Person.objects.create(
                id=new_id(), name="张小丰", real_name_level=1, changed_at=worlds.AT, **place
            )
            Application.objects.create(id=new_id(), user_id=person.pk.int % 2**60, name="张小丰", **asked)
            Correction.objects.create(id=new_id(), person_id=person.pk, field="name", value="张晓丰", **asked)
            TransferLeg.objects.create(
                transfer_id=uuid4(), side="out", person_id=person.pk, name="张小丰", origin="page", **asked
            )


def pages(world: worlds.World, kind: str, officer: str) -> list[work.Page[Any]]:
    """Every page of this list, as the officer turns them."""
    actor = world.actors[officer]
    with acting(actor):
        rows = LISTS[kind](access.rights_of(actor))
        turned = [work.page(rows, None)]
        while turned[-1].after is not None:
            turned.append(work.page(rows, turned[-1].after))
    return turned


@pytest.mark.parametrize("kind", list(LISTS))
def test_the_pages_hold_everything_once_by_the_day_it_is_due(world: worlds.World, kind: str) -> None:
    fill(world, ROWS)

    turned = pages(world, kind, "factory")

    shown = [row for page in turned for row in page.rows]
    due = [row.due_on or date.max for row in shown]
    assert [len(page.rows) for page in turned] == [SIZE, SIZE, 3]
    assert len({row.pk for row in shown}) == ROWS
    assert due == sorted(due)
    assert pages(world, kind, "mill") == [work.Page(rows=[], after=None)]


def test_a_row_answered_meanwhile_keeps_the_place_of_the_next_page(world: worlds.World) -> None:
    fill(world, ROWS)
    first, second, _third = pages(world, "corrections", "factory")
    actor = world.actors["factory"]

    with acting(actor):
        corrections.confirm(actor=actor, at=worlds.AT, correction_id=first.rows[-1].pk)
        again = work.page(work.corrections(access.rights_of(actor)), first.after)

    assert [row.pk for row in again.rows] == [row.pk for row in second.rows]


@pytest.mark.parametrize("kind", list(LISTS))
def test_a_full_page_takes_as_many_statements_as_three_rows(world: worlds.World, kind: str) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors["factory"].user_id))
    address = reverse(f"registry:{kind}")

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


@pytest.mark.parametrize("after", ["x", "0", str(uuid4()), "9" * 40, ""])
def test_a_made_up_place_in_a_list_is_the_first_page_or_none(world: worlds.World, after: str) -> None:
    fill(world, 3)
    client = Client()
    client.force_login(User.objects.get(pk=world.actors["factory"].user_id))

    answers = [client.get(reverse(f"registry:{kind}"), {"after": after}).status_code for kind in LISTS]

    assert set(answers) <= {200, 404}


def test_a_correction_is_due_after_the_days_of_the_catalogue_and_the_member_reads_it(
    world: worlds.World,
) -> None:
    with transaction.atomic():
        ding = worlds.member(world, "ding", "factory", serial=1)
    with acting(ding):
        asked = corrections.ask(actor=ding, at=worlds.AT, field="name", value="张晓丰")
    client = Client()
    client.force_login(User.objects.get(pk=ding.user_id))

    page = client.get(reverse("registry:my_data"))
    asking = client.get(reverse("registry:correct", args=["phone"]))

    assert days.business_day(worlds.AT) == date(2026, 11, 20)
    assert asked.due_on == date(2026, 12, 11)  # fifteen working days, no holiday between
    assert "12月11日" in page.content.decode()
    assert "15 个工作日" in asking.content.decode()
