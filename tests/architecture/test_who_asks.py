"""Every page and API operation asks who calls, unless `open_pages.yaml` says why not."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import get_resolver, reverse

from tests.architecture.conftest import Address, browser_of
from tests.architecture.records import walk
from zhijia.registry.tests import world as worlds

OPEN = yaml.safe_load((Path(__file__).parent / "open_pages.yaml").read_text(encoding="utf-8"))
METHODS = ["get", "post"]
ASKED = {
    "api:search": "?q=晨光",
    "api:members_by_month": "?union=340103-900005&since=2026-01&until=2026-02",
}
ANSWER = {"data": '{"answer": "approve"}', "content_type": "application/json"}


def test_what_is_listed_as_open_exists_and_says_why() -> None:
    names = {name for name, _pattern in walk(get_resolver())}
    listed = [*OPEN["public"].items(), *OPEN["own"].items()]

    assert {name for name, _why in listed} <= names
    assert all(len(why) > 10 for _name, why in listed)
    assert not set(OPEN["public"]) & set(OPEN["own"])


@pytest.mark.parametrize("method", METHODS)
def test_a_visitor_opens_only_what_is_listed_as_public(addresses: list[Address], method: str) -> None:
    visitor = Client(raise_request_exception=False)
    log_in = reverse("accounts:login")

    answered = {}
    for address in addresses:
        if address.name in OPEN["public"]:
            continue
        answer: Any = _ask(visitor, method, address)
        to_log_in = answer.status_code == 302 and answer["Location"].startswith(log_in)
        nothing = answer.status_code == 404 and address.named
        if not (to_log_in or nothing or answer.status_code in (401, 403, 405)):
            answered[address.name] = (answer.status_code, answer.headers.get("Location", ""))

    assert not answered, "\n".join(f"{name}: {told}" for name, told in answered.items())


@pytest.mark.parametrize("method", METHODS)
def test_an_account_without_any_right_opens_only_what_is_its_own(
    world: worlds.World, addresses: list[Address], method: str
) -> None:
    answered = {}
    for address in addresses:
        if address.name in OPEN["public"] or address.name in OPEN["own"]:
            continue
        outsider = browser_of(world, "outsider")
        outsider.raise_request_exception = False
        answer: Any = _ask(outsider, method, address)
        if answer.status_code not in (302, 403, 404, 405, 409):
            answered[address.name] = answer.status_code

    assert not answered, "\n".join(f"{name}: {told}" for name, told in answered.items())


def test_what_is_ones_own_tells_a_stranger_nothing_of_others(
    world: worlds.World, addresses: list[Address]
) -> None:
    secrets = ["张小丰", "张*丰", "欧阳兰", worlds.number(1), "luyang-officer"]
    told = {}
    for address in addresses:
        if address.name not in OPEN["own"]:
            continue
        answer: Any = browser_of(world, "outsider").get(address.path)
        text = b"".join(answer) if answer.streaming else answer.content
        found = [secret for secret in secrets if secret.encode() in text]
        if found:
            told[address.name] = found

    assert told == {}


def _ask(client: Client, method: str, address: Address) -> Any:
    path = address.path + ASKED.get(address.name, "")
    if method == "post" and address.name.startswith("api:"):
        return client.post(path, **ANSWER)  # type: ignore[arg-type]
    return getattr(client, method)(path)
