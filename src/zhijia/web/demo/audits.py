"""Audits of the officer's union by the committee straight above it: one that has ended, one in the field, one whose
finding is overdue. Through the services, on days gone by."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.auditing.models import Engagement, Finding, Item, Plan, Sample
from zhijia.auditing.services import answering, finding, planning, rectifying, sampling, stages
from zhijia.auditing.services.finding import Found
from zhijia.auditing.services.planning import Task
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.web.demo.logins import COMMITTEE, TREASURER, above_work, workplace
from zhijia.web.demo.words import words

KEYS = UUID("6f1d2f0e-6d1c-4d5e-9a59-0d2c5a1f7e11")
EARLIEST = 220
"""The day of the year from which the books hold enough to have been audited."""
NOTICE, FIELD, DRAFT, COMMENT, REPORT, PROOF = (timedelta(days=day) for day in (0, 10, 16, 20, 21, 40))


def make_audits(*, at: datetime) -> None:
    """The committee's plan and its audits, once; early in a year the plan alone."""
    if Plan.objects.using("bulk").exists():
        return
    today, told = days.business_day(at), words("audits")
    with transaction.atomic():
        _as(COMMITTEE, lambda actor: _plan(actor, at, today))
        if today.timetuple().tm_yday >= EARLIEST:
            _ended(at, today, told["ended"])
            _in_the_field(at, today, told["field"])
            _overdue(at, today, told["overdue"])
    rectifying.escalate_late(at=at)


def _plan(actor: Actor, at: datetime, today: date) -> None:
    since = today.replace(year=today.year - 1, month=1, day=1)
    until = date(since.year + 4, 12, 31)
    planning.begin_term(actor=actor, at=at, union=above_work(), since=since, until=until)


def _ended(at: datetime, today: date, told: dict[str, Any]) -> None:
    """The audit of the term, put right and closed."""
    since = today.replace(month=1, day=1)
    begun = at - timedelta(days=120)
    audit = _begun("term", begun, since, today.replace(month=3, day=31), ["budget", "internal_control"])
    sample = _drawn(audit, begun + FIELD, Sample.Method.STRATIFIED, 6)
    _looked(sample, begun + FIELD, told["note"], sample.size)
    one = _reported(audit, begun, told)
    _as(
        TREASURER,
        lambda actor: answering.prove(
            actor=actor,
            at=begun + PROOF,
            finding_id=one.pk,
            words=told["proof"],
            amount=0,
            once=_key("proof"),
        ),
    )

    def end(actor: Actor) -> None:
        later = begun + PROOF + timedelta(days=3)
        rectifying.verify(actor=actor, at=later, finding_id=one.pk, corrected=0)
        stages.close(actor=actor, at=later, engagement_id=audit.pk)

    _as(COMMITTEE, end)


def _in_the_field(at: datetime, today: date, told: dict[str, Any]) -> None:
    """An audit in the field, half looked at."""
    begun = at - FIELD - timedelta(days=4)
    since, until = today.replace(month=4, day=1), (begun - timedelta(days=20)).date()
    audit = _begun("special", begun, since, until, ["budget", "effectiveness"])
    sample = _drawn(audit, begun + FIELD, Sample.Method.RISK, 8)
    _looked(sample, begun + FIELD, told["note"], 3)
    _as(COMMITTEE, lambda actor: _add(actor, begun + FIELD, audit, told["found"]))


def _overdue(at: datetime, today: date, told: dict[str, Any]) -> None:
    """The audit of a fund whose finding was to be put right some weeks ago."""
    begun = at - timedelta(days=110)
    since = today.replace(month=1, day=1)
    until = (begun - timedelta(days=10)).date()
    audit = _begun("fund", begun, since, until, ["custody"], fund="donation")
    _reported(audit, begun, told)


def _begun(
    kind: str, begun: datetime, since: date, until: date, matters: list[str], fund: str = ""
) -> Engagement:
    task = Task(kind, matters, since, until, (begun + FIELD).date(), fund=fund)

    def begin(actor: Actor) -> Engagement:
        audit = planning.plan(
            actor=actor, at=begun, auditor=above_work(), audited=workplace(), task=task, once=_key(kind)
        )
        stages.notify(actor=actor, at=begun + NOTICE, engagement_id=audit.pk)
        return stages.begin(actor=actor, at=begun + FIELD, engagement_id=audit.pk)

    made: Engagement = _as(COMMITTEE, begin)
    return made


def _drawn(audit: Engagement, at: datetime, method: str, size: int) -> Sample:
    made: Sample = _as(
        COMMITTEE,
        lambda actor: sampling.draw(
            actor=actor,
            at=at,
            engagement_id=audit.pk,
            method=method,
            size=size,
            once=_key(f"{audit.number}-drawn"),
        ),
    )
    return made


def _looked(sample: Sample, at: datetime, note: str, many: int) -> None:
    def look(actor: Actor) -> None:
        for item in sample.items.order_by("place")[:many]:
            sampling.look(actor=actor, at=at, item_id=item.pk, result=Item.Result.IN_ORDER, note=note)

    _as(COMMITTEE, look)


def _reported(audit: Engagement, begun: datetime, told: dict[str, Any]) -> Finding:
    def draft(actor: Actor) -> Finding:
        one = _add(actor, begun + DRAFT, audit, told["found"])
        stages.hand_over_draft(actor=actor, at=begun + DRAFT, engagement_id=audit.pk, draft=told["draft"])
        return one

    one: Finding = _as(COMMITTEE, draft)
    _as(
        TREASURER,
        lambda actor: answering.comment(
            actor=actor, at=begun + COMMENT, engagement_id=audit.pk, words=told["comment"],
            once=_key(f"{audit.number}-comment"),
        ),
    )  # fmt: skip
    _as(
        COMMITTEE,
        lambda actor: stages.report(
            actor=actor, at=begun + REPORT, engagement_id=audit.pk, opinion=told["opinion"]
        ),
    )
    return one


def _add(actor: Actor, at: datetime, audit: Engagement, told: dict[str, Any]) -> Finding:
    said = dict(told)
    found = Found(amount=said.pop("yuan") * 100, **said)
    return finding.add(actor=actor, at=at, engagement_id=audit.pk, found=found)


def _as(login: str, act: Any) -> Any:
    """Do it as this log-in."""
    with acting(Actor(User.objects.get(login=login).pk, "demo", "demo-audits", stepped_up=True)) as actor:
        return act(actor)


def _key(name: str) -> UUID:
    return uuid5(KEYS, name)
