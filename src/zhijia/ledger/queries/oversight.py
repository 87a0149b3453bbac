"""The books of all unions below at a glance (工会财务集中管理): who keeps none, how far they are closed, the money at
hand, the use of budgets. Set-based, page by page down the tree; row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from zhijia.catalogue import parameters
from zhijia.kernel.actors import Actor
from zhijia.ledger import rules
from zhijia.registry import access, tree
from zhijia.registry.models import Union

VIEW = "ledger.view"
Only = Literal["", "none", "behind", "unbudgeted", "over"]
"""Which unions alone: without books, behind with closing, without an approved budget of the year, or with nearly
all of it spent."""
_BELOW = """
FROM registry_union here
LEFT JOIN ledger_book book ON book.union_id = here.id
LEFT JOIN LATERAL (
  SELECT sum(account.balance)::bigint AS fen FROM ledger_account account
  WHERE account.union_id = here.id AND account.guarded AND account.sign = 1) money ON true
LEFT JOIN LATERAL (
  SELECT sum(line.amount + line.raised)::bigint AS allowed, sum(line.spent)::bigint AS spent,
    bool_and(line.state = 'approved') AS approved
  FROM ledger_budget_line line WHERE line.union_id = here.id AND line.year = %(year)s) budget ON true
WHERE here.tree_left > %(left)s AND here.tree_left < %(right)s AND here.dissolved_on IS NULL"""
_ONLY = {
    "": "",
    "none": "AND book.union_id IS NULL",
    "behind": "AND book.opened_on <= %(due)s AND coalesce(book.closed_through, '-infinity') < %(due)s",
    "unbudgeted": "AND book.union_id IS NOT NULL AND budget.approved IS NOT TRUE",
    "over": "AND budget.approved AND budget.spent * 100 > budget.allowed * %(warning)s",
}
_PAGE = """
SELECT here.code, here.name, here.level, here.tree_left, book.opened_on, book.closed_through, money.fen, budget.allowed,
  budget.spent, coalesce(budget.approved, false)
{below} AND here.tree_left > %(after)s {only} ORDER BY here.tree_left LIMIT %(rows)s"""
_TOTALS = """
WITH here AS (
  SELECT id FROM registry_union WHERE tree_left > %(left)s AND tree_left < %(right)s AND dissolved_on IS NULL)
SELECT
  (SELECT count(*) FROM here),
  kept.many, kept.behind,
  (SELECT coalesce(sum(account.balance), 0)::bigint FROM ledger_account account JOIN here ON here.id = account.union_id
    WHERE account.guarded AND account.sign = 1),
  budget.allowed, budget.spent, budget.unions
FROM (
  SELECT count(*) AS many,
    count(*) FILTER (WHERE opened_on <= %(due)s AND coalesce(closed_through, '-infinity') < %(due)s) AS behind
  FROM ledger_book book JOIN here ON here.id = book.union_id) kept,
  (SELECT coalesce(sum(line.amount + line.raised), 0)::bigint AS allowed, coalesce(sum(line.spent), 0)::bigint AS spent,
    count(DISTINCT line.union_id) AS unions
  FROM ledger_budget_line line JOIN here ON here.id = line.union_id
  WHERE line.year = %(year)s AND line.state = 'approved') budget"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A union below: its books, the money at hand and its budget of the year (fen); nothing where there is none."""

    code: str
    name: str
    level: int
    place: int
    opened_on: date | None
    closed_through: date | None
    at_hand: int | None
    allowed: int | None
    spent: int | None
    approved: bool

    @property
    def percent(self) -> int | None:
        """How much of the approved budget is spent, in hundredths."""
        return round(100 * (self.spent or 0) / self.allowed) if self.approved and self.allowed else None


@dataclass(frozen=True, slots=True)
class Totals:
    """All unions below: how many, how many keep books, how many of those are behind; the money at hand; the approved
    budgets of the year, what is spent of them, of how many unions."""

    unions: int
    kept: int
    behind: int
    at_hand: int
    allowed: int
    spent: int
    budgets: int

    @property
    def missing(self) -> int:
        """How many keep no books."""
        return self.unions - self.kept


@dataclass(frozen=True, slots=True)
class Page:
    """Some unions down the tree, and behind which the next page begins ('' at the end)."""

    rows: Sequence[Kept]
    after: str


def below(
    *, actor: Actor, union: Union, today: date, only: Only = "", after: int | None = None, rows: int
) -> Page:
    """The unions below, in the order of the tree."""
    access.require(actor, VIEW, union.pk)
    values = _values(union, today) | {"after": union.tree_left if after is None else after, "rows": rows + 1}
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(below=_BELOW, only=_ONLY[only]), values)
        found = [Kept(*row) for row in cursor.fetchall()]
    shown = found[:rows]
    return Page(shown, str(shown[-1].place) if len(found) > rows else "")


def totals(*, actor: Actor, union: Union, today: date) -> Totals:
    """All of them together."""
    access.require(actor, VIEW, union.pk)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, _values(union, today))
        return Totals(*cursor.fetchone())


def any_below(union: Union) -> bool:
    """Whether there is a union under it today."""
    return tree.under(union.pk).exclude(pk=union.pk).exists()


def due(today: date) -> date:
    """Up to when books should be closed today."""
    return rules.due_through(today, int(parameters.value("ledger.close_within", day=today)))


def _values(union: Union, today: date) -> dict[str, Any]:
    return {
        "left": union.tree_left,
        "right": union.tree_right,
        "year": today.year,
        "due": due(today),
        "warning": parameters.value("ledger.budget_warning", day=today),
    }
