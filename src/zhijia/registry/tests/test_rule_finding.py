"""Finding people of the register by a rule: below a union, by right, and by consent alone where it is needed."""

from typing import Any

import pytest

from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Person
from zhijia.registry.services import consents
from zhijia.registry.tests import world
from zhijia.registry.tests.world import World
from zhijia.rules import evaluator, finding, ir, loading
from zhijia.rules.checker import check
from zhijia.rules.finding import Scope
from zhijia.rules.schema import declared

ON = days.business_day(world.AT)
ACTIVE = 'person.membership.status in ["10", "11"] && years(person.born_on, today) >= 18'


def _rule(text: str, purpose: str = "register") -> ir.Rule:
    return check(text, schema=declared, subject="person", purpose=purpose, parameters=lambda key: None)


@pytest.fixture
def members(db: None) -> World:
    """Three members at three unions, the last of another county."""
    made = world.build()
    for serial, union in enumerate(("factory", "couriers", "mill"), 1):
        world.member(made, union + "-member", union, serial=serial)
    return made


def _found(members: World, reader: str, below: str, rule: ir.Rule) -> list[Any]:
    members.act(reader)
    return finding.find(rule, scope=Scope(union=members.unions[below].pk), on=ON)


def _key(members: World, union: str) -> Any:
    return members.actors[f"{union}-member"].person_id


def test_a_rule_finds_those_below_the_union_asked(members: World) -> None:
    rule = _rule(ACTIVE)

    assert set(_found(members, "province", "luyang", rule)) == {
        _key(members, "factory"),
        _key(members, "couriers"),
    }
    assert len(_found(members, "province", "province", rule)) == 3
    assert _found(members, "province", "mill", rule) == [_key(members, "mill")]


def test_an_officer_of_another_union_finds_nobody(members: World) -> None:
    assert _found(members, "shushan", "luyang", _rule(ACTIVE)) == []
    assert _found(members, "mill", "province", _rule(ACTIVE)) == [_key(members, "mill")]


def test_nobody_who_is_not_logged_in_finds_anybody(members: World) -> None:
    context.enter(Actor(None, "page", "test"))

    assert finding.find(_rule(ACTIVE), scope=Scope(union=members.unions["province"].pk), on=ON) == []


def test_what_somebody_has_not_agreed_to_is_unknown_until_they_do(members: World) -> None:
    rule, person = _rule('person.education == "21"', "employment_facts"), _key(members, "factory")
    members.act("factory")
    Person.objects.filter(pk=person).update(education="21")

    before = finding.verdicts(rule, [person], ON)
    consents.give(actor=members.act("factory-member"), at=world.AT, purpose="employment_facts")
    members.act("factory")
    after = finding.verdicts(rule, [person], ON)

    assert (before, after) == ({person: None}, {person: True})


def test_what_is_loaded_decides_as_the_database_does(members: World) -> None:
    rule = _rule(
        f'{ACTIVE} && person.union.division.startsWith("3401") && !person.posts.exists(p, p.full_time)'
    )
    people = [_key(members, union) for union in ("factory", "couriers", "mill")]
    members.act("province")

    loaded = loading.load([rule], people, on=ON)
    decided = {key: evaluator.compiled(rule).of(held.row, on=ON, params={}) for key, held in loaded.items()}

    assert decided == finding.verdicts(rule, people, ON) == dict.fromkeys(people, True)
    assert {held.division for held in loaded.values()} == {"340103000000", "340104000000"}


@pytest.mark.parametrize(("reader", "found"), [("province", 3), ("luyang", 2), ("factory", 1)])
def test_unions_are_found_by_the_members_the_reader_may_see(members: World, reader: str, found: int) -> None:
    rule = check(
        "union.level == 6 && size(union.memberships.filter(m, m.joined_on <= today)) >= 1",
        schema=declared,
        subject="union",
        purpose="register",
        parameters=lambda key: None,
    )
    members.act(reader)

    assert finding.count(rule, scope=Scope(union=members.unions["province"].pk), on=ON) == found
