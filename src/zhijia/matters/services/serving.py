"""Serving something on an outside party: what was sent to whom, with what proof, by when they answer. They answer
through a token for this one case and step, of which the digest alone is kept; it ends with the step."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue.matter_steps import Step as StepRule
from zhijia.facts import services as facts
from zhijia.files import services as files
from zhijia.kernel import ciphers, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.at_hand import at_hand
from zhijia.matters.models import Case, Decision, Served, Step
from zhijia.matters.services import deciding, moving, papers, versions
from zhijia.registry.models import Union

PROOF = "matters.served"
LONGEST = 4000
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Letter:
    """What the party reads: who asks, about what, by when, whether they have answered, the papers (number, words),
    and whether the case goes on without an answer. Never who the worker is."""

    union: str
    matter: str
    step: str
    party_name: str
    due_at: datetime | None
    answered_at: datetime | None
    papers: Sequence[tuple[str, Any]] = ()
    goes_on: bool = False


def serve(*, actor: Actor, at: datetime, step_id: int, party_name: str) -> str:
    """The step's paper goes to this party: the token they answer through; a former token is void. While the time of a
    letter runs, the same party gets the same letter: its paper, day and proof stay. Another party, or the same one once
    that time is over, gets a new one, with a clock and a proof of its own. Raises Refusal for a step that serves
    nothing and for an empty name."""
    actor, case, matter, step = deciding.at_work(actor, at, step_id, "serve")
    rule = matter.step(step.code)
    if not party_name.strip():
        raise Refusal("party_missing", _("Say on whom it is served."))
    party, token = party_name.strip(), secrets.token_urlsafe(TOKEN_BYTES)
    division = Union.objects.values_list("division", flat=True).get(pk=step.seat_id)
    before = Served.objects.select_for_update().filter(step=step, party_name=party).first()
    if before is not None and _runs(before, rule, step, division, at):
        before.token_digest = _digest(token)
        before.save(update_fields=["token_digest"])
        _trail(actor, at, "case.serve", case)
        return token
    served, first = Served.objects.update_or_create(
        step=step,
        defaults={
            "case": case,
            "party": rule.serving.party if rule.serving else "",
            "party_name": party,
            "token_digest": _digest(token),
            "served_at": at,
            "proof_file": None,
        },
    )
    due = moving.due_of(rule, step.state, since=at, division=division)
    step.due_at, step.due_unknown, step.late_told_at = due.at, due.unknown, None
    step.save(update_fields=["due_at", "due_unknown", "late_told_at"])
    papers.make(actor=actor, at=at, case=case, matter=matter, step=step, party=party, since=at)
    if first:
        _tell("matter.served", served, case, step, at)
    _trail(actor, at, "case.serve", case)
    return token


def add_proof(*, actor: Actor, at: datetime, step_id: int, content: BinaryIO, name: str) -> UUID:
    """Keep what proves that it was served: a photo of the receipt, a delivery slip. Raises Refusal before anything was
    served."""
    actor, case, _matter, step = deciding.at_work(actor, at, step_id, "serve")
    served = Served.objects.select_for_update().filter(step=step).first()
    if served is None:
        raise Refusal("not_served", _("Nothing has been served at this step yet."))
    file_id = files.store(
        actor=actor,
        at=at,
        content=content,
        name=name,
        owner=PROOF,
        owner_id=case.pk,
        place=audit.Place(case.union_id, case.county_id, None),
    )
    served.proof_file = file_id
    served.save(update_fields=["proof_file"])
    return file_id


def letter(*, actor: Actor, token: str) -> Letter:
    """What the holder of the token reads. Raises NotForYou for a token nobody has, or whose step is over unanswered."""
    case_id = _case_of(token)
    with at_hand(actor, case_id):
        served = Served.objects.select_related("step", "case__version").get(token_digest=_digest(token))
        matter = versions.definition(served.case.version)
        return Letter(
            union=Union.objects.values_list("name", flat=True).get(pk=served.step.seat_id),
            matter=str(matter.label),
            step=str(matter.step(served.step.code).label),
            party_name=served.party_name,
            due_at=served.step.due_at,
            answered_at=served.answered_at,
            papers=papers.read_by(served),
            goes_on=matter.step(served.step.code).late == "pass",
        )


def answer(*, actor: Actor, at: datetime, token: str, text: str) -> None:
    """The party answers: the step is done and the case goes on. The same answer again changes nothing. Raises Refusal
    for an empty or too long one, and when the step is over."""
    if not text.strip() or len(text) > LONGEST:
        raise Refusal(
            "answer_length", _("Write an answer of at most %(most)d characters.") % {"most": LONGEST}
        )
    case_id = _case_of(token)
    with at_hand(actor, case_id):
        case = Case.objects.select_for_update(of=("self",)).select_related("version").get(pk=case_id)
        served = Served.objects.select_for_update().get(token_digest=_digest(token))
        if served.answered_at is not None:
            return
        step = Step.objects.select_for_update().get(pk=served.step_id)
        if step.state != Step.State.ACTIVE:
            raise Refusal("reply_over", _("The union has closed this. Ask the union itself."))
        served.answer, served.answered_at = text.strip(), at
        served.save(update_fields=["answer", "answered_at"])
        Decision.objects.create(case=case, step=step, verdict=Decision.Verdict.ANSWER, at=at)
        _tell("matter.answered", served, case, step, at)
        _trail(actor, at, "case.answer", case)
        moving.close(step, Step.State.DONE, at)
        moving.go_on(actor=actor, at=at, case=case, matter=versions.definition(case.version))


def _runs(served: Served, rule: StepRule, step: Step, division: str, at: datetime) -> bool:
    """Whether the time of the letter that was served runs still, by its own day, not by that of whoever took it up."""
    if served.served_at is None:
        return False
    due = moving.due_of(rule, step.state, since=served.served_at, division=division)
    return due.at is None or at < due.at


def of_step(step: Step) -> Served | None:
    """What was served at this step, for whoever sees the case."""
    return Served.objects.filter(step=step).first()


def _tell(kind: str, served: Served, case: Case, step: Step, at: datetime) -> None:
    facts.record(
        [
            facts.NewFact(
                kind=kind,
                union_id=step.seat_id,
                county_id=step.seat_county_id,
                day=days.business_day(at),
                record="served",
                record_id=str(served.pk),
                dimensions={"matter": case.code, "step": step.code},
            )
        ]
    )


def _case_of(token: str) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT matters_case_of_token(%s)", [_digest(token)])
        (case_id,) = cursor.fetchone()
    if case_id is None:
        raise NotForYou("no_such_letter", _("This link is not valid, or its time is over. Ask the union."))
    return UUID(str(case_id))


def _digest(token: str) -> bytes:
    return ciphers.sm3(token.encode())


def _trail(actor: Actor, at: datetime, action: str, case: Case) -> None:
    audit.record(
        actor=actor, at=at, action=action, subject="case", subject_id=case.pk, place=moving.place_of(case)
    )
