"""The statements of a union, or of it and all unions under it: balance sheet, income and expenditure, budget (DUE-11,
DUE-14). Merged upward they leave out what partners say of each other, and show where they say it differently."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from zhijia.catalogue import definitions
from zhijia.catalogue.ledger_kinds import MAIN, Chart
from zhijia.kernel.actors import Actor
from zhijia.ledger import statement_rules
from zhijia.ledger.queries import sums
from zhijia.ledger.queries.sums import Apart, Eliminated, Scope, Sum
from zhijia.ledger.statement_rules import Given, Result, Sheet
from zhijia.registry import access

VIEW = "ledger.view"
APART_SHOWN = 50
"""Pairs of unions named that say differently what is between them."""
_COVERAGE = """
SELECT count(*), count(book.union_id), count(*) FILTER (WHERE book.closed_through >= %(day)s)
FROM registry_union here LEFT JOIN ledger_book book ON book.union_id = here.id
WHERE here.dissolved_on IS NULL
  AND CASE WHEN %(below)s THEN here.tree_left >= %(left)s AND here.tree_left < %(right)s ELSE here.id = %(union)s END"""
_BUDGET = """
SELECT line.code, line.fund, sum(line.amount)::bigint, sum(line.raised)::bigint, sum(line.held)::bigint,
  sum(line.spent)::bigint, count(DISTINCT line.union_id), bool_and(line.state = 'approved')
FROM registry_union here JOIN ledger_budget_line line ON line.union_id = here.id AND line.year = %(year)s
WHERE (%(fund)s = '' OR line.fund = %(fund)s)
  AND CASE WHEN %(below)s THEN here.tree_left >= %(left)s AND here.tree_left < %(right)s ELSE here.id = %(union)s END
GROUP BY line.code, line.fund ORDER BY line.code, line.fund"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many unions there are, how many of them keep books here, and how many closed them up to the day."""

    unions: int
    kept: int
    closed: int


@dataclass(frozen=True, slots=True)
class Budgeted:
    """A line of the budgets of a year: what was adopted, raised, is kept and was spent (fen), of how many unions, and
    whether every one of them is approved."""

    code: str
    fund: str
    amount: int
    raised: int
    held: int
    spent: int
    unions: int
    approved: bool

    @property
    def allowed(self) -> int:
        """What may be spent in all."""
        return self.amount + self.raised

    @property
    def left(self) -> int:
        """What can still be spent."""
        return self.allowed - self.held - self.spent

    @property
    def percent(self) -> float | None:
        """How much of it is spent, in hundredths; None where nothing may be."""
        return round(100 * self.spent / self.allowed, 1) if self.allowed else None


def balance_sheet(*, actor: Actor, scope: Scope, day: date) -> Sheet:
    """What the unions have and owe at the end of the day."""
    access.require(actor, VIEW, scope.union.pk)
    return statement_rules.sheet(_given(sums.at_end_of(day, scope), balances=True))


def result(*, actor: Actor, scope: Scope, since: date, until: date) -> Result:
    """What came in and was spent from one day to another, both included."""
    access.require(actor, VIEW, scope.union.pk)
    return statement_rules.result(_given(sums.over(since, until, scope), balances=False))


def budget(*, actor: Actor, scope: Scope, year: int) -> list[Budgeted]:
    """The lines of the year's budgets, account by account and fund by fund."""
    access.require(actor, VIEW, scope.union.pk)
    with connection.cursor() as cursor:
        cursor.execute(_BUDGET, scope.values() | {"year": year})
        return [Budgeted(*row) for row in cursor.fetchall()]


def apart(
    *, actor: Actor, scope: Scope, until: date, since: date | None = None, rows: int = APART_SHOWN
) -> list[Apart]:
    """Where partners say differently what one owes the other at the end of the day; with `since`, what one gave the
    other from then on. The largest first."""
    access.require(actor, VIEW, scope.union.pk)
    pairs = _pairs(balances=since is None)
    if since is None:
        return sums.apart_at(until, scope, pairs, rows=rows)
    return sums.apart_over(since, until, scope, pairs, rows=rows)


def coverage(*, actor: Actor, scope: Scope, day: date) -> Coverage:
    """How far the books behind a statement go."""
    access.require(actor, VIEW, scope.union.pk)
    values: dict[str, Any] = scope.values() | {"day": day}
    with connection.cursor() as cursor:
        cursor.execute(_COVERAGE, values)
        return Coverage(*cursor.fetchone())


def _given(found: Iterable[Sum], *, balances: bool) -> list[Given]:
    """The sums by main account; those of partners are left out where the chart eliminates their account."""
    charts = definitions.load().charts
    left_out = {code: _left_out(chart, balances=balances) for code, chart in charts.items()}
    return [
        Given(
            one.chart,
            one.code[:MAIN],
            charts[one.chart].account(one.code).element,
            one.fen,
            one.inside and one.code.startswith(left_out[one.chart]),
        )
        for one in found
    ]


def _left_out(chart: Chart, *, balances: bool) -> tuple[str, ...]:
    return tuple(code for pair in _of(chart, balances=balances) for code in pair)


def _pairs(*, balances: bool) -> Eliminated:
    every = [
        (chart.code, *pair)
        for chart in definitions.load().charts.values()
        for pair in _of(chart, balances=balances)
    ]
    charts, debits, credits = zip(*every, strict=True) if every else ((), (), ())
    return Eliminated(charts, debits, credits)


def _of(chart: Chart, *, balances: bool) -> Sequence[tuple[str, str]]:
    """The pairs of accounts that are left out of balances (assets and debts), or of what came and went."""
    pairs = [(chart.role(pair.debit), chart.role(pair.credit)) for pair in chart.eliminates]
    return [pair for pair in pairs if (chart.account(pair[0]).element == "asset") is balances]
