"""A union that asks for help for several of its members, and the steps of such a request."""

from typing import Any
from uuid import UUID, uuid4

from zhijia.matters.models import Case, Line
from zhijia.matters.services import (
    asking,
    deciding,
    handing_in,
    line_answers,
    rosters,
)
from zhijia.matters.services.line_answers import Said
from zhijia.matters.tests.world import aid, build_with_member, here
from zhijia.registry.models import Membership
from zhijia.registry.tests.world import AT, World, member

CODE = "test.list"
MANY = 3


def named(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh}


def listing(**more: Any) -> dict[str, Any]:
    """A union asks for help for several of its members; the county and (from 5,000 yuan) the city decide."""
    said = aid()
    county, city = (
        {**said["steps"][1], "may": ["approve", "refuse", "return", "pause"]},
        {**said["steps"][2], "may": ["approve", "refuse", "return"]},
    )
    return {
        **said,
        "code": CODE,
        "who": ["union"],
        "subject": "union",
        "amount": "people",
        "form": [
            {
                "name": "people",
                "label": named("People", "名册"),
                "type": "roster",
                "most_lines": "test.most_lines",
                "columns": [
                    {"name": "who", "label": named("Member", "会员"), "type": "person"},
                    {
                        "name": "why",
                        "label": named("Why", "事由"),
                        "type": "choice",
                        "choices": [
                            {"code": "ill", "label": named("Ill", "生病")},
                            {"code": "poor", "label": named("In need", "困难")},
                        ],
                    },
                    {"name": "sum", "label": named("Amount", "金额"), "type": "money", "most": 1_000_000},
                ],
            }
        ],
        "steps": [county, city],
        **more,
    }


def peopled() -> World:
    """Four members of the factory, called by their names here, and somebody of another union."""
    world = build_with_member()
    for number, who in enumerate(("甲一", "甲二", "甲三", "甲四")):
        member(world, who, "factory", serial=60 + number, called=who)
    member(world, "外人", "mill", serial=70, called="外人")
    return world


def person(world: World, who: str) -> UUID | None:
    return world.actors[who].person_id


def number_of(world: World, who: str) -> str:
    return Membership.objects.get(person_id=person(world, who), valid_to=None).member_number


def typed(world: World, who: str, yuan: str = "500", why: str = "ill") -> dict[str, str]:
    return {"who": number_of(world, who), "why": why, "sum": yuan}


def begun(world: World) -> Case:
    return asking.start(actor=world.act("factory"), at=AT, code=CODE, for_union=world.unions["factory"])


def added(world: World, case: Case, who: str, yuan: str = "500") -> Line:
    return rosters.add(
        actor=world.act("factory"), at=AT, case_id=case.pk, line_id=uuid4(), typed=typed(world, who, yuan)
    )


def handed(world: World, *amounts: str) -> Case:
    case = begun(world)
    for who, yuan in zip(("甲一", "甲二", "甲三"), amounts or ("500", "600", "700"), strict=False):
        added(world, case, who, yuan)
    return handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())


def line(case: Case, number: int) -> Line:
    return case.lines.get(number=number)


def said(world: World, case: Case, *answers: Said, who: str = "luyang") -> Case:
    return line_answers.say(actor=world.act(who), at=AT, step_id=here(case).pk, said=answers)


def agreed(world: World, case: Case, who: str = "luyang") -> Case:
    return deciding.approve(actor=world.act(who), at=AT, step_id=here(case).pk)
