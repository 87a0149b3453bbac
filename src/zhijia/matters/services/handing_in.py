"""Handing in: once, however often the form arrives; completing what was asked for, and taking it back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters import clocks, seats
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import (
    asking,
    beginning,
    flagging,
    grounds,
    lacking,
    listed,
    moving,
    noticing,
    objecting,
    outcomes,
    parts,
    presence,
    reporting,
    stops,
    versions,
)
from zhijia.registry.models import Union

_AS_IT_IS_NOW = ("version", "union_id", "county_id", "sealed")
_HANDED_IN = ("posted_key", "state", "number", "opened_at", "changed_at", "amount", "shown_name", "flags")


def submit(*, actor: Actor, at: datetime, case_id: UUID, key: UUID) -> Case:
    """Hand the draft in: once, however often the same form (`key`) arrives. Raises NotComplete with what is missing."""
    case = asking.own(actor, case_id, None, at=None)
    if case.posted_key == key:
        return case
    if case.state != Case.State.DRAFT:
        raise Refusal("handed_in_already", _("This request has been handed in already. Nothing was changed."))
    presence.require(actor, case, at)
    objecting.require_in_time(case, at)
    sits = seats.Seats(case, days.business_day(at))
    matter = _as_it_is_now(case, sits, at)
    given = lacking.settle(case, matter, at)
    outcomes.check_ready(case, matter, at)
    parts.check_ready(case, matter, at)
    _make_room(actor, case, matter, at)
    outcomes.take_along(case, matter, at)
    return hand_in(actor=actor, at=at, case=case, matter=matter, key=key, given=given, sits=sits)


def hand_in(
    *,
    actor: Actor,
    at: datetime,
    case: Case,
    matter: Matter,
    key: UUID | None,
    given: Mapping[str, Any] | None = None,
    sits: seats.Seats | None = None,
) -> Case:
    """The draft, locked and complete, becomes a case: it has a number, its facts are written, its first step opens. Of
    several items in one go each is handed in as a part of it, in the same transaction. `given` are its answers and
    `sits` its unions, where they were read already."""
    sits = sits or seats.Seats(case, days.business_day(at))
    case.posted_key, case.state, case.number = key, Case.State.OPEN, _number(sits, at)
    case.opened_at = case.changed_at = at
    case.amount = _amount(case, matter, given)
    if matter.called and (matter.subject == "union" or not case.shown_name):
        case.shown_name = str((given or {}).get(matter.called) or "")[:60]
    if not matter.items:
        flagging.at_submit(case, matter, at)
    rows.change(case, *_AS_IT_IS_NOW, *_HANDED_IN)
    audit.record(
        actor=actor,
        at=at,
        action="case.open",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    if matter.items:
        for part, about in parts.made(actor=actor, at=at, case=case, matter=matter):
            outcomes.take_along(part, about, at)
            hand_in(actor=actor, at=at, case=part, matter=about, key=None)
        return case
    moving.tell_facts(case, matter, "opened", at)
    moving.begin(actor=actor, at=at, case=case, matter=matter, sits=sits)
    return case


def complete(*, actor: Actor, at: datetime, case_id: UUID) -> Case:
    """The applicant has added what was missing: the step goes on, its due day moved by the time they took (CLK-03).
    The sum does not rise above what was asked, or agreed to, before."""
    case = asking.own(actor, case_id, {Case.State.PAUSED}, at=at)
    matter = versions.definition(case.version)
    lacking.settle(case, matter, at)
    step = case.steps.select_for_update().get(state=Step.State.PAUSED)
    if matter.step(step.code).does == "report":
        return reporting.report(actor=actor, at=at, case=case, matter=matter, step=step)
    if not noticing.agreed(case, matter, step):
        raise Refusal("agree_first", noticing.asks_first(matter, step))
    paused = at - step.paused_at if step.paused_at else timedelta()
    step.paused_seconds += int(paused.total_seconds())
    if step.due_at:
        division = Union.objects.values_list("division", flat=True).get(pk=step.seat_id)
        ours = moving.is_ours(matter.step(step.code))
        due = clocks.after_pause(step.due_at, paused=paused, division=division, ours=ours)
        step.due_at, step.due_unknown = due.at, due.unknown
    step.state, step.paused_at = Step.State.ACTIVE, None
    step.save(update_fields=["state", "paused_at", "paused_seconds", "due_at", "due_unknown"])
    if matter.step(step.code).notice is not None:
        noticing.hang(at=at, case=case, matter=matter, step=step)
    asked_now = _amount(case, matter)
    if case.amount is not None and asked_now is not None:
        asked_now = min(case.amount, asked_now)
    case.state, case.changed_at, case.amount = Case.State.OPEN, at, asked_now
    case.save(update_fields=["state", "changed_at", "amount"])
    audit.record(
        actor=actor,
        at=at,
        action="case.complete",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    return case


def withdraw(*, actor: Actor, at: datetime, case_id: UUID, reason: str = "") -> Case:
    """The applicant takes the request back while it is open; of several items in one go all that are open, and the
    whole ends by how all its parts have (`settling.py`)."""
    open_parts = parts.hold(case_id)
    case = asking.own(actor, case_id, {Case.State.OPEN, Case.State.PAUSED}, at=at)
    matter = versions.definition(case.version)
    if matter.items:
        for part in open_parts:
            withdraw(actor=actor, at=at, case_id=part.pk, reason=reason)
        case.refresh_from_db()
        return case
    step = case.steps.filter(state__in=stops.HERE).first()
    if step is not None:
        Decision.objects.create(
            case=case,
            step=step,
            by_user_id=actor.user_id,
            verdict=Decision.Verdict.WITHDRAW,
            reason=reason.strip(),
            at=at,
        )
    moving.end(actor=actor, at=at, case=case, matter=matter, state=Case.State.WITHDRAWN)
    return case


def _as_it_is_now(case: Case, sits: seats.Seats, at: datetime) -> Matter:
    """The draft under the version in force today and at the union its person is at today, to be saved when it is handed
    in. Raises Refusal for somebody who was a member when they began and is none any more."""
    case.version = versions.in_force(case.code, at=at, day=days.business_day(at))
    matter = versions.of(case, at=at, version=case.version)
    if case.person_id is not None:
        asker = beginning.asker_of(case.person_id)
        if not asker.is_member and "non_member" not in matter.who:
            raise Refusal(
                "matter_not_for_you",
                _("This can be asked for by %(who)s only.") % {"who": beginning.for_whom(matter)},
            )
        if case.code != noticing.OBJECTION and matter.begins == "own":
            case.union_id = beginning.own_union(matter, asker.person)
            case.county_id = sits.begins.stands_in
    case.sealed = matter.against_employer
    return matter


def _amount(case: Case, matter: Matter, given: Mapping[str, Any] | None = None) -> int | None:
    """What is asked for, in fen: the answer the definition names, or the sum of the roster's lines as they stand."""
    if not matter.amount:
        return None
    if matter.roster is not None and matter.roster.name == matter.amount:
        return listed.sums(case).stands
    value = (grounds.values_of(case) if given is None else given).get(matter.amount)
    return value if isinstance(value, int) else None


def _make_room(actor: Actor, case: Case, matter: Matter, at: datetime) -> None:
    """Of an item an account has one of at most, a draft begun by itself gives way to this. Raises Refusal where one was
    handed in already."""
    for version in parts.wanted(case, matter, at) if matter.items else ():
        if not versions.definition(version).one_at_a_time:
            continue
        others = Case.objects.filter(user_id=case.user_id, code=version.code, part_of=None)
        if others.filter(state__in=(Case.State.OPEN, Case.State.PAUSED)).exists():
            raise Refusal(
                "under_way_already",
                _("You have handed in a request for this already. Its answer comes first."),
            )
        for draft in others.filter(state=Case.State.DRAFT):
            asking.discard(actor=actor, at=at, case_id=draft.pk)


def _number(sits: seats.Seats, at: datetime) -> str:
    """A number to say on the phone: the division, the day, and a count that never comes back."""
    ((count,),) = rows.run("SELECT nextval('matters_case_number')")
    return f"{sits.begins.division[:4]}-{days.business_day(at):%y%m%d}-{count:05d}"
