"""Comparing what the bank says with what stands here, and writing down where they differ. On `bulk`."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.payments import gate
from zhijia.payments.models import Payment
from zhijia.payments.reconciliation import rules
from zhijia.payments.reconciliation.models import Difference, Statement, StatementLine
from zhijia.payments.reconciliation.rules import Compared, Found, Ours, Theirs
from zhijia.payments.services import answering

_ALL = "bulk"
_STATES = ("sending", "unknown", "paid", "failed", "returned")
_NUMBER = slice(2, 13)
"""Where a payment's number stands in its reference."""


def compare(*, statement: Statement, at: datetime) -> Compared:
    """What differs once this statement is known. Differences are written down once; those that are none any more are
    settled by themselves; payments the bank's file shows as never paid are marked so."""
    with transaction.atomic(using=_ALL):
        lines = list(_lines(StatementLine.objects.using(_ALL).filter(statement=statement)))
        payments = _payments(statement, lines)
        theirs = _all_lines(statement, payments, lines)
        compared = rules.compare(payments, theirs, through=_through(statement))
        _write(statement, compared.differences, at)
        _settle_gone(statement, payments, lines, compared.differences, at)
        statement.compared_at, statement.timeline = at, gate.timeline()
        statement.save(using=_ALL, update_fields=["compared_at", "timeline"])
    _agree(statement, compared)
    return compared


def _through(statement: Statement) -> date:
    """The last day of which the bank has said everything: a statement read on its own day may still grow."""
    whole = days.business_day(statement.read_at) > statement.day
    return statement.day if whole else statement.day - timedelta(days=1)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, days.SHANGHAI)


def _lines(rows: Iterable[StatementLine]) -> Iterable[Theirs]:
    return (Theirs(row.pk, row.reference, row.amount) for row in rows)


def _payments(statement: Statement, lines: list[Theirs]) -> list[Ours]:
    """The payments this statement can say something of: those it names, those that ended lately, and however old they
    are those under way and those something is still open about."""
    window = parameters.value("payments.reconcile_days", day=statement.day)
    named = {int(line.reference[_NUMBER]) for line in lines if rules.OWN.match(line.reference)}
    since = _begins(statement.day - timedelta(days=window))
    until = _begins(statement.day + timedelta(days=1))
    every = Payment.objects.using(_ALL).filter(union_id=statement.union_id)
    of_account = Q(batch__bank_account_id=statement.bank_account_id)
    lately = of_account & Q(state__in=_STATES, sent_at__gte=since, sent_at__lt=until)
    under_way = of_account & Q(sent_at__lt=until)
    under_way &= Q(state__in=("sending", "unknown")) | Q(state="failed", file_agreed_on__isnull=True)
    still = Q(differences__settled_at__isnull=True, differences__bank_account_id=statement.bank_account_id)
    still &= Q(differences__isnull=False)
    rows = every.filter(Q(pk__in=named) | lately | under_way | still).distinct().order_by("pk")
    return [
        Ours(
            row.pk,
            row.reference,
            row.amount,
            row.state,
            days.business_day(row.sent_at) if row.sent_at else None,
            days.business_day(row.ended_at) if row.ended_at else None,
        )
        for row in rows
    ]


def _all_lines(statement: Statement, payments: list[Ours], lines: list[Theirs]) -> list[Theirs]:
    """Every line of these payments on whichever day, and the lines of this statement; each once."""
    references = [
        f"{rules.base(one.reference)}{turn:02d}"
        for one in payments
        for turn in range(1, int(one.reference[-2:]) + 1)
    ]
    found = StatementLine.objects.using(_ALL).filter(
        reference__in=references, bank_account_id=statement.bank_account_id
    )
    every = {line.line_id: line for line in _lines(found.order_by("day", "pk"))}
    return list((every | {line.line_id: line for line in lines}).values())


def _write(statement: Statement, found: list[Found], at: datetime) -> None:
    """Each difference is found once; one that had settled by itself and is there again is open again."""
    rows = [
        Difference(
            bank_account_id=statement.bank_account_id,
            union_id=statement.union_id,
            county_id=statement.county_id,
            kind=one.kind,
            day=statement.day,
            payment_id=one.payment_id,
            line_id=one.line_id,
            ours=one.ours,
            theirs=one.theirs,
            found_at=at,
        )
        for one in found
    ]
    Difference.objects.using(_ALL).bulk_create(rows, ignore_conflicts=True)
    same = {(one.kind.value, one.payment_id, one.line_id) for one in found}
    about = Q(payment_id__in=[one.payment_id for one in found]) | Q(
        line_id__in=[one.line_id for one in found]
    )
    settled = Difference.objects.using(_ALL).filter(about, settled_at__isnull=False, settled_by__isnull=True)
    again = [row.pk for row in settled if (row.kind, row.payment_id, row.line_id) in same]
    Difference.objects.using(_ALL).filter(pk__in=again).update(settled_at=None)


def _settle_gone(
    statement: Statement,
    payments: list[Ours],
    lines: list[Theirs],
    found: list[Found],
    at: datetime,
) -> None:
    """What was different and is not any more is settled: the bank and we say the same now."""
    same = {(one.kind.value, one.payment_id, one.line_id) for one in found}
    about = Q(payment_id__in=[one.payment_id for one in payments])
    about |= Q(line_id__in=[line.line_id for line in lines])
    still = Difference.objects.using(_ALL).filter(
        about, bank_account_id=statement.bank_account_id, settled_at__isnull=True
    )
    gone = [row.pk for row in still if (row.kind, row.payment_id, row.line_id) not in same]
    Difference.objects.using(_ALL).filter(pk__in=gone).update(settled_at=at)


def _agree(statement: Statement, compared: Compared) -> None:
    """The bank's file is without these: they were never paid, and may go again where the rest agrees."""
    never = set(compared.never_paid)
    open_ones = Payment.objects.using(_ALL).filter(
        batch__bank_account_id=statement.bank_account_id, state__in=("unknown", "failed")
    )
    seen = [
        reference for number, reference in open_ones.values_list("pk", "reference") if number not in never
    ]
    answering.agree(bank_account_id=statement.bank_account_id, day=_through(statement), seen=seen)
