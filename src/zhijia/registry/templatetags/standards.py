"""The words of the data standard: obligation, sensitivity, where something is held."""

from django.template import Library
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = Library()

OBLIGATIONS = {"M": _("Mandatory"), "C": _("Where it applies"), "O": _("Optional")}
SENSITIVITIES = {"N": _("Not personal"), "P": _("Personal"), "S": _("Sensitive")}
HELD = {"yes": _("Held"), "area": _("Only where needed"), "no": _("Not held")}
HELD_KINDS = {"yes": "done", "area": "waiting", "no": "stopped"}
SUBJECTS = {"member": _("Of a member"), "union": _("Of a union")}
OUTSIDE = {
    "same": _("the same codes"),
    "part": _("part of its codes"),
    "own": _("codes of our own, to be mapped"),
}
TYPES = {
    "text": _("text"),
    "code": _("code"),
    "date": _("day"),
    "moment": _("moment"),
    "yes_no": _("yes or no"),
    "whole": _("whole number"),
    "uuid": _("random id"),
}

FILES = {
    "dictionary.xlsx": _("Elements, as a workbook"),
    "dictionary.csv": _("Elements, as a text table"),
    "codes.xlsx": _("Code lists, as a workbook"),
    "codes.csv": _("Code lists, as a text table"),
    "member.schema.json": _("JSON Schema of a member's row"),
    "union.schema.json": _("JSON Schema of a union's row"),
    "standard.json": _("All of it, for programs"),
}


@register.filter
def file_label(name: str) -> Promise:
    """What a file of an edition holds."""
    return FILES[name]


@register.filter
def obligation_label(obligation: str) -> Promise:
    """Mandatory, where it applies, optional."""
    return OBLIGATIONS[obligation]


@register.filter
def sensitivity_label(sensitivity: str) -> Promise:
    """How sensitive an element is (PIPL art. 28)."""
    return SENSITIVITIES[sensitivity]


@register.filter
def held_label(held: str) -> Promise:
    """Whether the register holds it."""
    return HELD[held]


@register.filter
def held_kind(held: str) -> str:
    """The shape that goes with it."""
    return HELD_KINDS[held]


@register.filter
def subject_label(subject: str) -> Promise:
    """Whose row it stands on."""
    return SUBJECTS[subject]


@register.filter
def outside_label(codes: str) -> Promise:
    """How a list of ours stands to the outside standard."""
    return OUTSIDE[codes]


@register.filter
def column_type_label(kind: str) -> Promise:
    """The type of a column."""
    return TYPES[kind]
