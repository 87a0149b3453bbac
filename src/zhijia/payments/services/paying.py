"""Ordering a payment: once for a source, a purpose and an instalment; money of the budget is kept from then on."""

from collections.abc import Collection, Sequence
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
from zhijia.payments.services import bank_accounts, events, keeping, payees
from zhijia.payments.services.payees import Payee
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders
from zhijia.ui.templatetags.ui import money

ORDER = keeping.ORDER
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
    actor = keeping.required(actor, ORDER, union.pk, at)
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
    union (`partner_id`, `Payee(its name)`) goes to the account that union named, or waits until it names one, and
    stands in the books of both (`arriving`): `spent_on` is a subsidy, or what is owed to it."""
    stands = _standing(source, instalment)
    if stands is not None:
        return same(stands, union, amount, person_id, partner_id)
    check(amount, fund, payee.name)
    today = days.business_day(at)
    chart = accounts.chart_on(today)
    code = spent_on if spent_on.isdigit() else accounts.code_for(spent_on, chart)
    if partner_id is not None:
        check_partners(union, [partner_id], accounts.mirrored(code, chart))
    account = _account(actor, at, union, payee, person_id, partner_id)
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
        code=code,
        payee=account,
        payee_name=(account.holder if partner_id and account else payee.name).strip()[:120],
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
        return same(stands, union, amount, person_id, partner_id)
    if hold_id is None:
        keep_budget(payment, at=at, union=union)
    events.write([payment], "ordered", at=at, user_id=actor.user_id)
    events.on_trail(actor, at, "payment.order", payment, fen=amount)
    payment.refresh_from_db()
    if payment.payee_id is None:
        ask_for_accounts(actor, at, [payment])
    return payment


def check(amount: int, fund: str, name: str) -> None:
    """Raises Refusal for nothing, for a fund nobody defined, and where nobody is named."""
    if amount <= 0:
        raise Refusal("amount_below_nothing", _("Nothing is paid with an amount of nothing."))
    if fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))
    if not name.strip():
        raise Refusal("payee_missing", _("Say whom the money goes to."))


def check_partners(union: Union, partner_ids: Collection[int], other_side: str | None) -> None:
    """Raises Refusal for money of a union to itself or to one that is dissolved, and for what has no `other_side` in
    the books of the union it goes to."""
    if other_side is None:
        raise Refusal(
            "no_other_side",
            _("Money for another union is a subsidy, or what it is owed: its books have to say the same."),
        )
    if union.pk in partner_ids:
        raise Refusal("same_union", _("Money does not go from a union to itself."))
    require_standing(partner_ids)


def require_standing(partner_ids: Collection[int]) -> None:
    """Raises Refusal for a union that is dissolved."""
    over = Union.objects.filter(pk__in=partner_ids, dissolved_on__isnull=False).order_by("pk").first()
    if over is not None:
        raise Refusal(
            "union_dissolved", _("%(union)s is dissolved. Nothing is paid to it.") % {"union": over.name}
        )


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


def same(
    stands: Payment, union: Union, amount: int, person_id: UUID | None, partner_id: int | None
) -> Payment:
    """The payment that stands for a source. Raises Refusal where it is another one."""
    told = (stands.union_id, stands.amount, stands.person_id, stands.partner_id)
    if told != (union.pk, amount, person_id, partner_id):
        raise Refusal(
            "ordered_differently", _("This has been ordered already, for another amount or somebody else.")
        )
    return stands


def _account(
    actor: Actor, at: datetime, union: Union, payee: Payee, person_id: UUID | None, partner_id: int | None
) -> PayeeAccount | None:
    if person_id is not None:
        return payees.current(person_id)
    if partner_id is not None:
        return payees.of_unions([partner_id]).get(partner_id)
    return payees.for_body(actor=actor, at=at, union=union, payee=payee)


def broken(error: IntegrityError) -> Refusal:
    """The refusal of an order the database does not take."""
    if "receipt_is_not_given_back_twice" in str(error):
        return Refusal(
            "refund_above_received",
            _("More cannot be given back than came in and has not been given back yet."),
        )
    return Refusal("cannot_be_ordered", _("This cannot be paid. Look at what it is for."))


def ask_for_accounts(actor: Actor, at: datetime, payments: Sequence[Payment]) -> None:
    """Whoever gets them is told that their money waits for the account it is to go to; of a union, who keeps its
    accounts."""
    unions = {one.partner_id for one in payments if one.partner_id is not None}
    keeping = holders(unions, bank_accounts.MANAGE, at) if unions else {}
    for one in payments:  # one by one: some hear of it by a text message
        values = {"title": one.title, "amount": money(one.amount)}
        if one.person_id is not None:
            notices.send(
                actor=actor, at=at, kind="payment_needs_account", values=values, to_person=one.person_id,
                link="payments:my_account", reason="payment",
            )  # fmt: skip
        for user_id in keeping.get(one.partner_id or 0, ()):
            notices.send(
                actor=actor, at=at, kind="union_payment_needs_account", values={"union": one.payee_name, **values},
                to_user=user_id, link="payments:here", reason="payment",
            )  # fmt: skip
