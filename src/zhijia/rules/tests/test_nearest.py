"""What would flip a verdict: by how much it is missed, what waiting does, what is asked; exact against brute force."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhijia.rules.nearest import EXACT, Nearest, Seen, Telling, nearest, skeleton
from zhijia.rules.nearest.searching import smallest_changes, smallest_questions
from zhijia.rules.nearest.skeleton import Skeleton
from zhijia.rules.nearest.together import Together
from zhijia.rules.tests import speaking

TODAY = date(2026, 11, 21)
PARAMETERS = {"dibao": 700, "retirement_age": 60, "long_years": 20, "limit": None, "open": True}
ROW: dict[str, Any] = {
    "name": "张小丰", "sex": "1", "born_on": date(1967, 1, 3), "age": 59, "joined_on": date(2007, 3, 1),
    "hired_on": date(2006, 1, 9), "seniority": 20, "income": Decimal("1350"), "rent": Decimal("600"), "points": 7,
    "score": 61.5, "gig_group": "00", "work_status": "01", "migrant": False, "has_card": True, "retired": False,
    "shift": 3600 * 46, "phone": "16900000001",
    "employer": {"name": "晨光", "staff": 20, "founded_on": date(2001, 5, 1), "in_arrears": False},
    "children": [
        {"name": "张一", "born_on": date(2012, 2, 29), "age": 14, "at_school": True, "fee": Decimal(2000),
         "hired_on": None},
    ],
    "payments": [],
}  # fmt: skip


def near(text: str, **changed: Any) -> Nearest:
    """What would flip the rule for the worker of these tests, with some facts changed."""
    seen = Seen({**ROW, **changed}, TODAY, PARAMETERS)
    return nearest(speaking.rule(text), seen, Telling(speaking.PERSON.label, speaking.term))


@pytest.mark.parametrize(
    ("text", "clause", "now", "missing"),
    [
        ("person.income <= 1200", "月收入不超过1200元", "月收入：1350元", "超出150元"),
        ("person.income < 1350", "月收入低于1350元", "月收入：1350元", "刚好相等，还要再低一点"),
        ("person.points > 10", "积分超过10", "积分：7", "还差4"),
        ("person.points >= 10", "积分不低于10", "积分：7", "还差3"),
        ("size(person.children) >= 2", "子女至少有2个", "子女的个数：1", "还差1个"),
        ("size(person.children) < 1", "没有子女", "子女的个数：1", "多了1个"),
        ("person.joined_on < date('2007-01-01')", "入会日期早于2007年1月1日", "入会日期：2007年3月1日", "晚了60天"),
        ("person.hired_on > date('2006-02-01')", "入职日期晚于2006年2月1日", "入职日期：2006年1月9日", "早了24天"),
        ("person.shift <= duration('44h')", "每周工时不超过44小时", "每周工时：46小时", "超出2小时"),
        ("person.gig_group in ['01', '02']", "新就业形态是货车司机或网约车司机", "新就业形态：“否”", None),
        ("person.migrant", "是农民工", None, None),
        ("person.income <= param('dibao')", "月收入不超过当地低保标准（现为700元）", "月收入：1350元", "超出650元"),
    ],
)  # fmt: skip
def test_a_near_miss_says_what_is_missing_and_by_how_much(
    text: str, clause: str, now: str | None, missing: str | None
) -> None:
    ((gap,),) = near(text).changes
    assert gap.clause.zh == clause
    assert (gap.now and gap.now.zh) == now
    assert (gap.missing and gap.missing.zh) == missing


def test_a_near_miss_names_the_evidence() -> None:
    ((gap,),) = near("person.income <= 1200").changes
    assert [one.zh for one in gap.evidence] == ["近三个月的工资单"]


def test_what_comes_by_waiting_says_when() -> None:
    ((gap,),) = near("years(person.born_on, today) >= 60").changes
    assert (gap.days, gap.on) == (43, date(2027, 1, 3))


def test_what_has_passed_does_not_come_back_and_nobody_is_told_to_change_it() -> None:
    found = near("years(person.born_on, today) < 40 && person.income <= 1200")
    assert found.changes == ()
    assert found.said is not None
    assert "补充材料也改变不了" in found.said.zh


def test_a_fixed_fact_is_left_out_where_another_way_is_open() -> None:
    ((gap,),) = near("person.sex == '2' || person.income <= 1200").changes
    assert gap.clause.zh == "月收入不超过1200元"


def test_one_clause_is_preferred_to_two() -> None:
    found = near("(person.migrant && person.income <= 1200) || person.points >= 10")
    assert [[gap.clause.zh for gap in change] for change in found.changes] == [["积分不低于10"]]


def test_clauses_about_one_value_move_together() -> None:
    found = near("person.income <= 1000 && !(person.income <= 1200)")
    assert found.changes == ()
    both = near("person.income <= 1000 && person.income <= 1200")
    assert [len(change) for change in both.changes] == [2]


def test_of_a_true_verdict_it_is_said_what_would_end_it() -> None:
    found = near("person.income <= 1400 && person.points >= 7")
    assert {change[0].clause.zh for change in found.changes} == {"月收入超过1400元", "积分低于7"}
    assert {change[0].missing.zh for change in found.changes if change[0].missing} == {"还差50元", "超出1"}


@pytest.mark.parametrize(
    ("text", "changed", "asked"),
    [
        ("person.income <= 1200", {"income": None}, ["income"]),
        ("person.income <= 1200 && person.migrant", {"income": None}, None),
        ("person.income <= 1200 || person.migrant", {"income": None, "migrant": None}, ["income", "migrant"]),
        ("person.migrant ? person.income <= 1200 : true", {"income": None, "migrant": None}, ["migrant", "income"]),
        ("person.income <= 1200 || person.income > 900", {"income": None, "migrant": None}, ["income"]),
        ("person.children.exists(c, c.fee > 1)", {"children": [{**ROW["children"][0], "fee": None}]}, ["fee"]),
        ("size(person.children) > 1", {"children": None}, ["children"]),
        ("person.employer.staff > 1", {"employer": None}, ["employer"]),
        ("(person.migrant && person.retired) || person.has_card", {"migrant": None, "retired": False}, None),
        ("(person.migrant && person.points > 1) || person.retired", {"migrant": None, "retired": None},
         ["migrant", "retired"]),
    ],
)  # fmt: skip
def test_an_unknown_verdict_names_what_to_ask(
    text: str, changed: Mapping[str, Any], asked: list[str] | None
) -> None:
    found = near(text, **changed)
    assert ([question.name for question in found.ask] or None) == asked
    assert (found.verdict is None) is (asked is not None)


def test_a_question_is_in_the_words_of_the_field() -> None:
    (question,) = near("person.income <= 1200", income=None).ask
    assert question.words.zh == "您每月收入多少元？"


def test_a_parameter_nobody_set_is_not_asked_of_the_worker() -> None:
    found = near("person.income <= param('limit')")
    assert found.ask == ()
    assert found.said is not None
    assert "年度上限" in found.said.zh


ATOMS = ["person.migrant", "person.retired", "person.has_card", "person.points > 3", "person.points > 9",
         "person.income <= decimal(1200)", "person.gig_group == '01'"]  # fmt: skip


def conditions() -> st.SearchStrategy[str]:
    """Conditions over a few clauses, some of them about one value."""
    return st.recursive(
        st.sampled_from(ATOMS),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda one: f"!({one})"),
            st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})"),
        ),
        max_leaves=7,
    )


ROWS = st.fixed_dictionaries(
    {
        "migrant": st.sampled_from([True, False, None]),
        "retired": st.sampled_from([True, False, None]),
        "has_card": st.sampled_from([True, False, None]),
        "points": st.sampled_from([None, 1, 5, 12]),
        "income": st.sampled_from([None, Decimal(1000), Decimal(2000)]),
        "gig_group": st.sampled_from([None, "01", "02"]),
    }
)


def _possible(bones: Skeleton, verdicts: Sequence[bool | None]) -> bool:
    """Whether a number of points gives these verdicts: said anew, for the two clauses about points alone."""
    told = {str(clause): verdict for clause, verdict in zip(bones.clauses, verdicts, strict=True)}
    bounds = {key: verdict for key, verdict in told.items() if "name='points'" in key}
    if len(bounds) < 2:
        return True
    low, high = (next(v for k, v in bounds.items() if f"value={bound}" in k) for bound in (3, 9))
    if None in (low, high):
        return low is high
    return (low, high) != (False, True) if _as_more(bones) else (low, high) != (True, False)


def _as_more(bones: Skeleton) -> bool:
    """Whether the plain form of `points > 3` says more, or at most."""
    return any("MORE" in str(clause) for clause in bones.clauses)


@settings(max_examples=120, deadline=None)
@given(text=conditions(), row=ROWS)
def test_the_smallest_change_is_what_brute_force_finds(text: str, row: dict[str, Any]) -> None:
    seen = Seen({**ROW, **row}, TODAY, PARAMETERS)
    bones = skeleton(speaking.rule(text).root)
    verdicts = [seen.value(clause) for clause in bones.clauses]
    verdict = bones.decide(verdicts)
    assert verdict == seen.value(speaking.rule(text).root)
    if verdict is None:
        return
    together = Together(bones.clauses, seen.value)
    found = smallest_changes(
        bones, verdicts, not verdict, can_become=lambda number, to: True, together=together
    )

    smallest: int | None = None
    for after in product((True, False, None), repeat=len(verdicts)):
        changed = [number for number, to in enumerate(after) if to is not verdicts[number]]
        if any(after[number] is None for number in changed):
            continue
        if bones.decide(after) is (not verdict) and _possible(bones, after):
            smallest = len(changed) if smallest is None else min(smallest, len(changed))
    assert (len(found[0]) if found else None) == smallest
    for change in found:
        for size in range(len(change)):
            for fewer in combinations(change.items(), size):
                after = [dict(fewer).get(number, verdict) for number, verdict in enumerate(verdicts)]
                assert bones.decide(after) is not (not verdict) or not together.can_be(after)


@settings(max_examples=120, deadline=None)
@given(text=conditions(), row=ROWS)
def test_what_is_asked_decides_whatever_the_answers_and_nothing_smaller_does(
    text: str, row: dict[str, Any]
) -> None:
    seen = Seen({**ROW, **row}, TODAY, PARAMETERS)
    rule = speaking.rule(text)
    bones = skeleton(rule.root)
    verdicts = [seen.value(clause) for clause in bones.clauses]
    if bones.decide(verdicts) is not None:
        return
    lacking = {n: seen.lacking(clause) for n, clause in enumerate(bones.clauses) if verdicts[n] is None}
    asked = smallest_questions(bones, verdicts, lacking, together=Together(bones.clauses, seen.value))

    answers = {"migrant": [True, False], "retired": [True, False], "has_card": [True, False],
               "points": [1, 5, 12], "income": [Decimal(1000), Decimal(2000)], "gig_group": ["01", "02"]}  # fmt: skip
    open_facts = [name for name, value in row.items() if value is None]

    def decides(names: Sequence[str]) -> bool:
        filled = product(*(answers[name] for name in names))
        return all(
            Seen({**ROW, **row, **dict(zip(names, values, strict=True))}, TODAY, PARAMETERS).value(rule.root)
            is not None
            for values in filled
        )

    smallest = next(
        len(names)
        for size in range(len(open_facts) + 1)
        for names in combinations(open_facts, size)
        if decides(names)
    )
    assert asked is not None
    assert len(asked) == smallest
    assert decides([fact.name for fact in asked])  # type: ignore[attr-defined]


def test_beyond_the_stated_number_of_clauses_small_sets_are_found_still() -> None:
    many = " || ".join(f"person.points == {number}" for number in range(100, 100 + EXACT + 4))
    found = near(f"person.migrant && ({many} || person.retired)")
    assert {len(change) for change in found.changes} == {2}
    assert found.exact
