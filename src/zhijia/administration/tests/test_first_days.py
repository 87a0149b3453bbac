"""From which day on a definition or a number may hold: within sight of whoever decides it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from zhijia.administration.services import designing, numbers
from zhijia.administration.services.first_days import AHEAD
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import AT, TODAY, browser, copied
from zhijia.catalogue import parameters
from zhijia.kernel.errors import Refusal
from zhijia.registry.tests import world as worlds


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


def last() -> date:
    """The last day that may be chosen."""
    return date(TODAY.year + parameters.value(AHEAD, day=TODAY), 12, 31)


@pytest.mark.parametrize("since", [date(9999, 12, 31), None])
def test_a_first_day_out_of_sight_is_refused_and_what_was_typed_stays(
    world: worlds.World, since: date | None
) -> None:
    draft = copied(world)
    day = since or last() + timedelta(days=1)
    propose = reverse("administration:propose_design", args=["registers", draft.pk])
    answer = browser(world).post(propose, {"since": day.isoformat()})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"生效日期太远，最晚可以选到{last().year}年底。" in page
    assert f'value="{day.isoformat()}"' in page
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_last_day_in_sight_is_taken(world: worlds.World) -> None:
    draft = copied(world)
    act = {"actor": world.act("province"), "at": AT, "kind": KINDS["registers"], "version_id": draft.pk}
    assert designing.propose(since=last(), **act).since == last()


def test_a_number_out_of_sight_is_refused_too(world: worlds.World) -> None:
    with pytest.raises(Refusal) as far:
        numbers.propose(
            actor=world.act("province"), at=AT, key="matter.union_days", division="", typed="9", source="x",
            since=last() + timedelta(days=1),
        )  # fmt: skip
    assert far.value.code == "since_too_far"
