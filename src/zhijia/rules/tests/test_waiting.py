"""What waiting does: the first day a verdict is another, exactly, also of what holds only for a while."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhijia.catalogue import parameters
from zhijia.catalogue.kinds import Parameter
from zhijia.rules.in_force import InForce
from zhijia.rules.nearest import Seen, Telling, nearest, skeleton
from zhijia.rules.nearest.waiting import Waiting
from zhijia.rules.tests import speaking
from zhijia.rules.tests.test_nearest import PARAMETERS, ROW, TODAY, near

FAR = 700
"""Days ahead within which every single day is tried."""


def first_day(text: str, row: Mapping[str, Any]) -> tuple[int | None, int | None, bool]:
    """The first of the days ahead on which the rule says otherwise: as waiting tells it, by trying each, and whether
    waiting gave up."""
    rule = speaking.rule(text)
    seen = Seen(row, TODAY, PARAMETERS)
    bones = skeleton(rule.root)
    now = seen.value(rule.root)
    waiting = Waiting(seen, bones.clauses, [seen.value(clause) for clause in bones.clauses])
    told = waiting.first(lambda verdicts: bones.decide(verdicts) is not now)
    tried = next(
        (days for days in range(1, FAR) if seen.ahead(days).value(rule.root) is not now),
        None,
    )
    return told if told is not None and told < FAR else None, tried, waiting.cut


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("days(today - person.joined_on) == 7250", date(2027, 1, 5)),
        ("days(today - person.joined_on) in [7230, 7250]", date(2026, 12, 16)),
        ("years(person.born_on, today) == 60", date(2027, 1, 3)),
        ("months(person.born_on, today) == 720", date(2027, 1, 3)),
        ("today == date('2026-12-07')", date(2026, 12, 7)),
        ("today in [date('2027-05-01'), date('2026-12-07')]", date(2026, 12, 7)),
        ("today >= date('2026-12-07') && today < date('2026-12-08')", date(2026, 12, 7)),
        ("today.getDate() == 29 && today.getMonth() == 1", date(2028, 2, 29)),
        ("today.getDayOfWeek() == 1", date(2026, 11, 23)),
        ("person.children.exists(c, years(c.born_on, today) == 15)", date(2027, 3, 1)),
        ("person.children.exists(c, c.at_school && days(today - c.born_on) == 5400)", date(2026, 12, 12)),
        ("size(person.children.filter(c, years(c.born_on, today) == 15)) == 1", date(2027, 3, 1)),
        ("max(person.children.map(c, days(today - c.born_on))) == 5400", date(2026, 12, 12)),
        ("person.children.map(c, days(today - c.born_on)).exists(d, d == 5400)", date(2026, 12, 12)),
        ("(person.migrant ? 5 : days(today - person.joined_on)) == 7250", date(2027, 1, 5)),
        ("5 - days(today - person.joined_on) == -7245", date(2027, 1, 5)),
        ("days(today - person.joined_on) * 2 / 2 == 7250", date(2027, 1, 5)),
        ("days(today - person.joined_on) % 100 == 50", date(2027, 1, 5)),
        ("person.joined_on + duration('174000h') == today", date(2027, 1, 5)),
    ],
)  # fmt: skip
def test_what_holds_for_a_while_is_found_to_the_day(text: str, day: date) -> None:
    changes = [gap for change in near(text, joined_on=date(2007, 3, 1)).changes for gap in change]
    assert day in [gap.on for gap in changes]
    assert first_day(text, ROW) == ((day - TODAY).days, (day - TODAY).days, False)


@pytest.mark.parametrize(
    "text",
    [
        "years(person.born_on, today) == 30",
        "today < date('2026-11-01')",
        "years(person.born_on, today) >= 60 && today < date('2027-01-01')",
        "today.getMonth() == 12",
        "today >= date('2027-05-01') && today <= date('2027-04-01')",
    ],
)
def test_what_no_day_brings_is_said_to_be_so(text: str) -> None:
    found = near(text)
    assert found.changes == ()
    assert found.exact
    assert found.said is not None
    assert "补充材料也改变不了" in found.said.zh


def test_what_has_to_come_on_one_day_comes_when_both_are_there() -> None:
    ((first, second),) = near("years(person.born_on, today) >= 60 && today >= date('2027-02-01')").changes
    assert (first.on, second.on) == (date(2027, 2, 1), date(2027, 2, 1))


def test_a_day_that_comes_and_goes_before_another_is_there_is_no_way() -> None:
    found = near("years(person.born_on, today) >= 60 && days(today - date('2026-12-01')) == 3")
    assert found.changes == ()


def test_what_somebody_has_to_put_right_as_well_comes_by_no_day() -> None:
    ((income, old),) = near("person.income <= 1200 && years(person.born_on, today) >= 60").changes
    assert (income.on, old.on) == (None, date(2027, 1, 3))


def test_of_what_holds_it_is_said_when_it_ends() -> None:
    ((gap,),) = near("years(person.born_on, today) < 60").changes
    assert gap.on == date(2027, 1, 3)


def test_too_many_records_are_no_reason_to_say_never() -> None:
    many = [{**ROW["children"][0], "born_on": date(2012, 2, 29)}] * 500
    lists = "person.children.exists(c, today.getDate() == 40 && c.at_school)"

    found = near(f"today.getDayOfWeek() == 8 && {lists}", children=many)

    assert (found.exact, found.changes) == (False, ())
    assert found.said is not None
    assert "不能肯定" in found.said.zh
    assert near(f"today.getDayOfWeek() == 8 && {lists}").exact


CLAUSES = [
    "years(person.born_on, today) >= 60",
    "days(today - person.joined_on) == 7250",
    "months(person.hired_on, today) == 251",
    "person.children.exists(c, years(c.born_on, today) >= 15 && months(c.born_on, today) < 181)",
    "person.children.all(c, years(c.born_on, today) < 15)",
    "size(person.children.filter(c, c.at_school || days(today - c.born_on) < 5450)) == 1",
    "sum(person.children.map(c, years(c.born_on, today))) > 31",
    "min(person.children.map(c, c.hired_on)) < today - duration('7992h')",
    "today.getMonth() == 1",
    "person.migrant",
    "person.children.exists_one(c, days(today - c.born_on) >= 5400)",
    "person.children.exists(c, person.children.exists(d, years(d.born_on, today) > years(c.born_on, today)))",
    "(person.retired ? today : person.joined_on) > date('2027-01-01')",
    "[today, person.joined_on][0] > date('2027-01-01')",
]


def texts() -> st.SearchStrategy[str]:
    """Conditions over clauses that the days turn."""
    return st.recursive(
        st.sampled_from(CLAUSES),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda one: f"!({one})"),
        ),
        max_leaves=4,
    )


DATES = st.one_of(st.none(), st.dates(date(2011, 1, 1), date(2013, 1, 1)))
CHILDREN = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.just("张一"),
            "born_on": DATES,
            "age": st.just(14),
            "at_school": st.sampled_from([True, False, None]),
            "fee": st.just(Decimal(1)),
            "hired_on": st.one_of(st.none(), st.dates(date(2025, 11, 1), date(2027, 1, 1))),
        }
    ),
    max_size=3,
)
ROWS = st.fixed_dictionaries(
    {
        "born_on": st.one_of(st.none(), st.dates(date(1966, 6, 1), date(1968, 6, 1))),
        "joined_on": st.one_of(st.none(), st.dates(date(2006, 6, 1), date(2008, 1, 1))),
        "hired_on": st.one_of(st.none(), st.dates(date(2005, 6, 1), date(2007, 1, 1))),
        "migrant": st.sampled_from([True, False, None]),
        "retired": st.sampled_from([True, False, None]),
        "children": CHILDREN,
    }
)


@settings(max_examples=100, deadline=None)
@given(text=texts(), row=ROWS)
def test_the_first_day_is_the_one_found_by_trying_each(text: str, row: dict[str, Any]) -> None:
    told, tried, cut = first_day(text, {**ROW, **row})
    assume(not cut)
    assert told == tried


def test_a_number_that_is_set_anew_on_a_later_day_counts_from_that_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = {"division": "", "source": "test", "confidence": "D"}
    dated = Parameter.model_validate(
        {
            "code": "long_years",
            "label": {"en": "Years", "zh": "年限"},
            "version": 1,
            "type": "whole",
            "unit": "year",
            "values": [
                {**later, "from": "2020-01-01", "to": "2027-01-01", "value": 25},
                {**later, "from": "2027-01-01", "value": 19},
            ],
        }
    )
    monkeypatch.setattr(parameters, "get", lambda key: dated)
    seen = Seen(ROW, TODAY, InForce("", TODAY))
    rule = speaking.rule('years(person.joined_on, today) >= param("long_years")')

    ((gap,),) = nearest(rule, seen, Telling(speaking.PERSON.label, speaking.term)).changes

    assert gap.on == date(2027, 1, 1)
    assert TODAY + timedelta(days=gap.days or 0) == gap.on
