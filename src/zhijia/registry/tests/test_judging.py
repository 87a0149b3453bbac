"""Several rules asked of one member at once: one statement, consent by each purpose."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.registry.models import Person
from zhijia.registry.services import consents
from zhijia.registry.tests.world import AT, World, build, member
from zhijia.rules.judging import judge

ON = date(2026, 11, 21)
WORDS = {"en": "Words", "zh": "文字"}


def rule(code: str, text: str, purpose: str = "register") -> RuleDefinition:
    return RuleDefinition.model_validate(
        {
            "code": code,
            "label": WORDS,
            "version": 1,
            "source": "test",
            "confidence": "D",
            "subject": "person",
            "purpose": purpose,
            "since": "2026-01-01",
            "text": text,
        }
    )


RULES = [
    rule("fitting", 'person.membership.status == "10"'),
    rule("missed", "years(person.membership.joined_on, today) >= 3"),
    rule("hidden", 'person.skill == "01"', "employment_facts"),
]


@pytest.fixture
def world(db: Any) -> World:
    world = build()
    member(world, "member", "factory", serial=1)
    return world


def test_rules_of_several_purposes_are_read_in_one_statement(world: World) -> None:
    actor = world.act("member")
    with CaptureQueriesContext(connection) as asked:
        judged = judge(RULES, actor.person_id, on=ON)
    assert [one.told.value for one in judged.values()] == [True, False, None]
    assert len([query for query in asked if "registry_person" in query["sql"]]) == 1


def test_what_consent_hides_is_unknown_to_the_rule_of_that_purpose_alone(world: World) -> None:
    actor = world.act("member")
    hidden = judge(RULES, actor.person_id, on=ON)["hidden"].told
    assert hidden.nearest is not None
    assert [question.consent for question in hidden.nearest.ask] == [True]
    consents.give(actor=actor, at=AT, purpose="employment_facts")
    Person.objects.filter(pk=actor.person_id).update(skill="01")
    assert judge(RULES, actor.person_id, on=ON)["hidden"].told.value is True


def test_somebody_out_of_sight_is_judged_by_nothing(world: World) -> None:
    person = world.actors["member"].person_id
    world.act("mill")
    assert judge(RULES, person, on=ON) == {}
