"""Asking to join, and the answer (MEM-03 to MEM-06). Moves onto the engine of matters when that stands."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.catalogue import fields
from zhijia.kernel import codes, days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Application, Person, Union
from zhijia.registry.services import joining, memberships, people, promises, transfers, unions
from zhijia.vault import services as vault

NUMBER = "registry_application.id_number"
PHONE = "registry_application.phone"


def apply(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    name: str,
    id_type: str,
    id_number: str,
    occupation: str,
    workplace: str,
    routed: str = "chosen",
) -> Application:
    """Ask to join `union` with the five fields of MEM-04; the phone is the account's own, confirmed by a code.
    Asking again while one waits returns that one.

    The answer is due within `membership.join_answer_days` working days. Raises Refusal for a visitor, for a
    union that was dissolved and for a number that cannot be right.
    """
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in with your phone first."))
    User.objects.select_for_update().get(pk=actor.user_id)
    waiting = Application.objects.filter(
        user_id=actor.user_id, state__in=(Application.State.WAITING, Application.State.OTHER_SIDE)
    ).first()
    if waiting is not None:
        return waiting
    unions.check_takes_members(union.pk)
    if actor.person_id and memberships.standing(actor.person_id, union.pk) == "here":
        raise Refusal("member_already", _("You are a member of this union already."))
    phone = vault.read_inside("accounts_user.phone", actor.user_id)
    if id_type == "111":
        id_number = codes.normal_resident_id(id_number)
    today = days.business_day(at)
    application = Application.objects.create(
        id=new_id(),
        user_id=actor.user_id,
        person_id=vault.find(people.NUMBER, id_number),
        name=fields.checked("name", name, day=today),
        id_type=id_type,
        occupation=occupation,
        gig_group=joining.gig_group_of(occupation, today),
        workplace=names.seen(workplace),
        division=union.division,
        routed=routed,
        asked_at=at,
        due_on=promises.due("membership.join_answer_days", today=today, division=union.division),
        union_id=union.pk,
        county_id=union.stands_in,
    )
    place = access.place_of(union)
    vault.seal(NUMBER, application.pk, id_number, place=place, at=at, user_id=actor.user_id)
    vault.seal(PHONE, application.pk, phone, place=place, at=at, user_id=actor.user_id)
    _trail(actor, at, "application.ask", application)
    return application


def document_needed(application: Application) -> bool:
    """Whether the register knows the person by another name or phone: the officer then looks at the identity
    document before anything is linked (MEM-14)."""
    person_id = _known_as(application)
    if person_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_is_named(%s, %s)", [person_id, application.pk])
        named = bool(cursor.fetchone()[0])
    return not named or not vault.same_value(PHONE, application.pk, people.PHONE, person_id)


def approve(*, actor: Actor, at: datetime, application_id: UUID, document_seen: bool = False) -> Application:
    """Take the applicant in (MEM-03): membership counts from today. Somebody active elsewhere waits for the other
    side instead. Raises Refusal for the actor's own application, when it was answered already, when the union has
    been dissolved since, or when the register knows the person by another name or phone and no officer has seen the
    document."""
    application = _waiting(application_id)
    union = Union.objects.get(pk=application.union_id)
    actor = access.require(actor, "membership.approve", union.pk)
    unions.check_takes_members(union.pk)
    if application.user_id == actor.user_id:
        raise Refusal(
            "own_application",
            _("Nobody takes themselves in. Ask a colleague, or the union above, to answer."),
        )
    if document_needed(application) and not document_seen:
        raise Refusal(
            "document_not_seen",
            _(
                "The register knows this person by another name or phone. Look at the identity document first."
            ),
        )
    person_id = _known_as(application)
    standing = memberships.standing(person_id, union.pk) if person_id else "unknown"
    if person_id and standing == "elsewhere":
        asked = transfers.request(
            actor=actor,
            at=at,
            person_id=person_id,
            union=union,
            shown_name=application.name,
            origin="application",
        )
        if asked is None and not transfers.waits(person_id=person_id, union=union):
            raise Refusal(
                "moving_elsewhere",
                _(
                    "This person's membership is being moved just now. Answer this application when that has ended."
                ),
            )
        application.person_id = person_id
        return _answer(actor, at, application, Application.State.OTHER_SIDE)
    if person_id is None or standing == "unknown":
        person = people.create_from(actor=actor, at=at, application=application, union=union)
    elif standing == "here":
        person = Person.objects.select_for_update().get(pk=person_id)
    else:
        person = people.take(actor=actor, at=at, person_id=person_id, union=union)
    if standing != "here":
        memberships.join(actor=actor, at=at, person=person, union=union, reason="application")
    people.link(actor=actor, at=at, user_id=application.user_id, person=person)
    application.person_id = person.pk
    return _answer(actor, at, application, Application.State.APPROVED)


def refuse(*, actor: Actor, at: datetime, application_id: UUID, reason: str) -> Application:
    """Say no, with a reason the applicant can act on."""
    application = _waiting(application_id)
    actor = access.require(actor, "membership.approve", application.union_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the applicant knows what to do."))
    application.answer = reason.strip()
    return _answer(actor, at, application, Application.State.REFUSED)


def withdraw(*, actor: Actor, at: datetime, application_id: UUID) -> Application:
    """The applicant takes the application back while it waits."""
    application = _waiting(application_id)
    if application.user_id != actor.user_id:
        raise NotForYou("not_your_application", _("This application is somebody else's."))
    application.state = Application.State.WITHDRAWN
    application.decided_at = at
    application.save(update_fields=["state", "decided_at"])
    _trail(actor, at, "application.withdraw", application)
    return application


def _known_as(application: Application) -> UUID | None:
    """The person the register knows by the applicant's number, also when they came into it after the application.
    Somebody forgotten since, with an import that was taken back, is looked for anew."""
    known = application.person_id
    if known and memberships.standing(known, application.union_id) != "unknown":
        return known
    return vault.match(NUMBER, application.pk, people.NUMBER)


def _waiting(application_id: UUID) -> Application:
    application = Application.objects.select_for_update().filter(pk=application_id).first()
    if application is None:
        raise NotForYou("no_such_application", _("There is no such application at your union."))
    if application.state != Application.State.WAITING:
        raise Refusal(
            "answered_already", _("This application has been answered already. Nothing was changed.")
        )
    return application


def _answer(actor: Actor, at: datetime, application: Application, state: str) -> Application:
    application.state = state
    application.decided_at, application.decided_by = at, actor.user_id
    application.save(update_fields=["state", "decided_at", "decided_by", "answer", "person_id"])
    _trail(actor, at, f"application.{state}", application)
    union = Union.objects.values_list("name", flat=True).get(pk=application.union_id)
    notices.send(
        actor=actor,
        at=at,
        to_user=application.user_id,
        kind=f"application_{state}",
        values={"union": union, "reason": application.answer},
        link="registry:my_application",
        reason="application",
    )
    return application


def _trail(actor: Actor, at: datetime, action: str, application: Application) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="application",
        subject_id=application.pk,
        place=audit.Place(application.union_id, application.county_id, application.person_id),
    )
