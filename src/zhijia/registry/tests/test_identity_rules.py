"""What two registrations say together: tables anybody can check with a pencil."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.catalogue import parameters
from zhijia.kernel.codes import synthetic_resident_id
from zhijia.registry import identity_rules as rules
from zhijia.registry.identity_rules import Registration
from zhijia.registry.services.identities.finding import SIGNALS

DAY = date(2026, 11, 21)
POINTS = {signal: parameters.value(f"identities.{signal}", day=DAY) for signal in SIGNALS}
THRESHOLD = parameters.value("identities.threshold", day=DAY)
NUMBER = synthetic_resident_id(date(1978, 5, 12), 137)
LI = Registration("李文博", "111", NUMBER, date(1978, 5, 12), "1", "16900000001", 5, None)
PASSPORT = replace(LI, id_type="414", number="E12345678", birth=None, sex="0")


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("E12345678", "E12345678", False),
        ("E12345678", "E12345679", True),
        ("E12345678", "E21345678", True),
        ("E12345678", "E1234567", True),
        ("E12345678", "2E1345678", False),
        ("E12345678", "E12354687", False),
        ("E12345678", "E21345679", False),
        ("", "E", True),
    ],
)
def test_one_mistake_is_near_and_two_are_not(one: str, other: str, answer: bool) -> None:
    assert rules.near(one, other) is answer
    assert rules.near(other, one) is answer


@pytest.mark.parametrize(
    ("number", "other"),
    [
        ("110105491231002", "11010519491231002X"),
        ("11010519491231002X", "110105491231002"),
        ("E12345678", None),
        ("340103200103078118", None),
    ],
)
def test_a_number_of_fifteen_digits_and_of_eighteen_are_one(number: str, other: str | None) -> None:
    assert rules.other_form(number) == other


@pytest.mark.parametrize(
    ("written", "same"),
    [("李 文博", "李文博"), ("买买提•艾力", "买买提·艾力"), ("ＡＮＮＡ Li", "annali"), ("李文博", "李文博")],
)
def test_a_name_is_compared_as_it_is_meant(written: str, same: str) -> None:
    assert rules.normal_name(written) == same


@pytest.mark.parametrize(
    ("other", "proposed"),
    [
        pytest.param(PASSPORT, True, id="passport first: name and phone"),
        pytest.param(replace(PASSPORT, phone="16900000002"), False, id="passport with the same name alone"),
        pytest.param(
            replace(PASSPORT, phone="", birth=date(1978, 5, 12)), True, id="passport: name and birth date"
        ),
        pytest.param(
            replace(PASSPORT, phone="16900000002", birth=date(1978, 5, 12), union_id=6), False,
            id="passport: name and birth date, but another phone and union",
        ),
        pytest.param(replace(LI, number=rules.other_form(NUMBER) or "", name="李博"), True, id="15 digits"),
        pytest.param(
            replace(LI, number=synthetic_resident_id(date(1978, 5, 12), 173), phone="16900000002"), True,
            id="two neighbours swapped, written with a fitting check digit",
        ),
        pytest.param(
            replace(LI, number=NUMBER[:10] + "06" + NUMBER[12:], birth=date(1978, 6, 12), phone=""), True,
            id="a digit of the birth date mistyped",
        ),
        pytest.param(
            replace(LI, number=synthetic_resident_id(date(1978, 5, 12), 802), union_id=9), True,
            id="name, birth date and phone under another number",
        ),
        pytest.param(
            replace(LI, number=synthetic_resident_id(date(1978, 5, 12), 801), phone="16900000002"), False,
            id="the same name on the same day, and all else differs",
        ),
        pytest.param(
            replace(LI, number=synthetic_resident_id(date(2003, 2, 1), 801), birth=date(2003, 2, 1)), False,
            id="father and son of one name with one phone",
        ),
        pytest.param(replace(PASSPORT, sex="2"), False, id="one name and phone, but another sex"),
    ],
)  # fmt: skip
def test_pairs_are_proposed_for_what_says_enough(other: Registration, proposed: bool) -> None:
    said = rules.signals(LI, other)

    assert (rules.score(said, POINTS) >= THRESHOLD) is proposed, said
    assert rules.signals(other, LI) == said


@given(place=st.integers(6, 16), digit=st.integers(0, 9), swap=st.booleans())
def test_one_mistake_in_a_resident_number_leaves_a_block_they_share(
    place: int, digit: int, swap: bool
) -> None:
    """But for two neighbours swapped across the border of birth date and order: those are found by phone."""
    wrong = list(NUMBER)
    if swap and place < 16 and place != 13:
        wrong[place], wrong[place + 1] = wrong[place + 1], wrong[place]
    else:
        wrong[place] = str(digit)
    other = replace(LI, number="".join(wrong), birth=None)

    shared = [
        kind
        for kind in ("birth", "body")
        if getattr(rules.blocks_of(LI), kind) == getattr(rules.blocks_of(other), kind)
    ]

    assert shared


def test_the_words_for_a_pair_begin_with_what_says_most() -> None:
    told: Any = rules.reasons(rules.signals(LI, PASSPORT), POINTS)

    assert told[0] == "phone_same"
    assert all(abs(POINTS[one]) >= abs(POINTS[other]) for one, other in pairwise(told))
