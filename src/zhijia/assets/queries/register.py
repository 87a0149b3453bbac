"""The register of assets and goods as pages show it. Row policies hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connections
from django.db.models import Count, F, Sum

from zhijia.assets import rules
from zhijia.assets.models import Card, Lease, Lot
from zhijia.ledger.queries.rosters import Named

_NAMES = "SELECT * FROM assets_names(%s, %s::uuid[])"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, the latest first, and where the next page begins."""

    rows: Sequence[Card]
    after: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many assets a union has, what they cost and are worth (fen), how many are let and idle, what is in stock, and
    how many months of rent are due."""

    many: int
    cost: int
    left: int
    leased: int
    idle: int
    missing: int
    stock: int
    rents: int


def page(union_id: int, *, state: str = "", after: int | None = None, rows: int) -> Page:
    """The cards of a union, of one state alone where it is named; those that have gone only where asked for."""
    found = Card.objects.filter(union_id=union_id).order_by("-id")
    found = found.filter(state=state) if state else found.exclude(state=Card.State.DISPOSED)
    if after is not None:
        found = found.filter(pk__lt=after)
    some = list(found[: rows + 1])
    return Page(some[:rows], str(some[rows - 1].pk) if len(some) > rows else "")


def figures(union_id: int, today: date) -> Figures:
    """What a union has."""
    states = {
        row["state"]: row
        for row in Card.objects.filter(union_id=union_id)
        .exclude(state=Card.State.DISPOSED)
        .values("state")
        .annotate(many=Count("id"), cost_sum=Sum("cost"), left_sum=Sum(F("cost") - F("depreciated")))
    }

    def many(state: str) -> int:
        return int(states[state]["many"]) if state in states else 0

    stock = Lot.objects.filter(union_id=union_id).aggregate(worth=Sum("worth"))
    return Figures(
        many=sum(row["many"] for row in states.values()),
        cost=sum(row["cost_sum"] for row in states.values()),
        left=sum(row["left_sum"] for row in states.values()),
        leased=many(Card.State.LEASED),
        idle=many(Card.State.IDLE),
        missing=many(Card.State.MISSING),
        stock=stock["worth"] or 0,
        rents=sum(len(months) for _lease, months in rents_due(union_id, today)),
    )


def rents_due(union_id: int, today: date) -> list[tuple[Lease, list[int]]]:
    """The leases of a union with the months whose rent is due and has not come."""
    leases = Lease.objects.filter(union_id=union_id).select_related("card").prefetch_related("rents")
    due = [(lease, months_due(lease, today)) for lease in leases.order_by("pk")]
    return [(lease, months) for lease, months in due if months]


def months_due(lease: Lease, today: date) -> list[int]:
    """The months of a lease whose rent is due and has not come."""
    paid = [rent.month for rent in lease.rents.all()]
    return rules.rents_due(lease.since, lease.ended_on or lease.until, lease.due_day, paid, today)


def names(union_id: int, people: Collection[UUID]) -> dict[UUID, Named]:
    """Who these are, of the people on the rosters of the union's goods."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_NAMES, [union_id, list(people)])
        return {row[0]: Named(*row) for row in cursor.fetchall()}


def called(named: Named | None) -> str:
    """Somebody on a roster, with the number that tells apart who has the same name."""
    return " ".join(part for part in (named.name, named.number) if part) if named else "—"
