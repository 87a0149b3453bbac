"""Whoever asked is told of each change, in words of the definition (PI-01)."""

from datetime import datetime

from zhijia.catalogue import notices as words
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.actors import Actor
from zhijia.matters import signers
from zhijia.matters.models import Case, Step
from zhijia.notices import services as notices
from zhijia.registry.models import Union


def arrived(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> None:
    """The case has come to a step: where it is now."""
    _send(actor, at, case, matter, "case_opened" if step.number == 1 else "case_moved", step.seat_id)


def moved(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step) -> None:
    """Another union has the step now."""
    _send(actor, at, case, matter, "case_moved", step.seat_id)


def late(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, late: Union) -> None:
    """Whoever decides where the step is now is told that it is late, and who was."""
    for user_id in signers.all_signers(matter.step(step.code).permission, step.seat_id):
        notices.send(
            actor=actor,
            at=at,
            kind="case_late",
            to_user=user_id,
            values={"matter": words.both(matter.label), "number": case.number, "union": late.name},
            link="matters:inbox",
            reason="case",
        )


def paused(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, reason: str) -> None:
    """Somebody at the step asks for something that is missing."""
    _send(actor, at, case, matter, "case_paused", step.seat_id, reason)


def ended(*, actor: Actor, at: datetime, case: Case, matter: Matter) -> None:
    """The case was granted, or refused with the reason that was given."""
    if case.state not in {Case.State.GRANTED, Case.State.REFUSED}:
        return
    last = case.decisions.select_related("step").order_by("-at", "-id").first()
    seat = last.step.seat_id if last else case.union_id
    _send(actor, at, case, matter, f"case_{case.state}", seat, last.reason if last else "")


def _send(
    actor: Actor, at: datetime, case: Case, matter: Matter, kind: str, seat_id: int, reason: str = ""
) -> None:
    seat = Union.objects.filter(pk=seat_id).values_list("name", flat=True).first()
    notices.send(
        actor=actor,
        at=at,
        kind=kind,
        to_user=case.user_id,
        to_person=None if case.user_id else case.person_id,
        values={
            "matter": words.both(matter.label),
            "number": case.number,
            "union": seat or "",
            "reason": reason,
        },
        link="matters:mine",
        reason="case",
    )
