"""Joining a union by a request (MEM-03 to MEM-07): what the register needs of it, and what is done once it is granted.
Somebody active elsewhere is asked for at the other union (`sides`) between the two."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import fields, ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters.models import Answer, Case
from zhijia.matters.services import asking, moving, outcomes, sides
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services import admissions, joining, memberships, transfers, unions
from zhijia.registry.services.people import Newcomer
from zhijia.vault import services as vault

MATTER, TOGETHER = "join", "joining"
"""Joining by itself, and with what goes with it (入会一件事)."""
ROUTED, PHONE = "_routed", "_phone"
"""Among the answers: by which way they came, and the phone of the account, confirmed by a code. No questions."""
SEEN = "document_seen"
"""The question at which whoever decides says that they have seen the identity document."""


def begin(*, actor: Actor, at: datetime, union: Union, routed: str, together: bool = False) -> Case:
    """A draft of a request to join this union (`together` with what goes with it), or the request that is under way
    already. Where the register knows the employer it says so at once."""
    case = asking.start(actor=actor, at=at, code=TOGETHER if together else MATTER, union=union)
    if case.state == Case.State.DRAFT:
        Answer.objects.update_or_create(
            case=case,
            name=ROUTED,
            defaults={"value": routed},
            create_defaults={"id": new_id(), "value": routed},
        )
        employer = joining.employer_of(union)
        if employer and not case.answers.filter(name="workplace").exists():
            asking.keep(actor=actor, at=at, case_id=case.pk, typed={"workplace": employer})
    return case


def can_join(*, at: datetime, case: Case, given: object) -> None:
    """Whether the union takes members, they are none of its own yet, and their name is one."""
    union = _union_of(case)
    unions.check_takes_members(union.pk)
    if case.person_id is not None and memberships.standing(case.person_id, union.pk) == "here":
        raise Refusal("member_already", _("You are a member of this union already."))
    if case.person_id is None:
        fields.checked("name", _said(case, "name"), day=days.business_day(at))


def take_along(*, at: datetime, case: Case) -> None:
    """The phone of a newcomer's account goes along, sealed: whoever takes them in enters it in the register. Raises
    NotForYou for somebody at a desk without an account."""
    if case.person_id is not None:
        return
    if case.user_id is None:
        raise NotForYou("log_in_first", _("Log in with your phone first."))
    phone = vault.read_inside("accounts_user.phone", case.user_id)
    kept, _made = Answer.objects.get_or_create(
        case=case, name=PHONE, defaults={"id": new_id(), "value": True}
    )
    vault.seal(asking.VALUE, kept.pk, phone, place=moving.place_of(case), at=at, user_id=case.user_id)


def waits(*, day: date, case: Case) -> bool:
    """The port `matters.waits.registry.transfer`: whether they are a member of another union, which is asked first."""
    person_id = _known_as(case, day)
    return person_id is not None and memberships.standing(person_id, _union_of(case).pk) == "elsewhere"


def ask_elsewhere(*, actor: Actor, at: datetime, case: Case) -> None:
    """The port `matters.begins_waiting.registry.transfer`: the other union is asked to let them go; a move to this
    union that is under way already is waited for. Raises Refusal while another union waits for them."""
    union = _union_of(case)
    person_id = _known_as(case, days.business_day(at))
    if person_id is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    _check_document(case, person_id, union, days.business_day(at))
    asked = transfers.request(
        actor=actor,
        at=at,
        person_id=person_id,
        union=union,
        shown_name=case.shown_name,
        origin="application",
        case_id=case.pk,
        applicant=case.user_id,
    )
    if asked is None and not transfers.join_in(
        person_id=person_id, union=union, case_id=case.pk, applicant=case.user_id
    ):
        raise Refusal(
            "moving_elsewhere",
            _("This person's membership is being moved just now. Answer this request when that has ended."),
        )
    _is(case, person_id)
    sides.soon()


def admit(*, actor: Actor, at: datetime, case: Case, given: object) -> None:
    """The outcome `registry.join`: they are a member from today, their account is theirs. After a transfer both are so
    already."""
    union = _union_of(case)
    if actor.user_id is None:
        if case.person_id is None or memberships.standing(case.person_id, union.pk) != "here":
            raise Refusal("not_moved", _("The transfer has not moved this person. Answer the request anew."))
        return
    actor, day = access.require(actor, "membership.approve", union.pk), days.business_day(at)
    known = _known_as(case, day)
    if known is not None:
        _check_document(case, known, union, day)
    person = admissions.admit(
        actor=actor,
        at=at,
        union=union,
        user_id=_account(case),
        person_id=known,
        newcomer=None if case.person_id else _newcomer(case, day),
    )
    _is(case, person.pk)


def call_off(*, actor: Actor, at: datetime, case: Case, given: object) -> None:
    """The outcome `registry.call_off`: taken back, the other union is asked no more."""
    if transfers.call_off(at=at, case_id=case.pk):
        sides.soon()


def let_go(*, actor: Actor, at: datetime, case: Case, given: object) -> None:
    """The outcome `registry.let_go`: the member moves. Where nobody answered in time it passes (MEM-07)."""
    if actor.user_id is None:
        transfers.passes(actor=actor, at=at, case_id=case.pk)
    else:
        transfers.answer(actor=actor, at=at, case_id=case.pk, approve=True)
    sides.soon()


def keep_here(*, actor: Actor, at: datetime, case: Case, given: object) -> None:
    """The outcome `registry.keep_here`: the member stays; the union that asked is told the reason."""
    last = case.decisions.filter(verdict="refuse").order_by("-pk").first()
    reason = last.reason if last else ""
    transfers.answer(actor=actor, at=at, case_id=case.pk, approve=False, reason=reason[:200])
    sides.soon()


def document_needed(case: Case, day: date) -> bool:
    """Whether the officer has to look at the identity document before they agree (MEM-14)."""
    if case.person_id is not None:
        return False
    newcomer = _newcomer(case, day)
    person_id = admissions.known_as(newcomer)
    union = _union_of(case)
    return person_id is not None and admissions.document_needed(
        person_id=person_id, newcomer=newcomer, union=union
    )


def in_file(*, case: Case, day: date) -> list[str]:
    """The port `matters.in_file.join`: that the document is needed."""
    return ["document_needed"] if document_needed(case, day) else []


def _check_document(case: Case, person_id: UUID, union: Union, day: date) -> None:
    if case.person_id is not None or case.answers.filter(name=SEEN, value=True).exists():
        return
    if admissions.document_needed(person_id=person_id, newcomer=_newcomer(case, day), union=union):
        raise Refusal(
            "document_not_seen",
            _(
                "The register knows this person by another name or phone. Look at the identity document first."
            ),
        )


def _known_as(case: Case, day: date) -> UUID | None:
    """Whom the register knows them by: their account's person, else the one with the number they gave."""
    return case.person_id or admissions.known_as(_newcomer(case, day))


def _newcomer(case: Case, day: date) -> Newcomer:
    occupation = _said(case, "occupation")
    return Newcomer(
        name=fields.checked("name", _said(case, "name"), day=day),
        id_number=_clear(case, "id_number"),
        phone=_clear(case, PHONE),
        occupation=occupation,
        gig_group=joining.gig_group_of(occupation, day),
        workplace=_said(case, "workplace"),
    )


def _union_of(case: Case) -> Union:
    """The union they ask to join: an objection is heard above it."""
    return Union.objects.get(pk=case.appeals.union_id if case.appeals else case.union_id)


def _is(case: Case, person_id: UUID) -> None:
    """From now on the register knows who asks: whoever agreed has found them to be this person."""
    if case.person_id is None:
        case.person_id = person_id
        case.save(update_fields=["person_id"])


def _account(case: Case) -> int:
    if case.user_id is None:
        raise NotForYou("log_in_first", _("Log in with your phone first."))
    return case.user_id


def _said(case: Case, name: str) -> str:
    return str(case.answers.filter(name=name).values_list("value", flat=True).first() or "")


def _clear(case: Case, name: str) -> str:
    return vault.read_inside(asking.VALUE, case.answers.values_list("pk", flat=True).get(name=name))


def register() -> None:
    """Answer the ports that `join` and `transfer_out` name."""
    for name, done in (
        ("registry.join", admit),
        ("registry.call_off", call_off),
        ("registry.let_go", let_go),
        ("registry.keep_here", keep_here),
    ):
        ports.register(f"{outcomes.OUTCOME}.{name}", done)
    for name in ("registry.join", "registry.let_go"):
        ports.register(f"{outcomes.UNATTENDED}.{name}", _by_itself)
    ports.register(f"{outcomes.READY}.registry.join", can_join)
    ports.register(f"{outcomes.ALONG}.registry.join", take_along)
    ports.register(f"matters.in_file.{MATTER}", in_file)
    ports.register("matters.waits.registry.transfer", waits)
    ports.register("matters.begins_waiting.registry.transfer", ask_elsewhere)


def _by_itself() -> str:
    """Why these outcomes may be done though nobody decided last: each proves by itself that its time has come."""
    return "MEM-07"
