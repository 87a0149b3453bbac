"""The daily round: fetch the statement of each account whose bank answers, match what came in, compare. On `bulk`."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from zhijia.kernel import actors, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.payments import channels, gate
from zhijia.payments.banking.files import DayStatement
from zhijia.payments.channels import Unanswered
from zhijia.payments.models import BankAccount, Gate
from zhijia.payments.reconciliation import comparing, incoming, reading, settling
from zhijia.payments.reconciliation.models import Statement
from zhijia.payments.services import bank_accounts

_log = logging.getLogger(__name__)
FETCHED = "http"
ROUND = actors.system("payments-reconcile")


def everything(*, at: datetime, more: Callable[[], bool] = lambda: True) -> int:
    """Fetch and compare what is missing up to yesterday (today while the gate is closed), account by account; how many
    statements. What one bank does not answer, or says wrongly, holds up no other. Again is once. After a restore the
    gate opens by itself once all agrees; closed by hand, it waits for a hand."""
    closed = not gate.is_open(using="bulk")
    through = days.business_day(at) - timedelta(days=0 if closed else 1)
    done = 0
    for account in BankAccount.objects.using("bulk").filter(closed_at__isnull=True).order_by("pk"):
        if not more():
            break
        try:
            done += fetch(account=account, at=at, through=through)
        except (Unanswered, Refusal) as error:
            said = {"outcome": error.code if isinstance(error, Refusal) else "unanswered"}
            _log.warning("a statement could not be read", extra=said)
    by_itself = Gate.objects.using("bulk").filter(is_open=True).exists()
    if closed and by_itself and not settling.what_is_missing(at=at):
        gate.open_again(actor=ROUND, at=at, reason="reconciled")
    return done


def fetch(*, account: BankAccount, at: datetime, through: date) -> int:
    """Fetch and compare this account's statements up to a day, from the last one on, which may have grown; how many.
    None where the bank sends files. Raises Unanswered, and Refusal for a file that is not right."""
    channel: Any = channels.get(account.channel)
    if not hasattr(channel, "statement"):
        return 0
    number = bank_accounts.number_inside(account.pk)
    day = reading.last_day(account) or min(days.business_day(account.opened_at), through)
    done = 0
    while day <= through:
        take(actor=ROUND, at=at, account=account, told=channel.statement(number, day), came_by=FETCHED)
        day += timedelta(days=1)
        done += 1
    return done


def take(*, actor: Actor, at: datetime, account: BankAccount, told: DayStatement, came_by: str) -> Statement:
    """Take a statement in, write down what came in, and compare. Whoever calls has asked for the right."""
    statement = reading.take(actor=actor, at=at, account=account, told=told, came_by=came_by)
    incoming.write_down(account=account, lines=told.lines, at=at)
    comparing.compare(statement=statement, at=at)
    return statement
