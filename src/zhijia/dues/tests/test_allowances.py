"""Part-time chairs are paid once for the same months, within what the place allows; grants of a fund once."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from zhijia.dues.services import allowances
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import asking, deciding, handing_in, rosters
from zhijia.matters.tests.shipped import add_papers
from zhijia.matters.tests.world import build_with_member, here
from zhijia.payments.models import Payment
from zhijia.payments.services import batching
from zhijia.registry.models import Post
from zhijia.registry.tests.world import AT, appoint, member


@pytest.fixture
def world(db):
    world = build_with_member()
    for name, full_time in (("chair", False), ("employed", True)):
        person = member(world, name, "factory", serial=90 + full_time, called=f"王{name}").person_id
        world.act("luyang")
        Post.objects.create(
            person_id=person, union_id=world.unions["factory"].pk, county_id=world.unions["luyang"].pk,
            kind=Post.Kind.CHAIR, full_time=full_time, term_from=date(2024, 1, 1), term_to=date(2029, 1, 1),
        )  # fmt: skip
    return world


def _asked(world, who="王chair", yuan="900", year="2026", ends="m09") -> Case:
    actor = world.act("factory")
    case = asking.start(actor=actor, at=AT, code="chair_allowance", for_union=world.unions["factory"])
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"year": year, "ends": ends})
    rosters.add(
        actor=actor, at=AT, case_id=case.pk, line_id=uuid4(), typed={"who": who, "duty": "good", "sum": yuan}
    )
    add_papers(world, case, "factory", "")
    return handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())


def _granted(world, case) -> list[Payment]:
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    return list(Payment.objects.filter(case_id=case.pk))


def test_each_chair_of_the_list_is_paid_by_the_county(world):
    (payment,) = _granted(world, _asked(world))

    assert (payment.amount, payment.union_id) == (900_00, world.unions["luyang"].pk)
    assert (payment.person_id, payment.instalment) == (world.actors["chair"].person_id, 9)
    assert payment.title == "工会主席履职补贴（截至2026-09）"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"who": "张小丰"}, "not_this_chair"),
        ({"who": "王employed"}, "not_this_chair"),
        ({"yuan": "1500.01"}, "above_allowance"),
        ({"ends": "m08"}, "months_do_not_fit"),
        ({"ends": "m12"}, "months_to_come"),
        ({"year": "2027", "ends": "m03"}, "months_to_come"),
    ],
)
def test_what_is_no_allowance_is_not_handed_in(world, wrong, code):
    with pytest.raises(Refusal) as told:
        _asked(world, **wrong)
    assert told.value.code == code


def test_a_month_is_paid_for_once_it_is_over(world):
    case, given = _asked(world), {"year": "year", "ends": "ends"}

    allowances.can_allow(at=datetime(2026, 10, 1, 2, 0, tzinfo=UTC), case=case, given=given)
    with pytest.raises(Refusal) as told:
        allowances.can_allow(at=datetime(2026, 9, 30, 2, 0, tzinfo=UTC), case=case, given=given)
    assert told.value.code == "months_to_come"


def test_who_is_chair_no_more_is_not_paid(world):
    world.act("luyang")
    Post.objects.filter(person_id=world.actors["chair"].person_id).update(ended_on=date(2026, 6, 1))
    with pytest.raises(Refusal):
        _asked(world)


def test_the_same_months_are_paid_once_whichever_list_names_them(world):
    first, second = _asked(world), _asked(world)
    _granted(world, first)

    with pytest.raises(Refusal) as told, transaction.atomic():
        _granted(world, second)

    assert told.value.code == "paid_meanwhile"
    assert Payment.objects.count() == 1
    second.refresh_from_db()
    assert second.state == Case.State.OPEN
    assert len(_granted(world, _asked(world, ends="m06"))) == 1


def test_what_was_stopped_can_be_listed_and_paid_again(world):
    appoint(world, "luyang", "treasurer", "luyang-treasurer")
    (first,) = _granted(world, _asked(world))
    batching.stop(actor=world.act("luyang-treasurer"), at=AT, payment_id=first.pk, reason="账号有误")

    (second,) = _granted(world, _asked(world))

    assert (second.state, second.amount) == ("waiting", 900_00)


def test_a_grant_is_paid_from_its_fund_and_its_use_is_asked_later(world):
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code="craftsman_fund_grant")
    typed = {"project": "焊接带徒", "plan": "两期", "asked": "3000"}
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    add_papers(world, case, "member", "")
    handing_in.submit(actor=world.act("member"), at=AT, case_id=case.pk, key=uuid4())
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)

    (payment,) = _granted(world, case)

    assert (payment.fund, payment.amount) == ("craftsman", 3000_00)
    later = case.steps.get(state="later")
    assert later.code == "use"
