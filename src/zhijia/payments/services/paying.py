"""Ordering a payment: once for a source, a purpose and an instalment; money of the budget is kept from then on."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import definitions
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import accounts, holds
from zhijia.ledger.services.posting import Source
from zhijia.notices import services as notices
from zhijia.payments.models import PayeeAccount, Payment
from zhijia.payments.services import events, payees
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money

ORDER = "payments.order"
SOURCE = "payment"
"""What entries and holds of payments are posted for."""


def order(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    source: Source,
    payee: Payee,
    amount: int,
    fund: str,
    spent_on: str,
    title: str,
    instalment: int = 1,
    person_id: UUID | None = None,
    case_id: UUID | None = None,
    hold_id: int | None = None,
    partner_id: int | None = None,
) -> Payment:
    """Have the union pay this much (fen) for this source, once; the payment that stands where it says the same.
    `spent_on` is a role or a code of the chart; `hold_id` is money of the budget kept for it already. Raises Refusal
    for another amount or payee under the same source, and where the budget does not allow it."""
    actor = access.require(actor, ORDER, union.pk)
    return ordered(
        actor=actor, at=at, union=union, source=source, payee=payee, amount=amount, fund=fund, spent_on=spent_on,
        title=title, instalment=instalment, person_id=person_id, case_id=case_id, hold_id=hold_id,
        partner_id=partner_id,
    )  # fmt: skip


def ordered(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    source: Source,
    payee: Payee,
    amount: int,
    fund: str,
    spent_on: str,
    title: str,
    instalment: int = 1,
    person_id: UUID | None = None,
    case_id: UUID | None = None,
    hold_id: int | None = None,
    partner_id: int | None = None,
) -> Payment:
    """The same for a room whose decision was the right: a granted case, a refund that was decided. Money for another
    union (`partner_id`) stands in the books of both (`arriving`)."""
    stands = _standing(source, instalment)
    if stands is not None:
        return same(stands, union, amount, person_id)
    check(amount, fund, payee.name)
    account = _account(actor, at, union, payee, person_id)
    today = days.business_day(at)
    chart = accounts.chart_on(today)
    payment = Payment(
        union_id=union.pk,
        county_id=union.stands_in,
        source=source.kind,
        source_id=source.id,
        purpose=source.purpose,
        instalment=instalment,
        title=title[:120],
        amount=amount,
        fund=fund,
        code=spent_on if spent_on.isdigit() else accounts.code_for(spent_on, chart),
        payee=account,
        payee_name=payee.name.strip()[:120],
        partner_id=partner_id,
        person_id=person_id,
        case_id=case_id,
        hold_id=hold_id,
        ordered_by=actor.user_id,
        ordered_at=at,
    )
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        stands = _standing(source, instalment)
        if stands is None:
            raise broken(error) from error
        return same(stands, union, amount, person_id)
    if hold_id is None:
        keep_budget(payment, at=at, union=union)
    events.write([payment], "ordered", at=at, user_id=actor.user_id)
    events.on_trail(actor, at, "payment.order", payment, fen=amount)
    if account is None and person_id is not None:
        ask_for_account(actor, at, payment)
    payment.refresh_from_db()
    return payment


def check(amount: int, fund: str, name: str) -> None:
    """Raises Refusal for nothing, for a fund nobody defined, and where nobody is named."""
    if amount <= 0:
        raise Refusal("amount_below_nothing", _("Nothing is paid with an amount of nothing."))
    if fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))
    if not name.strip():
        raise Refusal("payee_missing", _("Say whom the money goes to."))


def keep_budget(payment: Payment, *, at: datetime, union: Union) -> None:
    """Keep the money of the payment's round in the budget of this year, where the books ask for one."""
    hold = holds.keep(
        at=at, union=union, day=days.business_day(at), code=payment.code, fund=payment.fund, amount=payment.amount,
        source=Source(SOURCE, f"{payment.pk}.{payment.round}"),
    )  # fmt: skip
    payment.hold_id = hold.pk if hold else None
    payment.save(update_fields=["hold_id"])


def _standing(source: Source, instalment: int) -> Payment | None:
    return Payment.objects.filter(
        source=source.kind, source_id=source.id, purpose=source.purpose, instalment=instalment
    ).first()


def same(stands: Payment, union: Union, amount: int, person_id: UUID | None) -> Payment:
    """The payment that stands for a source. Raises Refusal where it is another one."""
    if (stands.union_id, stands.amount, stands.person_id) != (union.pk, amount, person_id):
        raise Refusal(
            "ordered_differently", _("This has been ordered already, for another amount or somebody else.")
        )
    return stands


def _account(
    actor: Actor, at: datetime, union: Union, payee: Payee, person_id: UUID | None
) -> PayeeAccount | None:
    if person_id is not None:
        return payees.current(person_id)
    return payees.for_body(actor=actor, at=at, union=union, payee=payee)


def broken(error: IntegrityError) -> Refusal:
    """The refusal of an order the database does not take."""
    if "receipt_is_not_given_back_twice" in str(error):
        return Refusal(
            "refund_above_received",
            _("More cannot be given back than came in and has not been given back yet."),
        )
    return Refusal("cannot_be_ordered", _("This cannot be paid. Look at what it is for."))


def ask_for_account(actor: Actor, at: datetime, payment: Payment) -> None:
    """The person is told that their money waits for the account it is to go to."""
    notices.send(
        actor=actor,
        at=at,
        kind="payment_needs_account",
        values={"title": payment.title, "amount": money(payment.amount)},
        to_person=payment.person_id,
        link="payments:my_account",
        reason="payment",
    )
