"""Working through what differs: taking over what the bank says, or saying why it is all right. And the gate."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments import channels, gate
from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import BankAccount, Payment
from zhijia.payments.reconciliation.models import Difference, Statement
from zhijia.payments.services import answering
from zhijia.registry import access, tree

RECONCILE = "payments.reconcile"
SAYS = {Difference.Kind.BANK_PAID: Said.PAID, Difference.Kind.RETURNED: Said.RETURNED}
"""Differences in which the bank's word can be taken over as it is."""


def take_over(*, actor: Actor, at: datetime, difference_id: int) -> Difference:
    """The bank is right: what it says of the payment counts here too, and is posted. Raises Refusal where the payment
    cannot go that way any more, and for a difference that needs somebody to find out first."""
    difference = _held(actor, difference_id)
    said = SAYS.get(Difference.Kind(difference.kind))
    payment, line = difference.payment, difference.line
    if said is None or payment is None or line is None:
        raise Refusal(
            "cannot_be_taken_over", _("Find out at the bank what happened here, and write it down.")
        )
    if difference.settled_at is not None:
        return difference
    answer = Answer(payment.reference, said, line.bank_number, line.at, line.note)
    answering.take(at=at, answers=[answer])
    if Payment.objects.using("bulk").get(pk=payment.pk).state != said:
        raise Refusal(
            "payment_went_on",
            _("This payment is in another state by now. Compare again, or write down what happened."),
        )
    return _settled(actor, at, difference, "bank")


def explain(*, actor: Actor, at: datetime, difference_id: int, reason: str) -> Difference:
    """Somebody found out what it was and writes it down: the difference is settled, and both stay as they are."""
    difference = _held(actor, difference_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if difference.settled_at is not None:
        return difference
    return _settled(actor, at, difference, reason.strip()[:300])


def open_gate(*, actor: Actor, at: datetime) -> None:
    """Let payments go to the banks again: for the highest union, once every account was compared since the gate closed
    and nothing differs. Raises Refusal with what is missing."""
    actor = access.require(actor, RECONCILE, roots()[0])
    missing = what_is_missing(at=at)
    if missing:
        raise Refusal("not_reconciled", missing)
    gate.open_again(actor=actor, at=at, reason="reconciled")


def roots() -> list[int]:
    """The unions that answer for the gate."""
    return tree.roots()


def what_is_missing(*, at: datetime) -> str:
    """What keeps the gate from being opened, in a sentence; empty when nothing does. On `bulk`: all accounts."""
    open_ones = Difference.objects.using("bulk").filter(settled_at__isnull=True).count()
    if open_ones:
        return ngettext(
            "%(many)s difference with the banks is open still.",
            "%(many)s differences with the banks are open still.",
            open_ones,
        ) % {"many": open_ones}
    since = gate.timeline()
    waiting = 0
    for account in BankAccount.objects.using("bulk").filter(closed_at__isnull=True):
        compared = Statement.objects.using("bulk").filter(
            bank_account=account, compared_at__isnull=False, timeline=since, day__gte=_wanted(account, at)
        )
        waiting += not compared.exists()
    if waiting:
        return str(
            _("%(many)s bank accounts have no compared statement of these days yet.") % {"many": waiting}
        )
    return ""


def _wanted(account: BankAccount, at: datetime) -> object:
    """The day whose statement has to be there: today's of a bank that answers, yesterday's of one that sends files."""
    today = days.business_day(at)
    return today if hasattr(channels.get(account.channel), "statement") else today - timedelta(days=1)


def _held(actor: Actor, difference_id: int) -> Difference:
    found = Difference.objects.select_for_update(of=("self",)).filter(pk=difference_id).first()
    if found is None:
        raise NotForYou("no_such_difference", _("There is no such difference at your union."))
    access.require(actor, RECONCILE, found.union_id)
    return found


def _settled(actor: Actor, at: datetime, difference: Difference, answer: str) -> Difference:
    difference.settled_at, difference.settled_by, difference.answer = at, actor.user_id, answer
    with transaction.atomic():
        difference.save(update_fields=["settled_at", "settled_by", "answer"])
    audit.record(
        actor=actor,
        at=at,
        action="payments.settle",
        subject="payments_difference",
        subject_id=difference.pk,
        place=audit.Place(difference.union_id, difference.county_id),
        reason="" if answer == "bank" else answer,
        detail={"kind": difference.kind},
    )
    return difference
