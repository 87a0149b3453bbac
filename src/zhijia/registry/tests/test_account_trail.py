"""What is tried and done with an account stands on the trail of its union, for the auditor there and no other."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.services import logins
from zhijia.audit import queries as trail
from zhijia.audit.models import Entry
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_mobile
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.registry.tests import world as worlds

VISITOR = Actor(None, "page", "stranger", address="192.0.2.9")


@pytest.fixture
def world(committed: None) -> worlds.World:
    with transaction.atomic():
        world = worlds.build()
        worlds.appoint(world, "luyang", "auditor", "here")
        worlds.appoint(world, "shushan", "auditor", "there")
        worlds.member(world, "ding", "factory", serial=1)
    return world


def seen(world: worlds.World, auditor: str, action: str) -> list[Entry]:
    with acting(world.actors[auditor]):
        return trail.entries_for(world.actors[auditor], trail.Filters(action=action)).entries


def wrong_password(name: str) -> None:
    with acting(VISITOR), pytest.raises(Refusal):
        logins.by_password(actor=VISITOR, at=days.now(), name=name, password="not this one 1")


def wrong_code(phone: str) -> None:
    with acting(VISITOR), pytest.raises(Refusal):
        logins.by_code(actor=VISITOR, at=days.now(), phone=phone, code="000000")


def send_code(phone: str) -> None:
    with acting(VISITOR):
        logins.send_code(actor=VISITOR, at=days.now(), phone=phone)


TRIED: dict[str, tuple[Callable[[str], None], str]] = {
    "login.fail": (wrong_password, "factory-officer"),
    "code.send": (send_code, synthetic_mobile(1)),
}


@pytest.mark.parametrize("action", list(TRIED))
def test_what_a_stranger_tries_with_an_account_is_read_by_its_unions_auditor(
    world: worlds.World, action: str
) -> None:
    attempt, name = TRIED[action]

    attempt(name)

    (entry,) = seen(world, "here", action)
    assert entry.union_id == world.unions["factory"].pk
    assert entry.user_id is None
    assert seen(world, "there", action) == []


def test_a_wrong_code_of_a_member_is_read_there_too(world: worlds.World) -> None:
    wrong_code(synthetic_mobile(1))

    (entry,) = seen(world, "here", "login.fail")

    assert entry.person_id == world.actors["ding"].person_id
    assert seen(world, "there", "login.fail") == []


def test_a_name_nobody_has_stands_nowhere(world: worlds.World, owner_sql: Any) -> None:
    wrong_password("nobody-at-all")
    send_code(synthetic_mobile(99))

    places = (
        "SELECT union_id, county_id, person_id FROM audit_entry WHERE action IN ('login.fail', 'code.send')"
    )
    assert owner_sql(places) == [(None, None, None)] * 2
    assert seen(world, "here", "login.fail") == []


@pytest.mark.parametrize("who", ["factory", "ding"])
def test_a_log_out_stands_where_its_account_does(world: worlds.World, who: str) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors[who].user_id))

    client.post(reverse("accounts:logout"))

    (entry,) = seen(world, "here", "logout")
    assert (entry.user_id, entry.union_id) == (world.actors[who].user_id, world.unions["factory"].pk)
    assert seen(world, "there", "logout") == []
