"""Many values of a strategy at once, the same for the same seed: what is compared in one round trip."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from zhijia.rules import ir
from zhijia.rules.checker import check
from zhijia.rules.problems import RuleRefused
from zhijia.rules.tests import rows, strategies, tables, world

DIVISIONS = ("", "34", "3401", "340104000000", "341800000000")
KINDS = ("bool", "bool", "bool", "int", "double", "decimal", "string", "date")


def drawn(strategy: st.SearchStrategy[Any], many: int, number: int) -> list[Any]:
    """So many values."""
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def rules(many: int, number: int) -> list[ir.Rule]:
    """So many rules about a person, but for those the checker refuses (a part of a day, too long a text)."""
    found = []
    for text in drawn(strategies.rules(KINDS), many, number):
        try:
            found.append(
                check(
                    text,
                    schema=tables.SCHEMA,
                    subject="person",
                    purpose=world.AID,
                    parameters=world.parameters,
                )
            )
        except RuleRefused:
            continue
    return found


def people(many: int, number: int) -> list[dict[str, Any]]:
    """So many people with what belongs to them; some have not consented."""
    placed = st.tuples(rows.people(), st.sampled_from(DIVISIONS), st.sampled_from([True, True, False]))
    return [
        {**person, "division": division, "consented": consented}
        for person, division, consented in drawn(placed, many, number)
    ]


def parameters(number: int) -> dict[str, Any]:
    """Parameters, some by place, some not set."""
    first, second = drawn(rows.params(), 12, number)[-2:]
    return {
        key: {"": first[key], "3401": second[key]}
        if key < "aid.rate" and None not in (first[key], second[key])
        else first[key]
        for key in first
    }
