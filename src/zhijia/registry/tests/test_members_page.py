"""The members table agrees with its heading: who left stands in it when asked for, and not otherwise."""

from typing import Any

from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.registry.models import Membership
from zhijia.registry.services import memberships
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def test_who_left_is_in_the_table_only_when_asked_for(world: World) -> None:
    worlds.member(world, "stays", "factory", serial=1)
    worlds.member(world, "leaves", "factory", serial=2)
    stays, leaves = (world.actors[who].person_id for who in ("stays", "leaves"))
    officer = world.act("factory")
    held = Membership.objects.get(person_id=leaves)
    memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")
    client = browser(world, "factory")
    address = reverse("registry:members", args=[world.unions["factory"].code])

    usual: Any = client.get(address)
    everybody: Any = client.get(address, {"left": "on"})

    assert {row.person_id for row in usual.context["page"].rows} == {stays}
    assert usual.context["members"] == 1
    assert {row.person_id for row in everybody.context["page"].rows} == {stays, leaves}


def test_an_import_is_offered_among_the_jobs_to_who_may_import_alone(world: World) -> None:
    worlds.appoint(world, "province", "auditor", "auditor")
    offered = reverse("registry:imports_here")

    for name, may in (("factory", True), ("auditor", False)):
        page: Any = browser(world, name).get(reverse("web:jobs"))
        assert page.status_code == 200
        assert (f'href="{offered}"' in _main(page)) is may, name


def test_the_address_of_the_preferences_leads_to_the_door(world: World) -> None:
    answer = Client().get(reverse("web:preferences"))

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("web:welcome"))


def _main(page: Any) -> str:
    shown: str = page.content.decode()
    return shown[shown.index("<main") : shown.index("</main")]
