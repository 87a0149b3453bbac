"""What lists show without a right: the public's fields of public lists, and to whoever is logged in those members
see."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhijia.catalogue.register_rules import Column
from zhijia.kernel import rows
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registers.words import grams

_ROWS = """
SELECT id, number, title, state, since, until, division, latitude, longitude, "values"
FROM registers_shown_rows(%(list)s, %(place)s, %(words)s, %(after)s, %(row)s, %(most)s)"""


@dataclass(frozen=True, slots=True)
class Open:
    """A row as everybody sees it: its shown fields alone."""

    id: UUID
    number: int
    title: str
    state: str
    since: date | None
    until: date | None
    division: str
    latitude: float | None
    longitude: float | None
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and the id of the last one where there are more behind it."""

    rows: Sequence[Open]
    after: UUID | None


def offered() -> list[Kept]:
    """The lists that show something to whoever asks."""
    shown = {
        number for (number,) in rows.run("SELECT id FROM registers_list WHERE registers_open(id) <> '{}'", [])
    }
    found = (kept for kept in lists.there().values() if kept.id in shown)
    return sorted(found, key=lambda kept: kept.definition.label.zh)


def columns(kept: Kept) -> list[Column]:
    """The fields whoever asks sees."""
    ((names,),) = rows.run("SELECT registers_open(%s)", [kept.id])
    return [column for column in kept.definition.fields if column.name in names]


def page(
    code: str,
    *,
    at: datetime,
    words: str = "",
    place: str = "",
    after: UUID | None = None,
    rows_asked: int = 50,
) -> Page:
    """The rows that have not ended, by words and by the beginning of a division's code."""
    sought = grams(words)
    if words.strip() and not sought:
        return Page([], None)
    found = _read(code, at, place=place.rstrip("0"), words=sought, after=after, row=None, most=rows_asked + 1)
    return Page(found[:rows_asked], found[rows_asked - 1].id if len(found) > rows_asked else None)


def find(code: str, row_id: UUID, *, at: datetime) -> Open | None:
    """One row, where it is shown."""
    found = _read(code, at, place="", words=[], after=None, row=row_id, most=1)
    return found[0] if found else None


def _read(code: str, at: datetime, **asked: Any) -> list[Open]:
    kept = lists.ready(code, at=at)
    found = rows.run(_ROWS, {"list": kept.id, **asked})
    return [Open(*(*one[:-1], json.loads(one[-1]))) for one in found]
