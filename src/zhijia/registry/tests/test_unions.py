"""Founding unions and saying whom they cover: by who may, once, with a sentence where it cannot be."""

from datetime import date
from typing import Any

import pytest

from zhijia.facts import queries as facts
from zhijia.kernel.codes import synthetic_union_code
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Parent, Union
from zhijia.registry.services import unions
from zhijia.registry.tests.world import AT, World


def found(world: World, name: str, parent: str, **more: Any) -> Union:
    """A grassroots union founded under one of the world's."""
    return unions.found_union(
        actor=world.act(name),
        at=AT,
        parent_id=world.unions[parent].pk,
        type="50",
        level=Union.Level.GRASSROOTS,
        division=world.unions[parent].division,
        founded_on=date(2026, 11, 20),
        **{"name": "新星电子工会", **more},
    )


def test_a_founded_union_hangs_in_the_tree_and_is_counted(world: World) -> None:
    made = found(world, "luyang", "luyang")

    assert made in tree.under(world.unions["luyang"].pk)
    assert made not in tree.under(world.unions["shushan"].pk)
    assert made.county_id == world.unions["luyang"].pk
    assert set(made.parents.values_list("tree", flat=True)) == {Parent.Tree.ORGANISATION, Parent.Tree.FUND}
    assert facts.total("union.founded", unions=[made.pk]) == 1


def test_an_officer_of_another_county_founds_nothing_here(world: World) -> None:
    with pytest.raises(NotForYou):
        found(world, "shushan", "luyang")


def test_a_name_or_a_credit_code_is_taken_once(world: World) -> None:
    code = synthetic_union_code(1)
    found(world, "luyang", "luyang", credit_code=code)

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "union_name_taken"):
        found(world, "luyang", "luyang")
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "union_code_taken"):
        found(world, "shushan", "shushan", credit_code=code)


def test_an_employer_is_covered_once_and_by_its_own_union_alone(world: World) -> None:
    covered = {"at": AT, "union_id": world.unions["factory"].pk, "name": "晨光机械有限公司"}

    first = unions.cover_employer(actor=world.act("factory"), **covered)
    again = unions.cover_employer(actor=world.act("factory"), **covered)

    assert first == again
    with pytest.raises(NotForYou):
        unions.cover_employer(actor=world.act("mill"), **covered)
    assert Coverage.objects.count() == 1
