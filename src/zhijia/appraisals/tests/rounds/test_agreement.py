"""Somebody takes back that their name is shown while a notice hangs or the public votes (PI-01, PI-03): it is gone in
that moment, the entry stays, and nobody loses an award without a word."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from zhijia.appraisals.models.rounds import Award, Nomination, RoundNotice
from zhijia.appraisals.services.rounds import (
    agreeing,
    batching,
    judging,
    naming,
    recommending,
    showing,
    voting,
)
from zhijia.appraisals.tests.rounds.test_refusals import broken, proposed, refused
from zhijia.appraisals.tests.rounds.test_vote import shortlisted, voted
from zhijia.appraisals.tests.rounds.test_way import judged
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.kernel import masking
from zhijia.notices.models import Message
from zhijia.registry.services import consents
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(4)


def takes_back(made: Fair, place: int = 0, at: datetime = CLOSED) -> None:
    consents.withdraw(actor=made.member(place), at=at, purpose="public_notice")


def names(made: Fair, notice: RoundNotice) -> list[str]:
    notice.refresh_from_db()
    return [line["name"] for line in notice.lines]


def test_a_notice_of_the_batch_withholds_the_name_at_once_and_the_entry_stays(made: Fair) -> None:
    first, second, _third = judged(made)
    made.batch(first, second)
    batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    notice = showing.hang(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    assert names(made, notice) == [masking.name(first.title), masking.name(second.title)]

    takes_back(made)

    assert names(made, notice) == ["", masking.name(second.title)]
    assert notice.lines[0] == {"entry": str(first.pk), "number": 1, "name": "", "union": "", "said": []}
    made.act()
    first.refresh_from_db()
    assert (first.state, first.agreed_at, first.withdrew_at) == ("in", None, CLOSED)
    told = Message.objects.filter(kind="round_agreement_withdrawn").values_list("user_id", flat=True)
    assert made.world.actors["luyang"].user_id in told
    made.member(0)
    assert Message.objects.filter(kind="round_name_withheld", person_id=first.person_id).exists()


def test_a_batch_with_a_name_that_was_withheld_is_not_decided_but_sent_back_and_goes_on(made: Fair) -> None:
    first, second, _third = judged(made)
    made.batch(first, second)
    batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    takes_back(made)
    at = CLOSED + timedelta(days=9)

    with refused("notice_without_name"):
        batching.decide(actor=made.act("second"), at=at, round_id=made.round.pk)
    agreeing.agree(actor=made.member(0), at=at, nomination_id=first.pk)
    with refused("notice_without_name"):  # the days did not hang with every name
        batching.decide(actor=made.act("second"), at=at, round_id=made.round.pk)
    batching.send_back(actor=made.act("second"), at=at, round_id=made.round.pk, reason="一人撤回同意")
    at = made.to_names(at=at)

    made.act()
    assert set(Award.objects.values_list("nomination_id", flat=True)) == {first.pk, second.pk}


def test_who_agrees_no_more_is_in_no_batch_and_the_others_are(made: Fair) -> None:
    first, second, _third = judged(made)
    made.batch(first, second)
    takes_back(made)

    with refused("notice_not_agreed_by"):
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(second, why="第一名撤回公示同意")
    made.to_names()

    made.act()
    assert list(Award.objects.values_list("nomination_id", flat=True)) == [second.pk]


def test_what_was_decided_stands_when_its_name_is_withheld(made: Fair) -> None:
    first, *_others = judged(made)
    made.batch(first)
    batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    at = CLOSED + timedelta(days=9)
    batching.decide(actor=made.act("second"), at=at, round_id=made.round.pk)
    last = showing.hang(actor=made.act(), at=at, round_id=made.round.pk)

    takes_back(made, at=at)

    assert names(made, last) == [""]
    (award,) = naming.name(actor=made.act(), at=at + timedelta(days=9), round_id=made.round.pk)
    assert award.nomination_id == first.pk


def test_at_its_unit_the_notice_is_taken_down_and_hangs_anew_once_they_agree(made: Fair) -> None:
    row = made.nominate(0)
    notice = recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk)

    takes_back(made, at=AT + timedelta(hours=1))

    made.act("factory")
    row.refresh_from_db()
    notice.refresh_from_db()
    assert (row.state, notice.hangs_until) == ("up", AT + timedelta(hours=1))
    later = AT + timedelta(days=9)
    with refused("notice_first"):
        recommending.recommend(actor=made.act("factory"), at=later, nomination_id=row.pk, words="通过")
    with refused("notice_not_agreed_by"):
        recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk)
    agreeing.agree(actor=made.member(0), at=AT, nomination_id=row.pk)
    assert made.take_in(row).state == "in"


def test_nobody_withholds_or_shows_the_name_of_another(made: Fair) -> None:
    first, *_others = proposed(made)
    made.act()
    notice = RoundNotice.objects.get(where="batch")
    for name in ("luyang", "mill", "judge-0"):
        made.act(name)
        with (
            pytest.raises(DatabaseError, match="not for who is asking"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT appraisals_withhold(%s, %s)", [first.pk, CLOSED])
    takes_back(made)

    made.act()
    lines = [{"entry": str(first.pk), "name": first.title, "union": "", "said": []}]
    with broken("notice_names_who_agreed"):
        RoundNotice.objects.filter(pk=notice.pk).update(lines=lines)
    with broken("nomination_stands_as_handed_in"):
        Nomination.objects.filter(pk=first.pk).update(agreed_at=CLOSED)


def test_an_agreement_to_something_else_that_is_taken_back_changes_no_notice(made: Fair) -> None:
    rows = proposed(made)
    made.act()
    notice = RoundNotice.objects.get(where="batch")
    consents.give(actor=made.member(0), at=CLOSED, purpose="services")
    consents.withdraw(actor=made.member(0), at=CLOSED, purpose="services")

    assert names(made, notice) == [masking.name(rows[0].title)]


def test_in_a_public_vote_the_name_is_withheld_and_the_votes_stay(db: Any) -> None:
    made = fair(8, code="craftsman_of_the_year", key="city")
    rows = shortlisted(made)
    poll = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)

    takes_back(made, 1)

    stand = list(poll.candidates.order_by("number"))
    assert [one.name for one in stand] == [masking.name(rows[0].title), "", masking.name(rows[2].title)]
    assert (stand[1].about, bool(stand[1].called)) == ("", True)
    voted(made, poll, [1, 4, 2])
    judging.close_stage(actor=made.act(), at=poll.closes_at, round_id=made.round.pk)
    made.act()
    assert rows[1].standing.stages["vote"]["votes"] == 4
    with broken("roll_stands_once_the_poll_is_open"):
        poll.candidates.filter(number=1).update(name="别人")


def test_whoever_holds_a_vote_takes_nobodys_name_from_it(db: Any) -> None:
    made = fair(8, code="craftsman_of_the_year", key="city")
    shortlisted(made)
    poll = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)

    with broken("roll_stands_once_the_poll_is_open"):
        poll.candidates.filter(number=1).update(name="", about="")
