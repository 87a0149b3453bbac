"""A form of polls that is sent twice at once, over two connections, makes one thing and answers calmly."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.kernel import days
from zhijia.questionnaires.models import Attempt, Candidate, Draft, Poll
from zhijia.questionnaires.tests.world import Hall, hall
from zhijia.registry.tests.clicks import twice
from zhijia.registry.tests.world import AT

MOMENT = "%Y-%m-%dT%H:%M"


@pytest.fixture
def made(committed: None, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(days, "now", lambda: AT)
    with transaction.atomic():
        return hall(6)


def test_a_poll_that_is_made_twice_at_once_is_there_once(made: Hall) -> None:
    opens = AT.astimezone(days.SHANGHAI)
    said: dict[str, Any] = {
        "once": str(uuid4()), "opens_at": opens.strftime(MOMENT),
        "closes_at": (opens + timedelta(days=2)).strftime(MOMENT),
    }  # fmt: skip

    address = reverse("questionnaires:new", args=[made.union.code]) + "?of=workforce_survey"
    got = twice(made.world.actors["factory"], address, said)

    poll = Poll.objects.using("bulk").get()
    assert got == [(302, reverse("questionnaires:desk", args=[poll.pk]))] * 2


def test_whoever_is_put_up_twice_at_once_stands_once(made: Hall) -> None:
    with transaction.atomic():
        poll = made.poll(stand=0, opened=False)
    address = reverse("questionnaires:act", args=[poll.pk, "candidate"])

    got = twice(made.world.actors["factory"], address, {"number": made.numbers[0]})

    assert Candidate.objects.using("bulk").filter(poll=poll).count() == 1
    assert sorted(got) == [(302, reverse("questionnaires:desk", args=[poll.pk])), (422, "")]


@pytest.mark.parametrize(("practice", "tries"), [("yes", 2), ("", 1)])
def test_a_contest_is_entered_once_however_often_it_is_begun_at_once(
    made: Hall, practice: str, tries: int
) -> None:
    with transaction.atomic():
        poll = made.poll("union_law_quiz")

    got = twice(made.voters[0], reverse("questionnaires:quiz", args=[poll.pk]), {"practice": practice})

    assert Attempt.objects.using("bulk").filter(poll=poll).count() == tries
    assert [status for status, _where in got] == [302, 302]


def test_a_page_that_is_kept_twice_at_once_is_one_draft(made: Hall) -> None:
    with transaction.atomic():
        poll = made.poll("workforce_survey")
    address = reverse("questionnaires:answer", args=[poll.pk, 1])

    got = twice(made.voters[0], address, {"contract": "no"})

    assert Draft.objects.using("bulk").filter(poll=poll).count() == 1
    assert got == [(302, reverse("questionnaires:answer", args=[poll.pk, 2]))] * 2
