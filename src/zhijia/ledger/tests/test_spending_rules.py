"""The arithmetic of spending, as tables anyone can check with a pencil."""

from uuid import UUID

import pytest

from zhijia.ledger import spending_rules as rules
from zhijia.ledger.spending_rules import Dues, Got, Limits, Planned

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def _limits(**more):
    usual = {
        "ways": frozenset({"goods", "goods_voucher"}), "roster": True, "capped": True, "cap": 200_000,
        "one_capped": False, "each": None, "winners": None, "together_from": 1_000_000,
    }  # fmt: skip
    return Limits(**{**usual, **more})


def _planned(**more):
    usual = {
        "amount": 30_000,
        "way": "goods",
        "got": [Got(ONE, 30_000)],
        "participants": None,
        "decided": False,
        "papers": 1,
    }
    return Planned(**{**usual, **more})


def _codes(planned, limits):
    return [(one.code, one.by, one.people) for one in rules.found(planned, limits)]


@pytest.mark.parametrize(
    ("planned", "limits", "expected"),
    [
        ({}, {}, []),
        ({"got": [Got(ONE, 30_000, before=170_000)]}, {}, []),
        ({"got": [Got(ONE, 30_000, before=170_001)]}, {}, [("cap_exceeded", 1, 1)]),
        (
            {"got": [Got(ONE, 30_000, before=180_000), Got(TWO, 30_000, before=190_000), Got(THREE, 1)]},
            {},
            [("cap_exceeded", 30_000, 2)],
        ),
        ({}, {"cap": None}, [("not_allowed_here", 30_000, 1)]),
        ({"way": "cash"}, {}, [("way_not_allowed", 0, 0)]),
        ({"way": "shopping_card"}, {}, [("way_not_allowed", 0, 0)]),
        ({"got": []}, {}, [("nobody_named", 0, 0)]),
        ({"got": [Got(ONE, 1), Got(TWO, 1, member=False)]}, {}, [("not_a_member", 0, 1)]),
        ({"papers": 0}, {}, [("no_attachment", 0, 0)]),
        ({"amount": 1_000_000}, {}, [("not_decided", 0, 0)]),
        ({"amount": 999_999}, {}, []),
        ({"amount": 1_000_000, "decided": True}, {}, []),
        (
            {"got": [Got(ONE, 50_001)]},
            {"capped": False, "one_capped": True, "each": 50_000},
            [("each_exceeded", 1, 1)],
        ),
        ({}, {"capped": False, "one_capped": True, "each": None}, [("not_allowed_here", 30_000, 1)]),
        (
            {"got": [Got(ONE, 1), Got(TWO, 1)], "participants": 5},
            {"winners": (1, 3)},
            [("too_many_winners", 0, 1)],
        ),
        ({"got": [Got(ONE, 1), Got(TWO, 1)], "participants": 6}, {"winners": (1, 3)}, []),
        ({"amount": 401, "dues": Dues(100, 0, 3)}, {}, [("beyond_dues", 1, 0)]),
        ({"amount": 400, "dues": Dues(100, 0, 3)}, {}, []),
        ({"amount": 101, "dues": Dues(100, 300, 3)}, {}, [("beyond_dues", 1, 0)]),
    ],
)
def test_what_is_found(planned, limits, expected):
    assert _codes(_planned(**planned), _limits(**limits)) == expected


@pytest.mark.parametrize(
    ("participants", "part", "most"),
    [(3, (1, 3), 1), (5, (1, 3), 1), (6, (1, 3), 2), (10, (2, 3), 6), (0, (2, 3), 0)],
)
def test_how_many_may_win(participants, part, most):
    assert rules.winners_allowed(participants, part) == most


@pytest.mark.parametrize(
    ("text", "way", "expected"),
    [
        ("春节慰问品", "goods", []),
        ("年会聚餐", "service", ["gifts"]),
        ("KTV团建", "service", ["fun"]),
        ("ktv", "service", ["fun"]),
        ("慰问", "cash", ["bonus"]),
    ],
)
def test_words_and_ways_point_to_a_prohibition_and_stop_nothing(text, way, expected):
    signs = {"gifts": (["聚餐"], []), "fun": (["KTV"], []), "bonus": ([], ["cash"])}

    found = rules.pointing(text, way, signs)

    assert [one.prohibition for one in found] == expected
    assert not any(one.stops for one in found)


@pytest.mark.parametrize(
    ("payee", "names", "expected"),
    [
        ("惠 民 商店（王小明）", ["王小明", ""], True),
        ("惠民商店", ["惠民商店有限公司"], False),
        ("惠民商店有限公司", ["惠民商店"], True),
        ("王记", ["王"], False),
        ("", ["王小明"], False),
    ],
)
def test_a_relative_is_named_in_a_payee(payee, names, expected):
    assert rules.named_in(payee, names) is expected
