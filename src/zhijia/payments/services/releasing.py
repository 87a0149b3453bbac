"""Two people release a batch, neither of whom ordered anything in it or named an account; the second gives the password
again. What one of them saw is what goes out: anything that changed meanwhile opens the batch again."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.ledger.models import Account
from zhijia.ledger.services import accounts
from zhijia.payments.models import Alarm, BankAccount, Batch, Payment
from zhijia.payments.services import events, keeping, paying, wanting
from zhijia.payments.services.batching import BANK, RELEASE, held
from zhijia.ui.templatetags.ui import money

JOB = "payments.send"
_RELEASED = """
INSERT INTO payments_event (payment_id, happened, attempt, at, user_id, bank_number, reason, union_id, county_id)
SELECT id, 'released', 0, %(at)s, %(user)s, '', '', union_id, county_id FROM payments_payment
WHERE batch_id = %(batch)s AND state = 'ready' ORDER BY id"""
UNDER_WAY = (Payment.State.READY, Payment.State.SENDING, Payment.State.UNKNOWN)


def release(*, actor: Actor, at: datetime, batch_id: int) -> Batch:
    """Agree that this batch goes out: the first of two, or the second, after whom it is sent. Raises Refusal for
    whoever ordered a payment of it, named its account or gets its money; for an alarm nobody answered; for what is not
    wanted any more; and for more money than the account has."""
    batch = held(batch_id)
    actor = keeping.required(actor, RELEASE, batch.union_id, at)
    if batch.state == Batch.State.RELEASED or (
        batch.state == Batch.State.HALF and batch.first_by == actor.user_id
    ):
        return batch
    if batch.state == Batch.State.WITHDRAWN:
        raise Refusal("withdrawn", _("This batch was withdrawn; its payments wait again."))
    payments = batch.payments.filter(state=Payment.State.WAITING)
    _may_release(actor, payments)
    _can_go(at, batch, payments)
    if batch.state == Batch.State.OPEN:
        batch.state, batch.first_by, batch.first_at = Batch.State.HALF, actor.user_id, at
        batch.save(update_fields=["state", "first_by", "first_at"])
        _tell(actor, at, batch, "payments.release_first")
        batch.refresh_from_db()
        return batch
    return _send(actor, at, batch, payments)


def answer_alarm(*, actor: Actor, at: datetime, alarm_id: int, reason: str) -> Alarm:
    """Somebody who may release has looked at it and says why it may go. Never who named the account."""
    alarm = (
        Alarm.objects.select_for_update(of=("self",))
        .filter(pk=alarm_id)
        .select_related("payee", "payment")
        .first()
    )
    if alarm is None:
        raise NotForYou("no_such_alarm", _("There is nothing to answer here."))
    actor = keeping.required(actor, RELEASE, alarm.union_id, at)
    if alarm.answered_at is not None:
        return alarm
    if actor.user_id == alarm.payee.set_by:
        raise Refusal("own_account", _("Whoever named the account does not answer for it. Ask a colleague."))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    alarm.answered_by, alarm.answered_at, alarm.answer = actor.user_id, at, reason.strip()[:300]
    alarm.save(update_fields=["answered_by", "answered_at", "answer"])
    events.on_trail(actor, at, "payment.alarm", alarm.payment, reason=reason.strip(), kind=alarm.kind)
    return alarm


def _may_release(actor: Actor, payments: QuerySet[Payment]) -> None:
    if payments.filter(ordered_by=actor.user_id).exists():
        raise Refusal("own_order", _("You ordered a payment of this batch. Two colleagues release it."))
    if payments.filter(account_by=actor.user_id).exists():
        raise Refusal("own_account", _("You named an account of this batch. Two colleagues release it."))
    person = User.objects.filter(pk=actor.user_id or 0).values_list("person_id", flat=True).first()
    if person is not None and payments.filter(person_id=person).exists():
        raise Refusal("own_money", _("Money of this batch goes to you. Two colleagues release it."))


def _can_go(at: datetime, batch: Batch, payments: QuerySet[Payment]) -> None:
    if not payments.exists():
        raise Refusal("batch_empty", _("Nothing is left in this batch."))
    if Alarm.objects.filter(payment__in=payments, answered_at__isnull=True).exists():
        raise Refusal(
            "alarm_open", _("Look at the alarms of this batch first and say why each of them may go.")
        )
    wanting.refuse_any_unwanted(payments)
    paying.require_standing([one for one in payments.values_list("partner_id", flat=True) if one is not None])
    if payments.filter(not_before__gt=at).exists():
        raise Refusal(
            "account_cools", _("An account in this batch was changed a short time ago. Wait, or withdraw it.")
        )
    title = _held_account(batch).title
    for fund, wanted in payments.values_list("fund").annotate(fen=Sum("amount")).order_by("fund"):
        going = _going(
            batch, fund
        )  # before the balance: what is posted meanwhile counts twice, never not at all
        left = _at_bank(at, batch, fund, title) - going
        if wanted > left:
            raise Refusal(
                "too_little_money",
                _("By the books %(left)s are left at the bank for this; the batch needs %(wanted)s.")
                % {"left": money(left), "wanted": money(wanted)},
                left=left,
            )


def _held_account(batch: Batch) -> BankAccount:
    """The bank account, locked to the end of the transaction: two batches do not spend the same money."""
    return BankAccount.objects.select_for_update(no_key=True).get(pk=batch.bank_account_id)


def _at_bank(at: datetime, batch: Batch, fund: str, title: str) -> int:
    """What the books say is on the account in this fund."""
    code = accounts.code_for(BANK, accounts.chart_on(days.business_day(at)))
    found = Account.objects.filter(
        union_id=batch.union_id, code=code, fund=fund, title=title, closed_on__isnull=True
    ).order_by("-opened_on")
    row = found.first()
    return row.balance if row else 0


def _going(batch: Batch, fund: str) -> int:
    """What was released from the account before and has not come back from the bank yet."""
    under_way = Payment.objects.filter(
        batch__bank_account_id=batch.bank_account_id, fund=fund, state__in=UNDER_WAY
    ).aggregate(fen=Sum("amount"))
    unposted = Payment.objects.filter(
        batch__bank_account_id=batch.bank_account_id,
        fund=fund,
        state=Payment.State.PAID,
        entry_id__isnull=True,
    ).aggregate(fen=Sum("amount"))
    return int(under_way["fen"] or 0) + int(unposted["fen"] or 0)


def _send(actor: Actor, at: datetime, batch: Batch, payments: QuerySet[Payment]) -> Batch:
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to send this money."))
    batch.state, batch.second_by, batch.second_at = Batch.State.RELEASED, actor.user_id, at
    batch.save(update_fields=["state", "second_by", "second_at"])
    payments.update(state=Payment.State.READY, first_by=batch.first_by, second_by=batch.second_by)
    with connection.cursor() as cursor:
        cursor.execute(_RELEASED, {"batch": batch.pk, "at": at, "user": actor.user_id})
    _tell(actor, at, batch, "payments.release_second")
    app.configure_task(JOB, queue="default", allow_unknown=True).defer(batch_id=batch.pk)
    return batch


def _tell(actor: Actor, at: datetime, batch: Batch, action: str) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="payments_batch",
        subject_id=batch.pk,
        place=audit.Place(batch.union_id, batch.county_id),
    )
