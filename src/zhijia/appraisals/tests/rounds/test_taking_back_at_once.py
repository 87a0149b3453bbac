"""Somebody takes their agreement back in the very moment their name is put up, over two connections: no name stays that
nobody agrees to any more, and neither of the two is turned away by the other."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction

from zhijia.appraisals.models.rounds import RoundNotice
from zhijia.appraisals.services.rounds import batching, showing, voting
from zhijia.appraisals.tests.rounds.test_vote import shortlisted
from zhijia.appraisals.tests.rounds.test_way import judged
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires.models import Candidate
from zhijia.registry.services import consents

_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"

Deed = tuple[Actor, Callable[..., Any]]


def in_turn(first: Deed, second: Deed) -> list[str]:
    """What each of two is told (the code of a refusal, or nothing): the second acts when the first has acted and not
    committed; the first commits once the second waits for it, or is through without having waited."""
    acted, through, said = threading.Event(), threading.Event(), ["", ""]

    def run(place: int, deed: Deed) -> None:
        actor, act = deed
        try:
            if place:
                acted.wait()
            with context.acting(actor):
                act(actor=actor, at=CLOSED)
                if not place:
                    acted.set()
                    _somebody_waits(through)
        except Refusal as refused:
            said[place] = refused.code
        finally:
            (through if place else acted).set()
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place, deed]) for place, deed in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def _somebody_waits(through: threading.Event) -> None:
    while not through.is_set():
        with context.whole() as cursor:
            cursor.execute(_WAITS)
            if cursor.fetchone()[0]:
                return


def takes_back(made: Fair, place: int) -> Deed:
    return made.hall.voters[place], partial(consents.withdraw, purpose="public_notice")


@pytest.fixture
def proposed(committed: None) -> Fair:
    with transaction.atomic():
        made = fair(4)
        first, second, _third = judged(made)
        made.batch(first, second)
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    return made


@pytest.fixture
def shortlist(committed: None) -> Fair:
    with transaction.atomic():
        made = fair(8, code="craftsman_of_the_year", key="city")
        shortlisted(made)
    return made


def hangs(made: Fair) -> Deed:
    return made.world.actors[made.key], partial(showing.hang, round_id=made.round.pk)


def votes(made: Fair) -> Deed:
    return made.world.actors[made.key], partial(voting.prepare, round_id=made.round.pk)


def test_a_notice_that_is_being_hung_up_loses_the_name_that_is_taken_back(proposed: Fair) -> None:
    assert in_turn(hangs(proposed), takes_back(proposed, 0)) == ["", ""]

    with context.whole():
        notice = RoundNotice.objects.using("bulk").get(where="batch")
    assert [bool(line["name"]) for line in notice.lines] == [False, True]


def test_a_notice_does_not_hang_while_an_agreement_is_being_taken_back(proposed: Fair) -> None:
    assert in_turn(takes_back(proposed, 0), hangs(proposed)) == ["", "notice_not_agreed_by"]


def test_a_vote_that_is_being_opened_loses_the_name_that_is_taken_back(shortlist: Fair) -> None:
    assert in_turn(votes(shortlist), takes_back(shortlist, 1)) == ["", ""]

    with context.whole():
        stand = Candidate.objects.using("bulk").order_by("number").values_list("name", flat=True)
        assert [bool(name) for name in stand] == [True, False, True]
