"""Every page of every role answers, in both languages; a stranger to a record finds nothing and leaves a line."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.audit.models import Entry
from zhijia.matters.models import Case
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds

HOMES = {
    "factory": "web:home_grassroots",
    "luyang": "web:home_reviewer",
    "province": "web:home_province",
    "auditor": "web:home_auditor",
    "hotline": "web:home_hotline",
}


@pytest.fixture
def world(db: Any) -> worlds.World:
    world = worlds.build()
    worlds.appoint(world, "province", "auditor", "auditor")
    worlds.appoint(world, "province", "hotline_agent", "hotline")
    worlds.appoint(world, "province", "security_admin", "security")
    worlds.appoint(world, "province", "system_admin", "system")
    worlds.member(world, "ding", "factory", serial=1)
    worlds.ask(world, "lan", "factory", serial=2, called="欧阳兰")
    moving = worlds.ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", moving)
    return world


def browser_of(world: worlds.World, name: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    User.objects.filter(pk=world.actors[name].user_id).update(language=language)
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", [*HOMES, "security", "system", "ding", "lan"])
def test_every_page_in_the_menu_of_a_role_answers(world: worlds.World, name: str, language: str) -> None:
    client = browser_of(world, name, language)

    home = client.get("/", follow=True)

    assert home.status_code == 200, home.content.decode()[:2000]
    menu = home.context["shell"].menu
    assert menu
    for _label, url, *_rest in menu:
        page = client.get(url, follow=True)
        assert page.status_code == 200, (url, page.status_code)


@pytest.mark.parametrize("name", ["factory", "luyang"])
def test_the_pages_of_records_answer_their_own_side(world: worlds.World, name: str) -> None:
    client = browser_of(world, name)
    world.act(name)
    person = Person.objects.get()
    union = world.unions["factory"]
    addresses = [
        reverse("registry:person", args=[person.pk]),
        reverse("registry:reveal", args=[person.pk, "phone"]),
        reverse("registry:end_membership", args=[person.pk]),
        reverse("registry:union", args=[union.code]),
        reverse("registry:members", args=[union.code]),
        reverse("registry:poster", args=[union.code]),
        reverse("registry:imports", args=[union.code]),
        reverse("matters:file", args=[Case.objects.get(shown_name="欧阳兰").pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_the_pages_of_a_member_answer(world: worlds.World) -> None:
    client = browser_of(world, "ding")
    for name in (
        "me",
        "my_data",
        "my_looks",
        "my_agreements",
        "claim",
        "card_code",
        "join_place",
    ):
        assert client.get(reverse(f"registry:{name}"), follow=True).status_code == 200, name
    assert client.get(reverse("matters:my_application"), follow=True).status_code == 200
    assert client.get(reverse("registry:my_reveal", args=["phone"])).status_code == 200
    for field in ("phone", "occupation", "name"):
        assert client.get(reverse("matters:correct", args=[field])).status_code == 200, field


def test_an_officer_of_another_county_finds_nothing_and_leaves_a_line(world: worlds.World) -> None:
    world.act("factory")
    person = Person.objects.get()
    cases = Case.objects.filter(state="open")
    client = browser_of(world, "shushan")
    addresses = [
        ("get", reverse("registry:person", args=[person.pk])),
        ("get", reverse("registry:reveal", args=[person.pk, "phone"])),
        ("get", reverse("registry:end_membership", args=[person.pk])),
        ("get", reverse("registry:union", args=[world.unions["factory"].code])),
        ("get", reverse("registry:members", args=[world.unions["factory"].code])),
        ("get", reverse("registry:imports", args=[world.unions["factory"].code])),
        *(("get", reverse("matters:file", args=[case.pk])) for case in cases),
        *(("post", reverse("matters:decide", args=[case.pk])) for case in cases),
    ]
    for method, address in addresses:
        assert getattr(client, method)(address).status_code == 404, address
    world.act("shushan")
    assert Entry.objects.filter(action="refused", user_id=world.actors["shushan"].user_id).count() == len(
        addresses
    )


def test_a_visitor_is_asked_to_log_in(world: worlds.World) -> None:
    visitor = Client()
    for name in HOMES.values():
        answer = visitor.get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("accounts:login"))


def test_an_auditor_reads_kinds_of_records_and_the_log_ins_of_staff_alone(
    world: worlds.World,
) -> None:
    officer = User.objects.get(pk=world.actors["factory"].user_id)
    User.objects.filter(pk=officer.pk).update(staff=True, login="officer-of-the-factory")
    User.objects.filter(pk=world.actors["lan"].user_id).update(staff=False, login="login-of-a-member")
    client = browser_of(world, "auditor")

    page = client.get(reverse("administration:trail")).content.decode()
    home = client.get(
        reverse("web:home_auditor"), {"past_days": 3650, "each": 50, "seed": "a"}
    ).content.decode()

    assert "申请事项" in page
    assert "officer-of-the-factory" in page
    assert "login-of-a-member" not in page + home


def test_the_security_administrator_comes_home_to_the_rights(world: worlds.World) -> None:
    home = browser_of(world, "security").get("/", follow=True)

    assert home.redirect_chain[-1][0] == reverse("administration:grants")


def test_the_headline_of_the_day_counts_what_the_menu_counts(world: worlds.World) -> None:
    home = browser_of(world, "factory").get("/", follow=True)

    assert home.context["waiting"] == sum(count or 0 for *_item, count in home.context["shell"].menu)
    assert home.context["waiting"] > 0
