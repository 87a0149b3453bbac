"""The tables that can be exported: what each holds, who may have it, how it is read. Rooms announce theirs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from zhijia.catalogue import definitions, fields, purposes, standards
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Union

Filters = Mapping[str, Any]
Kind = Literal["text", "code", "date", "moment", "yes_no", "whole", "money", "uuid", "division"]
BATCH = 2_000
"""Rows read at once."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the standard, its words, its type. `element` is its number in the data dictionary; 0
    is a system column. `vault` is the kind its sealed values lie under. `purpose` is what the value is held for;
    `by_consent` that it is sensitive and read only of people who agreed to it."""

    code: str
    label: Any
    kind: Kind = "text"
    element: int = 0
    code_list: str = ""
    mask: str = "none"
    vault: str = ""
    purpose: str = ""
    by_consent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one thing, by the codes of the columns (of money the yuan, a Decimal); `person_id` finds what
    lies sealed, and consents."""

    values: Mapping[str, Any]
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table somebody may take along.

    `permission` opens it over a union. `rows` answers batch after batch, of at most `BATCH` rows, by keyset, under the
    row policies of the running transaction; `count` counts no further than it is told. `filters` takes from what a
    page sent what the table knows, and nothing else. A table of `people` can be asked for in clear; one with a
    `fixed_purpose` always is, for that. `usual` are the columns chosen before anybody chooses.
    """

    code: str
    label: Any
    permission: str
    columns: Callable[[], Sequence[Column]]
    rows: Callable[[Actor, Union, Filters], Iterator[list[Row]]]
    count: Callable[[Actor, Union, Filters, int], int]
    filters: Callable[[Mapping[str, Any]], dict[str, Any]]
    usual: tuple[str, ...]
    people: bool = False
    fixed_purpose: str = ""
    formats: tuple[str, ...] = ("xlsx", "csv", "parquet")

    def chosen(self, codes: Sequence[str]) -> list[Column]:
        """The columns of these codes, in the table's order."""
        return [column for column in self.columns() if column.code in codes]


_announced: dict[str, ExportTable] = {}
_families: dict[str, Callable[[str], ExportTable | None]] = {}


class UnknownTable(LookupError):
    """No room has announced a table of this code."""


def announce(table: ExportTable) -> None:
    """Let this table be exported. Raises ValueError when another has the code already."""
    if _announced.setdefault(table.code, table) != table:
        raise ValueError(f"The table {table.code} has been announced already.")


def announce_family(name: str, table: Callable[[str], ExportTable | None]) -> None:
    """Let the tables `<name>-<which>` be exported, made by this function of `which` when they are asked for: lists that
    somebody declared while the program runs."""
    _families[name] = table


def family(code: str) -> str:
    """The name under which a table stands on the trail: its own, or that of its family."""
    name = code.partition("-")[0]
    return name if name in _families else code


def get(code: str) -> ExportTable:
    """The table of this code. Raises UnknownTable."""
    name, _sign, which = code.partition("-")
    table = _families[name](which) if name in _families else _announced.get(code)
    if table is None:
        raise UnknownTable(code)
    return table


def all() -> list[ExportTable]:
    """Every table that can be exported, by code."""
    return [_announced[code] for code in sorted(_announced)]


def of_elements(*codes: str, mask: Mapping[str, str] | None = None) -> list[Column]:
    """The columns that are held of these elements, in this order, masked as their fields say; `mask` says it for
    columns that are no field of a person."""
    found = []
    for code in codes:
        element = standards.element(code)
        for column in element.columns:
            if not column.held_in:
                continue
            rule = fields.get(column.field) if column.field else None
            purpose = definitions.load().purposes.get(element.purpose)
            kind: Kind = "division" if rule is not None and rule.type == "division" else column.type
            found.append(
                Column(
                    code=column.name,
                    label=rule.label if rule else element.label,
                    kind=kind,
                    element=element.number,
                    code_list=column.code_list,
                    mask=(mask or {}).get(column.name, rule.mask if rule else "none"),
                    vault=rule.vault if rule else "",
                    purpose=element.purpose,
                    by_consent=bool(
                        rule and rule.sensitivity == "S" and purpose and purpose.basis == "consent"
                    ),
                )
            )
    return found


def purposes_of(table: ExportTable) -> list[purposes.Purpose]:
    """What a table may be asked in clear for: the purposes its columns are held for."""
    named = (
        {table.fixed_purpose} if table.fixed_purpose else {c.purpose for c in table.columns() if c.purpose}
    )
    return [purposes.get(code) for code in sorted(named)]
