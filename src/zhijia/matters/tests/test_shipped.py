"""The matters that come with the program: each can be read, drawn, asked, and goes through all its steps by its real
seats to the end, and to a refusal."""

from typing import Any

import pytest

from zhijia.catalogue import definitions, parameters
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.versions import content
from zhijia.matters.models import Case, Step
from zhijia.matters.services import appealing, checking, versions
from zhijia.matters.tests.shipped import Tale, handed_in, refused, through
from zhijia.matters.tests.tales import TALES
from zhijia.matters.tests.world import build_with_member
from zhijia.notices.models import Message
from zhijia.registry.tests.world import AT, World, appoint

SHIPPED = sorted(definitions.load().matters.values(), key=lambda matter: matter.code)
ELSEWHERE = {"notice_objection", "join", "transfer_out", "joining", "agree_to_services", "rectification"}
"""Tested whole where what they need is: `test_notices.py`, `test_transfers.py`, `together/test_in_turn.py`, the
registry's tests of joining, the way of an appraisal."""


@pytest.fixture
def world(db: Any) -> World:
    world = build_with_member()
    appoint(world, "luyang", "county_reviewer", "luyang-second")
    appoint(world, "city", "county_reviewer", "city-second")
    return world


@pytest.mark.parametrize("matter", SHIPPED, ids=lambda matter: matter.code)
def test_nothing_is_wrong_with_it(matter: Matter) -> None:
    assert checking.problems_of(matter) == []


@pytest.mark.parametrize("matter", SHIPPED, ids=lambda matter: matter.code)
def test_it_is_the_same_after_it_was_kept(matter: Matter) -> None:
    assert Matter.model_validate(content(matter)) == matter


def test_every_one_has_its_tale() -> None:
    assert {matter.code for matter in SHIPPED} - ELSEWHERE == TALES.keys()


@pytest.mark.parametrize("code", sorted(TALES))
def test_it_goes_through_all_its_steps_to_the_end(world: World, code: str) -> None:
    tale = TALES[code]
    case = handed_in(world, code, tale)
    matter = versions.definition(case.version)
    through(world, case, matter, tale)
    case.refresh_from_db()
    assert case.state == "granted"
    been = set(Step.objects.filter(case=case, state="done").values_list("code", flat=True))
    assert been == {step.code for step in matter.steps if not step.after_months and step.does != "wait"}
    later = set(Step.objects.filter(case=case, state="later").values_list("code", flat=True))
    assert later == {step.code for step in matter.steps if step.after_months}
    assert _told(world, tale, "case_granted") == (len(matter.items) or 1)
    tale.seen(world, case)


@pytest.mark.parametrize("code", sorted(code for code in TALES if TALES[code].refusable))
def test_it_is_refused_with_a_reason_that_is_told(world: World, code: str) -> None:
    tale = TALES[code]
    case = handed_in(world, code, tale)
    matter = versions.definition(case.version)
    refused(world, case, matter, tale)
    case.refresh_from_db()
    assert case.state == "refused"
    assert _told(world, tale, "case_refused") == (len(matter.items) or 1)
    assert appealing.is_open(case, matter, AT) == (matter.appeal is not None)


def test_each_part_of_the_engine_is_used_by_one() -> None:
    steps = [step for matter in SHIPPED for step in matter.steps]
    assert any(step.notice for step in steps)
    assert any(step.serving for step in steps)
    assert any(step.after_months for step in steps)
    assert any(step.signs == "all" for step in steps)
    assert any(step.from_amount for step in steps)
    assert any(step.does == "report" for step in steps)
    assert any(matter.papers for matter in SHIPPED)
    assert any(matter.items for matter in SHIPPED)
    assert any(matter.roster for matter in SHIPPED)


def _told(world: World, tale: Tale, kind: str) -> int:
    actor = world.act(tale.asker)
    joining = list(Case.objects.filter(code="join").values_list("number", flat=True))
    return (
        Message.objects.filter(user_id=actor.user_id, kind=kind).exclude(values__number__in=joining).count()
    )


def test_a_mediation_takes_as_long_as_its_words_say_at_most() -> None:
    matter = definitions.load().matters["mediation"]
    limits = [step.serving.reply if step.serving else step.limit for step in matter.steps]
    in_days = {"days": 1, "hours": 1 / 24}
    day = AT.date()
    takes = sum(parameters.value(one.parameter, day=day) * in_days[one.unit] for one in limits if one)
    assert takes <= 15
    assert "最多15天" in matter.guidance.zh
    assert len({one.parameter for one in limits if one}) == len(matter.steps)
