"""Numbers the federation can decide: by key, division and day (`definitions/parameters/`, and over them what two
people decided in the program)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import changes, definitions, numbers
from zhijia.catalogue.kinds import Parameter, ParameterValue
from zhijia.kernel.errors import Refusal


def value(key: str, *, division: str = "", day: date) -> Any:
    """The value in force on the business day at the division, else at its city, province or the nation; where the key
    says a number itself (`catalogue.numbers`), that number.

    Raises UnknownDefinition for a key nobody defined, Refusal where no value is in force on that day.
    """
    return source(key, division=division, day=day).value


def source(key: str, *, division: str = "", day: date) -> ParameterValue:
    """The whole entry behind `value`: with its division, validity, source and confidence."""
    if own := numbers.own(key):
        return own.stands
    found = get(key).at(division, day)
    if found is None:
        raise Refusal(
            "parameter_missing",
            _("No value has been set for %(key)s on %(day)s. Ask the federation's administrator to set it.")
            % {"key": key, "day": day},
        )
    return found


def get(key: str) -> Parameter:
    """The parameter with all its values."""
    try:
        return changes.over(definitions.load().parameters[key])
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no parameter {key}.") from None


def all() -> tuple[Parameter, ...]:
    """Every parameter, by key."""
    return tuple(get(key) for key in sorted(definitions.load().parameters))
