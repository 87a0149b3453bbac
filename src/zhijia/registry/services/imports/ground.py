"""What rows are held against: the unions they are at, the fields, the days. Read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from zhijia.catalogue import parameters
from zhijia.registry.models import Union
from zhijia.registry.rules import status_in
from zhijia.registry.services.imports import fields, rules
from zhijia.registry.services.imports.rules import Field

_UNIONS = """
SELECT u.id, u.code, u.county_id, u.division, u.holding_pool, u.dissolved_on IS NOT NULL,
  u.tree_left >= f.tree_left AND u.tree_left < f.tree_right
FROM registry_union u JOIN registry_union f ON f.id = %s
"""


@dataclass(frozen=True, slots=True)
class Unions:
    """Every union by its place in these columns: its id, its county's, the six digits of its division, the status
    of who comes in, the last birth date old enough (yyyymmdd). `places` finds one by its code, `refused` says why
    nobody can be loaded at it, `inside` are the ids of those under the federation."""

    places: Mapping[str, int]
    refused: Mapping[int, str]
    inside: frozenset[int]
    ids: NDArray[np.int64]
    counties: NDArray[np.int64]
    divisions: NDArray[np.int64]
    division_codes: Sequence[str]
    statuses: NDArray[np.uint8]
    minimum_ages: NDArray[np.int64]
    youngest: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ground:
    """The unions, the rules' view of the columns, and the business day. `only` is the place of the one union of a
    file that names none."""

    unions: Unions
    specs: Mapping[str, Field]
    day: date
    only: int | None


def lay(*, federation_id: int, columns: Sequence[str], named: bool, day: date) -> Ground:
    """Read what is needed for files with these columns; `named` says that they name the union of each row."""
    unions = _unions(federation_id, day)
    only = None if named else int(np.flatnonzero(unions.ids == federation_id)[0])
    return Ground(unions, fields.specs(columns, day), day, only)


def of_union(union: Union, day: date) -> Unions:
    """The one union of a roster."""
    dissolved = union.dissolved_on is not None
    one = (union.pk, union.code, union.county_id, union.division, union.holding_pool, dissolved, True)
    return _laid([one], day)


def _unions(federation_id: int, day: date) -> Unions:
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_UNIONS, [federation_id])
        return _laid(cursor.fetchall(), day)


def _laid(found: Sequence[tuple[Any, ...]], day: date) -> Unions:
    refused = {
        place: "union_outside" if not inside else "union_dissolved"
        for place, (*_union, dissolved, inside) in enumerate(found)
        if dissolved or not inside
    }
    ages = {division: _least_age(division, day) for division in {union[3] for union in found}}
    minimum = np.array([ages[union[3]] for union in found], np.int64)
    youngest = {age: int(f"{rules.years_before(day, age):%Y%m%d}") for age in set(ages.values())}
    status = [status_in(holding_pool=union[4]).encode() for union in found]
    return Unions(
        places={union[1]: place for place, union in enumerate(found)},
        refused=refused,
        inside=frozenset(union[0] for union in found if union[6]),
        ids=np.array([union[0] for union in found], np.int64),
        counties=np.array([union[2] or union[0] for union in found], np.int64),
        divisions=np.array([int(union[3][:6].ljust(6, "0")) for union in found], np.int64),
        division_codes=[union[3] for union in found],
        statuses=np.frombuffer(b"".join(status), np.uint8).reshape(len(found), 2),
        minimum_ages=minimum,
        youngest=np.array([youngest[int(age)] for age in minimum], np.int64),
    )


def _least_age(division: str, day: date) -> int:
    return int(parameters.value("membership.minimum_age", division=division, day=day))
