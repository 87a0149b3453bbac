"""What happens by itself: those on the roll are told, polls that ended are counted, the silent are asked once more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.catalogue import parameters
from zhijia.kernel import context, days
from zhijia.notices.models import Message
from zhijia.questionnaires import jobs
from zhijia.questionnaires.models import Poll, Rating, Voter
from zhijia.questionnaires.services import papers, rating
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.models import Grant
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

MANY = 5


@pytest.fixture
def made(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    with transaction.atomic():
        found = hall(MANY)
    monkeypatch.setattr(days, "now", lambda: AT)
    return found


def opened(made: Hall, **more: bool) -> Poll:
    with transaction.atomic():
        made.world.act("factory")
        return made.poll(**more)


def told(kind: str) -> int:
    with context.whole():
        return Message.objects.using("bulk").filter(kind=kind).count()


def state(poll: Poll) -> str:
    return str(Poll.objects.get(pk=poll.pk).state)


def test_those_on_the_roll_are_told_once_that_a_poll_is_open(made: Hall) -> None:
    poll = opened(made)

    jobs.tell_opened(poll.pk)
    jobs.tell_opened(poll.pk)

    assert told("poll_opened") == MANY
    assert not Voter.objects.using("bulk").exclude(way="").exists()


def test_nobody_is_told_of_a_poll_that_was_stopped_before(made: Hall) -> None:
    poll = opened(made)
    Poll.objects.using("bulk").filter(pk=poll.pk).update(state="stopped")

    jobs.tell_opened(poll.pk)

    assert told("poll_opened") == 0


def test_a_poll_that_ended_is_counted_by_itself_once(made: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    poll = opened(made)
    with transaction.atomic():
        made.vote(0, poll, 1, 2)
    jobs.count_ended(0)
    assert state(poll) == "open", "somebody can still vote"

    monkeypatch.setattr(days, "now", lambda: LATER)
    jobs.count_ended(0)
    first = Poll.objects.get(pk=poll.pk)
    jobs.count_ended(0)

    after = Poll.objects.get(pk=poll.pk)
    assert (first.state, first.cast, first.counted_by) == ("counted", 1, made.world.actors["factory"].user_id)
    assert (after.counted_at, after.digest) == (LATER, first.digest)


def test_one_that_waits_for_its_papers_or_whose_officer_has_gone_waits_and_holds_up_no_other(
    made: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_paper, other = opened(made, on_paper=True), opened(made)
    with context.acting(made.world.actors["factory"]) as officer:
        papers.hand_out(actor=officer, at=AT, poll_id=on_paper.pk, number=made.numbers[0])
    monkeypatch.setattr(days, "now", lambda: LATER)

    jobs.count_ended(0)
    assert (state(on_paper), state(other)) == ("open", "counted")

    third = opened(made)
    Poll.objects.using("bulk").filter(pk=third.pk).update(closes_at=AT + timedelta(hours=2))
    with context.whole():
        Grant.objects.using("bulk").update(valid_to=AT.date())
    jobs.count_ended(0)
    assert state(third) == "open"


def test_some_of_the_silent_are_asked_once_more_and_nobody_a_third_time(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = parameters.value

    def every_second(key: str, **more: object) -> object:
        return 2 if key.endswith("again_one_in") else value(key, **more)  # type: ignore[arg-type]

    with transaction.atomic():
        world = worlds.build()
        members = [
            worlds.member(world, name, "factory", serial=n) for n, name in enumerate("abcdefghijkl", 1)
        ]
    assert len(members) == 12
    asked_at = AT + timedelta(hours=1)
    monkeypatch.setattr(days, "now", lambda: asked_at)
    jobs.ask_ratings(0)
    first = told("rating_asked")
    monkeypatch.setattr(rating.parameters, "value", every_second)
    open_for = value("questionnaires.rating_days", day=AT.date())
    monkeypatch.setattr(days, "now", lambda: asked_at + timedelta(days=open_for) * 0.75)

    jobs.ask_ratings_again(0)
    jobs.ask_ratings_again(0)

    with context.whole():
        again = list(Rating.objects.using("bulk").filter(again_at__isnull=False).values_list("pk", flat=True))
        chosen = [
            key for key in Rating.objects.using("bulk").values_list("pk", flat=True) if key.int % 2 == 0
        ]
    assert first == 12
    assert set(again) == set(chosen)
    assert told("rating_asked") == first + len(chosen)


def test_a_low_rating_is_told_once_to_the_nearest_colleagues_who_had_no_part_in_it(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        world = worlds.build()
        worlds.member(world, "ding", "factory", serial=1)
    rated_at = AT + timedelta(hours=1)
    monkeypatch.setattr(days, "now", lambda: rated_at)
    jobs.ask_ratings(0)
    with context.whole():
        row = Rating.objects.using("bulk").get()
    with context.acting(world.actors["ding"]) as ding:
        rating.give(actor=ding, at=rated_at, rating_id=row.pk, typed={"mark": ["1"]})

    jobs.ask_ratings(0)
    jobs.ask_ratings(0)

    with context.whole():
        told_to = set(
            Message.objects.using("bulk").filter(kind="rating_low").values_list("user_id", flat=True)
        )
    assert world.actors["factory"].user_id in row.not_by
    assert world.actors["luyang"].user_id in told_to
    assert world.actors["factory"].user_id not in told_to
    assert told("rating_low") == len(told_to)
