"""A matter that ends in a list writes it: once, by what was answered, and what is personal stays sealed."""

from typing import Any
from uuid import UUID

import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.matter_rules import Matter, Outcome
from zhijia.kernel import context
from zhijia.matters.services import checking, versions
from zhijia.matters.tests.shipped import handed_in, through
from zhijia.matters.tests.tales import TALES
from zhijia.matters.tests.world import build_with_member
from zhijia.registers.models import Link, List, Row
from zhijia.registers.services import adding, lists, outcomes, titles
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.services.writing import Source
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, appoint, build
from zhijia.vault import services as vault


@pytest.fixture
def world(db: Any) -> World:
    made = build_with_member()
    appoint(made, "luyang", "county_reviewer", "luyang-second")
    appoint(made, "city", "county_reviewer", "city-second")
    return made


def _granted(world: World, code: str) -> tuple[Any, Row]:
    tale = TALES[code]
    case = handed_in(world, code, tale)
    through(world, case, versions.definition(case.version), tale)
    case.refresh_from_db()
    world.act("province")
    row = Row.objects.get(source="case", source_id=str(case.pk))
    return case, row


def test_a_studio_is_on_the_list_of_the_city_once_it_was_granted(world: World) -> None:
    case, row = _granted(world, "studio_application")
    assert (row.union_id, row.other_union_id) == (world.unions["city"].pk, world.unions["factory"].pk)
    assert (row.title, row.values["team"], row.since, row.state) == (
        "张小丰创新工作室",
        8,
        AT.date(),
        "named",
    )
    assert set(row.values["photos"]) == {str(one.file_id) for one in case.materials.all()}
    assert Link.objects.filter(row_id=row.pk, kind="case", target=str(case.pk)).exists()
    given = versions.definition(case.version).outcomes[0].given
    outcomes.add(actor=world.actors["province"], at=AT, case=case, given=given)
    assert Row.objects.filter(source_id=str(case.pk)).count() == 1


def test_what_was_sealed_in_the_request_is_sealed_in_the_list(world: World) -> None:
    case, row = _granted(world, "childcare_class")
    assert row.person_id == case.person_id
    assert "小丰" not in str(row.values)
    assert vault.read_inside("registers_row.text", UUID(row.values["child"])) == "小丰"


def test_a_result_is_seen_by_whose_it_is_and_by_no_other_county(world: World) -> None:
    case, row = _granted(world, "five_small_result")
    assert case.person_id is not None
    world.act("shushan")
    assert not Row.objects.filter(pk=row.pk).exists()
    member = next(one for one in world.actors.values() if one.user_id == case.user_id)
    context.enter(member)
    assert Row.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"list": "nowhere"}, "nowhere"),
        ({"list": "worker_studios", "studio": "nothing"}, "nothing"),
        ({"list": "worker_studios", "team": "leader"}, "whole"),
        ({"list": "worker_studios", "colour": "leader"}, "colour"),
        ({"list": "worker_studios", "studio": "studio"}, "leader"),
        ({"list": "service_station"}, "Rest stations"),
    ],
)
def test_a_definition_that_hands_a_list_what_it_cannot_take_is_refused(
    given: dict[str, str], said: str
) -> None:
    matter = definitions.load().matters["studio_application"]
    wrong = Matter.model_copy(matter, update={"outcomes": (Outcome(port="registers.add", given=given),)})
    assert any(said in problem for problem in checking.problems_of(wrong))


def test_a_request_the_list_could_not_take_is_refused_when_it_is_handed_in(world: World) -> None:
    world.act("province")
    rooms.publish()
    kept = lists.ready(rooms.CODE, at=AT)
    assert List.objects.get(code=rooms.CODE).pk == kept.id

    class Answers:
        def all(self) -> list[Any]:
            return [type("A", (), {"name": "title", "value": "长" * 41, "pk": None})()]

    case = type("C", (), {"answers": Answers(), "union_id": world.unions["luyang"].pk, "pk": UUID(int=1)})()
    with pytest.raises(NotTaken):
        outcomes.can_add(at=AT, case=case, given={"list": rooms.CODE, "name": "title"})


def test_a_title_is_named_once_and_withdrawn_with_a_reason(db: Any) -> None:
    made = build()
    made.act("province")
    rooms.publish(titles=True)
    officer, source = made.act("luyang"), Source("round", "7", "home")

    def name() -> Row:
        return titles.name(
            actor=officer,
            at=AT,
            code=rooms.CODE,
            union_id=made.unions["luyang"].pk,
            typed=rooms.typed(),
            source=source,
        )

    assert name().pk == name().pk
    for _time in range(2):
        row = titles.withdraw(actor=officer, at=AT, code=rooms.CODE, source=source, reason="复核不合格")
    assert (row.state, row.ended_on) == ("closed", AT.date())
    assert adding.of_source(lists.ready(rooms.CODE, at=AT), source) is not None
