"""Putting right what was found: the committee verifies the union's proof or returns it; what is late goes to the
union above."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.auditing.models import Engagement, Finding, Word
from zhijia.auditing.services import planning, promises, told
from zhijia.auditing.services.planning import ANSWER, WORK
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import actors, days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.registry import tree

BATCH = 200
_ESCALATE = "SELECT auditing_escalate(%s, %s)"


def verify(*, actor: Actor, at: datetime, finding_id: int, corrected: int, words: str = "") -> Finding:
    """The committee has seen that it was put right, so much of it (fen). Twice is once. Raises Refusal without a
    proof, and for more than was found."""
    finding, engagement, actor = _taken(actor, finding_id)
    if finding.state == Finding.State.VERIFIED:
        return finding
    _needs_proof(finding)
    _answer(actor, at, engagement, finding, Word.Kind.VERIFIED, words.strip(), corrected)
    finding.state, finding.corrected = Finding.State.VERIFIED, corrected
    finding.verified_on, finding.verified_by = days.business_day(at), actor.user_id
    with promises.kept():
        finding.save(update_fields=["state", "corrected", "verified_on", "verified_by"])
    facts.record([_fact(finding)])
    told.trail(actor, at, "audit.verify", engagement, {"finding": finding.number, "fen": corrected})
    _tell_audited(actor, at, "audit_verified", engagement, finding)
    return finding


def give_back(*, actor: Actor, at: datetime, finding_id: int, reason: str) -> Finding:
    """The proof does not do: the union reads why. The day it is due stays. Raises Refusal without a reason or a
    proof."""
    finding, engagement, actor = _taken(actor, finding_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say what is missing."))
    _needs_proof(finding)
    _answer(actor, at, engagement, finding, Word.Kind.RETURNED, reason.strip(), 0)
    told.trail(actor, at, "audit.give_back", engagement, {"finding": finding.number})
    _tell_audited(actor, at, "audit_given_back", engagement, finding)
    return finding


def escalate_late(*, at: datetime) -> int:
    """Tell the union above of each finding whose day has passed, once: how many. Of every union, each in a
    transaction of its own: killed in the middle, begun again or at once, nothing is told twice."""
    today, many, after = days.business_day(at), 0, 0
    while late := _late(today, after):
        many += sum(_escalate(finding, today, at) for finding in late)
        after = late[-1].pk
    return many


def _late(today: date, after: int) -> list[Finding]:
    """Findings whose day has passed and nobody above was told of; of every union, a batch at a time."""
    with whole():
        found = Finding.objects.using("bulk").filter(
            state=Finding.State.OPEN, escalated_on__isnull=True, due_on__lt=today, pk__gt=after
        )
        return list(found.select_related("engagement").order_by("pk")[:BATCH])


def _escalate(finding: Finding, today: date, at: datetime) -> bool:
    with acting(actors.system("audits-late")) as actor:
        ((fresh,),) = rows.run(_ESCALATE, [finding.pk, today])
        if fresh:
            told.trail(actor, at, "audit.escalate", finding.engagement, {"finding": finding.number})
            _tell_above(actor, at, finding.engagement, finding)
        return bool(fresh)


def _tell_above(actor: Actor, at: datetime, engagement: Engagement, finding: Finding) -> None:
    """The committee that audited, that of the union above it, and the audited union."""
    values: dict[str, Any] = {"finding": finding.number, "day": finding.due_on}
    path = tree.path_to(engagement.other_union_id)
    listeners = {(union.pk, WORK) for union in path[-2:]} | {(engagement.union_id, ANSWER)}
    for union_id, permission in sorted(listeners):
        told.tell(
            actor, at, "audit_late", engagement, values,
            union_id=union_id, permission=permission, link=f"/audits/{engagement.pk}/", using="bulk",
        )  # fmt: skip


def proof_of(finding: Finding) -> Word | None:
    """The proof that waits for the committee: the last word said of the finding, where it is the union's."""
    last = finding.said.order_by("said_at", "id").last()
    return last if last is not None and last.kind == Word.Kind.PROOF else None


def _needs_proof(finding: Finding) -> None:
    if finding.state == Finding.State.VERIFIED:
        raise Refusal("verified_already", _("This has been verified already."))
    if proof_of(finding) is None:
        raise Refusal("no_proof", _("The union has not said yet how it was put right."))


def _taken(actor: Actor, finding_id: int) -> tuple[Finding, Engagement, Actor]:
    """The finding, its audit held before it, and the actor of its team."""
    seen = Finding.objects.filter(pk=finding_id).values_list("engagement_id", flat=True).first()
    if seen is None:
        raise NotForYou("no_such_finding", _("There is no such finding here."))
    engagement = planning.held(seen)
    actor = planning.at_work(actor, engagement)
    return Finding.objects.select_for_update().get(pk=finding_id), engagement, actor


def _answer(
    actor: Actor,
    at: datetime,
    engagement: Engagement,
    finding: Finding,
    kind: Word.Kind,
    words: str,
    amount: int,
) -> None:
    key: UUID = new_id()
    with promises.kept():
        Word(
            id=key,
            engagement=engagement,
            finding=finding,
            kind=kind,
            words=words,
            amount=amount,
            said_at=at,
            said_by=actor.user_id or 0,
            **planning.places_of(engagement),
        ).save(force_insert=True)


def _fact(finding: Finding) -> NewFact:
    assert finding.verified_on is not None
    return NewFact(
        "audit.corrected",
        finding.union_id,
        finding.county_id,
        finding.verified_on,
        record="audit_finding",
        record_id=finding.pk,
        amount=finding.corrected,
        dimensions={"prohibition": finding.prohibition},
    )


def _tell_audited(actor: Actor, at: datetime, kind: str, engagement: Engagement, finding: Finding) -> None:
    told.tell(
        actor, at, kind, engagement, {"finding": finding.number},
        union_id=engagement.union_id, permission=ANSWER, link=f"/audits/{engagement.pk}/",
    )  # fmt: skip
