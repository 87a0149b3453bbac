"""Joining and leaving: a membership is opened or closed, never edited (MEM-02, MEM-03, MEM-10)."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.facts import services as facts
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.registry import access, rules
from zhijia.registry.models import Membership, MembershipChange, Person, Union
from zhijia.registry.services import cards


def standing(person_id: UUID, union_id: int) -> str:
    """Where a person of the register stands towards a union: "here", "elsewhere", "free" or "unknown".
    Answers the least: never which other union, never since when."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT standing FROM registry_standing(ARRAY[%s]::uuid[], %s)", [person_id, union_id])
        row = cursor.fetchone()
    return row[0] if row else "unknown"


def join(*, actor: Actor, at: datetime, person: Person, union: Union, reason: str) -> Membership:
    """Open a membership of a person who has none (MEM-02, MEM-03); it counts from today, and so does the card.

    The caller holds the person's row. Raises Refusal for somebody too young (MEM-01).
    """
    actor = access.require(actor, "membership.approve", union.pk)
    today = days.business_day(at)
    least = parameters.value("membership.minimum_age", division=union.division, day=today)
    if not rules.may_join(born=person.birth_date, on=today, minimum_age=least):
        raise Refusal(
            "too_young",
            _("A member must be at least %(years)s years old. This person can join later.")
            % {"years": least},
        )
    membership = Membership.objects.create(
        id=new_id(),
        person_id=person.pk,
        member_number=codes.member_number(
            division=union.division[:6], year=today.year, serial=_next_serial()
        ),
        status=rules.status_in(holding_pool=union.holding_pool),
        joined_on=today,
        valid_from=today,
        channel=actor.channel,
        union_id=union.pk,
        county_id=union.stands_in,
    )
    _log(membership, MembershipChange.Kind.JOIN, reason, today, at)
    facts.record([fact_of("member.joined", membership, person, today)])
    audit.record(
        actor=actor,
        at=at,
        action="membership.join",
        subject="membership",
        subject_id=membership.pk,
        place=access.place_of(union, person.pk),
    )
    cards.issue(actor=actor, at=at, person=person)
    return membership


def leave(*, actor: Actor, at: datetime, membership_id: UUID, reason: str) -> None:
    """Close a membership at the member's written wish (MEM-10), entered by an officer. Re-joining is allowed."""
    _end(actor, at, membership_id, reason, Membership.Status.LEFT)


def deem_left(*, actor: Actor, at: datetime, membership_id: UUID, reason: str) -> None:
    """Close a membership whose member an officer takes to have left after months of silence (MEM-10). Who proposed it
    and how the member was asked stand in `leaving`. Re-joining is allowed."""
    _end(actor, at, membership_id, reason, Membership.Status.DEEMED_LEFT)


def held(membership_id: UUID) -> Membership:
    """The open membership, its person held before it, as everybody does who changes one. Raises NotForYou for one the
    actor may not see, Refusal for one that has ended."""
    found = Membership.objects.filter(pk=membership_id).first()
    if found is None or _held(found.person_id) is None:
        raise NotForYou("no_such_membership", _("There is no such membership at your union."))
    membership = _still_open(Membership.objects.filter(pk=membership_id))
    if membership is None:
        raise Refusal("membership_closed", _("This membership has ended already."))
    return membership


def refuse_registration(*, actor: Actor, at: datetime, reason: str) -> None:
    """The member says no to having been registered by an import: the membership ends today.
    Raises Refusal when there is none that an import made."""
    person = _held(actor.person_id) if actor.person_id else None
    made = Membership.objects.filter(import_id__isnull=False)
    membership = _still_open(made.filter(person_id=person.pk)) if person else None
    if person is None or membership is None:
        raise Refusal("no_registration_to_refuse", _("You have no registration that a union made for you."))
    _close(actor=actor, at=at, person=person, membership=membership, reason=reason)


def fact_of(kind: str, membership: Membership, person: Person, day: date) -> facts.NewFact:
    """The fact a membership's opening or closing is, with the dimensions figures are cut by."""
    return facts.NewFact(
        kind=kind,
        union_id=membership.union_id,
        county_id=membership.county_id,
        day=day,
        person_id=person.pk,
        record="membership",
        record_id=str(membership.pk),
        dimensions={"group": person.gig_group, "channel": membership.channel},
    )


def _end(actor: Actor, at: datetime, membership_id: UUID, reason: str, status: str) -> None:
    found = Membership.objects.filter(pk=membership_id).first()
    person = _held(found.person_id) if found else None
    membership = _still_open(Membership.objects.filter(pk=membership_id)) if person else None
    if person is None or membership is None:
        raise Refusal("membership_closed", _("This membership has ended already."))
    actor = access.require(actor, "membership.edit", membership.union_id)
    _close(actor=actor, at=at, person=person, membership=membership, reason=reason, status=status)


def _close(
    *,
    actor: Actor,
    at: datetime,
    person: Person,
    membership: Membership,
    reason: str,
    status: str = Membership.Status.LEFT,
) -> None:
    today = days.business_day(at)
    membership.status = status
    membership.valid_to = today
    membership.save(update_fields=["status", "valid_to"])
    _log(membership, MembershipChange.Kind.LEAVE, reason, today, at)
    facts.record([fact_of("member.left", membership, person, today)])
    cards.end(actor=actor, at=at, person_id=person.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_cancel_transfers(%s, %s)", [person.pk, at])
    audit.record(
        actor=actor,
        at=at,
        action="membership.leave" if status == Membership.Status.LEFT else "membership.deem_left",
        subject="membership",
        subject_id=membership.pk,
        place=audit.Place(membership.union_id, membership.county_id, person.pk),
        reason=reason,
    )


def _held(person_id: UUID) -> Person | None:
    """The person, held before their membership and what hangs on it: who moves them holds them in the same order."""
    return Person.objects.select_for_update().filter(pk=person_id).first()


def _still_open(memberships: QuerySet[Membership]) -> Membership | None:
    return memberships.select_for_update().filter(valid_to__isnull=True).first()


def _log(membership: Membership, kind: str, reason: str, day: date, at: datetime) -> None:
    MembershipChange.objects.create(
        membership_id=membership.pk,
        person_id=membership.person_id,
        union_id=membership.union_id,
        county_id=membership.county_id,
        kind=kind,
        reason=reason,
        day=day,
        at=at,
    )


def _next_serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_member_serial')")
        return int(cursor.fetchone()[0])
