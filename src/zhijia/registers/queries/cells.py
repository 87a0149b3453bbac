"""What stands in the cells of a table of rows, in words: names of what rows name are read once for all of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, divisions
from zhijia.catalogue.register_rules import FILES, Column
from zhijia.kernel import masking
from zhijia.kernel.sheets import plain, yuan
from zhijia.registers.services import naming
from zhijia.registry.models import Employer, Person, Union
from zhijia.registry.services.exports.cells import MASKS as MASKED
from zhijia.ui.templatetags.ui import day as shown_day
from zhijia.ui.templatetags.ui import grouped, listed, money

NOTHING = "—"
MASKS = {"person": "name", "mobile": "mobile"}
"""How values of these types leave the house."""
SEALED = _("sealed")
"""What is shown of a sealed value in a table."""


@dataclass(frozen=True, slots=True)
class Named:
    """The names of unions, employers, people, rows and divisions, as far as whoever reads may see them."""

    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def name(self, kind: str, value: str) -> str:
        """The name of one; a line where the reader may not see it."""
        return self.of.get(kind, {}).get(value) or NOTHING


def named(columns: Collection[Column], values: Iterable[Mapping[str, Any]]) -> Named:
    """What these values name, one statement for each kind, under the row policies of whoever asks."""
    sought: dict[str, set[str]] = {}
    for one in values:
        for column in columns:
            value = one.get(column.name)
            if (column.type in _READ or column.type == "row") and value:
                sought.setdefault(column.type, set()).add(str(value))
    return Named(
        {
            kind: naming.titles(asked, columns) if kind == "row" else _READ[kind](asked)
            for kind, asked in sought.items()
        }
    )


def lines(columns: Sequence[Column], values: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The cells of these rows, row by row, in the order of the columns."""
    names = named(columns, values)
    return [[text(column, one.get(column.name), names) for column in columns] for one in values]


def taken_along(columns: Sequence[Column], values: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The same as they leave the house: days, numbers, amounts (yuan), yes and no as they are, places by their full
    names, all else in words, and none where a row says nothing. A sheet of the list reads them again."""
    names = named(columns, values)
    places = divisions.full_names(names.of.get("division", {}))
    kept = Named({**names.of, "division": places})
    return [[_taken(column, one.get(column.name), kept) for column in columns] for one in values]


def masked(column: Column, cell: Any) -> str:
    """What a file that left the house holds of a cell that is taken along."""
    text = plain(cell)
    return MASKED[MASKS[column.type]](text) if text and column.type in MASKS else text


def _taken(column: Column, value: Any, names: Named) -> Any:
    if value in (None, "", []):
        return None
    as_it_is = _TAKEN.get(column.type)
    return as_it_is(value) if as_it_is and not column.sealed else text(column, value, names)


def text(column: Column, value: Any, names: Named) -> str:
    """One value in words, in the reader's language."""
    if value in (None, "", []):
        return NOTHING
    if column.sealed:
        return str(SEALED)
    if column.type in _READ or column.type == "row":
        return names.name(column.type, str(value))
    say = _SAID.get(column.type)
    return say(column, value) if say else str(value)


def _chosen(column: Column, value: str) -> str:
    label = next((choice.label for choice in column.choices if choice.code == value), None)
    return str(label) if label is not None else value


def _several(column: Column, value: Sequence[str]) -> str:
    return listed(_chosen(column, one) for one in value)


def _files(value: Any) -> str:
    return grouped(len(value) if isinstance(value, list) else 1)


def _whole(value: int) -> str:
    """A number grouped from five digits on: one of four may be a year."""
    return grouped(value) if abs(value) >= 10_000 else str(value)


_SAID: Mapping[str, Any] = {
    "whole": lambda _column, value: _whole(value),
    "money": lambda _column, value: money(value),
    "date": lambda _column, value: shown_day(date.fromisoformat(value)),
    "yes_no": lambda _column, value: str(_("Yes") if value else _("No")),
    "code": lambda column, value: codes.label(column.code_list, value),
    "choice": _chosen,
    "choices": _several,
    "mobile": lambda _column, value: masking.mobile(value),
    "point": lambda _column, value: f"{value[0]:.5f}, {value[1]:.5f}",
    **{kind: lambda _column, value: _files(value) for kind in FILES},
}


_TAKEN: Mapping[str, Any] = {
    "whole": int,
    "money": yuan,
    "date": date.fromisoformat,
    "yes_no": bool,
    "point": lambda value: ", ".join(map(str, value)),
}


def _by_number(model: type[Union] | type[Employer], asked: Collection[str]) -> dict[str, str]:
    keys = [int(one) for one in asked if one.isdigit()]
    return {str(key): name for key, name in model.objects.filter(pk__in=keys).values_list("pk", "name")}


def _people(asked: Collection[str]) -> dict[str, str]:
    found = Person.objects.filter(pk__in=[UUID(one) for one in asked]).values_list("pk", "name")
    return {str(key): name for key, name in found}


_READ: Mapping[str, Any] = {
    "union": lambda asked: _by_number(Union, asked),
    "employer": lambda asked: _by_number(Employer, asked),
    "person": _people,
    "division": lambda asked: divisions.names(asked),
}
