"""Parameters: by place, by day, typed, and there for every key the code asks for."""

import ast
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from pydantic import ValidationError

import zhijia
from zhijia.catalogue import definitions, parameters
from zhijia.catalogue.kinds import Parameter
from zhijia.kernel.errors import Refusal
from zhijia.kernel.tables import Table

DAY = date(2026, 6, 1)


def parameter(*values, type="whole"):
    return Parameter.model_validate(
        {
            "code": "x.days",
            "label": {"en": "x", "zh": "某"},
            "version": 1,
            "type": type,
            "unit": "days",
            "values": [{"source": "test", "confidence": "D", **value} for value in values],
        }
    )


NATION = {"from": date(2020, 1, 1), "value": 1}
PROVINCE = {"division": "34", "from": date(2020, 1, 1), "value": 2}
CITY = {"division": "3401", "from": date(2020, 1, 1), "to": date(2026, 1, 1), "value": 3}


@pytest.mark.parametrize(
    ("division", "day", "value"),
    [
        ("", DAY, 1),
        ("110101", DAY, 1),
        ("340000000000", DAY, 2),
        ("340201", DAY, 2),
        ("340102001001", date(2025, 12, 31), 3),
        ("340102001001", date(2026, 1, 1), 2),
        ("34", date(2019, 12, 31), None),
    ],
)
def test_the_nearest_place_in_force_on_the_day_decides(division, day, value):
    found = parameter(NATION, PROVINCE, CITY).at(division, day)
    assert (found.value if found else None) == value


def test_two_values_for_one_place_and_day_are_refused():
    with pytest.raises(ValidationError, match="two values hold on 2024-01-01"):
        parameter(NATION, {"from": date(2024, 1, 1), "value": 2})


def test_a_value_follows_the_one_that_ended():
    found = parameter({**NATION, "to": date(2024, 1, 1)}, {"from": date(2024, 1, 1), "value": 2})
    assert found.at("", date(2024, 1, 1)).value == 2


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("whole", 1.5),
        ("whole", True),
        ("yes_no", 1),
        ("decimal", "1"),
        ("words", 1),
        ("whole_list", [1, "2"]),
    ],
)
def test_a_value_of_another_type_is_refused(type, value):
    with pytest.raises(ValidationError, match="is not of the type"):
        parameter({"from": date(2020, 1, 1), "value": value}, type=type)


def test_a_day_without_a_value_is_refused_in_a_sentence():
    with pytest.raises(Refusal) as refused:
        parameters.value("vault.unmask_seconds", day=date(2001, 1, 1))
    assert refused.value.code == "parameter_missing"
    assert "vault.unmask_seconds" in str(refused.value)


def test_a_key_nobody_defined_is_a_mistake():
    with pytest.raises(definitions.UnknownDefinition):
        parameters.value("vault.nothing", day=DAY)


def test_a_value_comes_with_its_source():
    source = parameters.source("membership.minimum_age", day=DAY)
    assert (source.value, source.confidence) == (16, "K")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("accounts.password_min_length", 10),
        ("accounts.password_classes", 3),
        ("accounts.password_history", 5),
        ("accounts.password_max_age_days", 90),
        ("accounts.lock_failures", 5),
        ("accounts.lock_minutes", 30),
        ("accounts.staff_idle_minutes", 15),
        ("accounts.staff_absolute_hours", 8),
        ("accounts.member_session_days", 30),
        ("vault.unmask_seconds", 30),
        ("import.undo_hours", 24),
        ("retention.trail_months", 12),
    ],
)
def test_the_rulebooks_numbers_are_these(key, value):
    assert parameters.value(key, day=DAY) == value


@pytest.mark.parametrize(
    ("division", "months"), [("", 12), ("310115", 6), ("110000000000", 6), ("340102", 12)]
)
def test_a_province_has_a_deadline_of_its_own_to_found_a_union(division, months):
    assert parameters.value("union.found_deadline_months", division=division, day=DAY) == months


def asked_for():
    """(file, key) of every `parameters.value("…")` and `.source("…")` in the code."""
    for path in sorted(Path(zhijia.__file__).parent.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            owner, first = node.func.value, node.args[0]
            named = isinstance(owner, ast.Name) and owner.id == "parameters"
            if named and node.func.attr in ("value", "source", "get") and isinstance(first, ast.Constant):
                yield path.name, first.value


def test_every_key_the_code_asks_for_is_defined():
    keys = list(asked_for())
    assert len(keys) > 10
    assert [(file, key) for file, key in keys if key not in definitions.load().parameters] == []


def test_every_table_that_is_kept_for_a_time_names_a_key_that_is_defined():
    kept = {
        model.keeping.parameter: model.__name__ for model in apps.get_models() if issubclass(model, Table)
    }
    assert {key: name for key, name in kept.items() if key and key not in definitions.load().parameters} == {}
