"""Whoever asked reports at a step that waits for it (the result of an election): it is done and the case goes on."""

from datetime import datetime

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.actors import Actor
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import moving, outcomes


def report(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> Case:
    """What is asked at the step was answered: on it goes. Raises the Refusal the outcome would meet, as far as its room
    can tell by now. In the transaction of the caller, who holds the case and has looked that nothing is lacking."""
    outcomes.check_ready(case, matter, at)
    step.state, step.paused_at = Step.State.ACTIVE, None
    step.save(update_fields=["state", "paused_at"])
    Decision.objects.create(
        case=case, step=step, by_user_id=actor.user_id, verdict=Decision.Verdict.ANSWER, at=at
    )
    moving.close(step, Step.State.DONE, at)
    case.state, case.changed_at = Case.State.OPEN, at
    case.save(update_fields=["state", "changed_at"])
    audit.record(
        actor=actor,
        at=at,
        action="case.report",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    moving.go_on(actor=actor, at=at, case=case, matter=matter)
    return case
