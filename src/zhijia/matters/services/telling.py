"""Whoever asked is told of each change, in words of the definition (PI-01)."""

from collections.abc import Sequence
from datetime import datetime

from zhijia.catalogue import notices as words
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.text import Text
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.matters import signers
from zhijia.matters.models import Case, Step
from zhijia.matters.services import versions
from zhijia.notices import services as notices
from zhijia.registry.models import Union

_LAST = """
SELECT u.name, d.reason FROM matters_decision d
JOIN matters_step s ON s.id = d.step_id JOIN registry_union u ON u.id = s.seat_id
WHERE d.case_id = %s ORDER BY d.at DESC, d.id DESC LIMIT 1"""


def arrived(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, seat: Union) -> None:
    """The case has come to a step: where it is now. That a part has arrived is told of the whole."""
    if case.part_of_id is not None and step.number == 1:
        return
    _send(actor, at, case, matter, "case_opened" if step.number == 1 else "case_moved", seat.name)


def together_opened(*, actor: Actor, at: datetime, case: Case, matter: Matter) -> None:
    """Several things were asked for in one go: one message for all of them."""
    _send(actor, at, case, matter, "case_opened", _name_of(case.union_id))


def together_ended(*, actor: Actor, at: datetime, case: Case, matter: Matter, refused: Sequence[str]) -> None:
    """Everything that was asked for in one go has its answer; which of it was refused."""
    known = versions.all_in_force(day=days.business_day(at)) if refused else {}
    labels = [known[code].label for code in refused if code in known]
    notices.send(
        actor=actor,
        at=at,
        kind="case_together_done",
        to_user=case.user_id,
        to_person=case.person_id,
        values={
            "matter": words.both(matter.label),
            "number": case.number,
            "refused": words.both(
                Text(
                    en=", ".join(label.en for label in labels) or "nothing",
                    zh="、".join(label.zh for label in labels) or "没有",
                )
            ),
        },
        link="matters:mine",
        reason="case",
    )


def moved(*, actor: Actor, at: datetime, case: Case, matter: Matter, seat: Union) -> None:
    """Another union has the step now."""
    _send(actor, at, case, matter, "case_moved", seat.name)


def waits(*, actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, seat: Union) -> None:
    """Everybody here has agreed, and something elsewhere has to end first. A part that waits for those before it was
    agreed to by nobody: that it was asked for is told of the whole."""
    if case.part_of_id is not None and step.number == 1:
        return
    _send(actor, at, case, matter, "case_waits", seat.name)


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
    _send(actor, at, case, matter, "case_paused", _name_of(step.seat_id), reason)


def ended(*, actor: Actor, at: datetime, case: Case, matter: Matter) -> None:
    """The case was granted, or refused with the reason that was given."""
    if case.state not in {Case.State.GRANTED, Case.State.REFUSED}:
        return
    said = rows.run(_LAST, [case.pk])
    seat, reason = said[0] if said else (_name_of(case.union_id), "")
    _send(actor, at, case, matter, f"case_{case.state}", seat, reason)


def helped(*, actor: Actor, at: datetime, case: Case, matter: Matter, reason: str) -> None:
    """An officer says that whoever asked is at their desk again, and what they want to do."""
    _send(actor, at, case, matter, "case_desk_again", _name_of(case.union_id), reason)


def _name_of(union_id: int) -> str:
    return Union.objects.values_list("name", flat=True).get(pk=union_id)


def _send(
    actor: Actor, at: datetime, case: Case, matter: Matter, kind: str, seat: str, reason: str = ""
) -> None:
    if matter.silent:
        return
    notices.send(
        actor=actor,
        at=at,
        kind=kind,
        to_user=case.user_id,
        to_person=case.person_id,
        values={
            "matter": words.both(matter.label),
            "number": case.number,
            "union": seat,
            "reason": reason,
        },
        link="matters:mine",
        reason="case",
    )
