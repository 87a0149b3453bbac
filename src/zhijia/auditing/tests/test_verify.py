"""`zhijia verify` finds a sample that its seed does not draw, a report that was changed, a fact that is missing."""

import re

import pytest
from django.db import transaction

from zhijia.auditing import verify
from zhijia.auditing.models import Sample
from zhijia.auditing.tests.world import build


@pytest.fixture
def audits(committed):
    with transaction.atomic():
        made = build()
        made.drawn(made.in_the_field(kind="special"), "stratified")
        made.drawn(made.in_the_field(kind="special", since=made.task().since.replace(month=2)), "risk", 3)
        made.reported()
    return made


def _break(owner_sql, statement):
    """Do what nobody can: the table's owner, without the triggers that stand in the way."""
    table = re.search(r"(?:UPDATE|FROM) (\w+)", statement)[1]
    owner_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner_sql(statement)
    owner_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_all_is_in_order(audits):
    assert verify.samples_draw_the_same().differences == ()
    assert verify.samples_draw_the_same().rows_read == 2
    assert verify.reports_count().differences == ()
    assert verify.reports_count().rows_read == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE auditing_sample SET seed = repeat('1', 32)",
        "UPDATE auditing_sample SET amounts[1] = amounts[1] + 1",
        "DELETE FROM auditing_item WHERE place = 1",
        "UPDATE ledger_leg SET amount = amount * 2",
    ],
)
def test_a_sample_that_is_not_as_drawn_is_named(audits, owner_sql, change):
    _break(owner_sql, change)

    differences = verify.samples_draw_the_same().differences

    samples = Sample.objects.using("bulk").values_list("pk", flat=True)
    assert any(str(sample) in " ".join(differences) for sample in samples)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "UPDATE auditing_engagement SET report = jsonb_set(report, '{opinion}', '\"改\"')",
            "not what was frozen",
        ),
        ("UPDATE auditing_finding SET amount = amount + 1", "audit.found"),
        ("DELETE FROM facts_fact WHERE kind = 'audit.reported'", "audit.reported"),
    ],
)
def test_a_report_that_does_not_count_is_named(audits, owner_sql, change, said):
    _break(owner_sql, change)

    assert said in " ".join(verify.reports_count().differences)
