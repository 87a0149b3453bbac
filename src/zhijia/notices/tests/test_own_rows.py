"""Whom a message was told to says that they have read it, and no more; nobody switches off what others hear of."""

from typing import Any

import pytest
from django.db import connection

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.notices import services
from zhijia.notices.models import Message
from zhijia.registry.tests import by_hand
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


@pytest.fixture
def world(db: Any) -> World:
    made = worlds.build()
    made.actors["nobody"] = Actor(None, "page", "test")
    services.send(
        actor=made.act("luyang"), at=AT, kind="please_check_your_data", values={"union": "甲"},
        to_user=made.actors["factory"].user_id,
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE notices_message SET kind = 'x'",
        "UPDATE notices_message SET user_id = 1",
        "UPDATE notices_message SET link = '/x/'",
        "DELETE FROM notices_message",
    ],
)
def test_what_was_told_stands(world: World, write: str) -> None:
    assert all(
        by_hand.refused(world.actors[who], write, {}) for who in ("factory", "luyang", "mill", "nobody")
    )


def test_a_message_is_read_by_whom_it_was_told_to(world: World) -> None:
    read = {}
    for who in ("mill", "luyang", "nobody", "factory"):
        context.enter(world.actors[who])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE notices_message SET read_at = now()")
            read[who] = cursor.rowcount

    assert read == {"mill": 0, "luyang": 0, "nobody": 0, "factory": 1}
    assert Message.objects.get().read_at is not None


def test_nobody_switches_off_what_others_hear_of(world: World) -> None:
    write = (
        "INSERT INTO notices_switched_off (user_id, kind, channel, since)"
        " VALUES (%(user)s, 'please_check_your_data', 'page', now())"
    )
    of = {"user": world.actors["factory"].user_id}

    assert not by_hand.refused(world.actors["factory"], write, of)
    assert all(by_hand.refused(world.actors[who], write, of) for who in ("luyang", "mill", "nobody"))
