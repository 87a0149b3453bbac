"""A secret ballot from the roll to the result: one vote each, by those who may, and who is elected."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.catalogue import definitions
from zhijia.kernel import context
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import reading
from zhijia.questionnaires.models import Poll, Receipt, Strip, Voter
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.reading import Ballot
from zhijia.questionnaires.services import casting, counting, papers, preparing, rolls
from zhijia.questionnaires.tests.world import LATER, add, elected, hall
from zhijia.registry.models import Membership
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


class refused:
    """A refusal of this code, and nothing else."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> "refused":
        return self

    def __exit__(self, kind: Any, error: Any, _trace: Any) -> bool:
        assert isinstance(error, Refusal), f"{self.code} was not refused: {error!r}"
        assert error.code == self.code, error.code
        self.words = str(error)
        return True


def test_a_committee_is_elected_by_more_than_half_of_those_entitled(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    for place, chosen in enumerate([(1, 2, 3), (1, 2, 3), (1, 2, 3), (1, 2, 4), (1,)]):
        made.vote(place, poll, *chosen)

    counted = made.count(poll)

    assert (counted.entitled, counted.cast, counted.result["needed"]) == (6, 5, 4)
    assert counted.result["stands"] is True
    assert elected(counted) == ["1", "2"], "the third has three votes of six entitled"


def test_a_ballot_to_which_too_few_came_elects_nobody(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    for place in range(3):
        made.vote(place, poll, 1, 2, 3)

    counted = made.count(poll)

    assert counted.result["stands"] is False
    assert elected(counted) == []


def test_a_second_ballot_of_a_voter_is_refused_and_the_first_one_counts(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    receipt = made.vote(0, poll, 1)

    with refused("voted_already") as second:
        made.vote(0, poll, 2)

    assert "nothing was counted twice" in second.words or "重复" in second.words
    entry = casting.enter(actor=made.as_voter(0), at=AT, poll_id=poll.pk)
    assert (entry.is_in, entry.receipt) == (True, receipt)
    made.officer()
    assert box.count(poll.pk) == 1


@pytest.mark.parametrize("moment", ["before", "after", "counted"])
def test_no_ballot_goes_in_but_while_the_poll_is_open(db: Any, moment: str) -> None:
    made = hall(6)
    poll = made.poll()
    at = {"before": AT - timedelta(hours=1), "after": LATER, "counted": AT}[moment]
    if moment == "counted":
        made.count(poll)

    with refused("not_open_yet" if moment == "before" else "voting_ended"):
        made.vote(0, poll, 1, at=at)


def test_a_retained_member_is_on_no_roll_and_is_told_so(db: Any) -> None:
    made = hall(6)
    add(made, 1, first=50, status="30")
    poll = _poll_without_numbers(made)

    assert poll.entitled == 6
    with refused("retained"):
        made.vote(6, poll, 1)


def test_somebody_retained_since_the_roll_was_written_does_not_vote_and_counts_as_entitled(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    made.officer()
    Membership.objects.filter(person_id=made.voters[0].person_id).update(status="30")

    with refused("retained"):
        made.vote(0, poll, 1)
    made.officer()
    poll.refresh_from_db()
    assert poll.entitled == 6


def test_somebody_of_another_union_is_not_on_the_roll(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    stranger = hall(1, world=made.world, key="mill", first=80).voters[0]
    context.enter(stranger)

    with refused("not_on_the_roll"):
        casting.cast(actor=stranger, at=AT, poll_id=poll.pk, answers={})


def test_somebody_whose_name_was_not_checked_is_sent_to_the_desk(db: Any) -> None:
    made = hall(6)
    add(made, 1, first=60, level=1)
    poll = _poll_without_numbers(made)

    assert poll.entitled == 7
    with refused("name_not_checked"):
        made.vote(6, poll, 1)


def test_a_visitor_finds_nothing(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    visitor = replace(made.voters[0], user_id=None, person_id=None)
    context.enter(visitor)

    with pytest.raises(NotForYou):
        casting.enter(actor=visitor, at=AT, poll_id=poll.pk)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"committee.9": ["for"]}, "does not stand"),
        ({"committee.1": ["yes"]}, "Choose one"),
        ({"committee.1": ["for", "against"]}, "one thing only"),
        ({f"committee.{n}": ["for"] for n in range(1, 5)}, "Take 1 off"),
    ],
)
def test_a_ballot_that_cannot_be_is_said_why(typed: dict[str, list[str]], words: str) -> None:
    from django.utils import translation

    question = definitions.load().questionnaires["committee_election"].questions[0]

    with translation.override("en"):
        read = reading.read([question], typed, Ballot(["1", "2", "3", "4"], 3))

        assert words in str(read.wrong[0].words)
    assert read.answers == {}


def test_an_officer_of_another_union_neither_opens_nor_counts(db: Any) -> None:
    made = hall(6)
    poll = made.poll(opened=False)
    mill = made.world.act("mill")

    for act in (preparing.open_poll, counting.count, rolls.write_down):
        with pytest.raises(NotForYou):
            act(actor=mill, at=AT, poll_id=poll.pk)


def test_a_poll_is_not_counted_while_somebody_can_still_vote(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    made.vote(0, poll, 1)

    with refused("still_open"):
        made.count(poll, at=AT)


def test_when_everybody_has_voted_it_is_counted_at_once(db: Any) -> None:
    made = hall(4)
    poll = made.poll()
    for place in range(4):
        made.vote(place, poll, 1, 2, 3)

    assert made.count(poll, at=AT).state == Poll.State.COUNTED


def test_counting_twice_answers_the_same(db: Any) -> None:
    made = hall(4)
    poll = made.poll()
    made.vote(0, poll, 1)

    first = made.count(poll)
    second = made.count(poll)

    assert (first.digest, first.result) == (second.digest, second.result)
    assert Strip.objects.filter(poll=poll).count() == 4


def test_too_few_candidates_are_no_choice(db: Any) -> None:
    made = hall(6)
    poll = made.poll(stand=3, opened=False)

    with refused("too_few_candidates"):
        preparing.open_poll(actor=made.officer(), at=AT, poll_id=poll.pk)


def test_a_committee_has_an_odd_number_of_seats_that_goes_with_its_members(db: Any) -> None:
    made = hall(12)
    poll = made.poll(seats=4, stand=6, opened=False)

    with refused("committee_size"):
        preparing.open_poll(actor=made.officer(), at=AT, poll_id=poll.pk)


def test_who_is_asked_and_who_stands_is_fixed_by_the_database_once_it_is_open(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    made.officer()

    for breach in (
        lambda: Voter.objects.filter(poll=poll).first().delete(),  # type: ignore[union-attr]
        lambda: poll.candidates.filter(number=1).update(name="别人"),
        lambda: Poll.objects.filter(pk=poll.pk).update(entitled=3),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            breach()


def test_those_who_tie_for_the_last_seats_are_not_elected(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    for place in range(6):
        made.vote(place, poll, 1, *((2, 3) if place < 2 else (2, 4) if place < 4 else (3, 4)))

    counted = made.count(poll)

    assert elected(counted) == ["1"]
    assert counted.result["decided"]["committee"]["tied"] == ["2", "3", "4"]


def test_papers_are_counted_by_two_who_agree(db: Any) -> None:
    made = hall(6)
    colleague = worlds.appoint(made.world, "factory", "grassroots_officer", "colleague")
    poll = made.poll(on_paper=True)
    for place in range(3):
        made.vote(place, poll, 1, 2, 3)
    officer = made.officer()
    for number in made.numbers[3:6]:
        papers.hand_out(actor=officer, at=AT, poll_id=poll.pk, number=number)
    with refused("papers_first"):
        made.count(poll)
    said = {
        "committee": {str(n): {"for": 2 if n < 4 else 0, "abstain": 0 if n < 4 else 2} for n in range(1, 5)}
    }
    wrong = {"committee": {**said["committee"], "1": {"for": 1, "against": 1}}}

    assert papers.count(actor=officer, at=LATER, poll_id=poll.pk, papers=3, invalid=1, said=said) == []
    with refused("papers_counted_once_by_each"):
        papers.count(actor=officer, at=LATER, poll_id=poll.pk, papers=3, invalid=1, said=said)
    made.world.act("colleague")
    differing = papers.count(actor=colleague, at=LATER, poll_id=poll.pk, papers=3, invalid=1, said=wrong)
    assert "committee.1.for" in differing
    for name, actor in (("factory", officer), ("colleague", colleague)):
        made.world.act(name)
        assert papers.count(actor=actor, at=LATER, poll_id=poll.pk, papers=3, invalid=1, said=said) == []
    counted = made.count(poll)

    assert (counted.cast, counted.result["papers"], counted.result["invalid"]) == (6, 3, 1)
    assert elected(counted) == ["1", "2", "3"]


def test_whoever_takes_a_paper_does_not_vote_on_the_phone_nor_the_other_way_round(db: Any) -> None:
    made = hall(6)
    poll = made.poll(on_paper=True)
    made.vote(0, poll, 1)
    officer = made.officer()
    papers.hand_out(actor=officer, at=AT, poll_id=poll.pk, number=made.numbers[1])

    with refused("voted_here"):
        papers.hand_out(actor=officer, at=AT, poll_id=poll.pk, number=made.numbers[0])
    with refused("took_a_paper"):
        made.vote(1, poll, 1)


def test_every_ballot_that_was_counted_has_its_receipt_published(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    receipts = [made.vote(place, poll, 1) for place in range(4)]

    made.count(poll)

    assert sorted(Receipt.objects.filter(poll=poll).values_list("code", flat=True)) == sorted(receipts)


def test_nobody_burns_the_box_before_it_is_counted(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    made.vote(0, poll, 1)
    made.officer()

    with pytest.raises(IntegrityError), transaction.atomic():
        box.burn(poll.pk)


def test_a_ballot_of_nobody_on_the_roll_stops_the_count(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    opener = box.opener(poll.pk)
    assert opener is not None
    stray = opener.slot("person:nobody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT questionnaires_cast(%s, %s, %s)", [poll.pk, stray, b"x" * 600])

    with refused("stray_ballots"):
        made.count(poll)


def test_a_stopped_poll_is_destroyed_uncounted(db: Any) -> None:
    made = hall(6)
    poll = made.poll()
    made.vote(0, poll, 1)

    preparing.stop(actor=made.officer(), at=AT, poll_id=poll.pk, reason="名册有误")

    assert box.opener(poll.pk) is None
    with refused("voting_ended"):
        made.vote(1, poll, 1)


def test_the_same_key_makes_one_poll(db: Any) -> None:
    made = hall(2)
    once, officer = uuid4(), made.officer()
    asked = {
        "actor": officer, "at": AT, "once": once, "union": made.union, "code": "committee_election", "title": "",
        "opens_at": AT, "closes_at": LATER, "seats": 3,
    }  # fmt: skip

    assert preparing.make(**asked).pk == preparing.make(**asked).pk


def _poll_without_numbers(made: Any) -> Poll:
    """A poll of all members, whose first four stand."""
    made.numbers, kept = made.numbers[:4], made.numbers
    poll: Poll = made.poll()
    made.numbers = kept
    return poll
