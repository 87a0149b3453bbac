"""Making, finding and linking people of the register."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.forms import model_to_dict
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.catalogue import fields, purposes
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.kernel.initials import initials
from zhijia.registry import access
from zhijia.registry.models import Consent, Membership, Person, Union
from zhijia.registry.services import consents, lookups
from zhijia.vault import services as vault

RESIDENT_ID = "111"
NUMBER = "registry_person.id_number"
PHONE = "registry_person.phone"
SEALED = ("id_number", "phone", "address", "email", "account", "card")
"""The fields of a person that lie in the vault."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says of themselves who wants to join and whom the register does not know (MEM-04). Number and
    phone are clear here, for the vault alone."""

    name: str
    id_number: str
    phone: str
    occupation: str
    gig_group: str
    workplace: str


def create(*, actor: Actor, at: datetime, newcomer: Newcomer, union: Union) -> Person:
    """A new person from what they said; number and phone are sealed without being shown to anybody.
    Raises Refusal when the number came into the register this very moment."""
    parts = codes.resident_id_parts(newcomer.id_number)
    today = days.business_day(at).isoformat()
    person = Person.objects.create(
        id=new_id(),
        name=newcomer.name,
        name_initials=initials(newcomer.name),
        id_type=RESIDENT_ID,
        sex=parts.sex,
        birth_date=parts.birth_date,
        occupation=newcomer.occupation,
        gig_group=newcomer.gig_group,
        employer_name=newcomer.workplace,
        home_division=union.division,
        real_name_level=1,
        sources={field: ["application", today] for field in ("name", "id_number", "phone", "occupation")},
        union_id=union.pk,
        county_id=union.county_id,
        changed_at=at,
    )
    place = access.place_of(union, person.pk)
    try:
        with transaction.atomic():
            vault.seal(NUMBER, person.pk, newcomer.id_number, place=place, at=at)
    except IntegrityError as error:
        raise Refusal(
            "just_registered",
            _(
                "Another union has registered this person this very moment. Open the request again and decide."
            ),
        ) from error
    vault.seal(PHONE, person.pk, newcomer.phone, place=place, at=at)
    audit.record(
        actor=actor,
        at=at,
        action="person.create",
        subject="person",
        subject_id=person.pk,
        place=place,
        detail={"fields": sorted(person.sources)},
    )
    return person


def take(*, actor: Actor, at: datetime, person_id: UUID, union: Union) -> Person:
    """A person without a membership comes under this union, their sealed values with them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_take_person(%s, %s)", [person_id, union.pk])
        if not cursor.fetchone()[0]:
            raise Refusal("active_elsewhere", _("This person has just become a member of another union."))
    audit.record(
        actor=actor,
        at=at,
        action="person.take",
        subject="person",
        subject_id=person_id,
        place=access.place_of(union, person_id),
    )
    return Person.objects.select_for_update().get(pk=person_id)


def link(*, actor: Actor, at: datetime, user_id: int, person: Person) -> None:
    """From now on the account is this person's. Raises Refusal when either has another partner already."""
    user = User.objects.select_for_update().get(pk=user_id)
    taken = User.objects.filter(person_id=person.pk).exclude(pk=user_id).exists()
    if taken or user.person_id not in (None, person.pk):
        raise Refusal(
            "account_linked_already",
            _("This person has an account already. They can log in with it, or ask their union to end it."),
        )
    user.person_id = person.pk
    user.save(update_fields=["person_id"])
    audit.record(
        actor=actor,
        at=at,
        action="person.link_account",
        subject="person",
        subject_id=person.pk,
        place=audit.Place(person.union_id, person.county_id, person.pk),
        detail={"user": user_id},
    )


def claim(*, actor: Actor, at: datetime, name: str, id_number: str) -> bool:
    """Somebody logged in by phone says who they are: when name, number and that phone all fit a person of the
    register, the account becomes theirs. Answers False for everything else, always alike, and counts as a look-up.
    """
    lookups.count(actor=actor, at=at)
    if actor.user_id is None:
        return False
    number = codes.normal_resident_id(id_number)
    person_id = vault.find(NUMBER, number)
    if person_id is None or not vault.same_value(PHONE, person_id, "accounts_user.phone", actor.user_id):
        return False
    phone = vault.read_inside("accounts_user.phone", actor.user_id)
    return _link_if_it_fits(actor=actor, at=at, person_id=person_id, name=name, number=number, phone=phone)


def _link_if_it_fits(
    *, actor: Actor, at: datetime, person_id: UUID, name: str, number: str, phone: str
) -> bool:
    """Link through a definer function: before the link, row policies hide the person from the account. It
    compares all three itself; the numbers reach it as blind indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_claim(%s, %s, %s, %s, %s, %s)",
            [person_id, name.strip(), *vault.sought(NUMBER, number), *vault.sought(PHONE, phone)],
        )
        linked = bool(cursor.fetchone()[0])
    if linked:
        audit.record(
            actor=actor,
            at=at,
            action="person.claim",
            subject="person",
            subject_id=person_id,
            place=audit.Place(person_id=person_id),
            detail={"user": actor.user_id},
        )
    return linked


def readable(person_id: UUID, field: str) -> bool:
    """Whether a sealed field may be read at all: a sensitive one that rests on consent reads as nothing while the
    person has not agreed to its purpose (PI-01)."""
    rule = fields.get(field)
    if rule.sensitivity != "S" or purposes.get(rule.purpose).basis != "consent":
        return True
    return consents.agreed(person_id, rule.purpose)


def reveal(*, actor: Actor, at: datetime, person: Person, field: str, reason: str) -> str:
    """One sealed value of a person in clear: to themselves, or to an officer with the right and a reason (PI-08).
    Needs step-up; goes on the trail, where the person can see it."""
    if actor.person_id != person.pk:
        actor = access.require(actor, "person.reveal", person.union_id)
        if not readable(person.pk, field):
            raise Refusal("no_consent", _("The person has not agreed to this use. Ask them first."))
    return vault.reveal(actor, f"registry_person.{field}", person.pk, reason=reason, at=at)


def download(*, actor: Actor, at: datetime) -> dict[str, object]:
    """Everything the register holds of the actor, in clear, for themselves (PI-04). Needs step-up."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    sealed = {
        field: vault.reveal(actor, f"registry_person.{field}", person.pk, reason="own_download", at=at)
        for field in SEALED
        if vault.masked(f"registry_person.{field}", person.pk)
    }
    kept = model_to_dict(person, exclude=["id", "import_id", "union_id", "county_id"])
    memberships = Membership.objects.filter(person_id=person.pk).order_by("valid_from")
    stays = memberships.values("member_number", "status", "joined_on", "valid_from", "valid_to")
    agreed = Consent.objects.filter(person_id=person.pk).values(
        "purpose", "text_version", "given_at", "withdrawn_at"
    )
    return {**kept, **sealed, "memberships": list(stays), "consents": list(agreed)}
