"""What reconciliation shows of a union: what differs, what was settled, and which days were compared."""

from dataclasses import dataclass

from zhijia.payments.models import BankAccount, Difference, Statement
from zhijia.payments.reconciliation import settling
from zhijia.payments.reconciliation.forms import name_of
from zhijia.payments.reconciliation.words import WORDS, Words

MOST = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference in words; `takes` says that the bank's word can be taken over."""

    row: Difference
    words: Words
    takes: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account and the last day it was compared on."""

    name: str
    row: BankAccount
    last: Statement | None


def open_at(union_id: int) -> list[Shown]:
    """The open differences of a union, the oldest first; at most a hundred."""
    rows = (
        Difference.objects.filter(union_id=union_id, settled_at__isnull=True)
        .select_related("payment__payee", "line", "bank_account")
        .order_by("day", "pk")[:MOST]
    )
    return [Shown(row, WORDS[row.kind], row.kind in settling.SAYS) for row in rows]


def settled_at(union_id: int) -> list[Shown]:
    """What was settled last."""
    rows = (
        Difference.objects.filter(union_id=union_id, settled_at__isnull=False)
        .select_related("payment", "line")
        .order_by("-settled_at", "-pk")[:20]
    )
    return [Shown(row, WORDS[row.kind], False) for row in rows]


def accounts_of(union_id: int) -> list[Account]:
    """The bank accounts of a union that are open, each with its last statement."""
    rows = list(BankAccount.objects.filter(union_id=union_id, closed_at__isnull=True).order_by("pk"))
    newest = Statement.objects.filter(bank_account__in=rows).order_by("bank_account_id", "-day")
    last = {one.bank_account_id: one for one in newest.distinct("bank_account_id")}
    return [Account(name_of(row), row, last.get(row.pk)) for row in rows]
