"""The two requests of a transfer follow each other: the one to join at the union that asks, the one to let go at the
other (MEM-07). Each side sees its own alone, so this is done for nobody's eyes, by a job that enters one case after the
other.

What changed is found by the mark the database sets on the sides of a transfer, whoever changed them. Killed in the
middle, begun again or at once, nothing happens twice."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.kernel import actors, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters.at_hand import at_hand
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import handing_in, moving, stops, versions
from zhijia.registry.models import TransferLeg, Union

LETTING_GO = "transfer_out"
MOST = 200
JOB = "matters.follow_transfer"
_log = logging.getLogger(__name__)
State = TransferLeg.State


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a transfer, as they stood when they were read."""

    person_id: UUID
    name: str
    leaving_union: int
    leaving: str
    leaving_case: UUID | None
    in_batch: bool
    coming: str | None
    coming_case: UUID | None
    reason: str


def soon() -> None:
    """Have what changed in this transaction followed as soon as it stands."""
    app.configure_task(JOB, queue="default", allow_unknown=True).defer()


def follow(*, at: datetime) -> int:
    """Follow every transfer whose sides changed; how many. One that cannot be followed is met again by the next run."""
    actor, done = actors.system("matters-sides"), 0
    while True:
        with acting(actor):
            found = _asked("SELECT registry_transfers_to_follow(%s)", [MOST])
        followed = sum(_is_followed(actor, at, transfer_id) for transfer_id in found)
        done += followed
        if len(found) < MOST or not followed:
            return done


def _is_followed(actor: Actor, at: datetime, transfer_id: UUID) -> bool:
    try:
        with acting(actor):
            _follow(actor, at, transfer_id)
    except Exception:  # the others are followed meanwhile
        _log.exception("a transfer could not be followed")
        return False
    return True


def _follow(actor: Actor, at: datetime, transfer_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_transfer_sides(%s)", [transfer_id])
        row = cursor.fetchone()
    if row is None:
        return
    sides = Sides(*row)
    leaving_case = sides.leaving_case
    if leaving_case is not None:
        _follow_leaving(actor, at, sides, leaving_case)
    elif sides.leaving == State.PENDING and not sides.in_batch:
        leaving_case = _open(actor, at, transfer_id, sides)
    if sides.coming_case is not None and State.PENDING not in (sides.leaving, sides.coming):
        _follow_coming(actor, at, sides, sides.coming_case)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_transfer_followed(%s, %s, %s, %s)",
            [transfer_id, sides.leaving, sides.coming, leaving_case],
        )


def _open(actor: Actor, at: datetime, transfer_id: UUID, sides: Sides) -> UUID:
    """The request to let the member go, at the union they are in."""
    union = Union.objects.get(pk=sides.leaving_union)
    version = versions.in_force(LETTING_GO, at=at, day=days.business_day(at))
    case_id = new_id()
    with at_hand(actor, case_id):
        case = Case.objects.create(
            id=case_id,
            version=version,
            code=LETTING_GO,
            person_id=sides.person_id,
            shown_name=sides.name[:60],
            union_id=union.pk,
            county_id=union.stands_in,
            made_at=at,
            changed_at=at,
        )
        matter = versions.definition(version)
        handing_in.hand_in(actor=actor, at=at, case=case, matter=matter, key=transfer_id)
    return case_id


def _follow_leaving(actor: Actor, at: datetime, sides: Sides, case_id: UUID) -> None:
    """The request to let go stands where the member is, and ends where the transfer was called off."""
    with at_hand(actor, case_id):
        case = _held(case_id)
        if case is None or case.closed_at is not None:
            return
        union = Union.objects.get(pk=sides.leaving_union)
        if case.union_id != union.pk:
            case.union_id, case.county_id = union.pk, union.stands_in
            case.save(update_fields=["union_id", "county_id"])
            case.steps.filter(state__in=stops.HERE).update(seat_id=union.pk, seat_county_id=union.stands_in)
        if sides.leaving != State.PENDING:
            matter = versions.definition(case.version)
            moving.end(actor=actor, at=at, case=case, matter=matter, state=Case.State.WITHDRAWN)


def _follow_coming(actor: Actor, at: datetime, sides: Sides, case_id: UUID) -> None:
    """The request to join goes on once the member has moved, ends with the other side's reason, and is looked at anew
    where the transfer was called off."""
    with at_hand(actor, case_id):
        case = _held(case_id)
        step = case.steps.filter(state=Step.State.WAITING).first() if case is not None else None
        if case is None or step is None:
            return
        matter = versions.definition(case.version)
        if State.REFUSED in (sides.leaving, sides.coming):
            Decision.objects.create(
                case=case, step=step, verdict=Decision.Verdict.REFUSE, reason=sides.reason, at=at
            )
            moving.close(step, Step.State.DONE, at)
            moving.end(actor=actor, at=at, case=case, matter=matter, state=Case.State.REFUSED)
        elif {sides.leaving, sides.coming} != {State.APPROVED} or not _went_on(actor, at, case, step):
            moving.look_again(actor=actor, at=at, case=case, matter=matter, step=step)
        audit.record(
            actor=actor,
            at=at,
            action="case.waited",
            subject="case",
            subject_id=case.pk,
            place=moving.place_of(case),
        )


def _went_on(actor: Actor, at: datetime, case: Case, step: Step) -> bool:
    """The case goes on with what it waited for; not where what comes of it is refused."""
    try:
        with transaction.atomic():
            moving.close(step, Step.State.DONE, at)
            moving.go_on(actor=actor, at=at, case=case, matter=versions.definition(case.version))
    except Refusal:
        case.refresh_from_db()
        step.refresh_from_db()
        return False
    return True


def _held(case_id: UUID) -> Case | None:
    return Case.objects.select_for_update(of=("self",)).select_related("version").filter(pk=case_id).first()


def _asked(sql: str, values: list[int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[UUID] = cursor.fetchone()[0]
    return found
