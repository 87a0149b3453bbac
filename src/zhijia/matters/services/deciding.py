"""What officers do at a step: sign, refuse, send back, ask for more, hand on. One person says one thing, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_steps import Step as StepRule
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import at_hand, signers
from zhijia.matters.models import Case, Decision, Signer, Step
from zhijia.matters.services import (
    answering,
    eligibility,
    holding,
    listed,
    moving,
    papers,
    reserving,
    stops,
    versions,
)
from zhijia.registry import access

MOVES_THE_CASE = {"return", "pause"}
"""What cannot be done any more at a step that comes after the case has closed."""
SIGNS = {"approve", "refuse", "return"}


@dataclass(frozen=True, slots=True)
class _Work:
    """A step in the hands of whoever may act there: who they are, by which grant, and the stops of the case so far."""

    actor: Actor
    case: Case
    matter: Matter
    step: Step
    been: Sequence[stops.Been]

    @property
    def here(self) -> stops.Been:
        return next(stop for stop in self.been if stop.step_id == self.step.pk)

    def agreed(self) -> list[stops.Been]:
        """The stops once the actor has agreed here and the step is done."""
        said = {**self.here.said, self.actor.user_id or 0: str(Decision.Verdict.APPROVE)}
        done = replace(self.here, state=Step.State.DONE, said=said)
        return [done if stop is self.here else stop for stop in self.been]


def approve(
    *,
    actor: Actor,
    at: datetime,
    step_id: int,
    amount: int | None = None,
    reason: str = "",
    typed: Mapping[str, Any] | None = None,
) -> Case:
    """Agree. The case goes on once everybody has signed whose signature the step needs. `amount` (fen) sets what is
    granted, never more than was asked for, and nothing new once the case has closed; `typed` are the answers to what
    is asked of whoever decides here."""
    work = _work(actor, at, step_id)
    actor, case, matter, step = work.actor, work.case, work.matter, work.step
    _in_turn(actor, work.here)
    if matter.roster is not None:
        amount = listed.agreed(case, matter, amount)
    elif amount is not None and (amount < 0 or amount > (case.amount or 0)):
        raise Refusal("amount_above_asked", _("Grant at most what was asked for."))
    if case.closed_at is not None and amount not in {None, case.amount}:
        raise Refusal("not_at_this_step", _("That cannot be done at this step."))
    answering.take(at=at, case=case, matter=matter, step=step, typed=typed or {})
    _say(actor, at, case, step, Decision.Verdict.APPROVE, reason, amount=amount)
    if amount is not None:
        case.amount = amount
        case.save(update_fields=["amount"])
    been = work.agreed()
    if _waits_for(been, step, matter.step(step.code)):
        return case
    moving.close(step, Step.State.DONE, at)
    papers.make(actor=actor, at=at, case=case, matter=matter, step=step)
    moving.go_on(actor=actor, at=at, case=case, matter=matter, been=been)
    reserving.reserve(at=at, case=case, matter=matter)
    return case


def check_approve(*, actor: Actor, at: datetime, step_id: int) -> None:
    """Raises the Refusal that agreeing here would meet, as far as it can be told before; nothing is written."""
    work = _work(actor, at, step_id)
    _in_turn(work.actor, work.here)


def refuse(*, actor: Actor, at: datetime, step_id: int, reason: str) -> Case:
    """Say no, with a reason the applicant can act on: the case ends. At a step after the case has closed (use checked
    a year later) it stays granted, and is flagged."""
    actor, case, matter, step = at_work(actor, at, step_id, "refuse")
    _say(actor, at, case, step, Decision.Verdict.REFUSE, _given(reason))
    moving.close(step, Step.State.DONE, at)
    if case.closed_at is not None:
        moving.flag(case, "check_failed")
        return case
    moving.end(actor=actor, at=at, case=case, matter=matter, state=Case.State.REFUSED)
    return case


def send_back(*, actor: Actor, at: datetime, step_id: int, to: str, reason: str) -> Case:
    """Send the case back to an earlier step, which returns it straight here when it agrees again."""
    actor, case, matter, step = at_work(actor, at, step_id, "return")
    _say(actor, at, case, step, Decision.Verdict.RETURN, _given(reason), return_to=to)
    try:
        moving.send_back(actor=actor, at=at, case=case, matter=matter, step=step, to=to)
    except ValueError:
        raise Refusal("not_been_there", _("The case can only go back to a step it has been at.")) from None
    moving.flag(case, "sent_back")
    return case


def ask_for_more(*, actor: Actor, at: datetime, step_id: int, reason: str) -> Case:
    """Ask the applicant, once and for everything, to add what is missing; the clock stands still meanwhile (CLK-03)."""
    actor, case, matter, step = at_work(actor, at, step_id, "pause")
    moving.pause(actor=actor, at=at, case=case, matter=matter, step=step, reason=_given(reason))
    return case


def add_signer(*, actor: Actor, at: datetime, step_id: int, user_id: int, place: str) -> Signer:
    """Have somebody else sign this step too, before the one who sits there or after (加签). They need the step's right
    here."""
    actor, case, matter, step = at_work(actor, at, step_id, "add_signer")
    rule = matter.step(step.code)
    if user_id == actor.user_id or not _may_be_given(case, rule, step, user_id):
        raise Refusal("cannot_sign", _("Choose somebody else who may decide here."))
    signer, made = Signer.objects.get_or_create(
        step=step,
        signer_id=user_id,
        defaults={"case": case, "place": place, "asked_by": actor.user_id, "asked_at": at},
    )
    if made:
        _trail(actor, at, "case.add_signer", case, "")
    return signer


def delegate(*, actor: Actor, at: datetime, step_id: int, user_id: int, reason: str) -> Case:
    """Hand this step to a colleague who has the right here; from now on it is theirs to sign."""
    actor, case, matter, step = at_work(actor, at, step_id, "delegate")
    if not _may_be_given(case, matter.step(step.code), step, user_id):
        raise Refusal("cannot_sign", _("Choose somebody else who may decide here."))
    step.taker_id = user_id
    step.save(update_fields=["taker_id"])
    _trail(actor, at, "case.delegate", case, _given(reason))
    return case


def at_work(
    actor: Actor, at: datetime, step_id: int, way: str = "approve"
) -> tuple[Actor, Case, Matter, Step]:
    """The case, locked, and its step, when this actor may do this there now."""
    work = _work(actor, at, step_id, way)
    return work.actor, work.case, work.matter, work.step


def _work(actor: Actor, at: datetime, step_id: int, way: str = "approve") -> _Work:
    step = holding.step(step_id)
    if step is None:
        raise NotForYou("no_such_case", _("There is no such case at your union."))
    case = step.case
    matter = versions.definition(case.version)
    rule = matter.step(step.code)
    actor = access.require(actor, rule.permission, step.seat_id)
    mine = actor.user_id in {case.user_id, case.desk_user_id, *case.hands}
    if mine or (actor.person_id is not None and actor.person_id == case.person_id):
        raise Refusal(
            "own_case",
            _(
                "Nobody decides what they asked for or handed in themselves."
                " Ask a colleague, or the union above, to answer."
            ),
        )
    if (
        case.appeals_id
        and Decision.objects.filter(case_id=case.appeals_id, by_user_id=actor.user_id).exists()
    ):
        raise Refusal(
            "decided_before",
            _("Whoever had a say in the answer does not decide the objection. Ask a colleague."),
        )
    if step.state != Step.State.ACTIVE:
        raise Refusal("case_moved_on", _("Somebody has answered here meanwhile. Nothing was changed."))
    if way not in rule.ways or (case.closed_at is not None and way in MOVES_THE_CASE):
        raise Refusal("not_at_this_step", _("That cannot be done at this step."))
    if way in SIGNS and rule.is_frozen(days.business_day(at)):
        raise Refusal(
            "frozen", _("Nothing is decided at this step these days. Its clock stands still meanwhile.")
        )
    work = _Work(actor, case, matter, step, stops.of(case.pk))
    if step.taker_id is not None and actor.user_id not in {step.taker_id, *work.here.asked}:
        raise Refusal("somebody_has_it", _("A colleague has this case in hand."))
    if actor.user_id in work.here.said:
        raise Refusal(
            "signed_already", _("You have signed here already. The others' signatures are awaited.")
        )
    at_hand.take(case.pk)
    return work


def _in_turn(actor: Actor, here: stops.Been) -> None:
    """Refuses whoever signs before somebody who was to sign first: one added before, or the one who sits there before
    one added after."""
    signed, order = here.said.keys(), here.asked
    place = order.get(actor.user_id or 0, "sits")
    first = {user_id for user_id, when in order.items() if when == "before"} - signed
    sits = signed - order.keys()
    if (place == "sits" and first) or (place == "after" and not sits):
        raise Refusal("others_sign_first", _("Somebody else signs here first."))


def _waits_for(been: Sequence[stops.Been], step: Step, rule: StepRule) -> bool:
    """Whether a signature is missing: of somebody who was added and still may sign, or of the one who sits there."""
    here = next(stop for stop in been if stop.step_id == step.pk)
    signed, added = here.said.keys(), here.asked.keys()
    if rule.signs == "any":
        return False
    if any(signers.may_sign(user_id, rule.permission, step.seat_id) for user_id in added - signed):
        return True
    return rule.signs == "one" and not signed - added


def _may_be_given(case: Case, rule: StepRule, step: Step, user_id: int) -> bool:
    """Whether somebody could sign here: not whoever asked, or had a say in what is objected to."""
    said = case.appeals_id and Decision.objects.filter(case_id=case.appeals_id, by_user_id=user_id).exists()
    if user_id in signers.who_asks(case) or said:
        return False
    return signers.may_sign(user_id, rule.permission, step.seat_id)


def _say(
    actor: Actor,
    at: datetime,
    case: Case,
    step: Step,
    verdict: Decision.Verdict,
    reason: str,
    *,
    return_to: str = "",
    amount: int | None = None,
) -> None:
    decision = Decision(
        case=case,
        step=step,
        by_user_id=actor.user_id,
        grant_id=actor.grant_id,
        verdict=verdict,
        reason=reason.strip(),
        return_to=return_to,
        amount=amount,
        rules=eligibility.kept(case, versions.definition(case.version), at),
        at=at,
    )
    rows.insert(decision)
    _trail(actor, at, f"case.{verdict}", case, reason)


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the applicant knows what to do."))
    return reason.strip()


def _trail(actor: Actor, at: datetime, action: str, case: Case, reason: str) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
        reason=reason,
    )
