"""Several sign one step: everybody, anybody, one before or after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import deciding
from zhijia.matters.tests.world import aid, asked, build_with_member, defined, here
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, World, appoint


@pytest.fixture
def signs(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "all"))


@pytest.fixture
def world(db: Any, tmp_path: Path, signs: str) -> Iterator[World]:
    """The union's own step is signed by everybody (or anybody) of its three officers."""
    matter = aid()
    matter["steps"][0]["signs"] = signs
    with defined(tmp_path, matter):
        world = build_with_member()
        for name in ("second", "third"):
            appoint(world, "factory", "grassroots_officer", name)
        yield world


def _approve(world: World, name: str, case: Case) -> str:
    deciding.approve(actor=world.act(name), at=AT, step_id=here(case).pk)
    return here(case).code


def test_a_step_that_all_sign_goes_on_with_the_last_signature(world: World) -> None:
    case = asked(world)
    world.act("factory")
    assert here(case).signers.count() == 3
    assert [_approve(world, name, case) for name in ("factory", "third", "second")] == [
        "union",
        "union",
        "county",
    ]


def test_nobody_signs_for_two_where_all_sign(world: World) -> None:
    case = asked(world)
    _approve(world, "factory", case)
    with pytest.raises(Refusal) as twice:
        _approve(world, "factory", case)
    assert twice.value.code == "signed_already"


def test_one_no_ends_what_all_have_to_sign(world: World) -> None:
    case = asked(world)
    _approve(world, "factory", case)
    deciding.refuse(actor=world.act("second"), at=AT, step_id=here(case).pk, reason="不符合条件")
    case.refresh_from_db()
    assert case.state == Case.State.REFUSED


def test_somebody_who_lost_the_right_meanwhile_is_not_waited_for(world: World) -> None:
    case = asked(world)
    world.act("founder")
    gone: Actor = world.actors["third"]
    ready.behind("UPDATE registry_grant SET valid_to = %s WHERE user_id = %s", [AT.date(), gone.user_id])
    assert [_approve(world, name, case) for name in ("factory", "second")] == ["union", "county"]


@pytest.mark.parametrize("signs", ["any"], indirect=True)
def test_any_one_signature_is_enough_where_any_may_sign(world: World) -> None:
    assert _approve(world, "third", asked(world)) == "county"


@pytest.mark.parametrize("signs", ["one"], indirect=True)
@pytest.mark.parametrize(("place", "too_early"), [("before", "factory"), ("after", "city")])
def test_who_was_added_before_or_after_signs_in_that_order(world: World, place: str, too_early: str) -> None:
    case = asked(world)
    user = world.actors["city"].user_id
    assert user is not None
    deciding.add_signer(actor=world.act("factory"), at=AT, step_id=here(case).pk, user_id=user, place=place)
    with pytest.raises(Refusal) as early:
        _approve(world, too_early, case)
    assert early.value.code == "others_sign_first"
    first, then = ("city", "factory") if place == "before" else ("factory", "city")
    assert [_approve(world, first, case), _approve(world, then, case)] == ["union", "county"]
