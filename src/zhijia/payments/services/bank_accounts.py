"""The accounts a union has at banks: opened here, their numbers in the vault."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import codes
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.payments import channels
from zhijia.payments.models import BankAccount
from zhijia.registry import access
from zhijia.registry.models import Union
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
    """Write an account of the union at a bank down. `title` tells several apart, here and in the ledger. Raises Refusal
    for a number that cannot be one, a way to a bank that is not there, and a title that is taken."""
    actor = access.require(actor, MANAGE, union.pk)
    clear = codes.normal_account(number)
    if codes.account_error(clear):
        raise Refusal(
            "no_account_number", _("This cannot be the number of an account. Look at the card again.")
        )
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
    return account


def to_pay_into(union_id: int) -> tuple[str, str, str]:
    """Bank, holder and number of the account a union is paid into, whole: for a bill, whose payer needs it. It is the
    union's, not a person's. Empty where it has none."""
    account = (
        BankAccount.objects.using("bulk").filter(union_id=union_id, closed_at=None).order_by("title").first()
    )
    return (account.bank, account.holder, number_inside(account.pk)) if account else ("", "", "")


def number_inside(account_id: int) -> str:
    """The clear number, for an instruction to its bank and for matching the bank's file; on `bulk`, never shown."""
    return vault.read_many_inside(NUMBER, [row(account_id)]).get(row(account_id), "")
