"""The field in which a key of a definition is told, by how its model says it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.administration import own_numbers
from zhijia.administration.services.offers import Offers
from zhijia.catalogue.filling import words
from zhijia.catalogue.filling.shapes import Key
from zhijia.catalogue.kinds import LONGEST_LABEL
from zhijia.ui.calendar_fields import DayField

LONGEST = 20_000
_DIGITS, _PLACES = 20, 8
"""Of a decimal number, and how many of them behind its point."""
_NONE = _("Not chosen")


def field_of(
    key: Key, said: words.KeyWords, whole: Mapping[str, Any], offers: Offers, *, blank: bool
) -> forms.Field:
    """The field of one key; with `blank` nothing may be chosen."""
    if key.sort in {"one", "several"}:
        known = dict(offers.of(said.refers, whole)) if said.refers else {}
        choices = [(value, str(said.values.get(value) or known.get(value, value))) for value in key.values]
        if key.sort == "several":
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
        none = [("", _NONE)] if blank and "" not in key.values else []
        return forms.ChoiceField(choices=[*none, *choices])
    if said.refers and key.sort == "lines":
        offered = _offered(key, said, whole, offers)
        return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple)
    if said.refers:
        return forms.ChoiceField(choices=[("", _NONE), *_offered(key, said, whole, offers)])
    if key.sort == "whole":
        return forms.IntegerField(widget=forms.TextInput({"inputmode": "numeric"}))
    if key.sort == "decimal":
        box = forms.TextInput({"inputmode": "decimal"})
        return forms.DecimalField(max_digits=_DIGITS, decimal_places=_PLACES, widget=box)
    if key.sort == "yes_no":
        return forms.BooleanField()
    if key.sort == "day":
        return DayField()
    if said.rule or said.long or key.sort == "lines":
        attrs = {"rows": 3, "spellcheck": "false" if said.rule else "true"}
        return forms.CharField(widget=forms.Textarea(attrs), max_length=LONGEST)
    return forms.CharField(max_length=LONGEST)


def text_fields(
    key: Key, said: words.KeyWords, shown: Mapping[str, str], *, required: bool
) -> tuple[forms.Field, forms.Field]:
    """The two fields of a text, in Chinese and in English."""
    longest = LONGEST_LABEL if key.name == "label" else LONGEST
    area: dict[str, Any] = {"widget": forms.Textarea({"rows": 4})} if said.long else {}
    chinese = forms.CharField(
        label=str(said.label),
        help_text=str(said.hint or ""),
        required=required,
        initial=shown["zh"],
        max_length=longest,
        **area,
    )
    label = _("%(label)s (English)") % {"label": said.label}
    english = forms.CharField(label=label, required=False, initial=shown["en"], max_length=longest, **area)
    return chinese, english


def has_a_value(key: Key) -> bool:
    """Whether one of its values is chosen in any case."""
    return key.sort == "one" and bool(key.default) and "" not in key.values


def _offered(
    key: Key, said: words.KeyWords, whole: Mapping[str, Any], offers: Offers
) -> list[tuple[str, str]]:
    """What may be chosen, and what is said now although it is none of it."""
    known = offers.of(said.refers, whole)
    stated = whole.get(key.name, key.default)
    there = {value for value, _words in known}
    strange = [str(one) for one in (stated if isinstance(stated, list) else [stated]) if one]
    strange = [one for one in strange if not (said.own and own_numbers.typed(one))]
    return [
        *known,
        *((one, _("%(name)s (not there)") % {"name": one}) for one in strange if one not in there),
    ]
