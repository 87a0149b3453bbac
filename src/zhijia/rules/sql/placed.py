"""`param("key")` in SQL: one bound value where one holds everywhere, else a CASE over the subject's division."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhijia.catalogue import places
from zhijia.catalogue.kinds import ParameterValue
from zhijia.rules import ir
from zhijia.rules.sql.statement import POSTGRES, indented, typed, written
from zhijia.rules.types import Kind, Type

if TYPE_CHECKING:
    from zhijia.rules.sql.reading import Reading


def value(reading: "Reading", node: ir.Parameter) -> str:
    """The value in force at the subject's division on the day; NULL where none is."""
    held = in_force(reading, node.key)
    if not reading.subject.entity.division:
        held = [entry for entry in held if not places.level(entry.division)]
    if not held:
        return f"NULL::{_cast(node.type)}"
    name = f"param_{node.key.replace('.', '_')}"
    if len(held) == 1 and not places.level(held[0].division):
        return _bound(reading, name, held[0].value, node.type)
    division = reading.templates.fill(reading.subject.entity.division, row=reading.subject.alias)
    place = f"rpad(coalesce({division}, ''), {places.LENGTH}, '0')"
    arms = [
        f"{_inside(place, entry)} {_bound(reading, f'{name}_{number}', entry.value, node.type)}"
        for number, entry in enumerate(held, 1)
    ]
    return "CASE\n" + indented("\n".join(arms)) + "\nEND"


def known(reading: "Reading", node: ir.Parameter) -> bool:
    """Whether one value holds everywhere: the statement says nothing of the subject then, and never NULL."""
    held = in_force(reading, node.key)
    return len(held) == 1 and not places.level(held[0].division)


def in_force(reading: "Reading", key: str) -> Sequence[ParameterValue]:
    """The values in force on the day, of the nearest places first, the nation's last."""
    return sorted(
        (entry for entry in reading.parameters(key).values if entry.in_force(reading.on)),
        key=lambda entry: (-places.level(entry.division), entry.division),
    )


def _inside(place: str, entry: ParameterValue) -> str:
    """Where the subject's division lies in the entry's. The prefix is digits of the catalogue, nobody's input."""
    level = places.level(entry.division)
    if not level:
        return "ELSE"
    return f"WHEN {place} ^@ '{places.padded(entry.division)[: places.WIDTHS[level - 1]]}' THEN"


def _bound(reading: "Reading", name: str, held: Any, of: Type) -> str:
    if of.kind is Kind.LIST and of.of is not None:
        return reading.bindings.named(name, [_text(item, of.of) for item in held], _cast(of))
    return reading.bindings.named(name, _text(held, of), _cast(of))


def _text(held: Any, of: Type) -> str:
    """The value as definitions carry it, as PostgreSQL reads it for this type."""
    if of.kind is Kind.DECIMAL:
        return written(Decimal(str(held)))
    if of.kind is Kind.DATE:
        return (held if isinstance(held, date) else date.fromisoformat(str(held))).isoformat()
    return written(held)


def _cast(of: Type) -> str:
    if of.kind is Kind.LIST and of.of is not None:
        return f"{POSTGRES[of.of.kind]}[]"
    return typed(of)
