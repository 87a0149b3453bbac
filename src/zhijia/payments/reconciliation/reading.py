"""Taking a bank's statement in: line by line, once, and only where it follows the one before. On `bulk`: whoever calls
has asked for the right."""

from datetime import date, datetime

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.payments.banking.files import BankLine, DayStatement
from zhijia.payments.models import BankAccount
from zhijia.payments.reconciliation.models import Statement, StatementLine
from zhijia.payments.services import bank_accounts

_ALL = "bulk"
_MANY = 2000
_GROWS = ["closing", "count", "came_by", "read_at", "read_by"]


def take(
    *,
    actor: Actor,
    at: datetime,
    account: BankAccount,
    told: DayStatement,
    came_by: str,
) -> Statement:
    """The statement of a day with its lines; read again it may have grown. Raises Refusal for another account, a day to
    come, a gap since the last one, and lines that have changed."""
    _check(account, told, at)
    with transaction.atomic(using=_ALL):
        with connections[_ALL].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"statement:{account.pk}"]
            )
        statement = Statement.objects.using(_ALL).filter(bank_account=account, day=told.day).first()
        if statement is None:
            _check_follows(account, told)
            statement = Statement(bank_account=account, day=told.day, opening=told.opening, count=0)
            statement.union_id, statement.county_id = account.union_id, account.county_id
        known = list(statement.lines.using(_ALL).order_by("number")) if statement.pk else []
        if not _grew(statement, known, told):
            raise Refusal(
                "statement_differs",
                _(
                    "The bank's file of %(day)s was read before with other lines. Ask the bank which one counts."
                )
                % {"day": told.day.isoformat()},
            )
        grew = not statement.pk or len(known) < len(told.lines)
        statement.closing, statement.count, statement.came_by = told.closing, len(told.lines), came_by
        statement.read_at, statement.read_by = at, actor.user_id
        statement.save(using=_ALL, update_fields=_GROWS if statement.pk else None)
        _write(statement, told.lines[len(known) :])
        if grew:
            audit.record(
                actor=actor,
                at=at,
                action="payments.read_statement",
                subject="payments_statement",
                subject_id=statement.pk,
                place=audit.Place(account.union_id, account.county_id),
                detail={"day": told.day.isoformat(), "lines": len(told.lines)},
                using=_ALL,
            )
    return statement


def last_day(account: BankAccount) -> date | None:
    """The last day a statement was read for."""
    newest = Statement.objects.using(_ALL).filter(bank_account=account).order_by("-day").first()
    return newest.day if newest else None


def _check(account: BankAccount, told: DayStatement, at: datetime) -> None:
    if told.day > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    if codes.normal_account(told.account) != bank_accounts.number_inside(account.pk):
        raise Refusal("another_account", _("This statement is of another bank account."))


def _check_follows(account: BankAccount, told: DayStatement) -> None:
    """Between two statements no money moves: where it did, a day is missing."""
    every = Statement.objects.using(_ALL).filter(bank_account=account)
    before = every.filter(day__lt=told.day).order_by("-day").first()
    after = every.filter(day__gt=told.day).order_by("day").first()
    if before is not None and before.closing != told.opening:
        raise Refusal(
            "statement_missing",
            _("Money moved after the statement of %(day)s and before this one: read the days between first.")
            % {"day": before.day.isoformat()},
        )
    if after is not None and after.opening != told.closing:
        raise Refusal(
            "statement_does_not_fit",
            _("The statement of %(day)s begins with another balance than this one ends with.")
            % {"day": after.day.isoformat()},
        )


def _grew(statement: Statement, known: list[StatementLine], told: DayStatement) -> bool:
    """Whether the lines read before are the first of those told now."""
    if statement.opening != told.opening or len(known) > len(told.lines):
        return False
    return all(
        (old.bank_number, old.amount, old.after, old.reference)
        == (new.bank_number, new.amount, new.after, new.reference)
        for old, new in zip(known, told.lines, strict=False)
    )


def _write(statement: Statement, lines: tuple[BankLine, ...]) -> None:
    rows = [
        StatementLine(
            statement=statement,
            bank_account_id=statement.bank_account_id,
            union_id=statement.union_id,
            county_id=statement.county_id,
            number=line.line,
            day=statement.day,
            at=line.at,
            bank_number=line.bank_number,
            amount=line.amount,
            after=line.after,
            name=line.name,
            tail=line.account[-4:],
            reference=line.reference,
            note=line.note,
        )
        for line in lines
    ]
    StatementLine.objects.using(_ALL).bulk_create(rows, batch_size=_MANY)
