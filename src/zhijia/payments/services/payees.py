"""Where somebody wants their money. A person names an account of their own name, a union one of those it has
(`bank_accounts.receive_on`); another one later voids what was released for the first, rings an alarm, and waits for
the cooling time. The number lies in the vault."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.notices import services as notices
from zhijia.payments import rules
from zhijia.payments.models import PayeeAccount
from zhijia.registry import access
from zhijia.registry.models import Person, Union
from zhijia.vault import services as vault

NUMBER = "payments_payee_account.number"
HELD = "registry_person.account"
PURPOSE = "payee"
NAME_FOR = "payments.payee"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom a payment goes to: a name, and the account where it is said along. Of a person without one the account they
    named themselves counts, or the payment waits until they do."""

    name: str
    account: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody says of an account."""

    holder: str
    account: str
    bank: str
    agreed: bool = False


def current(person_id: UUID) -> PayeeAccount | None:
    """The account the person named last, as far as whoever asks may see it."""
    return PayeeAccount.objects.filter(person_id=person_id).order_by("-set_at", "-pk").first()


def of_unions(union_ids: Iterable[int], *, using: str = "default") -> dict[int, PayeeAccount]:
    """The account each of these unions named last to be paid on; those that named none are missing."""
    found = PayeeAccount.objects.using(using).filter(of_union=True, union_id__in=list(union_ids))
    return {
        one.union_id or 0: one for one in found.order_by("union_id", "-set_at", "-pk").distinct("union_id")
    }


def name_own(*, actor: Actor, at: datetime, said: Named) -> PayeeAccount:
    """The actor says where their money is to go. Raises Refusal for an account of another name, a number that cannot
    be one, and without their agreement. The same account again is once."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    if not said.agreed:
        raise Refusal("not_agreed", _("Agree that the union keeps your account number to pay you."))
    return _name(actor, at, person, said, "")


def name_for(*, actor: Actor, at: datetime, person: Person, said: Named, reason: str) -> PayeeAccount:
    """Somebody at work names an account for a person who asked for it, with a reason. Never releases what is paid to
    it (`payment_is_released_by_others`)."""
    actor = access.require(actor, NAME_FOR, person.union_id)
    if person.pk == actor.person_id:
        raise NotForYou("own_account", _("Name your own account on your own pages."))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    return _name(actor, at, person, said, reason.strip())


def held_by_register(*, actor: Actor) -> str:
    """The account the register holds of the actor, masked; nothing where it holds none. It can be taken over without
    being typed again (`take_held`)."""
    return vault.masked(HELD, actor.person_id) if actor.person_id else ""


def take_held(*, actor: Actor, at: datetime, bank: str, agreed: bool) -> PayeeAccount:
    """The actor wants their money on the account the register holds already."""
    if actor.person_id is None or not vault.masked(HELD, actor.person_id):
        raise Refusal("no_account_held", _("We hold no account of yours. Type its number."))
    number = vault.read_inside(HELD, actor.person_id)
    person = Person.objects.get(pk=actor.person_id)
    return name_own(actor=actor, at=at, said=Named(person.name, number, bank, agreed))


def for_body(*, actor: Actor, at: datetime, union: Union, payee: Payee) -> PayeeAccount:
    """The account of a firm or of somebody outside the register, as it was said along with an order."""
    named = Named(payee.name.strip(), number_of(payee.account), payee.bank)
    return write(actor=actor, at=at, said=named, place=access.place_of(union), usable=at)


def _name(actor: Actor, at: datetime, person: Person, said: Named, reason: str) -> PayeeAccount:
    number = number_of(said.account)
    if not rules.same_name(said.holder, person.name):
        raise Refusal(
            "not_own_name",
            _(
                "The account has to be in the member's own name, as the register writes it. Choose an account of your"
                " own, or have the register put right."
            ),
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payee:{person.pk}"])
    before = current(person.pk)
    if (
        before is not None
        and before.account_key == vault.digest(PURPOSE, number)
        and before.bank == said.bank.strip()
    ):
        return before
    if before is not None and not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to change where the money goes."))
    row = write(
        actor=actor, at=at, said=Named(person.name, number, said.bank), reason=reason,
        place=audit.Place(person.union_id, person.county_id, person.pk), usable=usable_from(at, before),
    )  # fmt: skip
    follow(actor=actor, at=at, row=row, before=before, reason=reason)
    if before is not None:
        notices.send(
            actor=actor, at=at, kind="payment_account_changed", values=changed_words(row, before),
            to_person=person.pk, link="payments:mine", reason="payment",
        )  # fmt: skip
    return row


def usable_from(at: datetime, before: PayeeAccount | None) -> datetime:
    """From when on something is paid to an account that is named now: at once the first, another one after the cooling
    time."""
    hours = parameters.value("payments.cooling_hours", day=days.business_day(at))
    return at + timedelta(hours=hours) if before is not None else at


def write(
    *,
    actor: Actor,
    at: datetime,
    said: Named,
    place: audit.Place,
    usable: datetime,
    reason: str = "",
    of_union: bool = False,
) -> PayeeAccount:
    """The account written down where it stands; whoever calls has asked whether they may, and looked at the number."""
    number = said.account
    row = PayeeAccount(
        id=new_id(),
        person_id=place.person_id,
        of_union=of_union,
        union_id=place.union_id,
        county_id=place.county_id,
        holder=said.holder,
        bank=said.bank.strip(),
        tail=number[-4:],
        account_key=vault.digest(PURPOSE, number),
        set_by=actor.user_id,
        set_at=at,
        usable_from=usable,
        reason=reason,
    )
    PayeeAccount.objects.bulk_create([row])
    vault.seal(NUMBER, row.pk, number, place=place, at=at)
    return row


def follow(
    *, actor: Actor, at: datetime, row: PayeeAccount, before: PayeeAccount | None, reason: str
) -> None:
    """What was to go to the account before waits again; whoever put it together hears of it."""
    audit.record(
        actor=actor, at=at, action="payee.name" if before is None else "payee.change", subject="payee_account",
        subject_id=row.pk, place=audit.Place(row.union_id, row.county_id, row.person_id), reason=reason,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_follow_account(%s, %s)", [row.pk, at])
        changed = cursor.fetchall()
    makers = {maker for *_rest, maker in changed if maker is not None}
    for payment_id, union_id, county_id, was, _maker in changed:
        audit.record(
            actor=actor,
            at=at,
            action="payment.account",
            subject="payment",
            subject_id=payment_id,
            place=audit.Place(union_id, county_id, row.person_id),
            detail={"was": was},
        )
    for maker in sorted(makers) if before is not None else ():
        notices.send(
            actor=actor, at=at, kind="payment_released_void", values={"many": len(changed)}, to_user=maker,
            link="payments:here", reason="payment",
        )  # fmt: skip


def changed_words(row: PayeeAccount, before: PayeeAccount) -> dict[str, object]:
    """What a message says of an account that comes after another."""
    return {"old": before.tail, "new": row.tail, "from": row.usable_from}


def number_of(text: str) -> str:
    """The number of an account as it is kept. Raises Refusal where it cannot be one."""
    number = codes.normal_account(text)
    if codes.account_error(number):
        raise Refusal(
            "no_account_number", _("This cannot be the number of an account. Look at the card again.")
        )
    return number
