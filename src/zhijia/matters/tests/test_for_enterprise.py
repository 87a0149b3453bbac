"""What an enterprise asks for: by whoever acts for it, once a union has looked at its letter."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from zhijia.catalogue.models import Division
from zhijia.kernel.codes import synthetic_employer_code
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.queries import inbox, mine, offered
from zhijia.matters.services import appealing, asking, deciding, handing_in, lacking
from zhijia.matters.tests.shipped import PDF
from zhijia.matters.tests.test_for_union import TYPED
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import build_with_member, here
from zhijia.registry.models import Coverage, Employer, Representative
from zhijia.registry.services import representatives
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, World, worker

LETTER = {
    "employer": "晨光物流有限公司",
    "employer_code": synthetic_employer_code(77),
    "post": "行政主管",
}


@pytest.fixture
def world(db: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    Division.objects.create(code="340103000000", name="庐阳区", level=3, parent="340100000000")
    monkeypatch.setattr(lacking.Given, "_materials_missing", lambda _given: [])
    world = build_with_member()
    worker(world, "boss")
    worker(world, "clerk")
    return world


def letter(world: World, who: str, *, union: str = "luyang", **more: str) -> Case:
    """A letter handed in, at the county unless another union is named."""
    case = asking.start(actor=world.act(who), at=AT, code="act_for_employer", union=world.unions[union])
    asking.keep(actor=world.act(who), at=AT, case_id=case.pk, typed={**LETTER, **more})
    return handing_in.submit(actor=world.act(who), at=AT, case_id=case.pk, key=uuid4())


def appointed(world: World, *who: str) -> Employer:
    """They act for one enterprise."""
    for name in who:
        case = letter(world, name)
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    return Employer.objects.get(credit_code=LETTER["employer_code"])


def kept(world: World) -> list[Representative]:
    """Whoever acted for an employer whose letter the county saw."""
    world.act("luyang")
    return list(Representative.objects.order_by("pk"))


def station(world: World, who: str, employer: Employer) -> Case:
    case = asking.start(actor=world.act(who), at=AT, code="station_application", for_employer=employer.pk)
    asking.keep(actor=world.act(who), at=AT, case_id=case.pk, typed=TYPED)
    return handing_in.submit(actor=world.act(who), at=AT, case_id=case.pk, key=uuid4())


def test_stations_are_among_what_an_enterprise_may_ask_for(world: World) -> None:
    world.act("boss")
    assert "station_application" in {matter.code for matter in offered.for_enterprise()}


def test_an_enterprise_asks_at_the_union_that_saw_its_letter_and_that_decides(world: World) -> None:
    employer = appointed(world, "boss")
    case = station(world, "boss", employer)
    assert (case.union_id, case.person_id, case.shown_name) == (
        world.unions["luyang"].pk, None, LETTER["employer"],
    )  # fmt: skip
    world.act("luyang")
    (row,) = inbox.rows_of(inbox.page(world.act("luyang")), AT)
    assert row.name == LETTER["employer"]
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    case.refresh_from_db()
    assert case.state == Case.State.GRANTED


def test_it_asks_at_the_lowest_union_that_covers_it(world: World) -> None:
    employer = appointed(world, "boss")
    world.act("founder")
    for key in ("luyang", "factory"):
        ready.add(Coverage(union=world.unions[key], employer=employer, valid_from=AT.date()))
    (acting,) = representatives.employers(world.act("boss"), AT)
    assert representatives.asks_at(acting, AT) == world.unions["factory"]


@pytest.mark.parametrize("who", ["clerk", "member", "factory", "luyang"])
def test_nobody_asks_for_an_enterprise_they_do_not_act_for(world: World, who: str) -> None:
    employer = appointed(world, "boss")
    with pytest.raises(NotForYou):
        asking.start(actor=world.act(who), at=AT, code="station_application", for_employer=employer.pk)


def test_what_is_for_members_is_nothing_for_an_enterprise(world: World) -> None:
    employer = appointed(world, "boss")
    with pytest.raises(Refusal) as told:
        asking.start(actor=world.act("boss"), at=AT, code="degree_support", for_employer=employer.pk)
    assert told.value.code == "matter_not_for_you"


def test_a_colleague_sees_what_was_handed_in_and_goes_on_with_it(world: World) -> None:
    employer = appointed(world, "boss", "clerk")
    case = station(world, "boss", employer)
    assert mine.find(world.act("clerk"), case.pk) is not None
    deciding.ask_for_more(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="面积不清楚")
    asking.keep(actor=world.act("clerk"), at=AT, case_id=case.pk, typed={"area": "45"})
    assert handing_in.complete(actor=world.act("clerk"), at=AT, case_id=case.pk).state == Case.State.OPEN
    deciding.refuse(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="位置不合适")
    objection = appealing.appeal(
        actor=world.act("clerk"), at=AT, case_id=case.pk, key=uuid4(), reason="位置在厂门口"
    )
    assert mine.find(world.act("boss"), objection.pk) is not None


def test_a_draft_stays_with_whoever_began_it(world: World) -> None:
    employer = appointed(world, "boss", "clerk")
    draft = asking.start(actor=world.act("boss"), at=AT, code="station_application", for_employer=employer.pk)
    assert mine.find(world.act("clerk"), draft.pk) is None
    with pytest.raises(NotForYou):
        asking.keep(actor=world.act("clerk"), at=AT, case_id=draft.pk, typed=TYPED)


@pytest.mark.parametrize("who", ["boss", "luyang"])
def test_who_acts_no_more_does_nothing_more_and_sees_no_colleagues_requests(world: World, who: str) -> None:
    employer = appointed(world, "boss", "clerk")
    case = station(world, "clerk", employer)
    world.act("boss")
    acting = Representative.objects.get(user_id=world.actors["boss"].user_id)
    for _twice in range(2):
        representatives.end(actor=world.act(who), at=AT, representative_id=acting.pk)
    assert mine.find(world.act("boss"), case.pk) is None
    with pytest.raises(NotForYou):
        handing_in.withdraw(actor=world.act("boss"), at=AT, case_id=case.pk)
    assert handing_in.withdraw(actor=world.act("clerk"), at=AT, case_id=case.pk).state == "withdrawn"


@pytest.mark.parametrize("who", ["clerk", "member", "mill"])
def test_nobody_else_ends_it(world: World, who: str) -> None:
    appointed(world, "boss")
    acting = kept(world)[0]
    with pytest.raises(NotForYou):
        representatives.end(actor=world.act(who), at=AT, representative_id=acting.pk)


def test_nobody_appoints_themselves_not_by_hand_either(world: World) -> None:
    employer = appointed(world, "clerk")
    boss = world.act("boss")
    with pytest.raises(NotForYou):
        representatives.appoint(
            actor=boss, at=AT, user_id=boss.user_id or 0, union=world.unions["luyang"],
            name=employer.name, credit_code=employer.credit_code or "",
        )  # fmt: skip
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Representative.objects.create(
            user_id=boss.user_id, employer=employer, union_id=1, county_id=1, valid_from=AT.date()
        )
    assert connection.is_usable()


def test_a_letter_twice_is_one(world: World) -> None:
    appointed(world, "boss")
    appointed(world, "boss")
    assert len(kept(world)) == 1


@pytest.mark.parametrize("code", ["", "12", "91340103MA000000X9", "9" * 18, "é" * 18])
def test_a_letter_with_a_code_no_employer_has_is_not_handed_in(world: World, code: str) -> None:
    with pytest.raises((Refusal, lacking.NotComplete)):
        letter(world, "boss", employer_code=code)
    assert kept(world) == []


WIDE = {number: number + 0xFEE0 for number in range(ord("0"), ord("9") + 1)}


@pytest.mark.parametrize("typed", [str.lower, lambda code: f" {code} ", lambda code: code.translate(WIDE)])
def test_a_code_typed_otherwise_is_the_same_enterprise(world: World, typed: Callable[[str], str]) -> None:
    appointed(world, "clerk")
    case = letter(world, "boss", employer_code=typed(LETTER["employer_code"]))
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    assert Employer.objects.count() == 1


def test_a_union_vouches_for_nobody_whose_employer_other_unions_cover(world: World) -> None:
    employer = appointed(world, "boss")
    world.act("founder")
    ready.add(Coverage(union=world.unions["factory"], employer=employer, valid_from=AT.date()))
    with pytest.raises(Refusal) as told:
        letter(world, "clerk", union="shushan")
    assert told.value.code == "other_unions_employer"
    assert world.unions["factory"].name in str(told.value)
    with pytest.raises(Refusal):
        representatives.appoint(
            actor=world.act("shushan"), at=AT, user_id=world.actors["clerk"].user_id or 0,
            union=world.unions["shushan"], name=employer.name, credit_code=employer.credit_code or "",
        )  # fmt: skip
    case = letter(world, "clerk", union="factory")
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    assert len(kept(world)) == 2


def test_below_a_county_a_union_vouches_for_its_own_employers_alone(world: World) -> None:
    with pytest.raises(Refusal) as told:
        letter(world, "boss", union="mill")
    assert told.value.code == "letter_to_the_county"


def test_what_was_chosen_stays_where_the_letter_is_refused(world: World) -> None:
    actor = world.act("boss")
    case = asking.start(actor=actor, at=AT, code="act_for_employer", union=world.unions["luyang"])
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={**LETTER, "employer_code": "123"})
    client, address = browser(world, "boss"), reverse("matters:check", args=[case.pk])
    sent = {"once": str(uuid4()), "file-letter": SimpleUploadedFile("a.pdf", PDF, "application/pdf")}
    page = client.post(address, sent, follow=True).content.decode()
    assert "统一社会信用代码" in page
    world.act("boss")
    assert case.materials.count() == 1
    case.refresh_from_db()
    assert case.state == Case.State.DRAFT


def test_the_pages_begin_it_and_end_it(world: World) -> None:
    address = reverse("matters:for_enterprise")
    offered_first = browser(world, "boss").get(address).content.decode()
    assert reverse("matters:matter", args=["act_for_employer"]) in offered_first
    employer = appointed(world, "boss")
    client = browser(world, "boss")
    page = client.get(address).content.decode()
    assert "工会驿站申报" in page
    assert LETTER["employer"] in page
    answer = client.post(address, {"body": str(employer.pk), "code": "station_application"})
    world.act("boss")
    case = Case.objects.get(code="station_application")
    assert answer["location"] == reverse("matters:form", args=[case.pk])
    assert client.get(answer["location"]).status_code == 200
    world.act("boss")
    acting = Representative.objects.get()
    assert browser(world, "clerk").post(reverse("matters:act_no_more", args=[acting.pk])).status_code == 302
    assert kept(world)[0].valid_to is None
    client.post(reverse("matters:act_no_more", args=[acting.pk]))
    assert kept(world)[0].valid_to is not None
    refused = client.post(address, {"body": str(employer.pk), "code": "station_application"})
    assert refused.status_code == 422
