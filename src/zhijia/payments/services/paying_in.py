"""Money in: what a union expects, what came in by the bank's own lines, which belongs to which. What is given back:
`refunding`."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import definitions, ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import with_check_digit
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import BankAccount, Receipt, Receivable
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.vault import services as vault

RECEIVED = "payments.received"
"""The family of ports that tell whoever expected it that money came in."""
PAYER = "payer"
SOURCE = "receipt"
"""What entries of money in, and their refunds, are posted for."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who is to pay: a name, and what it is here."""

    name: str
    person_id: UUID | None = None
    union_id: int | None = None
    employer_id: int | None = None


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of the bank about money that came in. `account` is the payer's number in clear: its digest is kept."""

    bank_number: str
    day: date
    amount: int
    name: str = ""
    account: str = ""
    note: str = ""


def expect(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    source: Source,
    payer: Payer,
    amount: int,
    fund: str,
    role: str,
    title: str,
    due_on: date | None = None,
    stays_owed: bool = False,
) -> Receivable:
    """The union expects this much (fen) for this source, once; what stands where it says the same. `stays_owed`: what
    goes back of it is expected again. Whoever calls it has asked for the right. Raises Refusal for another amount under
    the same source."""
    stands = Receivable.objects.filter(
        source=source.kind, source_id=source.id, purpose=source.purpose
    ).first()
    if stands is not None:
        if (stands.union_id, stands.amount) != (union.pk, amount):
            raise Refusal("expected_differently", _("This is expected already, with another amount."))
        return stands
    if amount <= 0 or fund not in definitions.load().funds:
        raise Refusal("nothing_expected", _("Say how much is expected, and for which fund."))
    accounts.code_for(role, accounts.chart_on(days.business_day(at)))
    expected = Receivable.objects.create(
        reference=_reference(),
        union_id=union.pk,
        county_id=union.stands_in,
        source=source.kind,
        source_id=source.id,
        purpose=source.purpose,
        title=title[:120],
        amount=amount,
        fund=fund,
        role=role,
        payer_name=payer.name[:120],
        person_id=payer.person_id,
        payer_union_id=payer.union_id,
        employer_id=payer.employer_id,
        due_on=due_on,
        stays_owed=stays_owed,
        made_at=at,
    )
    _trail(actor, at, "payments.expect", "payments_receivable", expected)
    return expected


def call_off(*, actor: Actor, at: datetime, receivable_id: int) -> Receivable:
    """Nothing more is expected of it; what has come in stays what it is. Twice is once."""
    expected = Receivable.objects.select_for_update().filter(pk=receivable_id).first()
    if expected is None:
        raise NotForYou("nothing_expected", _("There is nothing expected under this number."))
    if expected.called_off_at is None:
        expected.called_off_at = at
        expected.save(update_fields=["called_off_at"])
        _trail(actor, at, "payments.call_off", "payments_receivable", expected)
    return expected


def came_in(
    *, at: datetime, bank_account: BankAccount, lines: Sequence[BankLine], using: str = "default"
) -> list[Receipt]:
    """Write down what came in on this account, each line of the bank once; those that are new. Whoever calls it has
    asked for the right."""
    made = []
    for line in lines:
        receipt = Receipt(
            bank_account=bank_account,
            bank_number=line.bank_number,
            day=line.day,
            amount=line.amount,
            payer_name=line.name[:120],
            payer_tail=line.account[-4:],
            payer_key=vault.digest(PAYER, line.account) if line.account else "",
            note=line.note[:200],
            read_at=at,
            union_id=bank_account.union_id,
            county_id=bank_account.county_id,
        )
        try:
            with transaction.atomic(using=using):
                receipt.save(force_insert=True, using=using)
        except IntegrityError as error:
            if "receipt_once_per_bank_line" not in str(error):
                raise
            continue
        made.append(receipt)
    return made


def match(*, actor: Actor, at: datetime, receipt_id: int, receivable_id: int) -> Receipt:
    """This money is what was expected: it is posted, and whoever expected it is told, in one transaction. Twice is
    once. Raises Refusal for money matched to something else."""
    receipt = Receipt.objects.select_for_update(of=("self",)).filter(pk=receipt_id).first()
    expected = Receivable.objects.select_for_update().filter(pk=receivable_id).first()
    if receipt is None or expected is None or receipt.union_id != expected.union_id:
        raise NotForYou("no_such_receipt", _("There is no such money at your union."))
    actor = access.require(actor, posting.POST, receipt.union_id)
    if receipt.receivable_id is not None:
        if receipt.receivable_id != expected.pk:
            raise Refusal("matched_already", _("This money has been matched to something else already."))
        return receipt
    if expected.called_off_at is not None:
        raise Refusal("called_off", _("This is expected no more."))
    receipt.receivable, receipt.person_id = expected, expected.person_id
    receipt.matched_at, receipt.matched_by = at, actor.user_id
    receipt.entry_id = _post(actor, at, receipt, expected)
    receipt.save(update_fields=["receivable", "person_id", "matched_at", "matched_by", "entry_id"])
    expected.refresh_from_db()
    _trail(actor, at, "payments.match", "payments_receipt", receipt)
    port = f"{RECEIVED}.{expected.source}"
    if ports.answered(port):
        ports.call(port, actor=actor, at=at, receivable=expected, receipt=receipt)
    return receipt


def _post(actor: Actor, at: datetime, receipt: Receipt, expected: Receivable) -> int:
    """The bank has it, as this income; on the bank's day, or today where those days are closed."""
    union = Union.objects.get(pk=receipt.union_id)
    chart = accounts.chart_on(receipt.day)
    bank = accounts.made(
        actor=actor, at=at, union=union, chart=chart, code=accounts.code_for("bank", chart), fund=expected.fund,
        title=receipt.bank_account.title,
    )  # fmt: skip
    income = accounts.made(
        actor=actor, at=at, union=union, chart=chart, code=accounts.code_for(expected.role, chart),
        fund=expected.fund,
    )  # fmt: skip
    return posting.post(
        actor=actor,
        at=at,
        union=union,
        day=receipt.day,
        kind="receipt",
        source=Source(SOURCE, str(receipt.pk), "received"),
        lines=[Line(bank.pk, receipt.amount), Line(income.pk, -receipt.amount)],
        note=expected.title,
    )


def _reference() -> str:
    """What people write into a transfer: eleven digits and a check digit, so that a slip is seen."""
    return with_check_digit("".join(secrets.choice("0123456789") for _place in range(11)))


def _trail(actor: Actor, at: datetime, action: str, subject: str, row: Receivable | Receipt) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject=subject,
        subject_id=row.pk,
        place=audit.Place(row.union_id, row.county_id, row.person_id),
    )
