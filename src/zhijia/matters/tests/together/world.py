"""A whole of two items, drafted, handed in and answered."""

from typing import Any
from uuid import uuid4

from zhijia.catalogue.matter_rules import Matter
from zhijia.matters.models import Case
from zhijia.matters.services import asking, deciding, handing_in
from zhijia.matters.tests.world import CODE, aid, here
from zhijia.registry.tests.world import AT, World

WHOLE, CARD, SCHOOL = "test.together", "test.card", "test.school"
LIMIT = {"parameter": "membership.join_answer_days", "unit": "working_days"}
TYPED = {"sum": "1200", "why": "家人住院", "ill": "no", "colour": "红", "with_test_school": "no"}


def item(code: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A matter of one step at the member's own union."""
    said = aid(**{"code": code, "form": list(questions), "amount": "", **more})
    return {**said, "label": {"en": code, "zh": code}, "steps": said["steps"][:1]}


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": {"en": name, "zh": name}, "type": kind, **more}


def matters(**more: Any) -> list[dict[str, Any]]:
    """Help in need (it asks sum, why, ill, hospital), a card, perhaps schooling, and the three of them as one."""
    whole = {
        **item(
            WHOLE, items=[{"matter": CODE}, {"matter": CARD}, {"matter": SCHOOL, "optional": True}], **more
        ),
        "steps": [],
    }
    return [
        aid(),
        item(CARD, question("colour"), aid()["form"][1], appeal=LIMIT),
        item(SCHOOL, question("school"), aid()["form"][1]),
        whole,
    ]


def read(*definitions: dict[str, Any]) -> dict[str, Matter]:
    return {one["code"]: Matter.model_validate(one) for one in definitions}


def drafted(world: World, **typed: str) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=WHOLE)
    return asking.keep(actor=actor, at=AT, case_id=case.pk, typed={**TYPED, **typed})


def handed(world: World, **typed: str) -> Case:
    case = drafted(world, **typed)
    return handing_in.submit(actor=world.act("member"), at=AT, case_id=case.pk, key=uuid4())


def part(case: Case, code: str) -> Case:
    return Case.objects.get(part_of=case, code=code)


def agreed(world: World, case: Case, who: str = "factory") -> None:
    deciding.approve(actor=world.act(who), at=AT, step_id=here(case).pk)


def refused(world: World, case: Case) -> None:
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="材料不符")
