"""The three sides beside each other: the database says what the rule says, each difference under its name."""

from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from zhijia.dues import rules
from zhijia.dues.queries import matching
from zhijia.dues.rules import Sums
from zhijia.dues.tests.world import build

TODAY = date(2026, 12, 1)
FEN = st.integers(0, 3)


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.declare("factory", yuan=80_000)
        made.declare("couriers", yuan=50_000)
    return made


@given(st.lists(st.tuples(FEN, FEN, FEN, FEN), min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_the_database_says_what_the_rule_says(django_db_setup, django_db_blocker, told):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {matching.KIND} FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[])"
            " AS told (declared, received, shared, due)",
            [list(column) for column in zip(*told, strict=True)],
        )
        found = [kind for (kind,) in cursor.fetchall()]

    assert found == [rules.difference(Sums(*sums)) for sums in told]


def _kinds(dues, **more):
    with transaction.atomic():
        dues.world.act("luyang-treasurer")
        asked = {"since": 202601, "until": 202612, "today": TODAY, **more}
        rows, _after = matching.page(dues.world.unions["luyang"], **asked, rows=50)
        return {row.employer.split()[0]: (row.kind, row.missing) for row in rows}


def test_each_difference_says_what_is_missing(dues):
    dues.take(dues.line("factory", "1600.00"), dues.line("couriers", "400.00"))
    dues.share()

    assert _kinds(dues) == {"couriers": ("paid_too_little", 600_00)}
    assert _kinds(dues, kind="all")["factory"] == ("", 0)


def test_money_without_a_declaration_and_money_that_waits_are_differences(dues):
    dues.take(dues.line("factory", "1600.00"), dues.line("couriers", "1000.00", month="2026-09"))

    assert _kinds(dues) == {"factory": ("not_shared", 0), "couriers": ("not_shared", 0)}
    assert _kinds(dues, since=202609, until=202609) == {"couriers": ("not_declared", -1000_00)}


def test_another_county_is_not_compared(dues):
    with transaction.atomic():
        dues.world.act("shushan")
        rows, _after = matching.page(
            dues.world.unions["luyang"], since=202601, until=202612, today=TODAY, kind="all", rows=50
        )

    assert rows == []
