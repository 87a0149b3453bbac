"""Whoever looks after the platform hears in time that the table of working days ends."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.administration.services import calendar
from zhijia.catalogue import working_days
from zhijia.notices.models import Message
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

LAST = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def table_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty days from now."""
    monkeypatch.setattr(working_days, "last_day", lambda: LAST)


@pytest.fixture
def world(committed: None) -> worlds.World:
    with transaction.atomic():
        made = worlds.build()
        worlds.appoint(made, "province", "security_admin", "security")
        worlds.appoint(made, "city", "system_admin", "system")
    return made


def told() -> list[int]:
    rows = Message.objects.using("bulk").filter(kind="calendar_ends").order_by("user_id")
    return [row.user_id for row in rows if row.user_id]


def test_it_is_said_sixty_days_before_and_as_long_as_it_is_so() -> None:
    before, after = timedelta(days=60), timedelta(days=80)
    assert calendar.ends_soon(LAST - before - timedelta(days=1)) is None
    assert [calendar.ends_soon(LAST - before), calendar.ends_soon(LAST + after)] == [LAST, LAST]


def test_whoever_looks_after_the_platform_is_told_once_and_nobody_else(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as loaded:
        loaded.setattr(working_days, "last_day", lambda: LAST.replace(year=2027))
        assert calendar.tell(at=AT) == 0

    assert [calendar.tell(at=AT), calendar.tell(at=AT + timedelta(days=80))] == [2, 0]

    assert told() == sorted(world.actors[name].user_id or 0 for name in ("security", "system"))


def test_who_comes_later_is_told_too_and_everybody_again_of_the_next_end(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar.tell(at=AT)
    with transaction.atomic():
        worlds.appoint(world, "luyang", "system_admin", "later")
    assert calendar.tell(at=AT) == 1
    monkeypatch.setattr(working_days, "last_day", lambda: LAST.replace(year=2027))
    assert calendar.tell(at=AT) == 0
    assert calendar.tell(at=AT.replace(year=2027)) == 3


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "工作日历截至2026年12月31日"), ("en", "ends on 31 Dec 2026")]
)
def test_it_stands_above_the_numbers_too(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    client = Client()
    client.cookies["language"] = language
    client.force_login(User.objects.get(pk=world.actors["system"].user_id))
    page = reverse("administration:definitions")
    monkeypatch.setattr(calendar, "ends_soon", lambda _today: LAST)
    assert words in client.get(page).content.decode()
    monkeypatch.setattr(calendar, "ends_soon", lambda _today: None)
    assert words not in client.get(page).content.decode()
