"""A drive is made from a definition, opens, and ends with a report of what was reached."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.campaigns import rules, versions
from zhijia.campaigns.models import Drive, Share
from zhijia.campaigns.queries import report
from zhijia.campaigns.services import promises
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services.unions import check_stands

OPEN, WORK, VIEW = "campaign.open", "campaign.work", "campaign.view"
ROSTER = "campaigns.make_roster"
RECORD = "drive"
Targets = Mapping[tuple[str, int], int]
"""How much of a measure in a year (0: in all), by both."""


def make(
    *,
    actor: Actor,
    at: datetime,
    once: UUID,
    union: Union,
    code: str,
    title: str = "",
    opens_on: date,
    closes_on: date | None = None,
    budget: int = 0,
    pot: int = 0,
    targets: Targets | None = None,
) -> Drive:
    """A draft of a drive of this union by the definition in force; without a last day it runs as the definition says.
    The same key again answers the drive there is. Raises Refusal where the definition is not for this union, beyond
    the cap, or in the past."""
    actor = access.require(actor, OPEN, union.pk)
    known = Drive.objects.filter(once=once, union_id=union.pk).first()
    if known is not None:
        return known
    check_stands(union)
    today = days.business_day(at)
    version = versions.in_force(code, at=at, day=today)
    campaign = versions.definition(version)
    _fits(campaign, union, opens_on, today)
    budget = pot if campaign.pays_pot else budget
    _may_spend(campaign, union, budget, today)
    check(pot, in_fen=campaign.pot is not None and campaign.pot.unit == "fen")
    if campaign.pot and not pot:
        raise Refusal("pot_missing", _("Say how much there is to be shared out."))
    with promises.kept():
        drive = Drive.objects.create(
            union_id=union.pk, county_id=union.stands_in, once=once, version=version, code=code,
            title=names.seen(title)[:120] or str(campaign.label), opens_on=opens_on,
            closes_on=closes_on or _closing(campaign, union, opens_on, today),
            budget=budget if campaign.budget else 0, pot=pot if campaign.pot else 0, made_by=actor.user_id, made_at=at,
        )  # fmt: skip
        _aim(actor, at, drive, campaign, union, targets or {})
        told(actor, at, "campaign.make", drive, code=code)
    return drive


def open_drive(*, actor: Actor, at: datetime, drive_id: int) -> Drive:
    """Open it: the roster is made by a job that follows, and whoever has something to do finds it. Raises Refusal where
    a target is missing."""
    drive = locked(drive_id)
    actor = access.require(actor, OPEN, drive.union_id)
    if drive.state == Drive.State.OPEN:
        return drive
    _drafted(drive)
    campaign = versions.of(drive)
    aimed = set(drive.shares.filter(union_id=drive.union_id).values_list("measure", flat=True))
    if lacking := [measure for code, measure in campaign.targets.items() if code not in aimed]:
        words = _("Say first how much is to be reached: %(measure)s.") % {"measure": lacking[0].label}
        raise Refusal("target_missing", words)
    drive.state, drive.opened_by, drive.opened_at = Drive.State.OPEN, actor.user_id, at
    drive.sums = sums(campaign, Union.objects.get(pk=drive.union_id), days.business_day(at))
    drive.save(update_fields=["state", "opened_by", "opened_at", "sums"])
    _tell_fact(drive, "campaign.opened", days.business_day(at))
    told(actor, at, "campaign.open", drive)
    app.configure_task(ROSTER, queue="slow", allow_unknown=True).defer(drive_id=drive.pk)
    return drive


def refresh(*, actor: Actor, at: datetime, drive_id: int) -> None:
    """Have the roster made anew now, instead of tonight."""
    drive = locked(drive_id)
    actor = access.require(actor, OPEN, drive.union_id)
    running(drive)
    app.configure_task(ROSTER, queue="slow", allow_unknown=True).defer(drive_id=drive.pk)
    told(actor, at, "campaign.refresh", drive)


def close(*, actor: Actor, at: datetime, drive_id: int) -> Drive:
    """It is over: its figures are written down with where they come from, and stand."""
    drive = locked(drive_id)
    actor = access.require(actor, OPEN, drive.union_id)
    running(drive)
    drive.report = report.figures(drive, versions.of(drive), today=days.business_day(at))
    drive.state, drive.closed_by, drive.closed_at = Drive.State.CLOSED, actor.user_id, at
    drive.save(update_fields=["report", "state", "closed_by", "closed_at"])
    _tell_fact(drive, "campaign.closed", days.business_day(at))
    told(actor, at, "campaign.close", drive)
    return drive


def stop(*, actor: Actor, at: datetime, drive_id: int, reason: str) -> Drive:
    """It ends without a report; what was given stays. Raises Refusal without a reason."""
    drive = locked(drive_id)
    actor = access.require(actor, OPEN, drive.union_id)
    if drive.state in {Drive.State.CLOSED, Drive.State.STOPPED}:
        raise Refusal("drive_over", _("This drive is over already."))
    if not (why := names.seen(reason)):
        raise Refusal("reason_missing", _("Say why. Those who work on it read it."))
    drive.report = {"stopped": why}
    drive.state, drive.closed_by, drive.closed_at = Drive.State.STOPPED, actor.user_id, at
    drive.save(update_fields=["report", "state", "closed_by", "closed_at"])
    told(actor, at, "campaign.stop", drive)
    return drive


def locked(drive_id: int) -> Drive:
    """The drive, held until the transaction ends."""
    rows = Drive.objects.select_for_update(of=("self",)).select_related("version")
    drive = rows.filter(pk=drive_id).first()
    if drive is None:
        raise NotForYou("no_such_drive", _("There is no such drive."))
    return drive


def held_open(drive_id: int) -> Drive:
    """The drive when it is open, held so: others give at the same time, and whoever closes it waits. Raises Refusal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_held_open(%s)", [drive_id])
    return running(Drive.objects.select_related("version").get(pk=drive_id))


def running(drive: Drive) -> Drive:
    """The drive, when it is open. Raises Refusal."""
    if drive.state != Drive.State.OPEN:
        raise Refusal("drive_not_open", _("This drive is not open: nothing can be given or sent in it now."))
    return drive


def check(amount: int, *, in_fen: bool) -> None:
    """Raises Refusal for a target, a budget or a pot below 0 or beyond `rules.MOST`; the limit is said as it is typed,
    of money in yuan."""
    if rules.fits(amount):
        return
    if in_fen:
        words = _("An amount of a drive is from 0 to %(most)s yuan.") % {"most": f"{rules.MOST // 100:,}"}
    else:
        words = _("An amount of a drive is a whole number from 0 to %(most)s.") % {"most": f"{rules.MOST:,}"}
    raise Refusal("drive_amount", words)


def told(actor: Actor, at: datetime, action: str, drive: Drive, **detail: object) -> None:
    """A line on the trail at the drive's union."""
    union = Union.objects.get(pk=drive.union_id)
    audit.record(
        actor=actor, at=at, action=action, subject=RECORD, subject_id=drive.pk, place=access.place_of(union),
        detail=detail,
    )  # fmt: skip


def _fits(campaign: Campaign, union: Union, opens_on: date, today: date) -> None:
    if Union.Level(union.level).name.lower() not in campaign.levels:
        raise Refusal("drive_level", _("Unions of this level do not open this drive."))
    if opens_on < today.replace(day=1):
        raise Refusal("drive_in_the_past", _("A drive begins this month or later."))


def _may_spend(campaign: Campaign, union: Union, budget: int, today: date) -> None:
    if campaign.budget is None:
        return
    check(budget, in_fen=True)
    if campaign.budget.cap:
        cap = int(parameters.value(campaign.budget.cap, division=union.division, day=today))
        if budget > cap:
            words = _("At most %(cap)s yuan can be spent in one such drive.") % {"cap": f"{cap / 100:,.2f}"}
            raise Refusal("budget_cap", words)


def sums(campaign: Campaign, union: Union, today: date) -> dict[str, int]:
    """What each on the roster gets of each thing that is money (fen), but for shares of a pot."""
    return {
        thing.code: int(parameters.value(thing.amount, division=union.division, day=today))
        for thing in campaign.each
        if thing.amount
    }


def _closing(campaign: Campaign, union: Union, opens_on: date, today: date) -> date | None:
    def value(key: str) -> int:
        return int(parameters.value(key, division=union.division, day=today)) if key else 0

    return rules.closing(
        campaign.runs, opens=opens_on, months=value(campaign.months), of_years=value(campaign.years)
    )


def _aim(
    actor: Actor, at: datetime, drive: Drive, campaign: Campaign, union: Union, targets: Targets
) -> None:
    years = set(rules.years(drive.opens_on, drive.closes_on)) if campaign.runs == "years" else {0}
    for (measure, year), amount in targets.items():
        if measure not in campaign.targets or year not in years:
            raise Refusal("no_such_target", _("This drive has no such target."))
        check(amount, in_fen=campaign.targets[measure].in_fen)
    Share.objects.bulk_create(
        Share(
            drive=drive, union_id=union.pk, measure=measure, year=year, amount=amount, given_by=actor.user_id,
            given_at=at,
        )
        for (measure, year), amount in targets.items()
    )  # fmt: skip


def _drafted(drive: Drive) -> None:
    if drive.state != Drive.State.DRAFT:
        raise Refusal("drive_over", _("This drive is over already."))


def _tell_fact(drive: Drive, kind: str, day: date) -> None:
    facts.record(
        [
            NewFact(
                kind=kind, union_id=drive.union_id, county_id=drive.county_id, day=day, record=RECORD,
                record_id=drive.pk, dimensions={"campaign": drive.code, "drive": str(drive.pk)},
            )
        ]
    )  # fmt: skip
