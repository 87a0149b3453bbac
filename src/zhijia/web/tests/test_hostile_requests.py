"""Requests nobody's browser sends: they get an answer, never an error of ours, and leave nothing in a cache."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.registry.tests import world as worlds

NUL = "\x00"


@pytest.fixture
def world(db: Any) -> worlds.World:
    world = worlds.build()
    worlds.appoint(world, "province", "auditor", "auditor")
    return world


def browser_of(world: worlds.World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


@pytest.mark.parametrize("address", ["/unions/%00/", "/unions/?q=%00", "/join/?q=a%00b", "/join/at/%00/"])
def test_an_address_with_a_nul_is_a_bad_request(world: worlds.World, address: str) -> None:
    assert browser_of(world, "luyang").get(address).status_code == 400


def test_a_form_field_with_a_nul_is_a_bad_request(world: worlds.World) -> None:
    save = reverse("registry:members_save_view", args=[world.unions["factory"].code])

    assert browser_of(world, "luyang").post(save, {"name": NUL}).status_code == 400


@pytest.mark.parametrize("number", ["²", "٣", "-1", "9" * 40, "9" * 5000])
def test_what_is_no_number_of_a_record_is_passed_over(world: worlds.World, number: str) -> None:
    officer = browser_of(world, "luyang")

    scope = officer.post(reverse("web:scope"), {"scope": number})
    trail = browser_of(world, "auditor").get(reverse("administration:trail"), {"after": number})
    imports = officer.get(reverse("registry:imports", args=[world.unions["factory"].code]), {"after": number})

    assert (scope.status_code, trail.status_code, imports.status_code) == (302, 200, 200)


def test_nothing_shown_to_somebody_logged_in_is_kept_by_a_cache(world: worlds.World) -> None:
    officer = browser_of(world, "luyang")
    code = world.unions["factory"].code

    for address in ("/unions/", f"/unions/{code}/members/", "/messages/", "/api/me", "/unions/none/"):
        assert "no-store" in officer.get(address).headers.get("Cache-Control", ""), address


def test_a_page_for_everybody_may_be_kept(db: Any) -> None:
    assert not Client().get("/").has_header("Cache-Control")
