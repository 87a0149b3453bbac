"""What the tests of filling in share: drafts, what a browser sends of a form, the parts of what is shipped."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.http import QueryDict
from django.test import Client
from pydantic import BaseModel

from zhijia.accounts.models import User
from zhijia.administration.part_forms import PartForm
from zhijia.administration.services import designing, filling
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.services.offers import Offers
from zhijia.catalogue import definitions, written
from zhijia.catalogue.filling import shapes
from zhijia.catalogue.filling.tree import Place
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

LISTS = KINDS["registers"]

TODAY = days.business_day(AT)

FIELD = {"label": {"en": "Budget", "zh": "预算"}, "type": "money", "required": False}


class Shipped(Offers):
    """What is offered, of the definitions that are shipped."""

    def in_force(self, kind: str) -> Mapping[str, Any]:
        return dict(getattr(definitions.load(), kind))


class Nothing(Shipped):
    """Nothing is offered: what is said stays all the same."""

    def of(self, refers: Any, node: Any) -> list[tuple[str, str]]:
        return []


def shipped(kind: Kind) -> Iterator[tuple[Any, dict[str, Any]]]:
    for definition in getattr(definitions.load(), kind.name).values():
        content, wrong = written.tree_of(written.text_of(definition))
        assert content is not None, wrong
        yield definition, content


def parts(
    model: type[BaseModel], part: Mapping[str, Any], place: Place = ()
) -> Iterator[tuple[Place, type[BaseModel], Any]]:
    """Every part that has a form."""
    yield place, model, part
    for key in shapes.keys_of(model):
        said = part.get(key.name)
        if key.sort == "parts" and key.model:
            for number, one in enumerate(said or []):
                yield from parts(key.model, one, (*place, key.name, number))
        elif key.sort == "part" and key.model and said is not None and not place:
            yield (key.name,), key.model, said


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for key in shapes.keys_of(model):
        if key.model and key.model not in found:
            found |= models(key.model) if key.model is not model else set()
    return found


def posted(form: PartForm, **instead: str) -> QueryDict:
    """What a browser sends of a form nobody touched."""
    sent = QueryDict(mutable=True)
    for name, field in form.fields.items():
        shown = form.get_initial_for_field(field, name)
        if isinstance(shown, bool):
            if shown:
                sent[name] = "on"
        elif isinstance(shown, list):
            sent.setlist(name, shown)
        elif shown is not None:
            sent[name] = str(
                field.widget.format_value(shown) if not isinstance(shown, str) else shown
            ).replace("\n", "\r\n")
    for name, value in instead.items():
        sent[name.replace("__", "-")] = value
    return sent


def copied(world: worlds.World, kind: Kind = LISTS, code: str = "service_brands") -> Version:
    return designing.start(actor=world.act("province"), at=AT, kind=kind, code=code, new_code="own_one")


def said(version: Version) -> dict[str, Any]:
    version.refresh_from_db()
    return dict(yaml.safe_load(version.text))


def of(world: worlds.World, version: Version, kind: Kind = LISTS, who: str = "province") -> dict[str, Any]:
    version.refresh_from_db()
    return {
        "actor": world.act(who),
        "at": AT,
        "kind": kind,
        "version_id": version.pk,
        "made_from": filling.digest_of(version.text),
    }


def browser(world: worlds.World, name: str = "province") -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def address(draft: Version, at: str = "", kind: str = "registers") -> str:
    return f"/administration/designs/{kind}/{draft.pk}/part/?at={at}"


def in_page(world: worlds.World, draft: Version, at: str, kind: str = "registers", **typed: Any) -> Any:
    draft.refresh_from_db()
    sent = {
        "made_from": filling.digest_of(draft.text),
        **{name.replace("__", "-"): of for name, of in typed.items()},
    }
    return browser(world).post(address(draft, at, kind), sent, follow=True)


def choices(field: Any) -> Iterator[tuple[str, Any]]:
    """What a field offers, groups or none."""
    for value, words in getattr(field, "choices", ()):
        yield from words if isinstance(words, list) else [(value, words)]
