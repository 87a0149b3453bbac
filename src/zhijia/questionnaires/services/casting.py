"""A vote. It writes one row, into the box, and nothing else: no fact, no line on the trail, no message, no mark on the
roll, since whatever is written with it, or marked by it, would tell whose it is (ADR 0023)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.asking.answers import LONGEST
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import envelopes, versions
from zhijia.questionnaires.envelopes import Opener
from zhijia.questionnaires.models import Poll, Voter
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.reading import Ballot
from zhijia.questionnaires.rules import WAYS
from zhijia.questionnaires.services import promises
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.rules import votes

BYTES, LONG = 4, 16
"""Bytes a character of a text may need; characters of a date, a number or a yes."""

UNANSWERED = _("“%(question)s” has no answer yet.")


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody at the door of an open poll: what they are asked, where their ballot lies, whether it is in."""

    poll: Poll
    asked: Questionnaire
    opener: Opener
    voter: str
    is_in: bool

    @property
    def receipt(self) -> str:
        """That their ballot was accepted; never what it says."""
        return self.opener.receipt(self.opener.slot(self.voter))


def enter(*, actor: Actor, at: datetime, poll_id: int) -> Entry:
    """Whether this actor takes part. Raises Refusal where voting is not open, and for somebody who cannot vote;
    NotForYou where there is nothing for them."""
    poll = Poll.objects.select_related("version").filter(pk=poll_id).exclude(state=Poll.State.DRAFT).first()
    if poll is None or actor.user_id is None:
        raise NotForYou("no_such_poll", _("There is no such poll."))
    asked = versions.definition(poll.version)
    if not asked.is_counted:
        raise NotForYou("no_such_poll", _("There is no such poll."))
    if at < poll.opens_at:
        raise Refusal("not_open_yet", _("Voting has not begun yet. Come back when it is open."))
    opener = box.opener(poll.pk) if poll.state == Poll.State.OPEN and at < poll.closes_at else None
    voter = _voter(actor, poll, asked, at)
    if opener is None:
        raise Refusal("voting_ended", promises.CLOSED)
    return Entry(poll, asked, opener, voter, box.is_in(poll.pk, opener.slot(voter)))


def cast(*, actor: Actor, at: datetime, poll_id: int, answers: Mapping[str, Any]) -> str:
    """Put the ballot into the box, once; its receipt. What it says was read by `reading`. Raises Refusal for a second
    one, for somebody who took a paper, and once voting has ended."""
    entry = enter(actor=actor, at=at, poll_id=poll_id)
    slot = entry.opener.slot(entry.voter)
    if box.hold(poll_id, slot) != Poll.State.OPEN:
        raise Refusal("voting_ended", promises.CLOSED)
    if actor.person_id and _row(poll_id, actor.person_id) == Voter.Way.PAPER:
        raise Refusal("took_a_paper", _("You were handed a paper ballot. Vote on that one; one vote each."))
    closed = entry.opener.close(slot, answers, size_of(entry.poll, entry.asked))
    if not box.put_in(
        poll_id, slot, closed
    ):  # in no savepoint: the row's xmin is the transaction's own, as tests ask
        raise Refusal(
            "voted_already",
            _(
                "Your ballot is in the box already, as it was first sent. One vote each; nothing was counted twice."
            ),
        )
    return entry.opener.receipt(slot)


def ballot_of(poll: Poll) -> Ballot:
    """The candidates of a poll by their number, and how many may be marked."""
    numbers = poll.candidates.order_by("number").values_list("number", flat=True)
    return Ballot([str(number) for number in numbers], poll.seats)


def size_of(poll: Poll, asked: Questionnaire) -> int:
    """Bytes of a closed ballot of this poll: the most it could need, so that all are equally long."""
    numbers = ballot_of(poll).numbers
    fullest = {question.name: _longest(question, numbers) for question in asked.questions}
    return envelopes.size_of(fullest)


def _longest(question: Question, numbers: Sequence[str]) -> Any:
    """The longest answer there can be to a question."""
    if question.type in {"text", "long_text"}:
        return BYTES * (question.most or LONGEST[question.type]) * "x"
    if question.type == "candidates":
        return dict.fromkeys(numbers, max(WAYS, key=len))
    if question.type == "choices":
        return [choice.code for choice in question.choices]
    if question.type in {"matrix", "ranking"}:
        return dict.fromkeys([item.code for item in (*question.rows, *question.ranked)], 10)
    return max((choice.code for choice in question.choices), key=len, default=LONG * "x")


def _row(poll_id: int, person_id: UUID) -> str | None:
    """How somebody takes part by the roll; none for whoever is not on it. Read without a lock: that would mark it."""
    found = Voter.objects.filter(poll_id=poll_id, person_id=person_id).values_list("way", flat=True)
    return found.first()


def _voter(actor: Actor, poll: Poll, asked: Questionnaire, at: datetime) -> str:
    """By what the poll knows this voter. Raises Refusal for somebody who cannot vote."""
    if asked.asks == "accounts":
        return f"user:{actor.user_id}"
    person = actor.person_id
    held = Membership.objects.filter(person_id=person, valid_to__isnull=True).first() if person else None
    if held is not None and not votes(held.status):
        raise Refusal(
            "retained",
            _("Your membership is retained. Retained members keep their rights, but do not vote (MEM-09)."),
        )
    if person is None or _row(poll.pk, person) is None:
        raise Refusal(
            "not_on_the_roll",
            _(
                "You are not on the roll of this poll, which was fixed on %(day)s. Ask the officer of your union."
            )
            % {"day": poll.roll_on},
        )
    if asked.sort == "ballot":
        _known_for_real(person, poll, days.business_day(at))
    return f"person:{person}"


def _known_for_real(person: UUID, poll: Poll, today: date) -> None:
    """Voting asks for a name that was checked (MEM-14)."""
    union = Union.objects.get(pk=poll.union_id)
    levels = parameters.value("questionnaires.real_name_levels", division=union.division, day=today)
    if not Person.objects.filter(pk=person, real_name_level__in=levels).exists():
        raise Refusal(
            "name_not_checked",
            _(
                "Your name has not been checked yet. Show your document at your union's desk, or vote on paper there."
            ),
        )
