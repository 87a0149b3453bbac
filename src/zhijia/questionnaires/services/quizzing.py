"""A quiz: questions drawn by a seed, answered within the time, points for what is right. Practice is for oneself; a
result of the contest is published where its owner agreed, and people are ranked nowhere else."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import reading, rules, versions
from zhijia.questionnaires.models import Attempt, Poll, Voter
from zhijia.questionnaires.reading import Ballot, Typed
from zhijia.questionnaires.services import promises
from zhijia.registry.models import Person, Union


def found(actor: Actor, poll_id: int) -> tuple[Poll, Questionnaire]:
    """A quiz the actor may take part in. Raises NotForYou."""
    poll = Poll.objects.select_related("version").filter(pk=poll_id, state=Poll.State.OPEN).first()
    asked = versions.definition(poll.version) if poll else None
    on_roll = (
        poll is not None
        and actor.person_id is not None
        and Voter.objects.filter(poll=poll, person_id=actor.person_id).exists()
    )
    if poll is None or asked is None or asked.contest is None or actor.user_id is None:
        raise NotForYou("no_such_poll", _("There is no such poll."))
    if asked.asks != "accounts" and not on_roll:
        raise NotForYou("no_such_poll", _("There is no such poll."))
    return poll, asked


def begin(*, actor: Actor, at: datetime, poll_id: int, practice: bool) -> Attempt:
    """Draw the questions and start the clock. The contest is entered once; practice as often as one likes."""
    poll, asked = found(actor, poll_id)
    assert asked.contest is not None
    if not practice and not poll.opens_at <= at < poll.closes_at:
        raise Refusal("quiz_over", _("The contest is not open now. You can practise."))
    union = Union.objects.get(pk=poll.union_id)
    minutes = parameters.value(asked.contest.minutes, division=union.division, day=days.business_day(at))
    seed = secrets.token_hex(16)
    with promises.kept():
        return Attempt.objects.create(
            poll=poll, user_id=actor.user_id or 0, practice=practice, seed=seed, began_at=at,
            ends_at=at + timedelta(minutes=minutes), most=sum(one.points for one in drawn(asked, seed)),
            union_id=poll.union_id, county_id=poll.county_id,
        )  # fmt: skip


def drawn(asked: Questionnaire, seed: str) -> Sequence[Question]:
    """The questions a seed draws, in its order: the same seed draws the same."""
    assert asked.contest is not None
    return [asked.by_name[name] for name in rules.drawn(asked.by_name, seed)[: asked.contest.draws]]


def worth(questions: Sequence[Question], said: Mapping[str, Any]) -> int:
    """The points of these answers to the questions that were drawn."""
    right = {question.name: question.right for question in questions}
    return rules.points(right, {question.name: question.points for question in questions}, said)


def hand_in(*, actor: Actor, at: datetime, attempt_id: int, typed: Typed) -> Attempt:
    """Hand the answers in, once, within the time; the points. Later ones count for nothing."""
    row = own(actor, attempt_id)
    if row.ended_at is not None:
        return row
    asked = versions.definition(row.poll.version)
    questions = drawn(asked, row.seed)
    late = is_over(row, at)
    said = {} if late else reading.read(questions, typed, Ballot(), demanding=False).answers
    row.answers, row.ended_at, row.points = said, at, worth(questions, said)
    row.save(update_fields=["answers", "ended_at", "points"])
    return row


def publish(*, actor: Actor, at: datetime, attempt_id: int, agreed: bool) -> Attempt:
    """Its owner agrees that the result is published with their name, or takes that back."""
    row = own(actor, attempt_id)
    if row.practice or row.ended_at is None:
        raise Refusal("practice_stays", _("Practice is for yourself: it is not published."))
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    row.publish, row.called = agreed, person.name if agreed and person else ""
    row.save(update_fields=["publish", "called"])
    return row


def is_over(attempt: Attempt, at: datetime) -> bool:
    """Whether its time had passed at this moment: what comes then counts for nothing."""
    return at > attempt.ends_at + rules.GRACE


def passed(attempt: Attempt, asked: Questionnaire, at: datetime) -> bool:
    """Whether the points pass."""
    assert asked.contest is not None
    part, whole = parameters.value(asked.contest.passes, day=days.business_day(at))
    return (attempt.points or 0) * int(whole) >= attempt.most * int(part)


def own(actor: Actor, attempt_id: int) -> Attempt:
    """A try of the actor's, held. Raises NotForYou."""
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("poll__version")
    row = rows.filter(pk=attempt_id, user_id=actor.user_id or 0).first()
    if row is None or actor.user_id is None:
        raise NotForYou("no_such_attempt", _("There is no such try of yours."))
    return row
