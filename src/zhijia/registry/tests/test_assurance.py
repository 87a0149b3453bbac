"""A name is checked by hand: by an officer with the document before them, never one's own, once, with the password."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_resident_id
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registry.models import Person
from zhijia.registry.services import assurance
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault


@pytest.fixture
def world(db: Any) -> World:
    made = worlds.build()
    worlds.member(made, "ding", "factory", serial=1)
    made.act("factory")
    Person.objects.filter(pk=ding(made)).update(real_name_level=1)
    return made


def ding(world: World) -> Any:
    return world.actors["ding"].person_id


def number(world: World) -> str:
    world.act("factory")
    return vault.read_inside("registry_person.id_number", ding(world))


def officer(world: World, name: str = "factory") -> Actor:
    actor = replace(world.actors[name], stepped_up=True)
    context.enter(actor)
    return actor


def level(world: World) -> int:
    world.act("factory")
    return int(Person.objects.get(pk=ding(world)).real_name_level)


def check(world: World, actor: Actor, typed: str) -> None:
    assurance.check_by_hand(actor=actor, at=AT, person_id=ding(world), number=typed)


def test_the_number_of_the_document_raises_the_name_once_and_stands_on_the_trail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed, told = number(world), []
    monkeypatch.setattr(assurance.audit, "record", lambda **line: told.append(line))

    for _time in range(2):
        check(world, officer(world), f" {typed} ")

    assert level(world) == 9
    kept = Person.objects.get(pk=ding(world)).sources["real_name_level"]
    assert kept == ["officer", days.business_day(AT).isoformat()]
    assert [(line["action"], line["subject_id"]) for line in told] == [("person.check_by_hand", ding(world))]
    assert typed not in str(told)


def test_another_number_raises_nothing(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        check(world, officer(world), synthetic_resident_id(date(1990, 3, 7), 78))

    assert (refused.value.code, level(world)) == ("document_differs", 1)


def test_it_takes_the_password_again(world: World) -> None:
    typed = number(world)

    with pytest.raises(NeedsStepUp):
        check(world, replace(officer(world), stepped_up=False), typed)

    assert level(world) == 1


@pytest.mark.parametrize("name", ["mill", "shushan", "ding"])
def test_nobody_of_another_union_and_no_member_checks(world: World, name: str) -> None:
    typed = number(world)

    with pytest.raises(NotForYou):
        check(world, officer(world, name), typed)

    assert level(world) == 1


def test_nobody_checks_their_own_document(world: World) -> None:
    typed = number(world)

    with pytest.raises(Refusal) as refused:
        check(world, replace(officer(world), person_id=ding(world)), typed)

    assert (refused.value.code, level(world)) == ("own_document", 1)


def test_the_page_asks_for_the_password_and_refuses_another_number(world: World) -> None:
    browser = Client()
    browser.force_login(User.objects.get(pk=world.actors["factory"].user_id))
    page = reverse("registry:check_by_hand", args=[ding(world)])

    assert browser.get(page).status_code == 200
    sent = browser.post(page, {"number": number(world), "same": "on"})

    assert sent.status_code == 302
    assert reverse("accounts:step_up") in sent["Location"]
    assert level(world) == 1
