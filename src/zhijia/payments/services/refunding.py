"""Giving back what came in: a fee of a course or a hall, a transfer that went wrong. By the same path as any payment,
and never more than came in (`receipt_is_not_given_back_twice`)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services import posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment, Receipt
from zhijia.payments.services import events, keeping, paying, paying_in
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import SOURCE, Payer
from zhijia.registry import access
from zhijia.registry.models import Union

GOES_BACK = "payments.goes_back"
"""The family of ports that may refuse that money goes back: whoever expected it may have given it on already."""
GAVE_BACK, KEPT = "payments.gave_back", "payments.kept"
"""The families of ports that hear of a payment that gives some of it back, and of one that was stopped after all."""
MISTAKE = "mistake"
OWED = "other_payable"
FUND = "own"
"""What a transfer that went wrong is in the books until it is given back: owed to whoever paid, not income."""


def refund(
    *,
    actor: Actor,
    at: datetime,
    receipt_id: int,
    amount: int,
    payee: Payee,
    title: str,
    reason: str,
    once: str,
) -> Payment:
    """Order that so much (fen) of what came in goes back; `once` tells several refunds of one receipt apart. To a
    person it goes to the account they named themselves. Raises Refusal for more than came in and has not been given
    back, whoever asks at once, and for money that belongs to nothing yet."""
    receipt = _seen(receipt_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    expected = receipt.receivable
    if expected is None:
        raise Refusal(
            "not_matched_yet",
            _("First say what this money is: what was expected, or a transfer that went wrong."),
        )
    union = Union.objects.get(pk=receipt.union_id)
    source = Source(SOURCE, str(receipt.pk), once)
    new = not Payment.objects.filter(source=SOURCE, source_id=source.id, purpose=once).exists()
    port = f"{GOES_BACK}.{expected.source}"
    if new and ports.answered(port):
        keeping.required(actor, paying.ORDER, receipt.union_id, at)
        ports.call(port, receipt=receipt)
    payment = paying.order(
        actor=actor,
        at=at,
        union=union,
        source=source,
        payee=payee,
        amount=amount,
        fund=expected.fund,
        spent_on=expected.role,
        title=title,
        person_id=receipt.person_id,
    )
    if new:
        events.write([payment], "refund", at=at, user_id=actor.user_id, reason=reason.strip()[:300])
        events.on_trail(actor, at, "payment.refund", payment, reason=reason.strip(), receipt=receipt.pk)
        _say(GAVE_BACK, receipt, payment)
    return payment


def stopped(payment: Payment) -> None:
    """A payment was stopped: where it was to give something back, whoever expected the money hears that it stays."""
    if payment.source == SOURCE:
        _say(KEPT, Receipt.objects.select_related("receivable").get(pk=int(payment.source_id)), payment)


def _say(family: str, receipt: Receipt, payment: Payment) -> None:
    port = f"{family}.{receipt.receivable.source}" if receipt.receivable else ""
    if ports.answered(port):
        ports.call(port, receipt=receipt, payment=payment)


def by_mistake(*, actor: Actor, at: datetime, receipt_id: int, reason: str) -> Receipt:
    """This money was sent here by mistake: it is posted as owed to whoever sent it. Twice is once. For whoever may
    post. Raises Refusal for money that was matched to something."""
    receipt = _seen(receipt_id)
    actor = access.require(actor, posting.POST, receipt.union_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if receipt.receivable is not None and receipt.receivable.source == MISTAKE:
        return receipt
    union = Union.objects.get(pk=receipt.union_id)
    owed = paying_in.expect(
        actor=actor,
        at=at,
        union=union,
        source=Source(MISTAKE, str(receipt.pk)),
        payer=Payer(receipt.payer_name),
        amount=receipt.amount,
        fund=FUND,
        role=OWED,
        title=str(_("Transfer that went wrong")),
    )
    matched = paying_in.match(actor=actor, at=at, receipt_id=receipt.pk, receivable_id=owed.pk)
    audit.record(
        actor=actor,
        at=at,
        action="payments.by_mistake",
        subject="payments_receipt",
        subject_id=receipt.pk,
        place=audit.Place(receipt.union_id, receipt.county_id, receipt.person_id),
        reason=reason.strip(),
    )
    return matched


def _seen(receipt_id: int) -> Receipt:
    receipt = Receipt.objects.select_related("receivable").filter(pk=receipt_id).first()
    if receipt is None:
        raise NotForYou("no_such_receipt", _("There is no such money at your union."))
    return receipt
