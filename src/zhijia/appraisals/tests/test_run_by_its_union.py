"""A run and a round are written by who works at the union that runs them, or above, whatever others try in SQL."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.db.models import Model

from zhijia.appraisals.models import Run
from zhijia.appraisals.models.rounds import Round
from zhijia.appraisals.tests.rounds.world import fair
from zhijia.appraisals.tests.test_employers_way import Own, own
from zhijia.registry.tests.world import AT

__all__ = ["own"]
LATE: dict[str, Any] = {"title": "别的", "self_until": "2030-01-01", "begins": "self"}


def refuses_all(rows: Any, row: Model, **values: Any) -> None:
    for name, value in values.items():
        with pytest.raises(ProgrammingError, match="who works at its union"), transaction.atomic():
            rows.filter(pk=row.pk).update(**{name: value})
    with pytest.raises(ProgrammingError, match="who works at its union"), transaction.atomic():
        rows.filter(pk=row.pk)._raw_delete("default")
    row.pk = None
    with pytest.raises(ProgrammingError, match="who works at its union"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("who", ["boss", "rival", "factory", "mill", "shushan"])
def test_nobody_else_writes_a_run_by_sql(own: Own, who: str) -> None:
    run = Run.objects.get(pk=own.open.pk)

    own.act(who)

    refuses_all(Run.objects, run, **LATE)


def test_a_run_is_not_taken_to_a_union_of_ones_own(own: Own) -> None:
    at = own.world.unions["shushan"].pk
    own.act("luyang")

    with pytest.raises(ProgrammingError, match="who works at its union"), transaction.atomic():
        Run.objects.filter(pk=own.open.pk).update(union_id=at)
    assert Run.objects.filter(pk=own.open.pk).update(title="改过的") == 1


@pytest.mark.parametrize("who", ["factory", "mill", "shushan"])
def test_nobody_else_writes_a_round_by_sql(db: Any, who: str) -> None:
    made = fair(1)

    made.act(who)

    refuses_all(Round.objects, Round.objects.get(pk=made.round.pk), title="别的", closes_at=AT)
