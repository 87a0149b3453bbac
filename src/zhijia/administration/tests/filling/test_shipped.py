"""The forms of what is shipped: every key has words, what is said is offered, and nothing is lost on the way."""

from typing import Any

import pytest
from django.utils.translation import gettext

from zhijia.administration.part_forms import PartForm
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.services.offers import Offers
from zhijia.administration.tests.filling.drafts import (
    TODAY,
    Nothing,
    Shipped,
    choices,
    models,
    parts,
    posted,
    shipped,
)
from zhijia.catalogue.filling import shapes, tree, words


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_form_of_a_shipped_definition_gives_back_what_it_was_made_of(kind: Kind) -> None:
    for definition, content in shipped(kind):
        changed = content
        for place, model, part in parts(kind.definition, content):
            said: dict[str, Any] = {"model": model, "whole": part, "top": not place}
            for offers in (Shipped(kind.name, content, TODAY), Nothing(kind.name, content, TODAY)):
                form = PartForm(posted(PartForm(offers=offers, **said)), offers=offers, **said)
                assert form.is_valid(), (definition.code, place, form.errors)
                changed = tree.put(changed, place, form.part()) if place else {**changed, **form.part()}
        assert kind.definition.model_validate(changed) == definition


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_key_and_every_value_has_words_in_both_languages(kind: Kind) -> None:
    held = models(kind.definition)
    for model in held:
        assert words.of_part(kind.name, model).zh
        for key in shapes.keys_of(model):
            said = words.of_key(kind.name, model, key.name)
            lists = [source for source in said.refers if source.startswith("options:")]
            named = {value for value, _words in Offers(kind.name, {}, TODAY).of(lists, {})} | set(said.values)
            assert set(key.values) <= named, (model, key.name)
            assert set(said.only) <= {one.name for one in shapes.keys_of(model)}
    for name, part in words.of_kind(kind.name).items():
        known = {key.name for model in held if model.__name__ == name for key in shapes.keys_of(model)}
        assert set(part.keys) <= known, (name, set(part.keys) - known)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_what_a_shipped_definition_says_is_among_what_is_offered_there(kind: Kind) -> None:
    standing: dict[str, Any] = {}
    for definition, content in shipped(kind):
        own = ("own:", "earlier:", "together:", "rules", "registers")
        offers = Shipped(
            kind.name, content, TODAY, {key: of for key, of in standing.items() if not key.startswith(own)}
        )
        for _place, model, part in parts(kind.definition, content):
            for key in shapes.keys_of(model):
                refers = words.of_key(kind.name, model, key.name).refers
                said = part.get(key.name)
                if refers and said:
                    offered = {value for value, _words in offers.of(refers, part)}
                    assert {str(one) for one in (said if isinstance(said, list) else [said])} <= offered, (
                        definition.code, key.name, said,
                    )  # fmt: skip
        standing |= offers.made


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_what_shipped_pairs_say_can_be_chosen_or_typed(kind: Kind) -> None:
    for definition, content in shipped(kind):
        offers = Shipped(kind.name, content, TODAY)
        for place, model, part in parts(kind.definition, content):
            form = PartForm(model=model, whole=part, offers=offers, top=not place)
            for rows in form.pairs.values():
                offered = [str(words) for name in rows.fields for _value, words in choices(form.fields[name])]
                strange = gettext("%(name)s (not there)") % {"name": ""}
                assert not [one for one in offered if one.endswith(strange)], (definition.code, place)
                assert rows.before or not rows.key.needed
