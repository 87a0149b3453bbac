"""What somebody typed into the fields of a row, as it is stored; each mistake in a sentence beside its field. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking import answers
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.register_rules import FILES, Column, Register

Known = Callable[[str, str], bool]
MOST_FILES = 6
_DIVISION = re.compile(r"[0-9]{12}")
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,10})?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d{1,10})?)\s*")


def read(register: Register, typed: Mapping[str, Any], *, known: Known) -> tuple[dict[str, Any], list[Wrong]]:
    """(the stored values of the fields that were typed, none where a field was emptied; the mistakes). `known(kind,
    value)` says whether a code, division, union, employer, person, row (`row:<list>`) or file is there for whoever
    asks."""
    values: dict[str, Any] = {}
    wrong = [Wrong(name, _("This list has no such field.")) for name in typed if name not in register.by_name]
    for column in register.fields:
        if column.name in typed:
            value, words = read_one(column, typed[column.name], known=known)
            if words is None:
                values[column.name] = value
            else:
                wrong.append(Wrong(column.name, words))
    return values, wrong


def read_one(column: Column, typed: Any, *, known: Known) -> tuple[Any, Any]:
    """(the stored value, None) or (None, the sentence). Empty is None."""
    if column.type in FILES:
        return _files(column, typed, known)
    if column.type == "point":
        return point(typed)
    if column.type in {"person", "row"}:
        return _key(column, typed, known)
    return answers.read(column, typed, known=known)


def misfit(column: Column, value: Any) -> Any:
    """Why a value that is stored already cannot stand in this field, a sentence; None where it can. Whether what it
    names is there is not asked."""
    kept, words = read_one(column, typed_of(column, value), known=_looks_right)
    same = kept == value and isinstance(kept, bool) == isinstance(value, bool)
    return words if words is not None or same else _("This cannot stand here.")


def _looks_right(kind: str, value: str) -> bool:
    """Whether a value has the form of what it names: a division is called by twelve digits."""
    return kind != "division" or _DIVISION.fullmatch(value) is not None


def typed_of(column: Column, value: Any) -> Any:
    """What somebody would type for a stored value."""
    if column.type == "money" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}" if value >= 0 else f"-{-value}"
    if column.type == "yes_no" and isinstance(value, bool):
        return "yes" if value else "no"
    return value


def missing(
    register: Register, values: Mapping[str, Any], asked: Callable[[Column], bool | None]
) -> Iterable[Wrong]:
    """The required fields that have no value; `asked` says whether a field is asked at all."""
    for column in register.fields:
        if column.required and values.get(column.name) is None and (not column.when or asked(column)):
            yield Wrong(column.name, _("Fill in: %(field)s") % {"field": column.label})


def _files(column: Column, typed: Any, known: Known) -> tuple[Any, Any]:
    chosen = list(dict.fromkeys(str(one) for one in (typed if isinstance(typed, list) else [typed]) if one))
    most = column.most or MOST_FILES
    if len(chosen) > most:
        return None, _("At most %(most)s.") % {"most": most}
    if not all(_is_key(one) and known("file", one) for one in chosen):
        return None, _("This file is not there. Add it again.")
    return chosen or None, None


def point(typed: Any) -> tuple[Any, Any]:
    """([latitude, longitude], None) of what was typed, or (None, the sentence). Empty is None."""
    text = ",".join(map(str, typed)) if isinstance(typed, (list, tuple)) else str(typed or "")
    if not text.strip():
        return None, None
    written = _POINT.fullmatch(text)
    if written:
        latitude, longitude = map(float, written.groups())
        if -90 <= latitude <= 90 and -180 <= longitude <= 180:
            return [latitude, longitude], None
    return None, _("Write latitude and longitude, for example 31.8206, 117.2272.")


def _key(column: Column, typed: Any, known: Known) -> tuple[Any, Any]:
    text = str(typed or "").strip().lower()
    if not text:
        return None, None
    kind = f"row:{column.of}" if column.type == "row" else column.type
    return (text, None) if _is_key(text) and known(kind, text) else (None, _("Choose one that is there."))


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
