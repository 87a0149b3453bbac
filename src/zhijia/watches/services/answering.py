"""A clue in an officer's hands: looked at, then answered with what was done, or with why it is not so. Nothing is
decided by it about anybody: whoever acts does so where that is done."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.rules import judging, versions
from zhijia.rules.explaining import Explanation
from zhijia.watches.models import Clue

LONGEST = 500


def look(*, actor: Actor, at: datetime, clue: Clue) -> Explanation | None:
    """Why the rule says so of whom the clue is about, clause by clause as it stands today; the look is on the trail,
    where the person reads of it. Nothing where the actor may not see the subject any more."""
    actor = access.require(actor, clue.permission, clue.seat_id)
    _on_trail(actor, at, clue, "clue.look")
    return _why(clue, days.business_day(at))


def done(*, actor: Actor, at: datetime, clue_id: UUID, words: str) -> Clue:
    """The officer looked after it; `words` say what was done. Raises NotForYou, Refusal for one that is over or without
    words."""
    return _answer(actor, at, clue_id, Clue.State.DONE, "clue.done", words)


def not_so(*, actor: Actor, at: datetime, clue_id: UUID, reason: str) -> Clue:
    """There is nothing to look after; `reason` says why. Raises NotForYou, Refusal for one that is over or without a
    reason."""
    return _answer(actor, at, clue_id, Clue.State.NOT_SO, "clue.not_so", reason)


def _answer(actor: Actor, at: datetime, clue_id: UUID, state: Clue.State, action: str, words: str) -> Clue:
    clue = Clue.objects.select_for_update().filter(pk=clue_id).first()
    if clue is None:
        raise NotForYou("no_such_clue", _("There is no such clue here."))
    actor = access.require(actor, clue.permission, clue.seat_id)
    if clue.state != Clue.State.OPEN:
        raise Refusal("clue_over", _("This clue is over already: it was answered, or its cause is gone."))
    if not words.strip():
        raise Refusal("words_missing", _("Say in a sentence what was done, or why it is not so."))
    today = days.business_day(at)
    told = _why(clue, today)
    clue.state, clue.closed_at, clue.closed_by = state, at, actor.user_id
    clue.answer, clue.again_on = words.strip()[:LONGEST], _again_on(clue, today)
    clue.why = told.as_json()["clauses"] if told else None
    clue.save(update_fields=["state", "closed_at", "closed_by", "answer", "again_on", "why"])
    _on_trail(actor, at, clue, action)
    return clue


def _why(clue: Clue, today: date) -> Explanation | None:
    definition = versions.kept(clue.rule, clue.version)
    judged = judging.judge([definition], clue.person_id or clue.union_id, on=today)
    return judged[definition.code].told if judged else None


def _again_on(clue: Clue, today: date) -> date | None:
    watch = definitions.load().watches.get(clue.watch)
    if watch is None or not watch.again:
        return None
    return today + timedelta(days=parameters.value(watch.again, day=today))


def _on_trail(actor: Actor, at: datetime, clue: Clue, action: str) -> None:
    detail: dict[str, Any] = {"watch": clue.watch}
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="clue",
        subject_id=clue.pk,
        place=Place(clue.union_id, clue.county_id, clue.person_id),
        detail=detail,
    )
