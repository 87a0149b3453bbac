"""Agreeing to several cases at once: first what would come of it, then only those at which nothing stands out, each
with an answer of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import deciding, flagging

MOST = 100


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one case, or would come of it: whether it is agreed to, else why not."""

    case: Case
    step: Step
    done: bool
    said: Any = ""


def look_ahead(*, actor: Actor, at: datetime, step_ids: Sequence[int]) -> list[Answered]:
    """What agreeing at each of these steps would meet, as far as it can be told before; nothing is written. Steps the
    actor does not see are left out."""
    return [_ahead(actor, at, step) for step in _seen(step_ids)]


def approve_all(*, actor: Actor, at: datetime, step_ids: Sequence[int]) -> list[Answered]:
    """Agree at each of these steps, one by one; what is refused stays as it is and says why, and what this actor agreed
    to before counts as done. Steps the actor does not see are left out. Every case is locked first, by its key; those
    they are parts of follow, by theirs, so that no two batches wait for each other."""
    with transaction.atomic():
        steps = list(_seen(step_ids))
        held = Case.objects.select_for_update(of=("self",)).filter(pk__in={step.case_id for step in steps})
        list(held.order_by("pk").values_list("pk"))
        return [_one(actor, at, step) for step in steps]


def _seen(step_ids: Sequence[int]) -> QuerySet[Step]:
    found = Step.objects.select_related("case", "case__version").filter(pk__in=list(step_ids)[:MOST])
    return found.order_by(Coalesce("case__part_of_id", "case_id"), "case_id", "pk")


def _ahead(actor: Actor, at: datetime, step: Step) -> Answered:
    try:
        _require_clean(step.case, step, at)
        deciding.check_approve(actor=actor, at=at, step_id=step.pk)
    except Refusal as refusal:
        return Answered(step.case, step, done=False, said=refusal.message)
    return Answered(step.case, step, done=True)


def _one(actor: Actor, at: datetime, step: Step) -> Answered:
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=step.case_id)
            if _agreed_before(actor, step):
                return Answered(case, step, done=True, said=_("You had agreed already."))
            _require_clean(case, step, at)
            return Answered(deciding.approve(actor=actor, at=at, step_id=step.pk), step, done=True)
    except Refusal as refusal:
        return Answered(step.case, step, done=False, said=refusal.message)


def _require_clean(case: Case, step: Step, at: datetime) -> None:
    if flagging.of(case, step, at):
        raise Refusal("flagged", _("Something stands out here. Open the case and decide it by itself."))


def _agreed_before(actor: Actor, step: Step) -> bool:
    return Decision.objects.filter(
        step=step, by_user_id=actor.user_id, verdict=Decision.Verdict.APPROVE
    ).exists()
