"""What waits at a union for its recommendation is told to its officers once a day, counted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.appraisals.services.rounds import telling
from zhijia.appraisals.tests.rounds.test_pages import browser
from zhijia.appraisals.tests.rounds.world import Fair, fair
from zhijia.notices.models import Message
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(committed: None, clock: dict[str, Any]) -> Fair:
    with transaction.atomic():
        return fair(4)


def nominate(made: Fair, *places: int) -> None:
    """These members nominate themselves, which is committed."""
    for place in places:
        with transaction.atomic():
            made.nominate(place)


def waits(made: Fair, at: datetime = AT, **more: Any) -> int:
    """What the job says."""
    unit = made.world.unions["factory"].pk
    return telling.waiting(at=at, round_id=made.round.pk, union_id=unit, **more)


def said(made: Fair, name: str = "factory") -> list[tuple[str, bool]]:
    """How many wait, by each of the messages of this officer, and whether it is new."""
    rows = Message.objects.using("bulk").filter(kind="round_waits", user_id=made.world.actors[name].user_id)
    return [(one.values["number"], one.read_at is None) for one in rows.order_by("created_at")]


def test_an_officer_gets_one_message_a_day_that_counts_what_waits(made: Fair) -> None:
    for place in range(3):
        nominate(made, place)
        assert waits(made) == 1
    assert said(made) == [("3", True)]
    assert said(made, "mill") == []
    Message.objects.using("bulk").filter(kind="round_waits").update(read_at=AT)

    nominate(made, 3)
    waits(made)
    assert said(made) == [("4", True)]  # once more, as a new one
    waits(made, AT + timedelta(days=1))
    assert said(made) == [("4", True), ("4", True)]


def test_the_message_leads_to_what_waits_of_its_round(made: Fair) -> None:
    nominate(made, 0, 1)
    waits(made)
    (link,) = Message.objects.using("bulk").filter(kind="round_waits").values_list("link", flat=True)
    code = made.world.unions["factory"].code
    assert link == f"{reverse('appraisals:rounds', args=[code])}?round={made.round.pk}"

    unit = browser(made.world.actors["factory"])
    assert [row.round_id for row in unit.get(link).context["waiting"]] == [made.round.pk] * 2
    none = unit.get(f"{reverse('appraisals:rounds', args=[code])}?round=999999")
    assert list(none.context["waiting"]) == []
    assert browser(made.world.actors["mill"]).get(link).status_code == 404


def test_nobody_is_told_of_what_they_handed_in_themselves_or_of_nothing(made: Fair) -> None:
    assert waits(made) == 0
    nominate(made, 0)
    assert waits(made, but=made.world.actors["factory"].user_id) == 0
    assert said(made) == []


def test_a_nomination_that_comes_to_a_union_has_it_told(made: Fair, owner_sql: Callable[..., Any]) -> None:
    nominate(made, 0)

    jobs = [
        args
        for (args,) in owner_sql(f"SELECT args FROM procrastinate_jobs WHERE task_name = '{telling.WAITS}'")
    ]

    unit = made.world.unions["factory"].pk
    assert [(job["round_id"], job["union_id"]) for job in jobs] == [(made.round.pk, unit)]
