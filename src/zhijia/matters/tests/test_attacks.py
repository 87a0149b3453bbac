"""What somebody tried against the engine, and what comes of it now."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import answers, seats
from zhijia.matters.models import Case, Step
from zhijia.matters.services import asking, deciding, handing_in, lacking
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, aid, asked, defined, here
from zhijia.registry.models import Membership, Union
from zhijia.registry.services import memberships
from zhijia.registry.tests.world import AT, World, dissolve, found, worker

DAY = timedelta(days=1)


def test_completing_does_not_raise_the_sum_above_what_was_agreed(world: World) -> None:
    case = asked(world, sum_yuan="1200")
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk, amount=50_000)
    deciding.send_back(
        actor=world.act("luyang"), at=AT, step_id=here(case).pk, to="union", reason="请再核实收入"
    )
    deciding.ask_for_more(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="请补充住院证明")
    asking.keep(actor=world.act("member"), at=AT, case_id=case.pk, typed={"sum": "4000"})
    handing_in.complete(actor=world.act("member"), at=AT + DAY, case_id=case.pk)
    case.refresh_from_db()
    assert case.amount == 50_000


def test_a_draft_is_thrown_away_whole(world: World) -> None:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"why": "家人住院"})
    asking.discard(actor=actor, at=AT, case_id=case.pk)
    assert not Case.objects.filter(code=CODE).exists()


def test_what_is_against_an_employer_passes_over_all_unions_of_the_workplace(world: World) -> None:
    workshop = found(world, "workshop", "factory", "晨光机械一车间工会", type="50", level=Union.Level.BRANCH)
    assert seats.above(workshop) == world.unions["luyang"]


def test_somebody_who_has_left_asks_for_nothing_that_is_for_members(world: World) -> None:
    draft = asking.start(actor=world.act("member"), at=AT, code=CODE)
    person = world.actors["member"].person_id
    world.act("factory")
    stay = Membership.objects.get(person_id=person)
    memberships.leave(actor=world.actors["factory"], at=AT, membership_id=stay.pk, reason="本人要求")
    asking.keep(
        actor=world.act("member"),
        at=AT,
        case_id=draft.pk,
        typed={"sum": "10", "why": "家人住院", "ill": "no"},
    )
    with pytest.raises(Refusal) as refused:
        handing_in.submit(actor=world.actors["member"], at=AT, case_id=draft.pk, key=uuid4())
    assert refused.value.code == "matter_not_for_you"


def test_a_draft_is_handed_in_under_the_definition_of_that_day(world: World, tmp_path: Path) -> None:
    draft = asking.start(actor=world.act("member"), at=AT, code=CODE)
    typed = {"sum": "10000", "why": "家人住院", "ill": "no"}
    asking.keep(actor=world.actors["member"], at=AT, case_id=draft.pk, typed=typed)
    form = [*aid()["form"], {"name": "more", "label": {"en": "More", "zh": "补充"}, "type": "text"}]
    with (
        defined(tmp_path / "later", aid(version=2, form=form)),
        pytest.raises(lacking.NotComplete) as incomplete,
    ):
        handing_in.submit(actor=world.actors["member"], at=AT, case_id=draft.pk, key=uuid4())
    assert [wrong.name for wrong in incomplete.value.wrong] == ["more"]


def test_nobody_is_handed_their_own_request(world: World) -> None:
    case = asked(world)
    own = world.actors["member"].user_id
    assert own is not None
    with pytest.raises((Refusal, NotForYou)):
        deciding.delegate(
            actor=world.act("factory"), at=AT, step_id=here(case).pk, user_id=own, reason="请办理"
        )
    assert Step.objects.get(case=case).taker_id is None


def test_nobody_asks_a_union_that_has_ended(world: World) -> None:
    worker(world, "boss")
    dissolve(world, "shushan")
    ended = world.unions["shushan"].code
    browser(world, "boss").post(reverse("matters:matter", args=["act_for_employer"]), {"union": ended})
    world.act("boss")
    assert not Case.objects.filter(user_id=world.actors["boss"].user_id).exists()


@pytest.mark.parametrize("typed", ["1e999999", "NaN", "-1", "1.005"])
def test_an_amount_nobody_means_is_refused_in_a_sentence(typed: str) -> None:
    question = Matter.model_validate(aid()).form[0]
    value, words = answers.read(question, typed, known=lambda _kind, _value: True)
    assert value is None
    assert words


def test_an_impossible_moment_in_the_address_is_the_first_page(world: World) -> None:
    page = browser(world, "member").get(reverse("matters:mine"), {"before": "2026-02-30T00:00"})
    assert page.status_code == 200
