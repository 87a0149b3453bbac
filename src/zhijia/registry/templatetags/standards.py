"""The words of the data standard: obligation, sensitivity, where something is held."""

from collections.abc import Mapping

from django.template import Library
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = Library()

HELD_KINDS = {"yes": "done", "area": "waiting", "no": "stopped"}
WORDS: Mapping[str, Mapping[str, Promise]] = {
    "obligation": {"M": _("Mandatory"), "C": _("Where it applies"), "O": _("Optional")},
    "sensitivity": {"N": _("Not personal"), "P": _("Personal"), "S": _("Sensitive")},
    "held": {"yes": _("Held"), "area": _("Only where needed"), "no": _("Not held")},
    "subject": {"member": _("Of a member"), "union": _("Of a union")},
    "outside": {
        "same": _("the same codes"),
        "part": _("part of its codes"),
        "own": _("codes of our own, to be mapped"),
    },
    "type": {
        "text": _("text"),
        "code": _("code"),
        "date": _("day"),
        "moment": _("moment"),
        "yes_no": _("yes or no"),
        "whole": _("whole number"),
        "uuid": _("random id"),
    },
    "file": {
        "dictionary.xlsx": _("Elements, as a workbook"),
        "dictionary.csv": _("Elements, as a text table"),
        "codes.xlsx": _("Code lists, as a workbook"),
        "codes.csv": _("Code lists, as a text table"),
        "member.schema.json": _("JSON Schema of a member's row"),
        "union.schema.json": _("JSON Schema of a union's row"),
        "standard.json": _("All of it, for programs"),
    },
}


@register.filter
def word_of(value: str, subject: str) -> Promise:
    """A value of the standard in the reader's words: `element.held|word_of:"held"`."""
    return WORDS[subject][value]


@register.filter
def held_kind(held: str) -> str:
    """The shape and colour that go with whether something is held."""
    return HELD_KINDS[held]
