"""What the tests of previews share: a draft of a kind, with some keys said otherwise, and its page for somebody."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.catalogue.versions import Version
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


def drafted(world: worlds.World, kind: str, code: str, new: str = "own_one", **more: Any) -> Version:
    """A draft of the province made of this definition."""
    actor, chosen = world.act("province"), KINDS[kind]
    draft = designing.start(actor=actor, at=AT, kind=chosen, code=code, new_code=new)
    said = {**yaml.safe_load(draft.text), **more}
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
    return designing.keep(actor=actor, at=AT, kind=chosen, version_id=draft.pk, text=text)


def proposed(world: worlds.World, kind: str, version: Version, since: date) -> Version:
    """The draft, handed to a second person."""
    return designing.propose(
        actor=world.act("province"), at=AT, kind=KINDS[kind], version_id=version.pk, since=since
    )


def client(world: worlds.World, name: str, language: str = "zh-hans") -> Client:
    """Somebody's browser."""
    browser = Client(headers={"accept-language": language})
    browser.cookies["language"] = language
    browser.force_login(User.objects.get(pk=world.actors[name].user_id))
    return browser


def address(kind: str, version: Version) -> str:
    """The page of a preview."""
    return reverse("administration:preview_design", args=[kind, version.pk])


def page(world: worlds.World, kind: str, version: Version, *, by: str = "province", **sent: Any) -> str:
    """What the page says."""
    return client(world, by).get(address(kind, version), sent).content.decode()


def checked(
    world: worlds.World, kind: str, version: Version, typed: Mapping[str, Any], language: str = "zh-hans"
) -> tuple[int, str]:
    """How what was made up is answered."""
    answer = client(world, "province", language).post(address(kind, version), dict(typed))
    return answer.status_code, answer.content.decode()
