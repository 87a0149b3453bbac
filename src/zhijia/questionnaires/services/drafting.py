"""A survey is answered a page at a time; what was answered so far lies sealed on the server, for its owner alone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhijia.catalogue.questionnaire_rules import Question
from zhijia.kernel import ciphers, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires import branching, reading
from zhijia.questionnaires.envelopes import DRAFTS
from zhijia.questionnaires.models import Draft
from zhijia.questionnaires.reading import Read, Typed
from zhijia.questionnaires.services import casting
from zhijia.questionnaires.services.casting import Entry
from zhijia.registry.models import Union


def answers(actor: Actor, poll_id: int) -> dict[str, Any]:
    """What the actor has answered so far."""
    row = Draft.objects.filter(poll_id=poll_id, user_id=actor.user_id or 0).first()
    if row is None:
        return {}
    sealed = bytes(row.sealed)
    key = ciphers.keyring().key(DRAFTS, ciphers.key_id(sealed))
    opened: dict[str, Any] = json.loads(ciphers.open(key, sealed, _aad(poll_id, actor)))
    return opened


def pages(entry: Entry, said: Mapping[str, Any], at: datetime) -> list[tuple[Question, ...]]:
    """The pages that are asked, given what was answered: what a condition leaves out is on none of them."""
    division = Union.objects.get(pk=entry.poll.union_id).division
    return branching.pages(entry.asked, said, day=days.business_day(at), division=division)


def keep(*, actor: Actor, at: datetime, entry: Entry, questions: tuple[Question, ...], typed: Typed) -> Read:
    """Keep what stands on one page, and say what is wrong there."""
    read = reading.read(questions, typed, entry.ballot)
    said = {
        name: value for name, value in answers(actor, entry.poll.pk).items() if name not in _names(questions)
    }
    said |= read.answers
    sealed = ciphers.seal(
        ciphers.keyring().current(DRAFTS),
        json.dumps(said, ensure_ascii=False).encode(),
        _aad(entry.poll.pk, actor),
    )
    Draft.objects.update_or_create(
        poll_id=entry.poll.pk,
        user_id=actor.user_id or 0,
        defaults={"sealed": sealed, "union_id": entry.poll.union_id, "county_id": entry.poll.county_id},
    )
    return read


def grew(entry: Entry, shown: tuple[Question, ...], said: Mapping[str, Any], at: datetime) -> bool:
    """Whether what was answered on a page asks more on that page: then it is shown once more."""
    now = next((page for page in pages(entry, said, at) if page[0] in shown), ())
    return any(question not in shown for question in now)


def hand_in(*, actor: Actor, at: datetime, entry: Entry) -> str:
    """Hand it in, once; the receipt. Answers to questions that are not asked any more are left out. Raises Refusal
    where a question that is asked has no answer."""
    said = answers(actor, entry.poll.pk)
    asked = [question for page in pages(entry, said, at) for question in page]
    lacking = [question for question in asked if question.required and question.name not in said]
    if lacking:
        raise Refusal("unanswered", casting.UNANSWERED % {"question": lacking[0].label})
    given = {question.name: said[question.name] for question in asked if question.name in said}
    receipt = casting.put_in(actor=actor, entry=entry, answers=given)
    Draft.objects.filter(poll_id=entry.poll.pk, user_id=actor.user_id or 0).delete()
    return receipt


def _names(questions: tuple[Question, ...]) -> set[str]:
    return {question.name for question in questions}


def _aad(poll_id: int, actor: Actor) -> bytes:
    return f"{DRAFTS}:{poll_id}:{actor.user_id}".encode()
