"""A list that is granted is paid to those on it, line by line as it was answered."""

from pathlib import Path
from typing import Any

import pytest

from zhijia.matters.services.line_answers import Said
from zhijia.matters.tests.roster.world import agreed, handed, line, listing, peopled, person, said
from zhijia.matters.tests.world import defined
from zhijia.payments.models import Payment
from zhijia.registry.tests.world import World

PAID = {
    "port": "payments.pay",
    "given": {"payer": "own", "fund": "own", "spent_on": "worker_service_expenditure"},
}


@pytest.fixture
def world(db: Any, tmp_path: Path, most_lines: None) -> Any:
    with defined(tmp_path, listing(outcomes=[PAID])):
        yield peopled()


def test_a_granted_list_is_paid_line_by_line(world: World) -> None:
    case = handed(world)
    no, less = line(case, 2).pk, line(case, 3).pk
    said(world, case, Said(no, "refuse", reason="重复"), Said(less, "less", 60_000))

    agreed(world, case)

    world.act("factory")
    found = Payment.objects.filter(case_id=case.pk).order_by("instalment")
    assert [(one.person_id, one.amount, one.purpose) for one in found] == [
        (person(world, "甲一"), 50_000, "line"),
        (person(world, "甲三"), 60_000, "line"),
    ]
