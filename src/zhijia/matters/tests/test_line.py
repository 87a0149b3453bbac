"""A case along its line: handed in, decided, sent back, completed, taken back; each by whoever may and nobody else."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import asking, deciding, grounds, handing_in, lacking
from zhijia.matters.tests.world import CODE, asked, here
from zhijia.registry.tests.world import AT, World

LATER = AT + timedelta(hours=30)


def test_a_request_goes_from_the_union_to_the_county_and_is_granted(world: World) -> None:
    case = asked(world)
    assert here(case).seat_id == world.unions["factory"].pk
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    assert here(case).seat_id == world.unions["luyang"].pk
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (Case.State.GRANTED, AT)
    assert list(case.steps.values_list("code", "state").order_by("number")) == [
        ("union", "done"),
        ("county", "done"),
        ("city", "skipped"),
    ]


def test_the_city_decides_from_its_amount_on(world: World) -> None:
    case = asked(world, sum_yuan="5000")
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    assert here(case).seat_id == world.unions["city"].pk


def test_a_request_sent_back_two_steps_returns_straight_to_the_sender(world: World) -> None:
    case = asked(world, sum_yuan="5000")
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    deciding.send_back(
        actor=world.act("city"), at=AT, step_id=here(case).pk, to="union", reason="收入证明不清楚"
    )
    assert here(case).code == "union"
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    assert here(case).code == "city"
    deciding.approve(actor=world.act("city"), at=AT, step_id=here(case).pk)
    case.refresh_from_db()
    assert case.state == Case.State.GRANTED


def test_a_refusal_ends_the_request_and_says_why(world: World) -> None:
    case = asked(world)
    with pytest.raises(Refusal) as without:
        deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason=" ")
    assert without.value.code == "reason_missing"
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="本年度已补助")
    case.refresh_from_db()
    assert (case.state, Decision.objects.get(case=case).reason) == (Case.State.REFUSED, "本年度已补助")


@pytest.mark.parametrize("officer", ["mill", "shushan", "couriers"])
def test_an_officer_of_another_union_finds_nothing(world: World, officer: str) -> None:
    step = here(asked(world))
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act(officer), at=AT, step_id=step.pk)
    assert not Case.objects.exists()


def test_the_union_below_does_not_decide_for_the_county(world: World) -> None:
    case = asked(world)
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)


def test_the_same_form_is_handed_in_once(world: World) -> None:
    key = uuid4()
    case = asked(world, key=key)
    again = handing_in.submit(actor=world.act("member"), at=LATER, case_id=case.pk, key=key)
    assert (again.pk, again.opened_at, case.steps.count()) == (case.pk, AT, 1)
    with pytest.raises(Refusal) as other:
        handing_in.submit(actor=world.act("member"), at=LATER, case_id=case.pk, key=uuid4())
    assert other.value.code == "handed_in_already"


def test_a_draft_waits_and_is_taken_up_again(world: World) -> None:
    actor = world.act("member")
    first = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=first.pk, typed={"why": "家人住院"})
    again = asking.start(actor=actor, at=LATER, code=CODE)
    assert (again.pk, grounds.values_of(again)) == (first.pk, {"why": "家人住院"})


def test_what_is_missing_is_named_and_a_question_nobody_asks_is_not(world: World) -> None:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"why": "家人住院", "ill": "no"})
    with pytest.raises(lacking.NotComplete) as incomplete:
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    assert [wrong.name for wrong in incomplete.value.wrong] == ["sum"]
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "1200", "ill": "yes"})
    with pytest.raises(lacking.NotComplete) as still:
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    assert [wrong.name for wrong in still.value.wrong] == ["hospital"]


def test_the_clock_stands_still_while_the_applicant_adds_something(world: World) -> None:
    case = asked(world)
    step = here(case)
    due = step.due_at
    deciding.ask_for_more(actor=world.act("factory"), at=AT, step_id=step.pk, reason="请补充住院证明")
    with pytest.raises(Refusal):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=step.pk)
    handing_in.complete(actor=world.act("member"), at=AT + timedelta(days=3), case_id=case.pk)
    step.refresh_from_db()
    assert due is not None
    assert step.due_at is not None
    assert (step.state, step.due_at >= due + timedelta(days=3)) == (Step.State.ACTIVE, True)


def test_a_request_is_taken_back_by_whoever_asked_alone(world: World) -> None:
    case = asked(world)
    with pytest.raises(NotForYou):
        handing_in.withdraw(actor=world.act("factory"), at=AT, case_id=case.pk)
    handing_in.withdraw(actor=world.act("member"), at=AT, case_id=case.pk)
    with pytest.raises(Refusal):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=Step.objects.get(case=case).pk)


def test_an_added_signer_is_waited_for(world: World) -> None:
    case = asked(world)
    step = here(case)
    second = world.actors["city"].user_id
    assert second is not None
    deciding.add_signer(actor=world.act("factory"), at=AT, step_id=step.pk, user_id=second, place="after")
    deciding.approve(actor=world.act("factory"), at=AT, step_id=step.pk)
    assert here(case).pk == step.pk
    with pytest.raises(Refusal) as twice:
        deciding.approve(actor=world.act("factory"), at=AT, step_id=step.pk)
    assert twice.value.code == "signed_already"
    deciding.approve(actor=world.act("city"), at=AT, step_id=step.pk)
    assert here(case).code == "county"


def test_whoever_alone_decides_twice_in_a_row_is_asked_once(world: World) -> None:
    case = asked(world)
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    case.refresh_from_db()
    assert case.state == Case.State.GRANTED


def test_a_stranger_finds_no_request(world: World) -> None:
    case = asked(world)
    with pytest.raises(NotForYou):
        handing_in.withdraw(actor=world.act("couriers"), at=AT, case_id=UUID(str(case.pk)))
