"""From a poster to a request to join, and from my data to a correction: what is asked, of whom, and who learns what
(MEM-03 to MEM-06, MEM-14, PI-04)."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import (
    appealing,
    asking,
    batching,
    deciding,
    handing_in,
    joining,
    lacking,
    versions,
)
from zhijia.registry.models import Membership, Person
from zhijia.registry.services import memberships, unions
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

SAID = {"name": "欧阳兰", "id_number": worlds.number(2), "occupation": "food_rider", "workplace": "城东站点"}


@pytest.fixture
def world(db: Any) -> World:
    return worlds.build()


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def begun(world: World, name: str, union: str, /, **said: str) -> Case:
    """A draft of this worker at this union, with what they typed."""
    actor = world.actors.get(name) or worlds.worker(world, name)
    world.act(name)
    case = joining.begin(actor=actor, at=AT, union=world.unions[union], routed="employer")
    if said:
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed=said)
    return case


def asked_of(case: Case) -> set[str]:
    return lacking.Given(case, versions.definition(case.version), AT).asked()


def test_a_newcomer_is_asked_four_things_and_somebody_known_one(world: World) -> None:
    newcomer = begun(world, "lan", "factory")
    worlds.member(world, "ding", "factory", serial=1)
    known = begun(world, "ding", "mill")

    assert asked_of(newcomer) == {"name", "id_number", "workplace", "occupation"}
    assert asked_of(known) == {"workplace"}


def test_what_somebody_known_types_of_themselves_is_not_looked_at(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)

    case = begun(world, "ding", "mill", name="别人", id_number=worlds.number(3), workplace="新河纺织厂")

    assert set(case.answers.values_list("name", flat=True)) == {"workplace", joining.ROUTED}
    assert case.shown_name == "张小丰"


def test_a_newcomer_comes_into_the_register_as_they_said_and_as_the_account_is_known(world: World) -> None:
    case = begun(world, "lan", "factory", **SAID)
    handing_in.submit(actor=world.act("lan"), at=AT, case_id=case.pk, key=uuid4())

    worlds.take_in(world, "factory", case)

    person = Person.objects.get()
    assert (person.name, person.employer_name, person.occupation) == ("欧阳兰", "城东站点", "food_rider")
    assert (person.gig_group != "00", person.birth_date is not None) == (True, True)
    assert person.sources["name"] == ["application", "2026-11-20"]
    assert worlds.again(case).person_id == person.pk


def test_the_employer_a_union_covers_alone_is_written_in(world: World) -> None:
    unions.cover_employer(
        actor=world.act("factory"), at=AT, union_id=world.unions["factory"].pk, name="晨光机械有限公司"
    )

    case = begun(world, "lan", "factory")

    assert case.answers.get(name="workplace").value == "晨光机械有限公司"


@pytest.mark.parametrize(
    ("field", "typed"), [("id_number", "340103199003070013"), ("name", "1234"), ("occupation", "king")]
)
def test_what_cannot_be_is_not_handed_in(world: World, field: str, typed: str) -> None:
    case = begun(world, "lan", "factory", **SAID)
    actor = world.act("lan")
    with suppress(lacking.NotComplete):
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed={field: typed})

    with pytest.raises((lacking.NotComplete, Refusal)), transaction.atomic():
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())

    assert worlds.again(case).state == Case.State.DRAFT


def test_a_draft_goes_along_to_another_poster_with_what_is_sealed_in_it(world: World) -> None:
    first = begun(world, "lan", "factory", **SAID)
    second = begun(world, "lan", "mill")
    assert second.pk == first.pk
    handing_in.submit(actor=world.act("lan"), at=AT, case_id=first.pk, key=uuid4())

    assert worlds.take_in(world, "mill", first).state == Case.State.GRANTED

    assert Membership.objects.get().union_id == world.unions["mill"].pk


def test_asking_while_one_waits_leads_to_that_one(world: World) -> None:
    waiting = worlds.ask(world, "lan", "factory", serial=2)

    other = browser(world, "lan").get(reverse("matters:join", args=[world.unions["mill"].code]))

    assert (other.status_code, other["Location"]) == (302, reverse("matters:case", args=[waiting.pk]))
    assert begun(world, "lan", "mill").pk == waiting.pk


def test_after_a_refusal_one_can_ask_again(world: World) -> None:
    first = worlds.ask(world, "lan", "factory", serial=2)
    world.act("factory")
    deciding.refuse(
        actor=world.actors["factory"], at=AT, step_id=worlds.here(first).pk, reason="不属于本单位"
    )

    assert worlds.ask(world, "lan", "mill", serial=2).pk != first.pk


def test_an_objection_is_heard_above_and_found_right_they_join_the_union_they_asked(world: World) -> None:
    first = worlds.ask(world, "lan", "factory", serial=2)
    world.act("factory")
    deciding.refuse(
        actor=world.actors["factory"], at=AT, step_id=worlds.here(first).pk, reason="不属于本单位"
    )

    objection = appealing.appeal(
        actor=world.act("lan"), at=AT, case_id=first.pk, key=uuid4(), reason="我在这里上班"
    )
    assert worlds.take_in(world, "luyang", objection).state == Case.State.GRANTED

    assert Membership.objects.get().union_id == world.unions["factory"].pk


def test_the_page_before_writes_nothing_and_its_button_begins(world: World) -> None:
    worlds.worker(world, "lan")
    client, address = browser(world, "lan"), reverse("matters:join", args=[world.unions["factory"].code])

    page = client.get(address)
    assert world.unions["factory"].name in page.content.decode()
    assert not Case.objects.exists()

    answer = client.post(f"{address}?by=place")
    world.act("lan")
    case = Case.objects.get()
    assert answer["Location"] == reverse("matters:form", args=[case.pk])
    assert case.answers.get(name=joining.ROUTED).value == "place"


def test_a_visitor_logs_in_first_and_a_union_that_takes_nobody_is_not_there(world: World) -> None:
    factory = reverse("matters:join", args=[world.unions["factory"].code])
    worlds.worker(world, "lan")

    assert Client().get(factory).status_code == 302
    assert browser(world, "lan").get(reverse("matters:join", args=["340000-000000"])).status_code == 404
    city = reverse("matters:join", args=[world.unions["city"].code])
    assert browser(world, "lan").post(city).status_code == 404


def test_the_applicant_learns_nothing_of_whose_number_it_is_and_the_officer_that_it_needs_a_look(
    world: World,
) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    case = worlds.ask(world, "lan", "factory", serial=1)

    own = browser(world, "lan").get(reverse("matters:case", args=[case.pk])).content.decode()
    file = browser(world, "factory").get(reverse("matters:file", args=[case.pk])).content.decode()

    assert "another name or phone" not in own
    assert "another name or phone" in file
    (answered,) = batching.approve_all(actor=world.act("factory"), at=AT, step_ids=[worlds.here(case).pk])
    assert not answered.done
    assert worlds.again(case).state == Case.State.OPEN


def test_my_application_leads_to_the_request_or_to_the_choice_of_a_place(world: World) -> None:
    worlds.worker(world, "lan")
    client, address = browser(world, "lan"), reverse("matters:my_application")
    assert client.get(address)["Location"] == reverse("registry:join_place")

    case = worlds.ask(world, "lan", "factory", serial=2)

    assert client.get(address)["Location"] == reverse("matters:case", args=[case.pk])


def test_a_field_to_put_right_begins_its_request(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    client, address = browser(world, "ding"), reverse("matters:correct", args=["occupation"])
    assert client.get(address).status_code == 200

    client.post(address)

    world.act("ding")
    case = Case.objects.get(code="correction")
    assert case.answers.get(name="which").value == "occupation"
    assert asked_of(case) == {"which", "right_occupation"}
    assert client.get(reverse("matters:correct", args=["id_number"])).status_code == 404
    worlds.worker(world, "lan")
    assert browser(world, "lan").get(address).status_code == 404


def test_somebody_who_left_joins_another_union_without_a_transfer(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    officer = world.act("factory")
    held = Membership.objects.get()
    memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")

    taken = worlds.take_in(world, "mill", worlds.ask(world, "ding", "mill", serial=1))

    assert taken.state == Case.State.GRANTED
    assert [step.state for step in taken.steps.order_by("number")] == ["done", "skipped"]
