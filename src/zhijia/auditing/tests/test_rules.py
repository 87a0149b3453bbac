"""Drawing by lot, by strata and by risk: arithmetic anybody can do again."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.auditing import rules
from zhijia.auditing.rules import Candidate, Terms

DAY = date(2026, 6, 3)
SEED = "00" * 16


def _some(count, amount=100, code="501", day=DAY):
    return [Candidate(number, day, amount, code, True) for number in range(1, count + 1)]


def test_a_lot_is_what_sha256_says_of_seed_and_number():
    assert rules.lot("ab", 7) == hashlib.sha256(b"ab:7").hexdigest()


def test_the_same_seed_draws_the_same_in_any_order_and_another_draws_others():
    some = _some(200)

    drawn = [one.candidate.id for one in rules.at_random(SEED, some, 20)]

    assert drawn == [one.candidate.id for one in rules.at_random(SEED, reversed(some), 20)]
    assert drawn != [one.candidate.id for one in rules.at_random("01" * 16, some, 20)]
    assert len(set(drawn)) == 20


def test_over_many_seeds_every_entry_comes_up_about_as_often():
    some, times = _some(20), dict.fromkeys(range(1, 21), 0)
    for turn in range(2000):
        for one in rules.at_random(f"{turn:032x}", some, 5):
            times[one.candidate.id] += 1

    assert all(420 < count < 580 for count in times.values()), times


@pytest.mark.parametrize(
    ("weights", "most", "size", "counts"),
    [
        ({"a": 900, "b": 100}, {"a": 50, "b": 50}, 10, {"a": 9, "b": 1}),
        ({"a": 900, "b": 100}, {"a": 3, "b": 50}, 10, {"a": 3, "b": 7}),
        ({"a": 5, "b": 5, "c": 5}, {"a": 9, "b": 9, "c": 9}, 2, {"a": 1, "b": 1, "c": 0}),
        ({"a": 1, "b": 1}, {"a": 1, "b": 1}, 10, {"a": 1, "b": 1}),
    ],
)
def test_strata_share_a_sample_by_their_money(weights, most, size, counts):
    assert rules.shares(weights, most, size) == counts


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.tuples(st.integers(1, 10**9), st.integers(1, 40)),
                       min_size=1, max_size=8), st.integers(1, 120))  # fmt: skip
def test_shares_give_out_exactly_what_there_is_to_give(strata, size):
    most = {name: count for name, (_weight, count) in strata.items()}
    counts = rules.shares({name: weight for name, (weight, _count) in strata.items()}, most, size)

    assert sum(counts.values()) == min(size, sum(most.values()))
    assert all(0 <= counts[name] <= most[name] for name in most)


def test_a_stratified_sample_reaches_the_large_and_the_small():
    some = [*_some(30), *(Candidate(100 + n, DAY, 5_000_000, "503", True) for n in range(3))]

    drawn = rules.stratified(SEED, some, 6, (1_000, 1_000_000))

    assert {one.stratum for one in drawn} == {"501/0", "503/2"}
    assert len(drawn) == 6


RISKS = {"rest_day": 0, "split": 0, "risk.flagged": 1, "risk.round_sum": 1}
TERMS = Terms(split_limit=1_000_000, split_percent=80, split_days=7, rest_days=frozenset({date(2026, 6, 6)}),
              risks=RISKS, declared={9: ("risk.flagged",)})  # fmt: skip


@pytest.mark.parametrize(
    ("candidate", "flags"),
    [
        (Candidate(1, DAY, 12_345, "501", True), ()),
        (Candidate(1, date(2026, 6, 6), 12_345, "501", True), ("rest_day",)),
        (Candidate(9, DAY, 12_345, "501", True), ("risk.flagged",)),
        (Candidate(9, date(2026, 6, 6), 200_000, "501", True), ("rest_day", "risk.flagged")),
        (Candidate(1, date(2026, 6, 6), 200_000, "402", False), ()),
    ],
)
def test_an_entry_is_flagged_for_what_it_is(candidate, flags):
    assert rules.flagged([candidate], TERMS).get(candidate.id, ()) == flags


@pytest.mark.parametrize(
    ("days", "amounts", "codes", "split"),
    [
        ((1, 8), (900_001, 800_000), ("501", "501"), True),
        ((1, 9), (900_001, 800_000), ("501", "501"), False),
        ((1, 2), (900_001, 799_999), ("501", "501"), False),
        ((1, 2), (900_001, 1_000_000), ("501", "501"), False),
        ((1, 2), (900_001, 900_001), ("501", "502"), False),
    ],
)
def test_two_payments_just_under_the_limit_within_days_may_be_one(days, amounts, codes, split):
    some = [
        Candidate(number, date(2026, 6, day), amount, code, True)
        for number, (day, amount, code) in enumerate(zip(days, amounts, codes, strict=True), start=1)
    ]

    flags = rules.flagged(some, TERMS)

    assert all(("split" in flags.get(one.id, ())) == split for one in some)


def test_what_was_not_asked_for_is_no_risk():
    some = [Candidate(1, date(2026, 6, 6), 900_001, "501", True), Candidate(2, DAY, 900_001, "501", True)]

    assert rules.flagged(some, replace(TERMS, risks={"risk.flagged": 1})) == {}
    assert rules.flagged(some, replace(TERMS, risks={"split": 0})) == {1: ("split",), 2: ("split",)}


def test_a_sample_by_risk_takes_those_with_most_risks_and_none_without():
    some = [*_some(5, amount=12_345), Candidate(9, date(2026, 6, 6), 200_000, "501", True)]

    drawn = rules.by_risk(SEED, some, 4, TERMS)

    assert [(one.candidate.id, one.flags) for one in drawn] == [(9, ("rest_day", "risk.flagged"))]


def test_each_risk_is_a_stratum_with_at_least_one_while_there_is_room():
    many = dict.fromkeys(range(1, 40), ("risk.round_sum", "risk.year_end"))
    terms = Terms(
        risks={"risk.round_sum": 1, "risk.year_end": 1, "risk.flagged": 1},
        declared={**many, 40: ("risk.flagged",)},
    )

    drawn = rules.by_risk(SEED, _some(60), 5, terms)
    fewer = rules.by_risk(SEED, _some(60), 1, terms)

    assert len(drawn) == 5
    assert {one.stratum for one in drawn} == {"risk.flagged", "risk.round_sum", "risk.year_end"}
    assert [one.candidate.id for one in drawn if one.stratum == "risk.flagged"] == [40]
    assert len(fewer) == 1
    assert drawn == rules.by_risk(SEED, list(reversed(_some(60))), 5, terms)


def test_a_risk_that_holds_for_nothing_takes_no_room_of_another():
    held = {**dict.fromkeys(range(1, 40), ("c", "d")), 40: ("e",)}
    terms = Terms(risks=dict.fromkeys("abcde", 1), declared=held)

    assert {one.stratum for one in rules.by_risk(SEED, _some(60), 3, terms)} == {"c", "d", "e"}


@given(
    st.dictionaries(st.integers(1, 60), st.sets(st.sampled_from("abcd"), min_size=1), max_size=40),
    st.integers(1, 50),
)
def test_a_sample_by_risk_has_its_size_and_only_what_has_a_risk(held, size):
    terms = Terms(
        risks=dict.fromkeys("abcd", 1), declared={number: tuple(sorted(of)) for number, of in held.items()}
    )

    drawn = rules.by_risk(SEED, _some(60), size, terms)

    assert len(drawn) == len({one.candidate.id for one in drawn}) == min(size, len(held))
    assert all(one.stratum in one.flags for one in drawn)
