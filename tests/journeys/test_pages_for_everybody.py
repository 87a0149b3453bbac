"""Every main page of every home in two languages and three modes: what axe says, what fits, what keys do."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import expect

from zhijia.accounts.models import User
from zhijia.kernel.context import acting
from zhijia.registers.services import adding
from zhijia.registry.models import Person
from zhijia.registry.tests import rosters
from zhijia.registry.tests import world as worlds

LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}
MODES = {
    "light": {"theme": "light", "text_size": "normal"},
    "dark": {"theme": "dark", "text_size": "normal"},
    "elder": {"theme": "light", "text_size": "elder"},
}
WIDTHS = (1440, 390)
PAGES = {
    "visitor": ["/", "/account/login", "/account/login/phone", "/join/", "/join/?q=庐阳", "/join/{factory}/",
                "/nowhere/", "/open-lists/service_brands/"],
    "ding": ["/home/", "/services/", "/messages/", "/me/", "/me/data/", "/me/looks/", "/me/agreements/",
             "/me/data/phone/correct/", "/account/tokens", "/account/step-up"],
    "lan": ["/home/", "/me/application/", "/account/sessions"],
    "factory": ["/home/union/", "/desk/requests/", "/desk/requests/{application}/", "/transfers/together/",
                "/members/", "/people/{person}/", "/people/{person}/show/phone/", "/unions/{factory}/",
                "/unions/{factory}/poster/", "/unions/{factory}/cover/", "/cards/check/", "/imports/",
                "/imports/{roster}/", "/jobs/", "/account/tokens", "/account/step-up"],
    "luyang": ["/home/inbox/", "/unions/", "/unions/{luyang}/found/", "/terms/", "/quality/", "/identities/",
               "/identities/merges/", "/standards/", "/standards/elements/person_id/", "/standards/lists/educations/",
               "/lists/", "/lists/service_brands/", "/lists/service_brands/{brand}/",
               "/lists/service_brands/{brand}/change/"],
    "province": ["/home/province/"],
    "auditor": ["/home/audit/", "/administration/trail/"],
    "hotline": ["/home/hotline/"],
    "security": ["/unions/", "/administration/rights/", "/administration/rights/give/", "/administration/retention/"],
    "system": ["/health/page/", "/administration/accounts/", "/administration/definitions/"],
}  # fmt: skip
"""The main pages, by who opens them."""


@pytest.fixture
def addresses(world: worlds.World) -> dict[str, str]:
    """A member, an applicant, a transfer and a checked roster, and what their records are called in addresses."""
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
        waiting = worlds.ask(world, "lan", "factory", serial=2, called="欧阳兰")
        moving = worlds.ask(world, "ding", "mill", serial=1)
        worlds.take_in(world, "mill", moving)
        brand = adding.add(
            actor=world.act("luyang"), at=worlds.AT, code="service_brands", union_id=world.unions["luyang"].pk,
            typed={"name": "皖工暖", "owner": "权益部", "says": "送温暖", "services": ["aid"], "since": "2025-01-01"},
        )  # fmt: skip
    with acting(world.actors["factory"]):
        person = Person.objects.get()
    rows = [rosters.person(11), rosters.person(12, phone="1690")]
    roster = rosters.checked(world.actors["factory"], world.unions["factory"], rosters.content(rows))
    named = {
        "application": str(waiting.pk),
        "person": str(person.pk),
        "roster": str(roster.pk),
        "brand": str(brand.pk),
    }
    return named | {key: union.code for key, union in world.unions.items()}


@pytest.mark.parametrize("who", list(PAGES))
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    world: worlds.World, addresses: dict[str, str], signed_in: Any, window: Any, live: str, who: str
) -> None:
    page = window() if who == "visitor" else signed_in(who)
    trouble = []
    looked = 0
    for language, lang in LANGUAGES.items():
        for mode, chosen in MODES.items():
            _prefer(page, live, world, who, {"language": language, **chosen})
            for template in PAGES[who]:
                address = template.format(**addresses)
                name = f"{template} {language} {mode}"
                page.set_viewport_size({"width": WIDTHS[0], "height": 900})
                answer = page.goto(address)
                assert answer.status == (404 if template == "/nowhere/" else 200), name
                root = page.locator(f"html[lang={lang}][data-text={chosen['text_size']}]")
                expect(root, name).to_have_count(1)
                trouble += [f"{name}: {found}" for found in _serious(page)]
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 844})
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    trouble += [f"{name}: {wide} px of {width}"] if wide > width else []
                looked += 1
    assert trouble == []
    assert looked == len(PAGES[who]) * 6


def _prefer(page: Any, live: str, world: worlds.World, who: str, chosen: dict[str, str]) -> None:
    """Language, colours and letters, on the account or in the visitor's browser."""
    if who != "visitor":
        User.objects.filter(pk=world.actors[who].user_id).update(**chosen)
    page.context.add_cookies([{"name": name, "value": value, "url": live} for name, value in chosen.items()])


def _serious(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} at {one['nodes'][0]['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_switching_the_language_keeps_the_page(signed_in: Any, addresses: dict[str, str]) -> None:
    officer = signed_in("factory")
    address = f"/unions/{addresses['factory']}/members/?status=10"
    officer.goto(address)

    officer.locator(".preferences button[name=language]").click()
    officer.wait_for_selector("html[lang=en]")
    there = officer.url
    officer.locator(".preferences button[name=language]").click()
    officer.wait_for_selector("html[lang=zh-CN]")

    assert there.endswith(address)
    expect(officer).to_have_url(re.compile(re.escape(address) + "$"))


def test_the_keyboard_is_enough_on_a_staff_page(signed_in: Any, addresses: dict[str, str]) -> None:
    officer = signed_in("factory")
    officer.goto("/members/")

    officer.keyboard.press("Tab")
    assert officer.evaluate("document.activeElement.className") == "skip"
    assert officer.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    officer.keyboard.press("Enter")
    officer.keyboard.press("Tab")
    assert officer.evaluate("document.querySelector('#main').contains(document.activeElement)")
    assert officer.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    officer.keyboard.press("/")
    assert officer.evaluate("document.activeElement.type") == "search"
    officer.evaluate("document.activeElement.blur()")
    officer.keyboard.press("j")
    assert officer.evaluate("document.activeElement.tagName") == "TR"
    officer.keyboard.press("Enter")
    officer.wait_for_selector("#panel .panel-sheet")
    officer.keyboard.press("Escape")
    expect(officer.locator("#panel .panel-sheet")).to_have_count(0)


def test_tasks_are_walked_with_j_and_k(signed_in: Any, addresses: dict[str, str]) -> None:
    officer = signed_in("factory")
    officer.goto("/home/union/")
    rows = officer.locator("[data-row]").count()

    officer.keyboard.press("j")
    first = officer.evaluate("document.activeElement.href")
    officer.keyboard.press("j")
    second = officer.evaluate("document.activeElement.href")
    officer.keyboard.press("k")

    assert rows == 2
    assert first != second
    assert officer.evaluate("document.activeElement.href") == first
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/desk/requests/**")
