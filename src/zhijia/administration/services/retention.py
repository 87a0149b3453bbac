"""What has passed its term: a job proposes, a person confirms, a job deletes (PI-07).

Sessions, tries to log in and one-time codes end by themselves (`Keeping.by_itself`, `accounts.jobs`): they are digests
that count for nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.administration.models import RetentionProposal
from zhijia.audit import services as audit
from zhijia.audit.models import Entry
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices.models import Delivery, Message
from zhijia.registry import access
from zhijia.registry.models import Application, Export, ImportChange, Lookup, RosterImport
from zhijia.vault import kinds
from zhijia.vault import services as vault

JOB = "administration.remove_expired"
BATCH = 5_000
ENDED = Q(state__in=(Application.State.REFUSED, Application.State.WITHDRAWN))
MADE_AND_OVER = ~Q(state__in=(Export.State.READY, Export.State.WORKING, Export.State.DONE))
Proposal = RetentionProposal


@dataclass(frozen=True, slots=True)
class Term:
    """A table whose rows have a term: from which moment it runs and for which rows. What the vault holds for a row
    goes with it. `under`: moment and condition are those of another table's row, whose id stands in this column.
    `removable` False: what is over is shown, and taken out of the database by another way."""

    model: type[Model]
    moment: str
    label: Any
    rows: Q = field(default_factory=Q)
    under: tuple[type[Model], str] | None = None
    removable: bool = True

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def parameter(self) -> str:
        return str(self.model.keeping.parameter)  # type: ignore[attr-defined]

    def over(self, before: datetime) -> QuerySet[Any]:
        """The rows whose term was over at this moment, on the alias that sees all."""
        past = self.rows & Q(**{f"{self.moment}__lt": before})
        if self.under is not None:
            above, column = self.under
            past = Q(**{f"{column}__in": above._default_manager.using("bulk").filter(past).values("pk")})
        return self.model._default_manager.using("bulk").filter(past)


TERMS = {
    term.table: term
    for term in (
        Term(Lookup, "at", _("Counts of look-ups")),
        Term(Message, "created_at", _("Messages")),
        Term(Delivery, "at", _("What was sent by which channel")),
        Term(
            Application,
            "decided_at",
            _("Applications to join that were refused or taken back"),
            ENDED,
        ),
        Term(
            ImportChange,
            "undo_until",
            _("The state before an import, kept to undo it"),
            ~Q(state=RosterImport.State.UNDOING),
            (RosterImport, "import_id"),
        ),
        Term(Export, "asked_at", _("What was exported; the files go by themselves"), MADE_AND_OVER),
        Term(Entry, "at", _("The trail, sealed"), removable=False),
    )
}


def propose(*, at: datetime) -> int:
    """Count what has passed its term and propose it, table by table; how many tables. An open proposal that
    nobody has confirmed is made anew; reads every row, whoever may see it."""
    proposed = 0
    for term in TERMS.values():
        before = ended_before(term.parameter, at)
        with whole():
            rows = term.over(before).count()
        with transaction.atomic():
            stale = Proposal.objects.select_for_update().filter(
                table=term.table, state=Proposal.State.PROPOSED
            )
            stale.delete()
            if (
                rows
                and not Proposal.objects.filter(table=term.table, state=Proposal.State.CONFIRMED).exists()
            ):
                Proposal.objects.create(table=term.table, before=before, rows=rows, proposed_at=at)
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
    if not TERMS[proposal.table].removable:
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
    while taken := _remove_batch(TERMS[proposal.table], proposal.before):
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


def _remove_batch(term: Term, before: datetime) -> int:
    with whole():
        keys = list(term.over(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
        for kind in kinds.of_table(term.table):
            vault.remove(kind, keys, using="bulk")
        term.model._default_manager.using("bulk").filter(pk__in=keys).delete()
    return len(keys)
