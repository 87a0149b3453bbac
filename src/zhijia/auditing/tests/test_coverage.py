"""How far a term has come: every union that was there is owed an audit, once; a page of them costs one statement."""

from datetime import date

import pytest

from zhijia.auditing.queries import coverage, results, yearly
from zhijia.auditing.services import planning
from zhijia.auditing.tests.world import AT, FOUND, build_small
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.models import Union
from zhijia.registry.tests.ready import behind
from zhijia.registry.tests.world import found

SINCE, UNTIL = date(2026, 1, 1), date(2030, 12, 31)


@pytest.fixture
def audits(db):
    return build_small()


def _plan(audits, union="luyang", by="chen"):
    return planning.begin_term(
        actor=audits.act(by), at=AT, union=audits.world.unions[union], since=SINCE, until=UNTIL
    )


def _found(audits, key, parent="luyang", founded=date(2020, 1, 1), dissolved=None, moved=None):
    union = found(audits.world, key, parent, key, type="50", level=Union.Level.GRASSROOTS, founded_on=founded)
    behind("UPDATE registry_union SET dissolved_on = %s WHERE id = %s", [dissolved, union.pk])
    behind("UPDATE registry_parent SET valid_to = %s WHERE union_id = %s", [moved, union.pk])
    return union


def test_a_union_is_not_yet_then_in_hand_then_covered(audits):
    plan = _plan(audits)
    told = [coverage.counts(plan)]
    audits.plan("couriers")
    told.append(coverage.counts(plan))
    audits.reported()
    told.append(coverage.counts(plan))

    assert told == [
        {"covered": 0, "in_hand": 0, "not_yet": 2},
        {"covered": 0, "in_hand": 1, "not_yet": 1},
        {"covered": 1, "in_hand": 1, "not_yet": 0},
    ]


@pytest.mark.parametrize(
    ("given", "owed"),
    [
        ({}, True),
        ({"dissolved": date(2026, 5, 1)}, True),
        ({"dissolved": date(2025, 12, 31)}, False),
        ({"moved": date(2026, 5, 1)}, True),
        ({"moved": date(2025, 12, 31)}, False),
        ({"founded": date(2031, 1, 1)}, False),
    ],
)
def test_who_was_there_in_the_term_is_owed_an_audit(audits, given, owed):
    plan = _plan(audits)
    union = _found(audits, "newcomer", **given)
    audits.act("chen")

    page = coverage.page(plan, rows=50)

    assert (union.pk in [row.id for row in page.rows]) == owed


def test_an_audit_for_another_reason_does_not_cover(audits):
    plan = _plan(audits)
    audits.plan(kind="special")

    assert coverage.counts(plan) == {"covered": 0, "in_hand": 0, "not_yet": 2}


def test_pages_follow_each_other_without_a_gap(audits):
    plan = _plan(audits)
    for number in range(7):
        _found(audits, f"shop-{number}")
    audits.reported()
    audits.act("chen")
    seen, after = [], ""
    while True:
        page = coverage.page(plan, after=after, rows=3)
        seen += [row.id for row in page.rows]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen)) == 9
    assert seen[-1] == audits.world.unions["factory"].pk, (
        "audited last, so it is the last to be audited again"
    )


def test_the_tree_below_adds_up_whoever_audits(audits):
    plan = _plan(audits, "city", "city-committee")
    audits.reported()
    audits.act("city-committee")

    parts = {part.name: (part.due, part.covered) for part in coverage.below(plan)}

    assert parts == {"庐阳区总工会": (3, 1), "蜀山区总工会": (2, 0)}


def test_two_plans_do_not_share_days(audits):
    first = _plan(audits)

    assert _plan(audits).pk == first.pk
    with pytest.raises(Refusal) as told:
        planning.begin_term(
            actor=audits.act("chen"), at=AT, union=audits.world.unions["luyang"], since=date(2028, 1, 1),
            until=date(2032, 1, 1),
        )  # fmt: skip
    assert told.value.code == "another_plan"


@pytest.mark.parametrize("who", ["other", "luyang", "factory-treasurer"])
def test_nobody_else_sets_out_a_plan(audits, who):
    with pytest.raises(NotForYou):
        _plan(audits, by=who)


def test_results_are_open_to_whoever_scores_by_them(audits):
    audit = audits.reported()
    one = audit.findings.get()
    factory, mill = audits.world.unions["factory"].pk, audits.world.unions["mill"].pk
    given = {"since": SINCE, "until": UNTIL, "today": date(2027, 3, 1)}
    before = results.of_unions([factory, mill], **given)
    audits.proved(one)
    audits.verified(one)
    after = results.of_unions([factory], **given)[factory]

    assert before[mill] == results.Results()
    assert before[factory] == results.Results(1, 1, FOUND.amount, 0, 1, 1, 0)
    assert (after.open, after.overdue, after.corrected) == (0, 0, FOUND.amount)


def test_a_fund_is_to_be_audited_again_within_the_year(audits):
    union = audits.world.unions["factory"]
    audits.in_the_field(kind="fund", fund="donation")
    audits.act("chen")
    before = yearly.of_union(union, date(2026, 11, 25))
    audit = audits.reported(kind="fund", fund="donation", since=date(2026, 2, 1))

    told = {row.fund: row for row in yearly.of_union(union, date(2027, 11, 29))}

    assert [(row.fund, row.late, row.due_on) for row in before] == [
        ("", True, None),
        ("donation", True, None),
    ]
    assert (told["donation"].last, told["donation"].due_on) == (audit.reported_on, date(2027, 11, 29))
    assert not told["donation"].late
    assert yearly.of_union(union, date(2027, 11, 30))[1].late
