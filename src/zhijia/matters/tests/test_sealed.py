"""A request against the employer: nobody at the employer's own union or below finds a trace of it, unless the applicant
opens it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.facts.models import Fact
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Answer, Case, Step
from zhijia.matters.queries import inbox
from zhijia.matters.services import asking, deciding, desk, handing_in, merging, opening
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import aid, build_with_member, defined, here
from zhijia.registry import access
from zhijia.registry.tests.world import AT, World

CODE = "test.against"
BELOW = ["factory", "couriers", "mill", "shushan"]


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Iterator[World]:
    against = aid(code=CODE, against_employer=True, who=["member", "officer_for_member"])
    with defined(tmp_path, aid(), against):
        yield build_with_member()


@pytest.fixture
def case(world: World) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "100", "why": "拖欠工资", "ill": "no"})
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())


def pages(client: Client, case: Case) -> list[int]:
    """What the pages that name the case answer."""
    return [
        client.get(reverse(f"matters:{name}", args=[case.pk])).status_code
        for name in ("file", "case", "paper", "go")
    ]


def test_it_begins_at_the_union_above_and_its_officer_decides(world: World, case: Case) -> None:
    assert (case.sealed, here(case).seat_id) == (True, world.unions["luyang"].pk)
    page = browser(world, "luyang").get(reverse("matters:inbox")).content.decode()
    assert case.number in page


@pytest.mark.parametrize("officer", BELOW)
def test_no_row_line_file_paper_or_count_of_it_is_found_below_or_beside(
    world: World, case: Case, officer: str
) -> None:
    step = here(case).pk
    actor = world.act(officer)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Step.objects.filter(case_id=case.pk).exists()
    assert not Answer.objects.filter(case_id=case.pk).exists()
    assert inbox.count(access.rights_of(actor)) == 0
    with pytest.raises(NotForYou):
        deciding.approve(actor=actor, at=AT, step_id=step)
    client = browser(world, officer)
    assert case.number not in client.get(reverse("matters:inbox")).content.decode()
    assert pages(client, case) == [404] * 4


def test_its_number_cannot_be_found_out_by_linking_to_it(world: World, case: Case) -> None:
    actor = world.act("member")
    plain = asking.start(actor=actor, at=AT, code="test.aid")
    asking.keep(actor=actor, at=AT, case_id=plain.pk, typed={"sum": "100", "why": "住院", "ill": "no"})
    plain = handing_in.submit(actor=actor, at=AT, case_id=plain.pk, key=uuid4())
    with pytest.raises(Refusal) as refused:
        merging.link(actor=world.act("factory"), at=AT, case_id=plain.pk, number=case.number, why="试")
    assert refused.value.code == "no_such_number"


def test_the_employers_own_union_does_not_ask_for_it_at_a_desk(world: World) -> None:
    person = world.actors["member"].person_id
    assert person is not None
    with pytest.raises(NotForYou):
        desk.begin(actor=world.act("factory"), at=AT, code=CODE, person_id=person, agreed="here")


def test_its_facts_name_no_person(world: World, case: Case) -> None:
    world.act("luyang")
    facts = Fact.objects.filter(record="case", record_id=str(case.pk))
    assert list(facts.values_list("person_id", flat=True)) == [None]


def test_the_applicant_opens_it_to_their_own_union_deliberately(world: World, case: Case) -> None:
    client = browser(world, "member")
    assert client.post(reverse("matters:open_up", args=[case.pk])).status_code == 302
    factory = browser(world, "factory")
    page = factory.get(reverse("matters:file", args=[case.pk]))
    assert "拖欠工资" in page.content.decode()
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    assert pages(browser(world, "couriers"), case) == [404] * 4
    assert pages(browser(world, "mill"), case) == [404] * 4


@pytest.mark.parametrize("officer", ["luyang", "factory"])
def test_nobody_but_the_applicant_opens_it(world: World, case: Case, officer: str) -> None:
    with pytest.raises(NotForYou):
        opening.open_up(actor=world.act(officer), at=AT, case_id=case.pk)
    world.act("member")
    case.refresh_from_db()
    assert case.sealed


def test_opening_it_twice_is_opening_it_once(world: World, case: Case) -> None:
    actor = world.act("member")
    for _time in range(2):
        opening.open_up(actor=actor, at=AT, case_id=case.pk)
    case.refresh_from_db()
    assert (case.sealed, case.other_union_id) == (False, world.unions["factory"].pk)
