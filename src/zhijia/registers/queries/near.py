"""What somebody may choose where a field names a place, union, employer or row: near the union that keeps the list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from zhijia.catalogue import divisions
from zhijia.catalogue.register_rules import Column
from zhijia.registers.models import List, Row
from zhijia.registers.queries import cells
from zhijia.registry import tree
from zhijia.registry.models import Employer, Union

Offered = Sequence[tuple[str, str]]
MOST = 500
NOTHING: Mapping[str, Any] = {}


def of(
    columns: Iterable[Column], union: Union, day: date, values: Mapping[str, Any] = NOTHING
) -> Mapping[str, Offered]:
    """The choices of each such field, by its name; a kind that several fields name is read once. What stands
    there already is among them, wherever it lies."""
    columns = list(columns)
    names = cells.named(columns, [values])
    read: dict[str, Offered] = {}
    found: dict[str, Offered] = {}
    for column in columns:
        if column.type in _READ:
            key = f"{column.type}:{column.of or ''}"
            if key not in read:
                read[key] = _READ[column.type](union, day, column.of or "")
            found[column.name] = _with(read[key], column, values.get(column.name), names)
    return found


def _with(offered: Offered, column: Column, value: Any, names: cells.Named) -> Offered:
    if value is None or any(key == str(value) for key, _name in offered):
        return offered
    return [(str(value), names.name(column.type, str(value))), *offered]


def _divisions(union: Union, day: date, _of: str) -> Offered:
    below = [(child.code, child.name) for child in divisions.children(union.division, day)]
    return [(union.division, divisions.name(union.division)), *below]


def _unions(union: Union, _day: date, _of: str) -> Offered:
    below = tree.children(union.pk).filter(dissolved_on=None).order_by("name")
    return [(str(union.pk), union.name), *_worded(below.values_list("pk", "name")[:MOST])]


def _employers(union: Union, day: date, _of: str) -> Offered:
    open_still = Q(coverages__valid_to=None) | Q(coverages__valid_to__gt=day)
    below = tree.under(union.pk).values("pk")
    covered = Employer.objects.filter(
        open_still, coverages__union_id__in=below, coverages__valid_from__lte=day
    )
    return _worded(covered.distinct().order_by("name").values_list("pk", "name")[:MOST])


def _rows(_union: Union, _day: date, code: str) -> Offered:
    """The rows of a list that have not ended, as far as whoever asks may see them."""
    register = List.objects.filter(code=code).values_list("pk", flat=True).first()
    rows = Row.objects.filter(register_id=register or 0, ended_on=None).order_by("-id")
    return _worded(rows.values_list("pk", "title")[:MOST])


def _worded(rows: Iterable[tuple[object, str]]) -> Offered:
    return [(str(key), name) for key, name in rows]


_READ: Mapping[str, Callable[[Union, date, str], Offered]] = {
    "division": _divisions,
    "union": _unions,
    "employer": _employers,
    "row": _rows,
}
