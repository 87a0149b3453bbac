"""The bench `registry-read` on a very small province: every question is asked, and what is wrong is told."""

import pytest
from django.db import connections

from zhijia.kernel.benches import Options
from zhijia.registry.bench import plans, reading
from zhijia.registry.models import Person
from zhijia.web.bench import register
from zhijia.web.demo.work import _actor


def quiet(text):
    pass


@pytest.fixture
def small(committed, monkeypatch):
    monkeypatch.setattr(reading, "ASKED", 1)
    monkeypatch.setattr(plans, "LARGE", frozenset())


def test_every_question_is_answered_and_the_figures_are_right(small):
    result = register.run(Options(rows=1000, say=quiet))

    assert result.detail["wrong"] == []
    assert result.violations == 0
    assert len({part.bench for part in result.parts}) == len(result.parts) >= 20
    assert all(part.rate > 0 and part.limit > 0 for part in result.parts)
    assert any("registry_person_by" in index for part in result.parts for index in part.detail["indexes"])


def test_a_figure_that_is_not_the_memberships_is_told(small):
    def lose(*args):
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE registry_membership SET valid_to = valid_from WHERE valid_to IS NULL")
        return unlost(*args)

    unlost, reading._lookups = reading._lookups, lose
    try:
        result = register.run(Options(rows=1000, say=quiet))
    finally:
        reading._lookups = unlost

    assert "0 days ago" in result.detail["wrong"][0]


def test_a_table_walked_whole_is_told(committed):
    register.make(register.Plan(unions=100, members=1000, seed=7), Options(say=quiet))

    seen = plans.of(_actor("province"), lambda name: list(Person.objects.filter(occupation=name)), "welder")

    assert seen.walked_whole[0].startswith("registry_person is walked whole")
