"""Payments that were released, and what became of them."""

from datetime import date

from django.db import connections, transaction

from zhijia.payments.channels import Unanswered
from zhijia.payments.models import Payment
from zhijia.payments.services import sending
from zhijia.payments.tests.world import AT

DAY = date(2026, 11, 20)
State = Payment.State


def lost(instruction):
    raise Unanswered


def never():
    return False


def always():
    return True


def released(payments, *, amount=5_000, person="", many=1):
    """Payments that two people released, committed."""
    with transaction.atomic():
        some = [payments.order(str(number), amount=amount, person=person) for number in range(many)]
        batch = payments.release(payments.batch())
    return some, batch


def now(payment):
    """The payment as it stands."""
    return Payment.objects.using("bulk").get(pk=payment.pk)


def send(batch, at=AT):
    return sending.send(batch_id=batch.pk, clock=lambda: at)


def spent():
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "SELECT a.code, sum(l.amount)::int FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id"
            " JOIN ledger_entry e ON e.id = l.entry_id WHERE e.kind = 'payment' GROUP BY 1 ORDER BY 1"
        )
        return dict(cursor.fetchall())
