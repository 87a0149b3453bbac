"""What a member says is wrong about them, and the branch's answer (PI-04)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import codes, fields
from zhijia.files import rules as file_rules
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.kernel.initials import initials
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Correction, Person, Union
from zhijia.registry.services import promises
from zhijia.vault import services as vault

SEALED_VALUE = "registry_correction.value"
OWN = (
    "name",
    "phone",
    "address",
    "email",
    "occupation",
    "education",
    "employer_name",
    "gig_group",
    "work_status",
)
"""The fields a member may ask to have put right. The identity number goes by the union's counter, with the card."""
PROOFS = (*file_rules.PICTURES, file_rules.PDF)
"""What a proof may be: an officer opens it, and a table can carry what a spreadsheet would run."""


def ask(*, actor: Actor, at: datetime, field: str, value: str, proof_id: UUID | None = None) -> Correction:
    """The member says what a field should be. A field of the vault is kept sealed while it waits.
    Raises Refusal for a field nobody may change so, a bad value, a proof that is neither photo nor PDF, or one that
    waits already. The answer is due within `membership.correction_answer_days` working days (PI-04)."""
    known = Person.objects.select_for_update()
    person = known.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    today = days.business_day(at)
    value = checked(field, value, at=at)
    if proof_id and not StoredFile.objects.filter(pk=proof_id, media_type__in=PROOFS).exists():
        raise Refusal("proof_kind", _("A proof is a photo or a PDF. Take a picture of the document."))
    waiting = Correction.objects.filter(person_id=person.pk, field=field, state=Correction.State.WAITING)
    if waiting.exists():
        raise Refusal("correction_waits", _("A correction of this field is waiting for your union already."))
    sealed = fields.get(field).sealed
    division = Union.objects.filter(pk=person.union_id or 0).values_list("division", flat=True).first() or ""
    correction = Correction.objects.create(
        id=new_id(),
        person_id=person.pk,
        field=field,
        value="" if sealed else value,
        proof_id=proof_id,
        asked_at=at,
        due_on=promises.due("membership.correction_answer_days", today=today, division=division),
        union_id=person.union_id,
        county_id=person.county_id,
    )
    if sealed:
        vault.seal(SEALED_VALUE, correction.pk, value, place=_place(correction), at=at)
    _trail(actor, at, "correction.ask", correction)
    return correction


def confirm(*, actor: Actor, at: datetime, correction_id: UUID) -> None:
    """The branch confirms: the field takes the new value, and says it came from the member and when.
    Raises Refusal when it was answered already, and for the actor's own correction."""
    _hold_person(correction_id)
    correction = _waiting(correction_id)
    actor = access.require(actor, "correction.confirm", correction.union_id)
    if correction.person_id == actor.person_id:
        raise Refusal(
            "own_correction",
            _("Nobody confirms their own data. Ask a colleague, or the union above, to answer."),
        )
    sealed = fields.get(correction.field).sealed
    value = vault.read_inside(SEALED_VALUE, correction.pk) if sealed else correction.value
    _take(correction.field, value, Person.objects.get(pk=correction.person_id), at)
    _decide(actor, at, correction, Correction.State.CONFIRMED, "")


def refuse(*, actor: Actor, at: datetime, correction_id: UUID, reason: str) -> None:
    """The branch says no, with a reason; the field stays as it is."""
    correction = _waiting(correction_id)
    actor = access.require(actor, "correction.confirm", correction.union_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the member knows what to bring."))
    _decide(actor, at, correction, Correction.State.REFUSED, reason.strip())


def put_right(*, actor: Actor, at: datetime, person_id: UUID, field: str, value: str) -> None:
    """An officer who may confirm corrections has found the value right: the field takes it, and says it came from the
    member and when. Raises Refusal for a field nobody may change so, a bad value, and for the actor's own data."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotForYou("no_such_person", _("There is no such member at your union."))
    actor = access.require(actor, "correction.confirm", person.union_id)
    if person.pk == actor.person_id:
        raise Refusal(
            "own_correction",
            _("Nobody confirms their own data. Ask a colleague, or the union above, to answer."),
        )
    _take(field, checked(field, value, at=at), person, at)
    audit.record(
        actor=actor,
        at=at,
        action="correction.confirmed",
        subject="person",
        subject_id=person.pk,
        place=audit.Place(person.union_id, person.county_id, person.pk),
        detail={"field": field},
    )


def checked(field: str, value: str, *, at: datetime) -> str:
    """The value as the field stores it. Raises Refusal for a field nobody may change so, and for a bad value."""
    if field not in OWN:
        raise Refusal(
            "field_is_fixed", _("This field can only be changed by your union, with your document.")
        )
    return fields.checked(field, value, day=days.business_day(at))


def words_of(correction: Correction) -> str:
    """The value asked for as a reader sees it: a code in words. Empty when it lies sealed."""
    rule = fields.get(correction.field)
    if rule.type == "code" and correction.value:
        return codes.label(rule.code_list, correction.value)
    return correction.value


def may_open_proof(actor: Actor, file: StoredFile) -> bool:
    """The port of the files: a proof is opened by the member and by who may confirm the correction."""
    own = actor.person_id is not None and file.owner_id == str(actor.person_id)
    return own or (file.union_id is not None and access.may(actor, "correction.confirm", file.union_id))


def _hold_person(correction_id: UUID) -> None:
    """Hold the person before the correction, in the order of whoever moves them to another union."""
    asked = Correction.objects.filter(pk=correction_id).values("person_id")
    list(Person.objects.select_for_update().filter(pk__in=asked).values_list("pk"))


def _take(field: str, value: str, person: Person, at: datetime) -> None:
    """The person's field takes the value; a sealed one in the vault."""
    changed = []
    if fields.get(field).sealed:
        place = audit.Place(person.union_id, person.county_id, person.pk)
        vault.seal(f"registry_person.{field}", person.pk, value, place=place, at=at)
    else:
        setattr(person, field, value)
        changed = [field]
        if field == "name":
            person.name_initials = initials(person.name)
            changed.append("name_initials")
    person.sources[field] = ["correction", days.business_day(at).isoformat()]
    person.changed_at = at
    person.save(update_fields=[*changed, "sources", "changed_at"])


def _waiting(correction_id: UUID) -> Correction:
    correction = Correction.objects.select_for_update().filter(pk=correction_id).first()
    if correction is None:
        raise NotForYou("no_such_correction", _("There is no such correction at your union."))
    if correction.state != Correction.State.WAITING:
        raise Refusal(
            "answered_already", _("This correction has been answered already. Nothing was changed.")
        )
    return correction


def _decide(actor: Actor, at: datetime, correction: Correction, state: str, answer: str) -> None:
    correction.state, correction.answer = state, answer
    correction.decided_at, correction.decided_by = at, actor.user_id
    correction.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    _trail(actor, at, f"correction.{state}", correction)
    notices.send(
        actor=actor,
        at=at,
        to_person=correction.person_id,
        kind=f"correction_{state}",
        values={"field": correction.field, "reason": answer},
        link="registry:my_data",
        reason="correction",
    )


def _place(correction: Correction) -> audit.Place:
    return audit.Place(correction.union_id, correction.county_id, correction.person_id)


def _trail(actor: Actor, at: datetime, action: str, correction: Correction) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="correction",
        subject_id=correction.pk,
        place=_place(correction),
        detail={"field": correction.field},
    )
