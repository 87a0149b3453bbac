"""Data quality in the reader's words."""

from django.template import Library
from django.utils.translation import gettext_lazy

from zhijia.catalogue import fields, quality
from zhijia.registry.services.corrections import OWN

register = Library()
SEVERITIES = {"high": "late", "medium": "waiting", "low": "idle"}
WORDS = {
    "high": gettext_lazy("serious"),
    "medium": gettext_lazy("to be looked at"),
    "low": gettext_lazy("when there is time"),
}
GROUPS = {
    "filled": gettext_lazy("missing"),
    "valid": gettext_lazy("not valid"),
    "fresh": gettext_lazy("not fresh"),
    "agrees": gettext_lazy("contradicts"),
}
RUNS = {
    "waiting": (gettext_lazy("waiting"), "waiting"),
    "running": (gettext_lazy("running"), "moving"),
    "done": (gettext_lazy("done"), "done"),
    "stopped": (gettext_lazy("stopped: the office does not answer"), "stopped"),
}


@register.filter
def percent(per_mille: int | None) -> str:
    """A share in per mille as percent with one place; a dash where there is none."""
    return "—" if per_mille is None else f"{per_mille // 10}.{per_mille % 10}"


@register.filter
def severity_kind(severity: str) -> str:
    """The shape and colour of how serious something is."""
    return SEVERITIES[severity]


@register.filter
def severity_label(severity: str) -> str:
    """How serious something is."""
    return str(WORDS[severity])


@register.filter
def group_label(group: str) -> str:
    """Which promise is broken."""
    return str(GROUPS[group])


@register.filter
def run_label(state: str) -> str:
    """Where a check by the authority stands."""
    return str(RUNS[state][0])


@register.filter
def run_kind(state: str) -> str:
    """The shape and colour of that."""
    return RUNS[state][1]


@register.filter
def question(code: str) -> str:
    """What the member is asked."""
    return str(quality.get(code).question or "")


@register.filter
def can_confirm(code: str) -> bool:
    """Whether the member can say it is right as it is; what is missing has to be added."""
    return quality.get(code).group != "filled"


@register.filter
def field_to_correct(code: str) -> str:
    """The field the member may correct for this question; empty where there is none."""
    element = quality.get(code).element
    return next((field.code for field in fields.all() if field.element == element and field.code in OWN), "")
