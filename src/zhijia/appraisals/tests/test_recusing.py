"""Who may not judge whom, as a table."""

from uuid import UUID

import pytest

from zhijia.appraisals.rules.recusing import Judge, Judged, Reason, reasons

SOMEBODY = UUID(int=7)
CASES: list[tuple[str, Judge, Judged, tuple[Reason, ...]]] = [
    ("a stranger", Judge(1), Judged(unions=frozenset({5})), ()),
    ("oneself", Judge(1, person_id=SOMEBODY), Judged(people=frozenset({SOMEBODY})), ("self",)),
    ("the own union", Judge(1, unions=frozenset({5, 6})), Judged(unions=frozenset({6})), ("own_union",)),
    ("the own firm", Judge(1, employers=frozenset({3})), Judged(employers=frozenset({3})), ("own_employer",)),
    (
        "a relative, written with spaces",
        Judge(1, relatives=frozenset({"王 小明"})),
        Judged(names=frozenset({"王小明"})),
        ("relative",),
    ),
    ("a name of one character", Judge(1, relatives=frozenset({"王"})), Judged(names=frozenset({"王"})), ()),
    (
        "a relative's firm",
        Judge(1, relatives_work_for=frozenset({"示例 Hongda 公司"})),
        Judged(employer_names=frozenset({"示例hongda公司"})),
        ("relatives_employer",),
    ),
    ("what they entered", Judge(1), Judged(entered_by=frozenset({1})), ("entered_it",)),
    (
        "several reasons stand in their order",
        Judge(1, unions=frozenset({5}), relatives=frozenset({"李四"})),
        Judged(unions=frozenset({5}), names=frozenset({"李四"}), entered_by=frozenset({1})),
        ("relative", "own_union", "entered_it"),
    ),
]


@pytest.mark.parametrize(
    ("judge", "judged", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_judge_is_kept_from_what_is_theirs(
    judge: Judge, judged: Judged, expected: tuple[Reason, ...]
) -> None:
    assert reasons(judge, judged) == expected


def test_nobody_without_a_person_is_anybody() -> None:
    assert reasons(Judge(1, person_id=None), Judged(people=frozenset({SOMEBODY}))) == ()
