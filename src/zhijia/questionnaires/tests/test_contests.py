"""The figures of a contest for whoever holds it: how many, and never who, nor how somebody did."""

from datetime import datetime
from typing import Any

import pytest

from zhijia.questionnaires import versions
from zhijia.questionnaires.queries import contests
from zhijia.questionnaires.tests.test_pages import browser
from zhijia.questionnaires.tests.test_posting import entered, page, right_of
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(db: Any, clock: dict[str, Any]) -> Hall:
    return hall(7)


def test_an_officer_sees_how_many_took_part_in_a_contest_and_never_how_few_passed(made: Hall) -> None:
    poll = made.poll("union_law_quiz")
    for place in range(6):
        client = browser(made.voters[place])
        attempt = entered(made, client, poll, place)
        client.post(page("attempt", attempt.pk), right_of(attempt) if place else {})
    browser(made.voters[6]).post(page("quiz", poll.pk), {"practice": "yes"})

    made.officer()
    asked = versions.definition(poll.version)
    few = contests.of(poll, asked, division=made.union.division, at=LATER)
    shown = browser(made.world.actors["factory"]).get(page("desk", poll.pk)).content.decode()
    made.world.act("mill")
    theirs = contests.of(poll, asked, division=made.union.division, at=LATER)

    assert few == contests.Contest(6, 6, None, over=True)
    assert "Entered the contest" in shown
    assert theirs == contests.Contest(0, 0, 0, over=True)


def test_how_a_colleague_did_is_not_read_by_looking_before_and_after_they_hand_in(
    made: Hall, clock: dict[str, Any]
) -> None:
    poll, officer = made.poll("union_law_quiz"), made.world.actors["factory"]
    asked = versions.definition(poll.version)
    tries = {place: entered(made, browser(made.voters[place]), poll, place) for place in range(7)}

    def passed(at: datetime) -> int | None:
        made.officer()
        figures = contests.of(poll, asked, division=made.union.division, at=at)
        assert figures is not None
        return figures.passed

    looked = []
    for place, attempt in tries.items():
        browser(made.voters[place]).post(page("attempt", attempt.pk), right_of(attempt))
        looked.append(passed(AT))
    shown = browser(officer).get(page("desk", poll.pk)).content.decode()
    last_may_hand_in = passed(poll.closes_at)

    assert (set(looked), last_may_hand_in) == ({None}, None)
    assert "Shown once the contest has ended" in shown
    assert passed(LATER) == 7
