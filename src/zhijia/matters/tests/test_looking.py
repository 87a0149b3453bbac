"""A sealed answer is shown of the case it was given in, and of no other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from zhijia.kernel.errors import NotForYou
from zhijia.matters.models import Answer, Case
from zhijia.matters.services import asking, handing_in, looking
from zhijia.matters.tests.world import CODE, aid, build_with_member, defined
from zhijia.registry.tests.world import AT, World

PHONE = "16900000041"


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Iterator[World]:
    sealed = {
        "name": "secret",
        "type": "mobile",
        "label": {"en": "Who can be asked", "zh": "可以向谁了解"},
        "sealed": True,
    }
    matter = aid()
    with defined(tmp_path, {**matter, "form": [*matter["form"], sealed]}):
        yield build_with_member()


def handed_in(world: World) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    typed = {"sum": "1200", "why": "家人住院", "ill": "no", "secret": PHONE}
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())


def test_a_sealed_answer_of_another_case_is_not_shown_with_this_one(world: World) -> None:
    one, other = handed_in(world), handed_in(world)
    officer = replace(world.act("factory"), stepped_up=True)
    answers = {case.pk: Answer.objects.get(case=case, name="secret").pk for case in (one, other)}

    def shown(case: Case, answer_id: Any) -> str:
        return looking.reveal(actor=officer, at=AT, case=case, answer_id=answer_id, reason="核实情况")

    assert shown(one, answers[one.pk]) == PHONE
    with pytest.raises(NotForYou) as foreign:
        shown(one, answers[other.pk])
    with pytest.raises(NotForYou) as none:
        shown(one, uuid4())
    assert foreign.value.code == none.value.code == "no_such_answer"
