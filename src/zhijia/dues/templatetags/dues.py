"""Words of contributions on pages: months, what is wrong with a line, what to do about a difference."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.template import Library
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.dues import rules

register = Library()
PROBLEMS: dict[str, Promise] = {
    "code_wrong": _("This is no registration number. Ask the tax office for the right one."),
    "months_wrong": _("The months are missing or run backward. Ask the tax office."),
    "amount_wrong": _("This is no amount above nothing, in yuan with two places."),
    "day_wrong": _("The day it was paid is missing, or has not come yet."),
    "twice": _("The same line stands above in this file. It is taken once."),
    "taken_before": _("This line was taken over before, from another file."),
    "taken_elsewhere": _(
        "Another union took this line over. It is not taken twice: settle with that union who collects it."
    ),
}
NAMES: dict[str, Promise] = {
    "not_paid": _("Not paid"),
    "paid_too_little": _("Paid too little"),
    "paid_too_much": _("Paid too much"),
    "not_declared": _("Not declared"),
    "not_shared": _("Not shared"),
}
WHAT_TO_DO: dict[str, Promise] = {
    "not_paid": _("Declared and due, but nothing came in. Remind the employer."),
    "paid_too_little": _("Less came in than was due. Remind the employer of the rest."),
    "paid_too_much": _("More came in than was declared. Correct the declaration, or give it back."),
    "not_declared": _("Money came in, but no wages were declared. Ask the union to declare them."),
    "not_shared": _("It came in and waits. Have it shared."),
    "": _("All three agree."),
}


@register.filter
def month(value: int | date) -> str:
    """A month (yyyymm, or a day in it) in words."""
    first = value if isinstance(value, date) else rules.first_day(value)
    return date_format(first, "YEAR_MONTH_FORMAT")


@register.filter
def share_name(beneficiary: str) -> str:
    """Who shares contributions, in words."""
    return codes.label("contribution_shares", beneficiary)


@register.filter
def line_problem(code: str) -> Any:
    """Why a line of a file is not taken, and what to do."""
    return PROBLEMS[code]


@register.filter
def difference_name(kind: str) -> Any:
    """A difference in two words."""
    return NAMES[kind]


@register.filter
def difference_words(kind: str) -> Any:
    """What is wrong, and what to do about it."""
    return WHAT_TO_DO[kind]


@register.filter
def at(sums: Mapping[str, Any], kind: str) -> Any:
    """What stands under this name; nothing where nothing does."""
    return sums.get(kind)


@register.filter
def said(content: Mapping[str, Any]) -> str:
    """The words of a rule as it is kept."""
    label = content["label"]
    return str(label["zh"] if (get_language() or "").startswith("zh") else label["en"])
