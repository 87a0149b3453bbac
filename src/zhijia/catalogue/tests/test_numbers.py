"""A number of a definition's own stands where a parameter's key may, and nowhere else."""

from datetime import date
from typing import Any

import pytest

from zhijia.catalogue import definitions, numbers, parameters, round_checks
from zhijia.catalogue.definitions import UnknownDefinition

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("key", "kind", "value"),
    [
        ("=30", "whole", 30),
        ("=99999", "whole", 99_999),
        ("=1200.00", "whole", 120_000),
        ("=0.05", "whole", 5),
        ("=[30, 7, 0]", "whole_list", [30, 7, 0]),
        ("=[5]", "whole_list", [5]),
    ],
)
def test_a_number_says_what_it_is(key: str, kind: str, value: Any) -> None:
    found = numbers.own(key)
    assert found is not None
    assert (found.type, parameters.value(key, division="340103000000", day=DAY)) == (kind, value)


@pytest.mark.parametrize(
    "key",
    ["", "=", "=0", "=0.00", "=-1", "=1.5", "=100000", "=٣", "= 3", "=[]", "=[1,]", "=1e3", "30", "=30\n"],
)
def test_what_is_no_number_is_none(key: str) -> None:
    assert numbers.own(key) is None
    with pytest.raises(UnknownDefinition):
        parameters.value(key, day=DAY)


def test_a_number_of_its_own_is_no_parameter_that_could_be_decided() -> None:
    with pytest.raises(UnknownDefinition):
        parameters.get("=30")


@pytest.mark.parametrize(
    ("part", "said", "taken"),
    [
        ("grades", {"places": "=12", "amount": "=800.00"}, True),
        ("grades", {"places": "=[1, 2]"}, False),
        ("notices", {"days": "=1"}, False),
    ],
)
def test_a_round_has_numbers_of_its_own_but_not_of_what_it_owes_to_others(
    part: str, said: dict[str, str], taken: bool
) -> None:
    library = definitions.load()
    shipped = next(one for one in library.rounds.values() if getattr(one, part) and not round_wrong(one))
    first, *others = getattr(shipped, part)
    changed = shipped.model_copy(update={part: (first.model_copy(update=said), *others)})
    assert (round_wrong(changed) == []) is taken


def round_wrong(asked: Any) -> list[str]:
    return [str(one) for one in round_checks.problems_of(asked, definitions.load())]
