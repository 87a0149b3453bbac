"""The accounts a union has at banks: opened here, their numbers in the vault; and on which of them it is paid."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.payments import channels
from zhijia.payments.models import BankAccount, PayeeAccount
from zhijia.payments.services import keeping, payees
from zhijia.payments.services.payees import Named
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders
from zhijia.vault import services as vault
from zhijia.vault.places import row

NUMBER = "payments_bank_account.number"
MANAGE = "ledger.manage"


def open_one(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    bank: str,
    holder: str,
    number: str,
    channel: str,
    title: str = "",
) -> BankAccount:
    """Write an account of the union at a bank down; on the first one it is paid, until it names another
    (`receive_on`). `title` tells several apart, here and in the ledger. Raises Refusal for a number that cannot be one,
    a way to a bank that is not there, and a title that is taken."""
    actor = keeping.required(actor, MANAGE, union.pk, at)
    clear = payees.number_of(number)
    if channel not in channels.names():
        raise Refusal("no_such_channel", _("There is no such way to a bank here."))
    try:
        with transaction.atomic():
            account = BankAccount.objects.create(
                union_id=union.pk,
                county_id=union.stands_in,
                title=title.strip(),
                bank=bank.strip(),
                holder=holder.strip(),
                tail=clear[-4:],
                channel=channel,
                opened_at=at,
            )
    except IntegrityError as error:
        raise Refusal(
            "title_taken", _("An account of this name is there already. Give it another one.")
        ) from error
    vault.seal(NUMBER, account.pk, clear, place=access.place_of(union), at=at)
    audit.record(
        actor=actor, at=at, action="bank_account.open", subject="bank_account", subject_id=account.pk,
        place=access.place_of(union),
    )  # fmt: skip
    _lock(union)
    if union.pk not in payees.of_unions([union.pk]):
        _receive(actor, at, union, account, clear, None, "")
    return account


def receive_on(
    *, actor: Actor, at: datetime, union: Union, bank_account_id: int, reason: str
) -> PayeeAccount:
    """From now on the union is paid on this one of its accounts: what was to go to the one before waits again, rings,
    and is paid after the cooling time, as a member's. The same again is once. Needs a reason, and step-up."""
    actor = keeping.required(actor, MANAGE, union.pk, at)
    account = BankAccount.objects.filter(pk=bank_account_id, union_id=union.pk, closed_at=None).first()
    if account is None:
        raise NotForYou("no_such_bank_account", _("There is no such bank account at your union."))
    _lock(union)
    before = payees.of_unions([union.pk]).get(union.pk)
    number = number_inside(account.pk)
    if before is not None and _is(before, account, number):
        return before
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to change where the money goes."))
    row = _receive(actor, at, union, account, number, before, reason.strip())
    if before is not None:
        _tell(actor, at, union, row, before)
    return row


def to_pay_into(union_id: int, *, at: datetime) -> tuple[str, str, str]:
    """Bank, holder and number of the account a union is paid into, whole: for a bill, whose payer needs it. It is the
    union's, not a person's. While another one cools, the one before. Empty where it has none."""
    named = (
        PayeeAccount.objects.filter(of_union=True, union_id=union_id, usable_from__lte=at)
        .order_by("-set_at", "-pk")
        .first()
    )
    if named is None:
        return "", "", ""
    return named.bank, named.holder, vault.read_many_inside(payees.NUMBER, [named.pk]).get(named.pk, "")


def number_inside(account_id: int) -> str:
    """The clear number, for an instruction to its bank and for matching the bank's file; on `bulk`, never shown."""
    return vault.read_many_inside(NUMBER, [row(account_id)]).get(row(account_id), "")


def _receive(
    actor: Actor,
    at: datetime,
    union: Union,
    account: BankAccount,
    number: str,
    before: PayeeAccount | None,
    reason: str,
) -> PayeeAccount:
    row = payees.write(
        actor=actor, at=at, said=Named(account.holder, number, account.bank), place=access.place_of(union),
        usable=payees.usable_from(at, before), reason=reason[:200], of_union=True,
    )  # fmt: skip
    payees.follow(actor=actor, at=at, row=row, before=before, reason=reason)
    return row


def _is(named: PayeeAccount, account: BankAccount, number: str) -> bool:
    """Whether the account that was named is this one, as it stands now."""
    told = (account.holder, account.bank, vault.digest(payees.PURPOSE, number))
    return (named.holder, named.bank, named.account_key) == told


def _tell(actor: Actor, at: datetime, union: Union, row: PayeeAccount, before: PayeeAccount) -> None:
    """Whoever else keeps the accounts of the union hears that it is paid on another one."""
    values = {"union": union.name, **payees.changed_words(row, before)}
    for user_id in holders([union.pk], MANAGE, at).get(union.pk, ()):
        if user_id != actor.user_id:
            notices.send(
                actor=actor, at=at, kind="union_account_changed", values=values, to_user=user_id,
                link="payments:here", reason="payment",
            )  # fmt: skip


def _lock(union: Union) -> None:
    """One after the other says where the union is paid."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payee:union:{union.pk}"])
