"""Many values at once, the same for the same seed: what is compared in one round trip."""

from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

from zhijia.rules import ir
from zhijia.rules.checker import check
from zhijia.rules.problems import RuleRefused
from zhijia.rules.tests import rows, strategies, tables, world

Made = TypeVar("Made")
DIVISIONS = ("", "34", "3401", "340104000000", "341800000000")
KINDS = ("bool", "bool", "bool", "int", "double", "decimal", "string", "date")


def drawn(make: Callable[[rows.One], Made], many: int, number: int) -> list[Made]:
    """So many values. Plain chance: hypothesis, which likes small and equal ones, finds fewer mistakes in as many."""
    chance = Random(number)
    return [make(chance.choice) for _ in range(many)]


def rules(many: int, number: int) -> list[ir.Rule]:
    """So many rules about a person, but for those the checker refuses (a part of a day, too long a text)."""
    found = []
    for text in drawn(lambda one: strategies.rule(one, KINDS), many, number):
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

    def placed(one: rows.One) -> dict[str, Any]:
        return {**rows.person(one), "division": one(DIVISIONS), "consented": one([True, True, False])}

    return drawn(placed, many, number)


def parameters(number: int) -> dict[str, Any]:
    """Parameters, some by place, some not set."""
    first, second = drawn(rows.params, 2, number)
    return {
        key: {"": first[key], "3401": second[key]}
        if key < "aid.rate" and None not in (first[key], second[key])
        else first[key]
        for key in first
    }
