"""Generated rules on generated people: SQL says what the evaluator says, and a bug in SQL would be seen."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from zhijia.rules import ir, loading
from zhijia.rules.sql import arithmetic, borders, conditions, folding, functions, lists, scopes, values
from zhijia.rules.sql.statement import TRUE, untrue
from zhijia.rules.tests import drawing, rows, tables, test_sql

pytestmark = pytest.mark.database
Planted = Callable[[pytest.MonkeyPatch], None]
RULES, PEOPLE = 40, 20


@lru_cache(maxsize=4)
def _drawn(number: int) -> tuple[list[ir.Rule], list[dict[str, Any]], dict[str, Any]]:
    return drawing.rules(RULES, number), drawing.people(PEOPLE, number), drawing.parameters(number)


def _compared(owner_sql: tables.OwnerSql, number: int) -> tuple[int, list[tables.Difference]]:
    """How many pairs were compared, and where they differ."""
    rules, people, parameters = _drawn(number)
    tables.fill(owner_sql, people)
    found: list[tables.Difference] = []
    for first in range(0, len(rules), 10):
        batch = rules[first : first + 10]
        found += tables.differences(batch, people, parameters, rows.DAYS[number % len(rows.DAYS)])
    return len(rules) * len(people), found


def test_sql_says_what_the_evaluator_says_of_2000_pairs(standing: tables.OwnerSql) -> None:
    compared = [_compared(standing, number) for number in (1, 2, 3)]

    assert [found for _, found in compared] == [[], [], []]
    assert sum(pairs for pairs, _ in compared) >= 2_000


@pytest.mark.slow
def test_sql_says_what_the_evaluator_says_of_20000_pairs(standing: tables.OwnerSql) -> None:
    pairs = 0
    for number in range(100, 128):
        compared, found = _compared(standing, number)
        pairs += compared
        assert found == []
    assert pairs >= 20_000


def _null_is_no(reading: Any, node: ir.Node) -> Any:
    return untrue(conditions.holds(reading, node))


def _floored(how: ir.Operation, left: str, right: str, *, guarded: bool) -> str:
    if how is not ir.Operation.DIVIDE:
        return WHOLE(how, left, right, guarded=guarded)
    return arithmetic.in_64_bits(f"floor({left}::numeric / nullif({right}, 0))")


def _not_less_is_more(reading: Any, node: ir.Compare, how: ir.Comparison) -> Any:
    missed = (node.how, how) == (ir.Comparison.LESS, ir.Comparison.MOST)
    return COMPARISON(reading, node, ir.Comparison.MORE if missed else how)


WHOLE, FOLDED, COMPARISON = arithmetic.whole, folding.folded, conditions.comparison
BUGS: dict[str, Planted] = {
    "not less is more": lambda patch: patch.setattr(conditions, "comparison", _not_less_is_more),
    "<= is <": lambda patch: patch.setitem(values.OPERATORS, ir.Comparison.LEAST, "<"),
    "unknown is no": lambda patch: patch.setattr(conditions, "fails", _null_is_no),
    "a filter that is unknown leaves out": lambda patch: patch.setattr(
        lists.Listed, "known", lambda rows: rows.reachable
    ),
    "not among the known is not among": lambda patch: patch.setattr(
        lists, "fails_in", lambda reading, node: untrue(lists.holds_in(reading, node))
    ),
    "the sum of nothing is unknown": lambda patch: patch.setattr(
        folding, "_sum", lambda text, of, empty, guarded: scopes.marked(f"sum({text})")
    ),
    "an unknown element is passed over": lambda patch: patch.setattr(
        folding,
        "folded",
        lambda rows, name, text, doubt, empty: FOLDED(rows, name, text, doubt=rows.doubtful, empty=empty),
    ),
    "no group is unknown": lambda patch: patch.setattr(
        folding,
        "folded",
        lambda rows, name, text, doubt, empty: FOLDED(rows, name, text, doubt=doubt, empty=""),
    ),
    "the least passes over what is unknown": lambda patch: patch.setattr(
        functions, "_chosen", lambda how: lambda one, two: f"least({one}, {two})"
    ),
    "division rounds down": lambda patch: patch.setattr(arithmetic, "whole", _floored),
    "a quotient is cut off": lambda patch: patch.setattr(
        arithmetic, "quotient", lambda left, right: f"trunc({left} / nullif({right}, 0), 6)"
    ),
    "an anniversary comes a day late": lambda patch: patch.setattr(
        borders,
        "_months",
        lambda first, second: (
            (second.year - first.year) * 12 + second.month - first.month - (second.day <= first.day)
        ),
    ),
    "consent is not asked": lambda patch: patch.setattr(
        scopes.Templates, "consented", lambda templates, row: TRUE
    ),
    "who has no row has one": lambda patch: patch.setattr(scopes.Row, "present", property(lambda row: TRUE)),
    "a list is loaded as known": lambda patch: patch.setattr(loading, "reachable", lambda *given: TRUE),
}


@pytest.mark.parametrize("bug", list(BUGS))
def test_a_planted_bug_is_seen(standing: tables.OwnerSql, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    BUGS[bug](monkeypatch)
    tables.fill(standing, test_sql.PEOPLE)

    assert tables.differences(test_sql.rules(), test_sql.PEOPLE, test_sql.PARAMETERS) or any(
        _compared(standing, number)[1] for number in (1, 2, 3)
    )
