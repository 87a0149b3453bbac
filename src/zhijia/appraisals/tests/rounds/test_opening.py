"""The moments of a call stand in order, and within sight: else both are named."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from zhijia.appraisals.services.rounds import preparing
from zhijia.kernel.errors import Refusal
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.ui.templatetags.ui import moment

DAY = timedelta(days=1)


@pytest.fixture
def world(db: Any) -> worlds.World:
    return worlds.build()


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (AT + 9 * DAY, AT + 3 * DAY),
        (AT + 3 * DAY, AT + 3 * DAY),
        (AT - 9 * DAY, AT - DAY),
        (AT, AT + 400 * DAY),
        (AT + 3000 * 365 * DAY, AT + 3000 * 365 * DAY + DAY),
    ],
)
def test_a_call_whose_moments_do_not_fit_is_refused_with_both_of_them(
    world: worlds.World, opens: datetime, closes: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        preparing.make(
            actor=world.act("luyang"), at=AT, once=uuid4(), union=world.unions["luyang"], code="craftsman",
            title="", year=2026, opens_at=opens, closes_at=closes,
        )  # fmt: skip
    assert refused.value.code == "round_times"
    said = str(refused.value)
    assert sum(moment(one) in said for one in {opens, closes, AT}) >= 2 or opens == closes
    assert moment(closes) in said or moment(opens) in said
