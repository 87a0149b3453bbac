"""A row as the database holds it, of its values: its title, the words it is found by, and the columns fields stand in
besides. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from zhijia.catalogue.register_rules import Column, Register
from zhijia.registers import words

LONGEST_TITLE = 120
Named = Callable[[Column, str], str]
"""What a code, union, employer, person or row is called."""
_WORDED = {"text", "long_text", "choice", "choices", "code", "union", "employer", "division", "row"}


def columns_of(
    register: Register, slots: Mapping[str, str], values: Mapping[str, Any], named: Named
) -> dict[str, Any]:
    """The columns that follow from the values. The county of a second union is not among them."""
    made: dict[str, Any] = {"title": title(register, values, named), "words": worded(register, values, named)}
    for name, slot in slots.items():
        made[slot] = typed(register.by_name[name], values.get(name))
    for column in register.fields:
        if column.fills:
            made.update(_filled(column, values.get(column.name)))
    return made


def typed(column: Column, value: Any) -> Any:
    """A value as the column holds it in which its field stands besides."""
    if value is None:
        return None
    if column.slot == "day":
        return date.fromisoformat(value)
    if column.type == "yes_no":
        return "true" if value else "false"
    return value


def title(register: Register, values: Mapping[str, Any], named: Named) -> str:
    """What a row is called."""
    parts = (text_of(register.by_name[name], values.get(name), named) for name in register.title)
    return " ".join(part for part in parts if part)[:LONGEST_TITLE]


def worded(register: Register, values: Mapping[str, Any], named: Named) -> list[str]:
    """The words a row is found by: of what officers see, and of what everybody sees it is open to."""
    shown = {"public"} if register.public else {"public", "members"}
    officers, everybody = [], []
    for column in register.fields:
        value = values.get(column.name)
        if value is None or column.sealed or column.see == "keepers" or column.type not in _WORDED:
            continue
        text = text_of(column, value, named)
        officers.append(text)
        if column.see in shown:
            everybody.append(text)
    return words.of(officers, everybody)


def text_of(column: Column, value: Any, named: Named) -> str:
    """A value as text, in Chinese where it is a code."""
    if value is None:
        return ""
    if column.type in {"text", "long_text", "date"}:
        return str(value)
    if column.type in {"choice", "choices"}:
        chosen = value if isinstance(value, list) else [value]
        return " ".join(choice.label.zh for choice in column.choices if choice.code in chosen)
    if column.type in {"code", "union", "employer", "division", "row", "person"}:
        return named(column, value)
    return str(value)


def _filled(column: Column, value: Any) -> dict[str, Any]:
    """The row's own columns that this field fills."""
    if column.fills == "person":
        return {"person_id": UUID(value) if value else None}
    if column.fills == "employer":
        return {"employer_id": int(value) if value else None}
    if column.fills == "union":
        return {"other_union_id": int(value) if value else None}
    if column.fills == "division":
        return {"division": value or ""}
    if column.fills == "point":
        latitude, longitude = value or (None, None)
        return {"latitude": latitude, "longitude": longitude}
    if column.fills == "hours":
        return {}
    return {column.fills: date.fromisoformat(value) if value else None}
