"""The page a side of a transfer decides on: what it knows itself, and nothing of the other side (MEM-07)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.registry.models import Membership, TransferLeg
from zhijia.registry.services import applications
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


@pytest.fixture
def moving(world: World) -> World:
    """A member of the factory applied at the mill, which agreed to ask for the transfer."""
    worlds.member(world, "ding", "factory", serial=1)
    asked = worlds.ask(world, "ding", "mill", serial=1)
    applications.approve(actor=world.act("mill"), at=AT, application_id=asked.pk)
    return world


def leg_of(world: World, name: str) -> TransferLeg:
    world.act(name)
    return TransferLeg.objects.get()


def page(world: World, name: str, leg: TransferLeg) -> tuple[int, str]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    answer: Any = client.get(reverse("registry:transfer", args=[leg.pk]))
    return answer.status_code, answer.content.decode()


def test_the_receiving_side_reads_what_was_applied_with_and_nothing_of_where_from(moving: World) -> None:
    leg = leg_of(moving, "mill")
    applied = applications.Application.objects.get()
    moving.act("factory")
    held = Membership.objects.get(valid_to=None)

    status, shown = page(moving, "mill", leg)

    assert status == 200
    assert leg.name in shown
    assert applied.workplace in shown
    assert moving.unions["factory"].name not in shown
    assert moving.unions["factory"].code not in shown
    assert held.joined_on.isoformat() not in shown
    assert reverse("registry:person", args=[leg.person_id]) not in shown


def test_the_releasing_side_is_led_to_its_member(moving: World) -> None:
    leg = leg_of(moving, "factory")

    status, shown = page(moving, "factory", leg)

    assert status == 200
    assert reverse("registry:person", args=[leg.person_id]) in shown
    assert moving.unions["mill"].name not in shown


def test_neither_the_other_side_nor_a_third_union_opens_a_leg(moving: World) -> None:
    coming = leg_of(moving, "mill")

    assert page(moving, "factory", coming)[0] == 404
    assert page(moving, "couriers", coming)[0] == 404


def test_an_answered_leg_says_so_and_has_no_buttons(moving: World) -> None:
    leg = leg_of(moving, "mill")
    decide = reverse("registry:decide_transfer", args=[leg.pk])
    client = Client()
    client.force_login(User.objects.get(pk=moving.actors["mill"].user_id))
    assert decide in page(moving, "mill", leg)[1]

    client.post(decide, {"answer": "approve"})

    status, shown = page(moving, "mill", leg)
    assert status == 200
    assert decide not in shown
