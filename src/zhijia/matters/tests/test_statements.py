"""How often each act of a case asks the database: it does not grow unseen, nor with what a case has come through."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.matters.services import asking, deciding, handing_in
from zhijia.matters.tests.world import CODE, here
from zhijia.registry.tests.world import AT, World

MOST = {"start": 6, "keep": 6, "submit": 16, "approve": 14, "last": 16}


def _asked(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        act()
    return len(asked)


def test_each_act_asks_the_database_a_few_times_and_no_more(world: World) -> None:
    member = world.act("member")
    said: dict[str, int] = {}
    asking.discard(actor=member, at=AT, case_id=asking.start(actor=member, at=AT, code=CODE).pk)
    said["start"] = _asked(lambda: asking.start(actor=member, at=AT, code=CODE))
    case = asking.start(actor=member, at=AT, code=CODE)
    typed = {"sum": "6000", "why": "家人住院", "ill": "no"}
    said["keep"] = _asked(lambda: asking.keep(actor=member, at=AT, case_id=case.pk, typed=typed))
    said["submit"] = _asked(lambda: handing_in.submit(actor=member, at=AT, case_id=case.pk, key=uuid4()))
    for officer, act in (("factory", "approve"), ("luyang", "approve"), ("city", "last")):
        actor, step = world.act(officer), here(case).pk
        asked = _asked(lambda: deciding.approve(actor=actor, at=AT, step_id=step))  # noqa: B023 - called at once
        said[act] = max(said.get(act, 0), asked)
    assert {act: count for act, count in said.items() if count > MOST[act]} == {}, said
