"""Objecting to an answer: once, in time, at the union above, decided by nobody who had a say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.queries import mine
from zhijia.matters.services import appealing, asking, deciding, grounds, handing_in, versions
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, aid, defined, here
from zhijia.registry.tests.world import AT, World, appoint, member
from zhijia.vault import services as vault

WITH_LIMIT = {"appeal": {"parameter": "matter.appeal_days", "unit": "days"}}


@pytest.fixture
def matter(tmp_path: Path) -> Iterator[None]:
    definition = aid(**WITH_LIMIT)
    definition["form"].append(
        {"name": "paid_to", "label": {"en": "Account", "zh": "收款账号"}, "type": "text", "sealed": True}
    )
    with defined(tmp_path, definition):
        yield


def refused(world: World) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    typed = {"sum": "1200", "why": "家人住院", "ill": "no", "paid_to": "6222000000000000"}
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="缺少证明")
    world.act("member")
    return Case.objects.get(pk=case.pk)


def objected(world: World, case: Case, key: UUID | None = None) -> Case:
    return appealing.appeal(
        actor=world.act("member"), at=AT, case_id=case.pk, key=key or uuid4(), reason="证明已经交过"
    )


def test_an_objection_begins_at_the_union_above_with_what_was_answered(world: World) -> None:
    case = refused(world)
    objection = objected(world, case)
    assert objection.appeals_id == case.pk
    assert objection.union_id == world.unions["luyang"].pk
    assert objection.version_id == case.version_id
    assert here(objection).seat_id == world.unions["luyang"].pk
    assert grounds.values_of(objection)["why"] == "家人住院"
    sealed = objection.answers.get(name="paid_to")
    assert sealed.value is True
    assert vault.read_inside(asking.VALUE, sealed.pk) == "6222000000000000"
    assert "objection" in objection.flags


def test_the_union_that_refused_does_not_find_the_objection(world: World) -> None:
    objection = objected(world, refused(world))
    world.act("factory")
    assert not Case.objects.filter(pk=objection.pk).exists()
    world.act("mill")
    assert not Case.objects.filter(pk=objection.pk).exists()


def test_whoever_had_a_say_in_the_answer_does_not_decide_the_objection(world: World) -> None:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    typed = {"sum": "1200", "why": "家人住院", "ill": "no", "paid_to": "6222000000000000"}
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    deciding.refuse(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="缺少证明")
    objection = objected(world, case)
    with pytest.raises(Refusal) as refusal:
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(objection).pk)
    assert refusal.value.code == "decided_before"
    colleague = appoint(world, "luyang", "county_reviewer", "colleague")
    world.act("colleague")
    assert deciding.approve(actor=colleague, at=AT, step_id=here(objection).pk).pk == objection.pk


def test_the_same_objection_posted_twice_is_one(world: World) -> None:
    case, key = refused(world), uuid4()
    first = objected(world, case, key)
    assert objected(world, case, key).pk == first.pk
    with pytest.raises(Refusal):
        objected(world, case)
    assert Case.objects.filter(appeals=case).count() == 1


def test_two_objections_are_refused_by_the_database_too(world: World) -> None:
    case = refused(world)
    first = objected(world, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            version=first.version, code=first.code, union_id=first.union_id, county_id=first.county_id,
            user_id=first.user_id, appeals=case, made_at=AT, changed_at=AT,
        )  # fmt: skip


@pytest.mark.parametrize(("after", "open_still"), [(0, True), (60, True), (70, False)])
def test_an_objection_comes_within_its_limit(world: World, after: int, open_still: bool) -> None:
    case = refused(world)
    matter = versions.definition(case.version)
    case.closed_at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert appealing.is_open(case, matter, case.closed_at + timedelta(days=after)) is open_still


def test_an_objection_is_not_objected_to(world: World) -> None:
    objection = objected(world, refused(world))
    deciding.refuse(actor=world.act("luyang"), at=AT, step_id=here(objection).pk, reason="维持原决定")
    world.act("member")
    objection.refresh_from_db()
    assert not appealing.is_open(objection, versions.definition(objection.version), AT)


PETITION = {"kind": "complaint", "subject": "食堂", "what": "食堂晚上不开门"}


def answered(world: World) -> Case:
    """A petition that was taken up by the county and answered by it."""
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code="petition")
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=PETITION)
    handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    for _step in ("register", "answer"):
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    world.act("member")
    case.refresh_from_db()
    assert case.state == Case.State.GRANTED
    return case


def test_an_answer_to_a_petition_is_reviewed_by_the_union_above_once_and_in_time(world: World) -> None:
    case = answered(world)
    matter = versions.definition(case.version)
    assert appealing.is_open(case, matter, AT + timedelta(days=29))
    assert not appealing.is_open(case, matter, AT + timedelta(days=32))
    review = objected(world, case)
    assert here(review).seat_id == review.union_id == world.unions["city"].pk
    assert not appealing.is_open(case, matter, AT)
    world.act("member")
    assert mine.line(case, matter, AT)[-1].href == reverse("matters:case", args=[review.pk])


def test_the_page_of_an_answered_petition_offers_the_review(world: World) -> None:
    case = answered(world)
    page = browser(world, "member").get(reverse("matters:case", args=[case.pk])).content.decode()
    assert reverse("matters:appeal", args=[case.pk]) in page
    assert "对答复不满意的，可以提出异议" in page


def test_what_was_granted_elsewhere_is_not_objected_to(world: World) -> None:
    case = refused(world)
    case.state = Case.State.GRANTED
    assert appealing.until(case, versions.definition(case.version)) is None


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"amount": "", "outcomes": [{"port": "registry.leave"}]},
        {"amount": "", "facts": [{"kind": "matter.granted", "on": "granted"}]},
    ],
)
def test_what_does_something_when_granted_is_never_granted_twice(more: dict[str, Any]) -> None:
    after = {"appeal": {**WITH_LIMIT["appeal"], "after": ["refused", "granted"]}}
    assert Matter.model_validate(aid(**{"amount": "", **after})).appeal is not None
    with pytest.raises(ValueError, match="nothing comes of it but the answer"):
        Matter.model_validate(aid(**after, **more))


def test_another_member_objects_to_nothing(world: World) -> None:
    case = refused(world)
    other = member(world, "other", "factory", serial=42)
    with pytest.raises(NotForYou):
        appealing.appeal(actor=other, at=AT, case_id=case.pk, key=uuid4(), reason="我也不服")


def test_a_reason_is_asked_for(world: World) -> None:
    case = refused(world)
    with pytest.raises(Refusal) as refusal:
        appealing.appeal(actor=world.act("member"), at=AT, case_id=case.pk, key=uuid4(), reason="  ")
    assert refusal.value.code == "reason_missing"


def test_the_page_offers_it_and_the_line_goes_on_to_it(world: World) -> None:
    case = refused(world)
    client = browser(world, "member")
    address = reverse("matters:case", args=[case.pk])
    assert reverse("matters:appeal", args=[case.pk]) in client.get(address).content.decode()
    answer = client.post(
        reverse("matters:appeal", args=[case.pk]), {"once": str(uuid4()), "reason": "证明已交"}
    )
    world.act("member")
    objection = Case.objects.get(appeals=case)
    assert answer["location"] == reverse("matters:case", args=[objection.pk])
    stops = mine.line(case, versions.definition(case.version), AT)
    assert stops[-1].href == answer["location"]
    assert "证明已交" in client.get(answer["location"]).content.decode()
    page = client.get(address).content.decode()
    assert reverse("matters:appeal", args=[case.pk]) not in page
