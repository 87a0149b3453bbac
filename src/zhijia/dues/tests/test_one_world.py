"""What these tests ask of one world changes nothing in it: which rule fits, and that what was shared stays."""

from datetime import date

import pytest
from django.db import DatabaseError, connections, transaction

from zhijia.dues import versions
from zhijia.dues.services import choosing, waiting
from zhijia.dues.tests.world import build, rule
from zhijia.kernel.context import whole
from zhijia.registry.tests import ready

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def dues(committed_for_file):
    """Three contributions wait at the county, one is shared at the city."""
    with transaction.atomic():
        made = build()
        ready.behind(
            "UPDATE registry_employer SET platform = true WHERE id = %s", [made.employers["couriers"].pk]
        )
    made.take(made.line("factory"), made.line("couriers"), made.line("factory", day="2026-03-01"))
    made.take(made.line("mill"), union="city")
    made.share("city")
    return made


def _chosen(dues, *rules):
    """The code of the rule that holds for each of three payers."""
    ordered = versions.in_order({one.code: one for one in rules})
    with whole():
        found = choosing.chosen(waiting.taken(dues.world.unions["luyang"].pk), ordered, DAY)
    return [ordered[position].code if position >= 0 else "" for position in found]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([rule("all")], ["all", "all", "all"]),
        ([rule("b"), rule("a")], ["a", "a", "a"]),
        ([rule("late", order=1, **{"from": "2026-10-01"}), rule("all", order=2)], ["late", "late", "all"]),
        ([rule("until", order=1, to="2026-10-01"), rule("all", order=2)], ["all", "all", "until"]),
        ([rule("here", order=1, division="3401"), rule("all", order=2)], ["here", "here", "here"]),
        ([rule("there", order=1, division="340104"), rule("all", order=2)], ["all", "all", "all"]),
        (
            [rule("platform", order=1, condition="employer.platform"), rule("all", order=2)],
            ["all", "platform", "all"],
        ),
        (
            [rule("kind", order=1, subject="union", condition='union.type == "50"'), rule("all", order=2)],
            ["kind", "all", "kind"],
        ),
        ([rule("platform", condition="employer.platform")], ["", "platform", ""]),
        ([rule("unknown", order=1, condition="employer.staff_count > 5"), rule("all", order=2)], ["all"] * 3),
        ([], ["", "", ""]),
    ],
)
def test_the_first_rule_that_fits_holds(dues, rules, told):
    assert _chosen(dues, *rules) == told


@pytest.mark.parametrize("statement", [
    "UPDATE dues_split SET grassroots = grassroots + 1, county = county - 1",
    "DELETE FROM dues_split",
    "UPDATE dues_contribution SET amount = amount + 1",
    "DELETE FROM dues_contribution",
    "UPDATE dues_used_rule SET grassroots = 0.7, county = 0.05",
    "TRUNCATE dues_route CASCADE",
])  # fmt: skip
@pytest.mark.parametrize("alias", ["bulk", "owner"])
def test_what_was_shared_never_changes(dues, statement, alias):
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(using=alias),
    ):
        connections[alias].cursor().execute(statement)
