"""A membership corrected, kept or ended by a request: whole when it is granted, untouched when it is not."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from zhijia.catalogue import definitions
from zhijia.facts.models import Fact
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Answer, Case
from zhijia.matters.services import asking, deciding, handing_in
from zhijia.matters.tests.world import build_with_member, here
from zhijia.registry.models import Membership, Person
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault

TODAY = date(2026, 11, 20)


@pytest.fixture
def world(db: Any) -> World:
    return build_with_member()


def _asked(world: World, code: str, **typed: str) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=code)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())


def _granted(world: World, case: Case) -> None:
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    case.refresh_from_db()
    assert case.state == Case.State.GRANTED


def _person(world: World) -> Person:
    return Person.objects.get(pk=world.actors["member"].person_id)


def _membership(world: World) -> Membership:
    return Membership.objects.get(person_id=world.actors["member"].person_id)


@pytest.mark.parametrize(
    ("field", "typed"), [("name", "张晓峰"), ("employer_name", "晨光二厂"), ("email", "a@b.cn")]
)
def test_a_field_is_put_right_and_lay_sealed_meanwhile(world: World, field: str, typed: str) -> None:
    case = _asked(world, "correction", which=field, right=typed)
    assert Answer.objects.get(case=case, name="right").value is True
    _granted(world, case)
    person = _person(world)
    kept = (
        vault.read_inside("registry_person.email", person.pk) if field == "email" else getattr(person, field)
    )
    assert (kept, person.sources[field]) == (typed, ["correction", "2026-11-20"])


def test_a_value_the_field_cannot_hold_is_refused_before_it_is_handed_in(world: World) -> None:
    with pytest.raises(Refusal) as bad:
        _asked(world, "correction", which="phone", right="12345")
    assert bad.value.code == "field_mobile"
    assert not Case.objects.filter(code="correction").exclude(state="draft").exists()


def test_a_correction_that_is_refused_changes_nothing(world: World) -> None:
    world.act("member")
    before = _person(world).name
    case = _asked(world, "correction", which="name", right="张晓峰")
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="与身份证不符")
    assert _person(world).name == before


def test_a_membership_is_kept_without_dues_and_vote(world: World) -> None:
    case = _asked(world, "retention", why="retired", since="2026-11-20")
    _granted(world, case)
    assert (_membership(world).status, _membership(world).valid_to) == (
        Membership.Status.RETAINED_RETIRED,
        None,
    )


def test_a_day_before_the_membership_is_refused_before_it_is_handed_in(world: World) -> None:
    with pytest.raises(Refusal) as outside:
        _asked(world, "retention", why="retired", since="2020-01-01")
    assert outside.value.code == "retain_day"


def test_leaving_ends_the_membership_once(world: World) -> None:
    case = _asked(world, "leaving", sure="want")
    _granted(world, case)
    assert (_membership(world).status, _membership(world).valid_to) == (Membership.Status.LEFT, TODAY)
    assert Fact.objects.filter(kind="member.left", record_id=str(_membership(world).pk)).count() == 1
    with pytest.raises(Refusal):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=case.steps.get().pk)


@pytest.mark.parametrize("code", ["correction", "retention", "leaving"])
def test_nobody_refuses_a_member_to_leave_and_strangers_decide_nothing(world: World, code: str) -> None:
    typed = {
        "correction": {"which": "name", "right": "张晓峰"},
        "retention": {"why": "retired", "since": "2026-11-20"},
        "leaving": {"sure": "want"},
    }[code]
    case = _asked(world, code, **typed)
    step = here(case)
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("mill"), at=AT, step_id=step.pk)
    may = definitions.load().matters[code].steps[0].may
    assert ("refuse" in may) == (code != "leaving")
