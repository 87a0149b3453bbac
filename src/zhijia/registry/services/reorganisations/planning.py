"""Planning a reorganisation, and taking a plan back before its day."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Reorganisation, Union
from zhijia.registry.services import unions
from zhijia.registry.services.reorganisations import plans, rules, standing, words

DO = "registry.reorganise"
PERMISSION = "union.reorganise"
State = Reorganisation.State


def plan(
    *,
    actor: Actor,
    at: datetime,
    plan: plans.Plan,
    effective_on: date,
    reason: str,
    approval_number: str = "",
    once: UUID,
) -> Reorganisation:
    """Decide that the trees change on a day, today at the earliest; what is for today begins at once, in a job. The
    same key twice is one plan. Needs step-up, and the right at every union above one that changes (ORG-05).

    Raises Refusal for what cannot be done as the unions stand.
    """
    known = Reorganisation.objects.filter(pk=once, user_id=actor.user_id).first()
    if known is not None:
        return known
    actor, stands = allowed(actor=actor, plan=plan, day=days.business_day(at))
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
    check(plan, stands, effective_on=effective_on, today=days.business_day(at))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that others can understand it later."))
    about = Union.objects.get(pk=plan.about)
    planned = Reorganisation(
        id=once,
        kind=plan.kind,
        effective_on=effective_on,
        plan={
            "said": plans.written(plan),
            "was": standing.parents(stands, plan),
            "names": {str(union): stands[union].name for union in plan.named},
        },
        union=about,
        place_id=rules.deciding(plan, stands)[0],
        reason=reason.strip(),
        approval_number=approval_number.strip(),
        user_id=actor.user_id,
        recorded_at=at,
    )
    try:
        with transaction.atomic():
            planned.save(force_insert=True)
    except IntegrityError:
        return Reorganisation.objects.get(pk=once, user_id=actor.user_id)
    _trail(actor, at, "reorganisation.plan", planned, about)
    if effective_on <= days.business_day(at):
        app.configure_task(DO).defer(reorganisation_id=str(planned.pk))
    return planned


def undo(*, actor: Actor, at: datetime, reorganisation_id: UUID) -> Reorganisation:
    """Take a plan back before it is done. Needs step-up and the right to decide it. Raises Refusal for one that was
    done, stopped or taken back already."""
    planned = Reorganisation.objects.select_for_update().filter(pk=reorganisation_id).first()
    if planned is None:
        raise NotForYou("no_such_reorganisation", _("There is no such reorganisation."))
    actor = access.require(actor, PERMISSION, planned.place_id)
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
    if planned.state != State.PLANNED:
        raise Refusal(
            "reorganisation_over",
            _("This has been done, stopped or taken back already. Plan another one to change it."),
        )
    planned.state, planned.undone_at, planned.undone_by = State.UNDONE, at, actor.user_id
    planned.save(update_fields=["state", "undone_at", "undone_by"])
    _trail(actor, at, "reorganisation.undo", planned, planned.union)
    return planned


def allowed(*, actor: Actor, plan: plans.Plan, day: date) -> tuple[Actor, rules.Standing]:
    """The actor by the grant that lets them decide this, and how the unions stand. Raises NotForYou."""
    stands = standing.of(plan, day=day)
    if any(union not in stands for union in plan.named):
        raise NotForYou("no_such_union", _("There is no such union."))
    for union in rules.deciding(plan, stands):
        actor = access.require(actor, PERMISSION, union)
    return actor, stands


def check(plan: plans.Plan, stands: rules.Standing, *, effective_on: date, today: date) -> None:
    """Raises Refusal, with what to do instead, for what cannot be done as the unions stand."""
    if effective_on < today:
        raise Refusal(
            "day_past", _("A reorganisation counts from today at the earliest: the past is written.")
        )
    if code := rules.objection(plan, stands):
        raise Refusal(code, words.WHY[code])
    if isinstance(plan, plans.Found):
        unions.check_credit_code(plan.credit_code)


def _trail(actor: Actor, at: datetime, action: str, planned: Reorganisation, union: Union) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="reorganisation",
        subject_id=planned.pk,
        place=access.place_of(union),
        reason=planned.reason,
        detail={"kind": planned.kind, "day": planned.effective_on.isoformat(), **planned.plan["said"]},
    )
