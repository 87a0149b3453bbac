"""What has passed its term: a job proposes, a person confirms, a job deletes (PI-07).

Sessions, tries to log in and one-time codes end by themselves (`Keeping.by_itself`, `accounts.jobs`): they are digests
that count for nothing any more.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.administration.models import RetentionProposal
from zhijia.administration.services import terms
from zhijia.administration.services.terms import Emptying, Ending
from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.matters.services import emptying
from zhijia.registry import access
from zhijia.vault import kinds
from zhijia.vault import services as vault

JOB = "administration.remove_expired"
BATCH = 5_000
Proposal = RetentionProposal


def propose(*, at: datetime) -> int:
    """Count what has passed its term and propose it, table by table; how many tables. An open proposal that
    nobody has confirmed is made anew; reads every row, whoever may see it."""
    proposed = 0
    for ending in terms.every():
        before = ended_before(ending.parameter, at)
        with whole():
            rows = ending.over(before).count()
        with transaction.atomic():
            stale = Proposal.objects.select_for_update().filter(
                table=ending.table, state=Proposal.State.PROPOSED
            )
            stale.delete()
            if (
                rows
                and not Proposal.objects.filter(table=ending.table, state=Proposal.State.CONFIRMED).exists()
            ):
                Proposal.objects.create(table=ending.table, before=before, rows=rows, proposed_at=at)
                proposed += 1
    return proposed


def ended_before(parameter: str, at: datetime) -> datetime:
    """What happened before this moment has passed its term: by the parameter's unit hours, or whole business days."""
    rule = parameters.get(parameter)
    today = days.business_day(at)
    count = int(parameters.value(parameter, day=today))
    if rule.unit == "hours":
        return at - timedelta(hours=count)
    months = {"months": 1, "years": 12}.get(rule.unit)
    if months is None:
        day = today - timedelta(days=count)
    else:
        whole_months = today.year * 12 + today.month - 1 - count * months
        day = today.replace(year=whole_months // 12, month=whole_months % 12 + 1, day=min(today.day, 28))
    return datetime.combine(day, time.min, ZoneInfo("Asia/Shanghai"))


def confirm(*, actor: Actor, at: datetime, proposal_id: int) -> RetentionProposal:
    """Have the proposed rows deleted. Needs step-up. A second click finds it confirmed.
    Raises Refusal for what is only shown."""
    actor = access.require(actor, "retention.confirm")
    if not actor.stepped_up:
        raise NeedsStepUp("step_up", _("Give your password once more."))
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotForYou("no_such_proposal", _("This proposal is no longer open. Look at the list again."))
    if proposal.state != Proposal.State.PROPOSED:
        return proposal
    if not terms.of(proposal.table).removable:
        raise Refusal("only_shown", _("The trail is never deleted here. Archive it with an export first."))
    proposal.state = Proposal.State.CONFIRMED
    proposal.confirmed_by, proposal.confirmed_at = actor.user_id, at
    proposal.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    audit.record(
        actor=actor,
        at=at,
        action="retention.confirm",
        subject="retention_proposal",
        subject_id=proposal.pk,
        detail={"table": proposal.table, "rows": proposal.rows},
    )
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(proposal_id=proposal.pk)
    return proposal


def remove(*, at: datetime, proposal_id: int) -> int:
    """Delete what was confirmed, and nothing that passed its term later; how many rows. In batches of one
    transaction each: begun again after a stop it goes on."""
    proposal = Proposal.objects.filter(pk=proposal_id, state=Proposal.State.CONFIRMED).first()
    if proposal is None:
        return 0
    removed = 0
    while taken := _taken(terms.of(proposal.table), proposal.before, at):
        removed += taken
    actor = Actor(proposal.confirmed_by, "job", f"retention-{proposal_id}")
    with transaction.atomic():
        proposal.state, proposal.done_at, proposal.removed = Proposal.State.DONE, at, removed
        proposal.save(update_fields=["state", "done_at", "removed"])
        audit.record(
            actor=actor,
            at=at,
            action="retention.remove",
            subject="retention_proposal",
            subject_id=proposal_id,
            detail={"table": proposal.table, "rows": removed},
        )
    return removed


def proposals(actor: Actor) -> Sequence[RetentionProposal]:
    """What is proposed and what was done lately, newest first; for those who may confirm."""
    access.require(actor, "retention.confirm")
    return list(Proposal.objects.order_by("-id")[:50])


def _taken(ending: Ending | Emptying, before: datetime, at: datetime) -> int:
    if isinstance(ending, Emptying):
        return emptying.empty(at=at, term=ending.term, before=before)
    return _remove_batch(ending, before)


def _remove_batch(ending: Ending, before: datetime) -> int:
    with whole():
        rows = list(ending.over(before).order_by("pk").values_list("pk", *ending.files)[:BATCH])
        keys = [key for key, *_files in rows]
        files = [file_id for _key, *named in rows for file_id in named if file_id]
        if ending.owned:
            ending.owned.under(keys).delete()
        for kind in kinds.of_table(ending.table):
            vault.remove(kind, keys, using="bulk")
        ending.model._default_manager.using("bulk").filter(pk__in=keys).delete()
        StoredFile.objects.using("bulk").filter(pk__in=files).delete()
    return len(rows)
