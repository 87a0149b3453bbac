"""Payments of one bank account put together for two people to release; taken out, withdrawn, stopped, sent anew."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.queries import kin
from zhijia.ledger.services import accounts, holds
from zhijia.payments import rules
from zhijia.payments.models import Alarm, BankAccount, Batch, PayeeAccount, Payment
from zhijia.payments.services import events, keeping, payees, paying, refunding, wanting
from zhijia.registry import access
from zhijia.registry.models import Union

RELEASE, STOP = "payments.release", "payments.stop"
BANK = "bank"
MOST = 50_000
State = Payment.State
STOPPABLE = (State.WAITING, State.READY, State.FAILED, State.RETURNED)
_ANEW = [
    "state", "batch", "round", "sent_at", "ended_at", "not_found_at", "file_agreed_on", "entry_id", "back_entry_id",
    "payee", "payee_name",
]  # fmt: skip


def put_together(
    *, actor: Actor, at: datetime, bank_account: BankAccount, payment_ids: Sequence[int] | None = None
) -> Batch:
    """A batch of what waits at the account's union and can go: all of it, or those named. An account that payees share,
    a payee who is a relative of an officer, and one who has died ring. Raises Refusal where nothing can go, and where
    the union keeps no books."""
    actor = keeping.required(actor, paying.ORDER, bank_account.union_id, at)
    union = Union.objects.get(pk=bank_account.union_id)
    _catch_up(at, union)
    waiting = Payment.objects.select_for_update(of=("self",)).filter(
        can_go(at), union_id=union.pk, batch__isnull=True
    )
    if payment_ids is not None:
        waiting = waiting.filter(pk__in=payment_ids)
    some = list(waiting.select_related("payee").order_by("pk")[:MOST])
    going = [one for one in some if one.payee and rules.same_name(one.payee_name, one.payee.holder)]
    if not going:
        raise Refusal("nothing_can_go", _("Nothing that waits can be paid now: look at what each waits for."))
    _open_accounts(actor, at, union, bank_account, going)
    batch = Batch.objects.create(
        bank_account=bank_account, made_by=actor.user_id or 0, made_at=at, union_id=union.pk,
        county_id=union.stands_in,
    )  # fmt: skip
    Payment.objects.filter(pk__in=[one.pk for one in going]).update(batch=batch)
    _ring(at, going)
    _trail(actor, at, "payments.batch", batch, fen=sum(one.amount for one in going), many=len(going))
    return batch


def can_go(at: datetime) -> Q:
    """What waits, knows its account, and whose account has waited long enough."""
    return Q(state=State.WAITING, payee__isnull=False, not_before__lte=at)


def withdraw(*, actor: Actor, at: datetime, batch_id: int) -> Batch:
    """The batch is none any more: its payments wait again. For whoever may release it, before it was released."""
    batch = held(batch_id)
    actor = keeping.required(actor, RELEASE, batch.union_id, at)
    if batch.state == Batch.State.WITHDRAWN:
        return batch
    if batch.state == Batch.State.RELEASED:
        raise Refusal("released_already", _("This batch has been released. Stop what must not go out."))
    batch.payments.filter(state=State.WAITING).update(batch=None)
    batch.state = Batch.State.WITHDRAWN
    batch.save(update_fields=["state"])
    _trail(actor, at, "payments.batch_withdraw", batch)
    return batch


def stop(*, actor: Actor, at: datetime, payment_id: int, reason: str) -> Payment:
    """It is not paid, and never will be under this source: before it is sent, or after the bank gave it back. The
    budget has its money back. Raises Refusal while the bank may have it or pay it late."""
    payment = held_payment(payment_id)
    actor = access.require(actor, STOP, payment.union_id)
    return stopped(actor=actor, at=at, payment=payment, reason=reason)


def stopped(*, actor: Actor, at: datetime, payment: Payment, reason: str) -> Payment:
    """The same, of a payment that is held, for a room whose decision was the right: a name that was withdrawn."""
    if payment.state == State.STOPPED:
        return payment
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if payment.state not in STOPPABLE:
        raise Refusal(
            "cannot_be_stopped",
            _("It has gone to the bank or is paid already: it cannot be stopped any more."),
        )
    _require_agreed(payment)
    _open_again(actor, at, payment)
    left_batch = payment.batch_id
    payment.state, payment.batch, payment.ended_at, payment.reason = (
        State.STOPPED,
        None,
        at,
        reason.strip()[:120],
    )
    payment.save(update_fields=["state", "batch", "ended_at", "reason"])
    if payment.hold_id is not None:
        with connection.cursor() as cursor:
            holds.let_go(cursor, at=at, hold_ids=[payment.hold_id])
    events.write(
        [payment], "stopped", at=at, user_id=actor.user_id, reason=reason.strip(), left_batch=left_batch
    )
    events.on_trail(actor, at, "payment.stop", payment, reason=reason.strip())
    refunding.stopped(payment)
    return payment


def anew(*, actor: Actor, at: datetime, payment_id: int) -> Payment:
    """What the bank refused or gave back waits again, under a new reference, and is released again by two. Raises
    Refusal until the bank's file shows that it was not paid, and where what it is for does not want it any more."""
    payment = held_payment(payment_id)
    actor = keeping.required(actor, paying.ORDER, payment.union_id, at)
    if payment.state not in {State.FAILED, State.RETURNED}:
        raise Refusal("not_given_back", _("Only what the bank refused or gave back can be paid anew."))
    wanting.refuse_unwanted(payment)
    _require_agreed(payment)
    returned, left_batch = payment.state == State.RETURNED, payment.batch_id
    payment.state, payment.batch, payment.round = State.WAITING, None, payment.round + 1
    payment.sent_at = payment.ended_at = payment.not_found_at = payment.file_agreed_on = None
    payment.entry_id = payment.back_entry_id = None
    before = payment.payee_id
    if payment.person_id is not None:
        payment.payee = payees.current(payment.person_id)
    elif payment.partner_id is not None and payment.payee is not None:
        [(partner_id,)] = rows.run("SELECT payments_successor(%s)", [payment.partner_id])
        payment.payee = payees.of_unions([partner_id]).get(partner_id)
        payment.payee_name = payment.payee.holder if payment.payee else payment.payee_name
    payment.save(update_fields=_ANEW)
    if payment.payee is not None and payment.payee_id != before:
        _ring_changed(at, payment, payment.payee)
    if returned:
        paying.keep_budget(payment, at=at, union=Union.objects.get(pk=payment.union_id))
    events.write([payment], "anew", at=at, user_id=actor.user_id, left_batch=left_batch)
    events.on_trail(actor, at, "payment.anew", payment)
    payment.refresh_from_db()
    return payment


def held(batch_id: int) -> Batch:
    """The batch, locked against others who release it and not against what the bank says of its payments meanwhile.
    Raises NotForYou where whoever asks sees none."""
    batch = Batch.objects.select_for_update(no_key=True).filter(pk=batch_id).first()
    if batch is None:
        raise NotForYou("no_such_batch", _("There is no such batch at your union."))
    return batch


def held_payment(payment_id: int) -> Payment:
    """The payment, locked. Raises NotForYou where whoever asks sees none."""
    payment = Payment.objects.select_for_update().filter(pk=payment_id).first()
    if payment is None:
        raise NotForYou("no_such_payment", _("There is no such payment at your union."))
    return payment


def can_be_stopped(payment: Payment) -> bool:
    """Whether it has not gone to the bank, or has come back, and the bank cannot pay it late."""
    return payment.state in STOPPABLE and (payment.state != State.FAILED or _file_agrees(payment))


def _require_agreed(payment: Payment) -> None:
    """Raises Refusal for what the bank refused until its file says so too: it may pay it late, and what is stopped can
    be ordered again."""
    if payment.state == State.FAILED and not _file_agrees(payment):
        raise Refusal(
            "file_has_to_agree",
            _(
                "First the bank's file of that day has to show that it was not paid. Read it in under reconciliation."
            ),
        )


def _file_agrees(payment: Payment) -> bool:
    sent = payment.sent_at
    agreed = payment.file_agreed_on
    return sent is not None and agreed is not None and agreed >= days.business_day(sent)


def _catch_up(at: datetime, union: Union) -> None:
    """What was ordered in the moment in which its payee named an account goes to that one, as what waited before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM payments_left_behind(%s) AS named, payments_follow_account(named, %s)",
            [union.pk, at],
        )


def _open_again(actor: Actor, at: datetime, payment: Payment) -> None:
    """A batch somebody began to release is another one without this payment."""
    batch = payment.batch
    if batch is not None and batch.state == Batch.State.HALF:
        Batch.objects.filter(pk=batch.pk).update(
            state=Batch.State.OPEN, seal="", first_by=None, first_at=None
        )
        _trail(actor, at, "payments.batch_open_again", batch)


def _open_accounts(
    actor: Actor, at: datetime, union: Union, bank_account: BankAccount, going: Sequence[Payment]
) -> None:
    """The accounts of the books these will be posted on are there before anything is sent."""
    chart = accounts.chart_on(days.business_day(at))
    bank = accounts.code_for(BANK, chart)
    wanted = {(one.code, one.fund, "") for one in going} | {
        (bank, one.fund, bank_account.title) for one in going
    }
    for code, fund, title in sorted(wanted):
        accounts.made(actor=actor, at=at, union=union, chart=chart, code=code, fund=fund, title=title)


def _ring(at: datetime, going: Sequence[Payment]) -> None:
    """An account that another name is paid to, in this batch or ever before at this union, has to be looked at; a payee
    who is named among relatives of officers (DUE-18); and one who has died."""
    union_id = going[0].union_id
    keys = {one.payee.account_key for one in going if one.payee}
    before = Payment.objects.filter(union_id=union_id, payee__account_key__in=keys)
    known = [
        rules.Going(number, name, key)
        for number, name, key in before.values_list("pk", "payee_name", "payee__account_key")
    ]
    shared = rules.shared(known)
    related = kin.naming(union_id, {one.payee_name for one in going}, days.business_day(at))
    ringing = [(one, Alarm.Kind.SHARED) for one in going if one.pk in shared]
    ringing += [(one, Alarm.Kind.KIN) for one in going if one.payee_name in related]
    died = wanting.dead(going)
    ringing += [(one, Alarm.Kind.DIED) for one in going if one.pk in died]
    Alarm.objects.bulk_create(
        [
            Alarm(
                payment=one, payee=one.payee, kind=kind, raised_at=at, union_id=one.union_id,
                county_id=one.county_id,
            )
            for one, kind in ringing
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _ring_changed(at: datetime, payment: Payment, payee: PayeeAccount) -> None:
    """The account was changed after the payment had gone to the one before: as for one that still waited, it rings."""
    Alarm.objects.bulk_create(
        [
            Alarm(
                payment=payment, payee=payee, kind=Alarm.Kind.CHANGED, raised_at=at,
                union_id=payment.union_id, county_id=payment.county_id,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _trail(actor: Actor, at: datetime, action: str, batch: Batch, **detail: object) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="payments_batch",
        subject_id=batch.pk,
        place=audit.Place(batch.union_id, batch.county_id),
        detail=detail,
    )
