"""Reading figures from the roll-ups and the deltas that wait for them, and opening a figure to its facts.

A figure is asked for by a kind, or by several with the sign they count with: {"member.joined": 1,
"member.left": -1}. Months are integers yyyymm, both ends included. Roll-ups hold no personal data and know
nobody's rights: the caller names the counties or unions it may show. Facts come through the row policies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.db.models import Q

from zhijia.facts.models import Fact, Fold
from zhijia.kernel.actors import Actor
from zhijia.kernel.days import month_of

Measure = Literal["quantity", "amount", "facts"]
Kinds = str | Mapping[str, int]
Place = Literal["union", "county"]


@dataclass(frozen=True, slots=True)
class Age:
    """When the roll-ups were last folded (None: never), and how many deltas wait. Figures contain both."""

    folded_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some facts, and the (day, id) to go on after (None at the end)."""

    facts: list[Fact]
    after: tuple[date, int] | None


def total(
    kind: Kinds,
    *,
    counties: Sequence[int] | None = None,
    unions: Sequence[int] | None = None,
    since: int | None = None,
    until: int | None = None,
    measure: Measure = "quantity",
) -> int:
    """The sum in these counties or unions (None: everywhere), from one month to another (None: open)."""
    rows = _sums("", kind, counties, unions, since, until, measure)
    return int(rows[0][0] or 0)


def by_month(
    kind: Kinds,
    *,
    counties: Sequence[int] | None = None,
    unions: Sequence[int] | None = None,
    since: int | None = None,
    until: int | None = None,
    measure: Measure = "quantity",
) -> dict[int, int]:
    """The sum of each month in which something happened, in the order of the months."""
    return dict(_sums("month", kind, counties, unions, since, until, measure))


def by_county(
    kind: Kinds,
    *,
    counties: Sequence[int] | None = None,
    since: int | None = None,
    until: int | None = None,
    measure: Measure = "quantity",
) -> dict[int, int]:
    """The sum of each county in which something happened; what has no county stands under 0."""
    return dict(_sums("county_id", kind, counties, None, since, until, measure))


def by_union(
    kind: Kinds,
    *,
    unions: Sequence[int],
    since: int | None = None,
    until: int | None = None,
    measure: Measure = "quantity",
) -> dict[int, int]:
    """The sum of each of these unions in which something happened."""
    return dict(_sums("union_id", kind, None, unions, since, until, measure))


def series(
    kind: Kinds,
    *,
    since: int,
    until: int,
    counties: Sequence[int] | None = None,
    unions: Sequence[int] | None = None,
    measure: Measure = "quantity",
) -> list[tuple[int, int]]:
    """The stock at the end of every month: all that ever happened up to it."""
    months = by_month(kind, counties=counties, unions=unions, until=until, measure=measure)
    stock = sum(many for month, many in months.items() if month < since)
    points = []
    for month in _months(since, until):
        stock += months.get(month, 0)
        points.append((month, stock))
    return points


def stock(
    kind: Kinds,
    *,
    day: date,
    counties: Sequence[int] | None = None,
    unions: Sequence[int] | None = None,
    measure: Measure = "quantity",
) -> int:
    """All that ever happened in these counties or unions up to the end of a day: the months before it from the
    roll-ups, its own month from the facts of those days."""
    before = total(kind, counties=counties, unions=unions, until=_before(month_of(day)), measure=measure)
    weights = {kind: 1} if isinstance(kind, str) else kind
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, {measure} FROM facts_of_days(%s, %s, %s, %s, %s)",  # noqa: S608 - a Literal
            [
                list(weights),
                None if unions is None else list(unions),
                None if counties is None else list(counties),
                day.replace(day=1),
                day,
            ],
        )
        return before + sum(weights[told] * int(many) for told, many in cursor.fetchall())


def age() -> Age:
    """How old the roll-ups are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facts_delta")
        (waiting,) = cursor.fetchone()
    return Age(Fold.objects.values_list("at", flat=True).first(), waiting)


def records_of(
    actor: Actor,
    kind: Kinds,
    *,
    counties: Sequence[int] | None = None,
    unions: Sequence[int] | None = None,
    since: int | None = None,
    until: int | None = None,
    after: tuple[date, int] | None = None,
    rows: int = 100,
) -> Page:
    """The facts a figure sums up, newest first, as far as the actor may see them; reversals among them."""
    if actor.user_id is None:
        return Page([], None)
    chosen = Q(kind__in=[kind] if isinstance(kind, str) else list(kind))
    if unions is not None:
        chosen &= Q(union_id__in=unions)
    elif counties is not None:
        chosen &= Q(county_id__in=counties)
    if since is not None:
        chosen &= Q(day__gte=_first_day(since))
    if until is not None:
        chosen &= Q(day__lt=_first_day(_next(until)))
    if after is not None:
        chosen &= Q(day__lt=after[0]) | Q(day=after[0], id__lt=after[1])
    found = list(Fact.objects.filter(chosen).order_by("-day", "-id")[: rows + 1])
    last = found[rows - 1] if len(found) > rows else None
    return Page(found[:rows], (last.day, last.pk) if last else None)


def _sums(
    by: Literal["", "month", "county_id", "union_id"],
    kind: Kinds,
    counties: Sequence[int] | None,
    unions: Sequence[int] | None,
    since: int | None,
    until: int | None,
    measure: Measure,
) -> list[Any]:
    """One statement over roll-up and waiting deltas: a fold in between moves rows, never changes the sum. What needs
    no month comes from the totals."""
    weights = {kind: 1} if isinstance(kind, str) else kind
    place: Place = "union" if unions is not None else "county"
    rollup = "total" if since is None and until is None and by != "month" else "month"
    places = unions if unions is not None else counties
    conditions = ["kind = ANY (%s)"]
    values: list[Any] = [list(weights)]
    for condition, value in (
        (f"{place}_id = ANY (%s)", None if places is None else list(places)),
        ("month >= %s", since),
        ("month <= %s", until),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    where = " AND ".join(conditions)
    columns = f"kind, {place}_id, {measure}" + (", month" if rollup == "month" else "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by + ', ' if by else ''}sum(weight * {measure})::bigint FROM ("  # noqa: S608 - constants
            f" SELECT {columns} FROM facts_{place}_{rollup} WHERE {where}"
            f" UNION ALL SELECT {columns} FROM facts_delta WHERE {where}) AS told"
            " JOIN unnest(%s::text[], %s::int[]) AS counted (of_kind, weight) ON of_kind = kind"
            f"{f' GROUP BY {by} ORDER BY {by}' if by else ''}",
            [*values, *values, list(weights), list(weights.values())],
        )
        return list(cursor.fetchall())


def _months(since: int, until: int) -> list[int]:
    months, month = [], since
    while month <= until:
        months.append(month)
        month = _next(month)
    return months


def _before(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89


def _next(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def _first_day(month: int) -> date:
    return date(month // 100, month % 100, 1)
