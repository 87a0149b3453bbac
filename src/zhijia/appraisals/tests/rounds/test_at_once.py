"""A form of a round that is sent twice at once, over two connections, is done once."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.tests.rounds.world import Fair, fair
from zhijia.kernel import days
from zhijia.registry.tests.clicks import twice
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(committed: None, monkeypatch: pytest.MonkeyPatch) -> Fair:
    monkeypatch.setattr(days, "now", lambda: AT)
    with transaction.atomic():
        there = fair(2)
    return there


def test_a_round_that_is_prepared_twice_at_once_is_there_once(made: Fair) -> None:
    union = made.world.unions["luyang"]
    said = {
        "once": str(uuid4()), "code": "craftsman", "year": "2026", "opens_at": "2026-11-20T10:00",
        "closes_at": "2026-12-20T10:00", "budget": "1000000", "title": "再评一次",
    }  # fmt: skip

    got = twice(made.world.actors["luyang"], reverse("appraisals:new_round", args=[union.code]), said)

    one = Round.objects.using("bulk").get(title="再评一次")
    assert got == [(302, reverse("appraisals:round", args=[one.pk]))] * 2


def test_whoever_nominates_themselves_twice_at_once_is_nominated_once(made: Fair) -> None:
    got = twice(made.hall.voters[0], reverse("appraisals:call", args=[made.round.pk]), {"once": str(uuid4())})

    one = Nomination.objects.using("bulk").get()
    assert got == [(302, reverse("appraisals:nomination", args=[one.pk]))] * 2


def test_a_union_that_nominates_twice_at_once_nominates_once(made: Fair) -> None:
    address = reverse("appraisals:nominate", args=[made.hall.union.code, made.round.pk])
    said = {"once": str(uuid4()), "number": made.hall.numbers[1]}

    got = twice(made.world.actors["factory"], address, said)

    one = Nomination.objects.using("bulk").get()
    assert got == [(302, reverse("appraisals:round_entry", args=[one.pk]))] * 2
