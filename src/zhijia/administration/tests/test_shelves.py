"""Finding a definition that is like the one somebody wants, and copying it under a name of its own."""

from typing import Any

import pytest
from django.urls import reverse

from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.test_designs import browser, worlds
from zhijia.catalogue import written

LISTS = KINDS["registers"]


@pytest.fixture
def world(db: Any) -> worlds.World:
    return worlds.build()


def copy(code: str = "service_brands", kind: str = "registers") -> str:
    return reverse("administration:copy_design", args=[kind, code])


def test_a_shelf_is_narrowed_by_what_something_is_called(world: worlds.World) -> None:
    clerk = browser(world, "province")
    shelf = reverse("administration:shelf", args=["registers"])
    assert copy() in clerk.get(shelf).content.decode()
    for words in ("服务品牌", "SERVICE_brands"):
        found = clerk.get(shelf, {"q": words}).content.decode()
        assert (copy() in found, found.count("/copy/")) == (True, 1), words
    assert "/copy/" not in clerk.get(shelf, {"q": "没有这样的名录"}).content.decode()


def test_a_copy_has_the_name_it_is_given_and_a_code_nobody_has(world: worlds.World) -> None:
    clerk, made = browser(world, "province"), LISTS.model._default_manager
    for _time in range(2):
        assert clerk.post(copy(), {"becomes": "new", "name_zh": "特色品牌"}).status_code == 302
    one, other = made.filter(copied_from="service_brands").order_by("code")
    assert (one.code, other.code) == ("service_brands_2", "service_brands_3")
    found, wrong = written.read(LISTS.definition, one.text)
    assert (found and (found.label.zh, found.label.en), wrong) == (("特色品牌", "特色品牌"), [])


def test_a_next_version_keeps_its_code_and_its_name(world: worlds.World) -> None:
    answer = browser(world, "province").post(
        copy(), {"becomes": "next", "name_zh": "不要", "new_code": "other"}
    )
    assert answer.status_code == 302
    version = LISTS.model._default_manager.get(made_by=world.actors["province"].user_id)
    assert (version.code, "不要" in version.text) == ("service_brands", False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"becomes": "new"}, "名称"),
        ({"becomes": "new", "name_zh": "   "}, "名称"),
        ({"name_zh": "特色品牌"}, "复制后"),
        ({"becomes": "new", "name_zh": "特色品牌", "new_code": "service_brands"}, "已被使用"),
        ({"becomes": "new", "name_zh": "特色品牌", "new_code": "Größe"}, "小写字母"),
        ({"becomes": "new", "name_zh": "长" * 61}, "60"),
    ],
)
def test_what_cannot_be_copied_so_says_why_and_keeps_what_was_typed(
    world: worlds.World, typed: dict[str, str], words: str
) -> None:
    answer = browser(world, "province").post(copy(), typed)
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert typed.get("name_zh", "").strip() in page
    assert not LISTS.model._default_manager.filter(made_by=world.actors["province"].user_id).exists()


def test_who_may_not_write_definitions_sees_no_shelf(world: worlds.World) -> None:
    shelves = (reverse("administration:designs"), reverse("administration:shelf", args=["rules"]), copy())
    stranger, clerk = browser(world, "factory"), browser(world, "province")
    for address in shelves:
        assert stranger.get(address).status_code in {403, 404}
    assert stranger.post(copy(), {"becomes": "next"}).status_code in {403, 404}
    assert not LISTS.model._default_manager.filter(made_by=world.actors["factory"].user_id).exists()
    for address in (copy("nothing"), copy(kind="nothing"), reverse("administration:shelf", args=["nothing"])):
        assert clerk.get(address).status_code == 404
