"""A vote. It writes one row, into the box, and nothing else: no fact, no line on the trail, no message, no mark on the
roll, since whatever is written with it, or marked by it, would tell whose it is (ADR 0023)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.asking.answers import LONGEST
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import envelopes
from zhijia.questionnaires.envelopes import Opener
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.queries import box, door
from zhijia.questionnaires.queries.door import Comer, Held
from zhijia.questionnaires.reading import Ballot
from zhijia.questionnaires.rules import BY_SLIP, WAYS
from zhijia.questionnaires.services import promises
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
    slot: UUID
    is_in: bool
    ballot: Ballot
    by_slip: bool = False

    @property
    def receipt(self) -> str:
        """That their ballot was accepted; never what it says."""
        return self.opener.receipt(self.slot)


def enter(*, actor: Actor, at: datetime, poll_id: int) -> Entry:
    """Whether this actor takes part. Raises Refusal where voting is not open, and for somebody who cannot vote;
    NotForYou where there is nothing for them."""
    held = door.held(poll_id)
    if held is None or actor.user_id is None or not held.asked.is_counted:
        raise NotForYou("no_such_poll", _("There is no such poll."))
    poll = held.poll
    if at < poll.opens_at:
        raise Refusal("not_open_yet", _("Voting has not begun yet. Come back when it is open."))
    opener = held.opener if poll.state == Poll.State.OPEN and at < poll.closes_at else None
    by_account = held.asked.asks == "accounts"
    slot = None
    if opener is not None:
        slot = opener.slot(f"user:{actor.user_id}" if by_account else f"person:{actor.person_id}")
    comer = door.comer(poll.pk, actor.person_id, slot)
    if not by_account:
        _refuse_unfit(comer, held, at)
    if opener is None or slot is None:
        raise Refusal("voting_ended", promises.CLOSED)
    return Entry(poll, held.asked, opener, slot, comer.is_in, Ballot(held.numbers, poll.seats))


def cast(*, actor: Actor, at: datetime, poll_id: int, answers: Mapping[str, Any]) -> str:
    """Go to the door and put the ballot into the box, once; its receipt. Raises what `enter` and `put_in` raise."""
    return put_in(actor=actor, entry=enter(actor=actor, at=at, poll_id=poll_id), answers=answers)


def put_in(*, actor: Actor, entry: Entry, answers: Mapping[str, Any]) -> str:
    """Put the ballot of whoever entered in this transaction into the box, once; its receipt. What it says was read by
    `reading`. Raises Refusal for a second one, for somebody who took a paper, and once the poll is counted."""
    poll_id, slot = entry.poll.pk, entry.slot
    if box.hold(poll_id, slot) != Poll.State.OPEN:
        raise Refusal("voting_ended", promises.CLOSED)
    said = {**answers, BY_SLIP: True} if entry.by_slip else answers
    closed = entry.opener.close(slot, said, size_of(entry.asked, entry.ballot))
    went = box.put_in(
        poll_id, slot, closed, actor.person_id
    )  # in no savepoint: the row's xmin is the transaction's own, as tests ask
    if went is None:
        raise Refusal("took_a_paper", _("You were handed a paper ballot. Vote on that one; one vote each."))
    if not went:
        raise Refusal(
            "voted_already",
            _(
                "Your ballot is in the box already, as it was first sent. One vote each; nothing was counted twice."
            ),
        )
    return entry.receipt


def size_of(asked: Questionnaire, ballot: Ballot) -> int:
    """Bytes of a closed ballot of this poll: the most it could need, so that all are equally long."""
    longest = {question.name: _longest(question, ballot.numbers) for question in asked.questions}
    return envelopes.size_of(longest | {BY_SLIP: True})


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


def _refuse_unfit(comer: Comer, held: Held, at: datetime) -> None:
    """Raises Refusal for somebody who is not on the roll and, in a ballot, for the retained (MEM-09) and for a name
    that nobody checked (MEM-14)."""
    ballot = held.asked.sort == "ballot"
    if ballot and comer.status is not None and not votes(comer.status):
        raise Refusal(
            "retained",
            _("Your membership is retained. Retained members keep their rights, but do not vote."),
        )
    if comer.way is None:
        raise Refusal(
            "not_on_the_roll",
            _(
                "You are not on the roll of this poll, which was fixed on %(day)s. Ask the officer of your union."
            )
            % {"day": held.poll.roll_on},
        )
    if not ballot:
        return
    key, today = "questionnaires.real_name_levels", days.business_day(at)
    if comer.level not in parameters.value(key, division=held.division, day=today):
        raise Refusal(
            "name_not_checked",
            _(
                "Your name has not been checked yet. Show your document at your union's desk, or vote on paper there."
            ),
        )
