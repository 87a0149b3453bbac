"""What a member is shown of their own hidden values: at once, without a reason, and of nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.actors import STEPPED_UP_AT
from zhijia.audit.models import Entry
from zhijia.kernel import context, days
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.test_term_pages import browser
from zhijia.registry.tests.world import World

PAGE = reverse("registry:my_reveal", args=["id_number"])


@pytest.fixture
def world(db: None) -> World:
    world = worlds.build()
    worlds.member(world, "ding", "factory", serial=1)
    return world


def sure(world: World, name: str) -> Client:
    """The browser of somebody who has just proved who they are."""
    client = browser(world, name)
    session = client.session
    session[STEPPED_UP_AT] = days.now().isoformat()
    session.save()
    return client


def test_a_member_reads_their_own_number_without_saying_why(world: World) -> None:
    client = sure(world, "ding")

    before = client.get(PAGE).content.decode()
    after = client.post(PAGE)

    assert worlds.number(1) not in before
    assert 'name="reason"' not in before
    assert worlds.number(1) in after.content.decode()
    assert after["Cache-Control"] == "no-store"
    with context.acting(world.actors["ding"]):
        assert Entry.objects.filter(action="vault.reveal", reason="own_look").count() == 1
    assert "own look" not in client.get(reverse("registry:my_looks")).content.decode()


def test_the_button_stands_in_the_place_of_the_number_without_a_page_of_its_own(world: World) -> None:
    part = browser(world, "ding").get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert f'hx-post="{PAGE}"' in part


def test_a_session_that_only_logged_in_proves_itself_first(world: World) -> None:
    answer = browser(world, "ding").post(PAGE)

    assert answer.status_code == 302
    assert reverse("accounts:step_up") in answer["Location"]


def test_who_is_in_no_register_has_no_number_to_show(world: World) -> None:
    assert browser(world, "province").get(PAGE).status_code == 404
    assert browser(world, "ding").get(reverse("registry:my_reveal", args=["name"])).status_code == 404


def test_nobody_reads_another_members_number_that_way(world: World) -> None:
    worlds.member(world, "lan", "mill", serial=2)

    shown = sure(world, "lan").post(PAGE).content.decode()

    assert worlds.number(2) in shown
    assert worlds.number(1) not in shown
    with context.acting(world.actors["ding"]):
        mine = Person.objects.get(pk=world.actors["ding"].person_id)
        assert not Entry.objects.filter(action="vault.reveal", person_id=mine.pk).exists()
