"""A number of a definition's own, typed beside what could be chosen."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from zhijia.administration import own_numbers
from zhijia.administration.own_numbers import OwnNumberField, Shape
from zhijia.administration.part_forms import PartForm
from zhijia.administration.services import outlining
from zhijia.administration.services.offers import Offers
from zhijia.administration.tests.filling.drafts import TODAY
from zhijia.catalogue.filling import shapes, words
from zhijia.catalogue.round_rules import Clearance
from zhijia.catalogue.split_kinds import Shares

KEY = next(key for key in shapes.keys_of(Clearance) if key.name == "days")


class Known(Offers):
    """One number could be chosen."""

    def of(self, refers: Any, node: Any) -> list[tuple[str, str]]:
        return [("rounds.days", "rounds.days")]


@pytest.mark.parametrize(
    ("shape", "text", "key"),
    [
        ("whole", " 30 ", "=30"),
        ("whole", "1,200", "=1200"),
        ("yuan", "800", "=800.00"),
        ("yuan", "1,200.5", "=1200.50"),
        ("several", "30，7、0", "=[30, 7, 0]"),
        ("whole", "", ""),
    ],
)
def test_what_is_typed_is_written_as_the_key_that_says_it(shape: Shape, text: str, key: str) -> None:
    assert OwnNumberField(shape=shape).clean(text) == key
    assert OwnNumberField(shape=shape).clean(own_numbers.typed(key)) == key


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("whole", "0"), ("whole", "-3"), ("whole", "2.5"), ("whole", "100000"), ("whole", "三十"), ("whole", "x" * 81),
        ("yuan", "0"), ("yuan", "1.234"), ("yuan", "10000000"), ("several", "30,,7"), ("several", "1,2.5"),
    ],
)  # fmt: skip
def test_what_is_no_number_gets_its_sentence(shape: Shape, text: str) -> None:
    with pytest.raises(ValidationError):
        OwnNumberField(shape=shape).clean(text)


def form(typed: str, days: str = "rounds.days") -> PartForm:
    whole = {"code": "tax", "label": {"en": "Tax", "zh": "税务"}, "days": days}
    return PartForm(
        QueryDict(f"label-zh=税务&label-en=Tax&{typed}"), model=Clearance, whole=whole, offers=offers()
    )


def offers() -> Offers:
    return Known("rounds", {}, TODAY)


@pytest.mark.parametrize(
    ("typed", "days"),
    [("days=rounds.days&days-own=", "rounds.days"), ("days=&days-own=15", "=15"), ("days-own=15", "=15")],
)
def test_one_is_chosen_or_written(typed: str, days: str) -> None:
    filled = form(typed)
    assert filled.is_valid(), filled.errors
    assert filled.part()["days"] == days


@pytest.mark.parametrize("typed", ["days=rounds.days&days-own=15", "days=&days-own=", "days=&days-own=zero"])
def test_both_or_neither_is_refused_at_the_number(typed: str) -> None:
    assert set(form(typed).errors) <= {"days", "days-own"}
    assert form(typed).errors


def test_a_number_of_its_own_stands_in_its_field_and_in_the_outline() -> None:
    shown = form("", days="=15")
    assert (shown.fields["days"].initial, shown.fields["days-own"].initial) == ("", "15")
    said = words.of_key("rounds", Clearance, "days")
    assert outlining.in_words(KEY, said, {"days": "=15"}, offers(), ()) == "15"


@pytest.mark.parametrize("typed", ["1e6000", "1e1000000", "-1e99", "9" * 30, "NaN", "Infinity"])
def test_a_share_nobody_can_mean_is_refused_at_its_field(typed: str) -> None:
    filled = PartForm(
        QueryDict(f"grassroots={typed}"), model=Shares, whole={}, offers=Known("splits", {}, TODAY)
    )
    assert "grassroots" in filled.errors
