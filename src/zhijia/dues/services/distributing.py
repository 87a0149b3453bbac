"""Sharing what came in among the unions: each contribution to the fen by the rule that holds for it, and what each
union gets in all, posted in one entry on either side (DUE-07, ADR 0019).

Somebody asks, a job does it, whole or not at all: rules, routes, splits and entries come in one transaction of `bulk`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.dues import versions
from zhijia.dues.models import Distribution
from zhijia.dues.services import choosing, entries, outside, routing, splitting, waiting
from zhijia.dues.services.choosing import NONE
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

SHARE = "dues.share"
JOB = "dues.distribute"
UNDER_WAY = _("Money of this union is being shared just now. Wait until that has ended.")


@dataclass(frozen=True, slots=True)
class Shared:
    """What a run shared: how many contributions, how many fen. What no rule holds for waits on."""

    many: int
    amount: int


def ask(*, actor: Actor, at: datetime, union: Union) -> Distribution:
    """Have a job share what has come in at this union and whose payer is known. Raises Refusal where nothing waits, and
    while another run is under way."""
    actor = access.require(actor, SHARE, union.pk)
    if not waiting.any_known(union.pk):
        raise Refusal(
            "nothing_to_share", _("Nothing waits to be shared. What came in has been shared already.")
        )
    try:
        with transaction.atomic():
            run = Distribution.objects.create(
                union_id=union.pk,
                county_id=union.stands_in,
                run_id=uuid4(),
                day=days.business_day(at),
                user_id=actor.user_id,
                asked_at=at,
            )
    except IntegrityError:
        raise Refusal("under_way", UNDER_WAY) from None
    audit.record(
        actor=actor,
        at=at,
        action="dues.distribute",
        subject="dues_distribution",
        subject_id=run.pk,
        place=access.place_of(union),
    )
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(distribution_id=run.pk)
    return run


def work(*, at: datetime, distribution_id: int) -> None:
    """Do a run that was asked for. Delivered twice, or at once, it is done once; what cannot be done is said on it."""
    try:
        with whole():
            run = _held(distribution_id)
            if run is not None:
                shared = share(run=run, at=at)
                _ended(run, at, Distribution.State.DONE, shared=shared)
    except Refusal as refusal:
        with whole():
            run = _held(distribution_id)
            if run is not None:
                _ended(run, at, Distribution.State.FAILED, problem=str(refusal))


def share(*, run: Distribution, at: datetime) -> Shared:
    """Share everything that waits at the run's union, in the running transaction of `bulk`. Raises Refusal where the
    union keeps no books."""
    paid = waiting.taken(run.union_id)
    rules = versions.in_order(versions.all_in_force(on=run.day))
    chosen = choosing.chosen(paid, rules, run.day)
    kept = chosen != NONE
    paid, chosen = paid.those(kept), chosen[kept]
    if not len(paid):
        return Shared(0, 0)
    routes = routing.routes(waiting.distinct(paid.payers), run.day)
    totals = splitting.write(run, paid, chosen, rules, routes)
    owed = entries.post(run, totals, routes, at=at)
    outside.keep(run, totals, routes, owed)
    waiting.shared(paid)
    return Shared(len(paid), int(paid.amounts.sum()))


def _held(distribution_id: int) -> Distribution | None:
    """The run, held, when it still waits."""
    return (
        Distribution.objects.using("bulk")
        .select_for_update()
        .filter(pk=distribution_id, state=Distribution.State.WAITING)
        .first()
    )


def _ended(
    run: Distribution,
    at: datetime,
    state: Distribution.State,
    *,
    shared: Shared | None = None,
    problem: str = "",
) -> None:
    run.state, run.done_at, run.problem = state, at, problem
    if shared is not None:
        run.many, run.amount = shared.many, shared.amount
    run.save(using="bulk", update_fields=["state", "done_at", "problem", "many", "amount"])
    audit.record(
        actor=Actor(run.user_id, "job", f"distribution-{run.pk}"),
        at=at,
        action="dues.distributed" if state == Distribution.State.DONE else "dues.not_distributed",
        subject="dues_distribution",
        subject_id=run.pk,
        place=Place(run.union_id, run.county_id),
        detail={"contributions": run.many, "fen": run.amount},
        using="bulk",
    )
