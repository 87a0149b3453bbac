"""An audit on its way: the notice, the field, the draft, the report (AUD-05). Each step is dated, and the database
lets it go this way alone."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.auditing.models import Engagement, Finding
from zhijia.auditing.services import planning, promises, told
from zhijia.auditing.services.planning import ANSWER
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union

State = Engagement.State


def notify(*, actor: Actor, at: datetime, engagement_id: UUID) -> Engagement:
    """The union is told that it is audited; the field begins so many working days later at the earliest. Twice is
    once."""
    engagement, actor = _taken(actor, engagement_id)
    if engagement.state == State.NOTICED:
        return engagement
    today = days.business_day(at)
    division = Union.objects.values_list("division", flat=True).get(pk=engagement.union_id)
    engagement.noticed_on = today
    engagement.may_begin_on = promises.working_day(today, "auditing.notice_days", division)
    _go(actor, at, engagement, State.NOTICED, "audit.notify", "noticed_on", "may_begin_on")
    _tell_audited(actor, at, "audit_noticed", engagement, {"day": engagement.may_begin_on})
    return engagement


def begin(*, actor: Actor, at: datetime, engagement_id: UUID) -> Engagement:
    """The fieldwork begins, once the days of the notice are over; from a draft, it goes on. Twice is once."""
    engagement, actor = _taken(actor, engagement_id)
    if engagement.state == State.FIELDWORK:
        return engagement
    if engagement.state != State.DRAFTED:
        engagement.fieldwork_on = days.business_day(at)
    _go(actor, at, engagement, State.FIELDWORK, "audit.begin", "fieldwork_on")
    return engagement


def hand_over_draft(*, actor: Actor, at: datetime, engagement_id: UUID, draft: str) -> Engagement:
    """The draft report goes to the union, which has its days to comment. Raises Refusal while something drawn has not
    been looked at."""
    engagement, actor = _taken(actor, engagement_id)
    if not draft.strip():
        raise Refusal("draft_missing", _("Write what the draft says."))
    waiting = sum(sample.items.filter(result="waiting").count() for sample in engagement.samples.all())
    if waiting:
        raise Refusal(
            "not_looked_at",
            _("Entries of a sample nobody has looked at yet: %(count)d.") % {"count": waiting},
            count=waiting,
        )
    today = days.business_day(at)
    division = Union.objects.values_list("division", flat=True).get(pk=engagement.union_id)
    engagement.draft, engagement.drafted_on = draft.strip(), today
    engagement.comment_until = promises.calendar_day(today, "auditing.comment_days", division)
    _go(actor, at, engagement, State.DRAFTED, "audit.draft", "draft", "drafted_on", "comment_until")
    _tell_audited(actor, at, "audit_drafted", engagement, {"day": engagement.comment_until})
    return engagement


def report(*, actor: Actor, at: datetime, engagement_id: UUID, opinion: str) -> Engagement:
    """The report with the committee's opinion: after the union's comment, or after its days to comment. What was found
    is frozen in it, each finding has its day to be put right by, and counts as a fact. Without findings the audit
    ends."""
    engagement, actor = _taken(actor, engagement_id)
    if not opinion.strip():
        raise Refusal("opinion_missing", _("Write the committee's opinion."))
    today = days.business_day(at)
    union = Union.objects.get(pk=engagement.union_id)
    findings = list(engagement.findings.select_for_update().order_by("number"))
    due = promises.calendar_day(today, "auditing.rectify_days", union.division)
    engagement.opinion, engagement.reported_on = opinion.strip(), today
    engagement.report = frozen(engagement, findings, due.isoformat())
    engagement.report_sha256 = sha256_of(engagement.report)
    _go(
        actor,
        at,
        engagement,
        State.REPORTED,
        "audit.report",
        "opinion",
        "reported_on",
        "report",
        "report_sha256",
    )
    for finding in findings:
        finding.due_on = due
    Finding.objects.bulk_update(findings, ["due_on"])
    facts.record(_facts(engagement, findings))
    if findings:
        _move(engagement, State.RECTIFYING)
    else:
        engagement.closed_on = today
        _move(engagement, State.CLOSED, "closed_on")
    _tell_audited(actor, at, "audit_reported", engagement, {"many": len(findings), "day": due})
    return engagement


def close(*, actor: Actor, at: datetime, engagement_id: UUID) -> Engagement:
    """The audit ends: everything found was put right and verified. Twice is once."""
    engagement, actor = _taken(actor, engagement_id)
    if engagement.state == State.CLOSED:
        return engagement
    engagement.closed_on = days.business_day(at)
    _go(actor, at, engagement, State.CLOSED, "audit.close", "closed_on")
    _tell_audited(actor, at, "audit_closed", engagement, {})
    return engagement


def frozen(engagement: Engagement, findings: list[Finding], due: str) -> dict[str, Any]:
    """What the report says of the audit, as plain data: it stays when words and names around it change."""
    names = dict(
        Union.objects.filter(pk__in=[engagement.union_id, engagement.other_union_id]).values_list(
            "pk", "name"
        )
    )
    return {
        "number": engagement.number,
        "auditor": names[engagement.other_union_id],
        "union": names[engagement.union_id],
        "kind": engagement.kind,
        "matters": list(engagement.matters),
        "fund": engagement.fund,
        "commission": engagement.commission,
        "post": engagement.post,
        "since": engagement.since.isoformat(),
        "until": engagement.until.isoformat(),
        "noticed_on": str(engagement.noticed_on or ""),
        "fieldwork_on": str(engagement.fieldwork_on or ""),
        "reported_on": str(engagement.reported_on or ""),
        "draft": engagement.draft,
        "opinion": engagement.opinion,
        "comments": [
            word.words for word in engagement.words.filter(kind="comment").order_by("said_at", "id")
        ],
        "samples": [
            {"method": sample.method, "size": sample.size, "of": len(sample.population), "seed": sample.seed,
             "digest": sample.digest}
            for sample in engagement.samples.order_by("drawn_at", "id")
        ],
        "findings": [
            {"number": one.number, "matter": one.matter, "prohibition": one.prohibition, "title": one.title,
             "words": one.words, "amount": one.amount, "post": one.post, "due_on": due,
             "repeats": one.repeats_id is not None}
            for one in findings
        ],
    }  # fmt: skip


def sha256_of(report: Mapping[str, Any]) -> str:
    """The digest of what a report says."""
    return hashlib.sha256(json.dumps(report, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _facts(engagement: Engagement, findings: list[Finding]) -> list[NewFact]:
    assert engagement.reported_on is not None
    where = (engagement.union_id, engagement.county_id, engagement.reported_on)
    done = NewFact(
        "audit.reported",
        *where,
        record="audit",
        record_id=engagement.pk,
        dimensions={"kind": engagement.kind},
    )
    found = [
        NewFact(
            "audit.found", *where, record="audit_finding", record_id=one.pk, amount=one.amount,
            dimensions={"prohibition": one.prohibition},
        )
        for one in findings
    ]  # fmt: skip
    return [done, *found]


def _taken(actor: Actor, engagement_id: UUID) -> tuple[Engagement, Actor]:
    """The audit, held, and the actor of its team."""
    engagement = planning.held(engagement_id)
    return engagement, planning.at_work(actor, engagement)


def _go(
    actor: Actor, at: datetime, engagement: Engagement, state: Engagement.State, action: str, *fields: str
) -> None:
    _move(engagement, state, *fields)
    told.trail(actor, at, action, engagement)


def _move(engagement: Engagement, state: Engagement.State, *fields: str) -> None:
    engagement.state = state
    with promises.kept():
        engagement.save(update_fields=["state", *fields])


def _tell_audited(
    actor: Actor, at: datetime, kind: str, engagement: Engagement, values: dict[str, object]
) -> None:
    told.tell(
        actor, at, kind, engagement, values,
        union_id=engagement.union_id, permission=ANSWER, link=f"/audits/{engagement.pk}/",
    )  # fmt: skip
