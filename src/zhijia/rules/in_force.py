"""The catalogue's parameters as rules see them: their types when a rule is checked, their values when it is asked."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from zhijia.catalogue import definitions, parameters
from zhijia.rules.ir import Value
from zhijia.rules.types import BOOL, DECIMAL, INT, STRING, Type

_TYPES = {"whole": INT, "decimal": DECIMAL, "yes_no": BOOL, "words": STRING}


def type_of(key: str) -> Type | None:
    """The type of a parameter's values; none when nobody defined it or a rule cannot read it (a list)."""
    parameter = definitions.load().parameters.get(key)
    return _TYPES.get(parameter.type) if parameter else None


class InForce(Mapping[str, Value | None]):
    """The parameters at a place on a day, none where no value is in force."""

    def __init__(self, division: str, day: date) -> None:
        self._division, self._day = division, day

    def __getitem__(self, key: str) -> Value | None:
        parameter = parameters.get(key)
        found = parameter.at(self._division, self._day)
        if found is None:
            return None
        value: Value = Decimal(str(found.value)) if parameter.type == "decimal" else found.value
        return value

    def on(self, day: date) -> "InForce":
        """The same place on another day."""
        return InForce(self._division, day)

    def __iter__(self) -> Iterator[str]:
        return iter(definitions.load().parameters)

    def __len__(self) -> int:
        return len(definitions.load().parameters)


def on(values: Mapping[str, Value | None], day: date) -> Mapping[str, Value | None]:
    """The values in force on another day; those that hang on no day as they are."""
    return values.on(day) if isinstance(values, InForce) else values


def turns(values: Mapping[str, Value | None], key: str) -> frozenset[date]:
    """The days on which a parameter takes another value somewhere; none for values that hang on no day."""
    if not isinstance(values, InForce):
        return frozenset()
    held = parameters.get(key).values
    return frozenset({value.since for value in held} | {value.until for value in held if value.until})
