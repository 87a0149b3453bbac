"""Agreeing to several cases at once: only those at which nothing stands out, each with an answer of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Step
from zhijia.matters.services import deciding, flagging

MOST = 100


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one case: whether it was agreed to, else why not."""

    case: Case
    done: bool
    said: Any = ""


def approve_all(*, actor: Actor, at: datetime, step_ids: Sequence[int]) -> list[Answered]:
    """Agree at each of these steps, one by one; what is refused stays as it is and says why. Steps the actor does not
    see are left out. Locks go by the cases' order, so that two batches never wait for each other."""
    found = Step.objects.select_related("case").filter(pk__in=list(step_ids)[:MOST]).order_by("case_id", "pk")
    return [_one(actor, at, step) for step in found]


def _one(actor: Actor, at: datetime, step: Step) -> Answered:
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=step.case_id)
            if flagging.of(case, step, at):
                raise Refusal(
                    "flagged", _("Something stands out here. Open the case and decide it by itself.")
                )
            return Answered(deciding.approve(actor=actor, at=at, step_id=step.pk), done=True)
    except Refusal as refusal:
        return Answered(step.case, done=False, said=refusal.message)
