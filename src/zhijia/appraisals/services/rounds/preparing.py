"""A round is made from a definition, and its call opens."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Round
from zhijia.appraisals.services.rounds import holding, promises, telling
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.services.writing import LEVELS
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services.unions import check_stands
from zhijia.ui.templatetags.ui import moment

MOST_DAYS = 366


def make(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    union: Union,
    code: str,
    title: str,
    year: int,
    opens_at: datetime,
    closes_at: datetime,
    budget: int = 0,
) -> Round:
    """A draft of a round at a union, by the definition in force; `budget` in fen. The same key again answers the round
    there is. Raises Refusal where unions of this level do not hold it."""
    actor = access.require(actor, HOLD, union.pk)
    known = Round.objects.filter(once=once, union_id=union.pk).first()
    if known is not None:
        return known
    check_stands(union)
    day = days.business_day(at)
    version = round_versions.in_force(code, at=at, day=day)
    asked = round_versions.definition(version)
    if union.level not in {LEVELS[level] for level in asked.levels}:
        raise Refusal(
            "round_not_held_here",
            _("%(round)s is not held by unions of this level.") % {"round": asked.label},
        )
    _require_order(at, opens_at, closes_at)
    kept = asked.taxonomy
    found = Round.objects.create(
        union_id=union.pk, county_id=union.stands_in, once=once, version=version, year=year, opens_at=opens_at,
        closes_at=closes_at, title=names.seen(title) or str(asked.label), budget=budget,
        taxonomy=f"{kept.code_list}@{kept.version}" if kept else "", made_by=actor.user_id, made_at=at,
    )  # fmt: skip
    holding.told(actor, at, "round.make", found, code=code, year=year)
    return found


def open_call(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """Open the call. What the round asks and gives is fixed from now on; unions that may nominate are told."""
    held = holding.held(actor, round_id, Round.State.DRAFT)
    found = held.round
    _require_order(at, found.opens_at, found.closes_at)
    if held.asked.gives.pay and not found.budget:
        raise Refusal("round_budget_missing", _("Money is given here. Say first how much there is."))
    found.state, found.opens_at = Round.State.OPEN, max(found.opens_at, at)
    with promises.kept():
        found.save(update_fields=["state", "opens_at"])
    holding.told(held.actor, at, "round.open", found)
    later = app.configure_task(
        telling.CALLED, queue="default", allow_unknown=True, schedule_at=found.opens_at
    )
    later.defer(round_id=found.pk)
    return found


def _require_order(at: datetime, opens_at: datetime, closes_at: datetime) -> None:
    """Raises Refusal, with both moments, where a call would not close after it opens and after now, and where it would
    begin or last longer than a year."""
    said = {"opens": moment(opens_at), "closes": moment(closes_at), "now": moment(at)}
    if closes_at <= opens_at:
        words = _("The call would close on %(closes)s, but it opens only on %(opens)s. Let it close later.")
    elif closes_at <= at:
        words = _("The call would close on %(closes)s, and it is %(now)s already. Let it close later.")
    elif (closes_at - opens_at).days > MOST_DAYS:
        words = _("The call would be open from %(opens)s to %(closes)s. It lasts a year at most.")
    elif (opens_at - at).days > MOST_DAYS:
        words = _("The call would open only on %(opens)s, and it is %(now)s now. It opens within a year.")
    else:
        return
    raise Refusal("round_times", words % said)


def stop(*, actor: Actor, at: datetime, round_id: int, reason: str) -> Round:
    """Nothing comes of it: what hangs is taken down, what was handed in stays as it is."""
    held = holding.held(
        actor, round_id, Round.State.DRAFT, Round.State.OPEN, Round.State.JUDGING, Round.State.BATCH
    )
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why. Those who took part read it."))
    held.round.state, held.round.reason = Round.State.STOPPED, names.seen(reason)
    held.round.save(update_fields=["state", "reason"])
    held.round.notices.filter(hangs_until__gt=at).update(hangs_until=at)
    holding.told(held.actor, at, "round.stop", held.round, reason=held.round.reason)
    return held.round
