"""Splits in columns: the rules they are made by kept as they were, ten sums for each contribution, written by COPY."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from zhijia.catalogue import versions
from zhijia.catalogue.split_kinds import BENEFICIARIES, SplitRule
from zhijia.dues import shares
from zhijia.dues.models import Distribution, UsedRule
from zhijia.dues.services.choosing import Paid
from zhijia.kernel import copies

CHUNK = 100_000
"""Contributions that are split and written at once."""
_INTO = (
    "COPY dues_split (union_id, county_id, contribution_id, rule_id, route_id, distribution_id, other_union_id,"
    " other_county_id, day, amount,"
    f" {', '.join(BENEFICIARIES)}) FROM STDIN (FORMAT binary)"
)


def used(rules: Sequence[SplitRule], positions: Sequence[int]) -> NDArray[np.int64]:
    """The numbers of the rules at these positions as they are kept, each written down at its first use; 0 for the
    others. In the running transaction of `bulk`."""
    found = np.zeros(len(rules), np.int64)
    for position in positions:
        rule = rules[position]
        kept, _made = UsedRule.objects.using("bulk").get_or_create(
            digest=versions.digest(rule),
            defaults={
                "code": rule.code,
                "version": rule.version,
                "content": versions.content(rule),
                **dict(zip(BENEFICIARIES, rule.shares.in_order, strict=True)),
            },
        )
        found[position] = kept.pk
    return found


def write(
    run: Distribution,
    paid: Paid,
    chosen: NDArray[np.int64],
    rules: Sequence[SplitRule],
    routes: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Split each contribution by the rule chosen for it and write that down; what each share comes to on each route, a
    row of ten for each of `routes`, whose payers are in ascending order. In the running transaction of `bulk`."""
    numbers = used(rules, np.unique(chosen).tolist())
    parts = np.array([shares.parts_of(rule.shares.in_order) for rule in rules], np.int64)
    way = np.searchsorted(routes[:, 0], paid.payers)
    totals = np.zeros((len(routes), len(BENEFICIARIES)), np.int64)
    database = connections["bulk"]
    with database.wrap_database_errors, database.cursor() as cursor:
        for start in range(0, len(paid), CHUNK):
            some = slice(start, start + CHUNK)
            amounts = shares.split_columns(paid.amounts[some], parts[chosen[some]])
            np.add.at(totals, way[some], amounts)
            named = (paid.ids[some], numbers[chosen[some]], routes[way[some], 1])
            places = (paid.payers[some], paid.counties[some])
            _copy(cursor, run, named, places, paid.amounts[some], amounts)
    return totals


def _copy(
    cursor: Any,
    run: Distribution,
    named: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    whole: NDArray[np.int64],
    amounts: NDArray[np.int64],
) -> None:
    contributions, rules, routes = named
    rows = copies.rows(
        len(whole),
        [
            copies.of_int(run.union_id),
            copies.of_int(run.county_id),
            copies.int8(contributions),
            copies.int4(rules),
            copies.int8(routes),
            copies.of_int(run.pk, 8),
            *(copies.int4(place) for place in places),
            copies.of_day(run.day),
            copies.int8(whole),
            *(copies.int8(amounts[:, place]) for place in range(len(BENEFICIARIES))),
        ],
    )
    with cursor.copy(_INTO) as copy:
        copy.write(copies.HEAD)
        copy.write(rows)
        copy.write(copies.END)
