"""What a walk reads: the queues of funds, the lines of entries, the same money in the books of the next union."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, connections

from zhijia.ledger import flow_rules
from zhijia.ledger.flow_rules import Queue, Span
from zhijia.ledger.models import Entry, Leg
from zhijia.ledger.rules import CARRY_OVER, partner_of

_QUEUES = """
WITH asked AS (SELECT * FROM unnest(%(unions)s::int[], %(funds)s::text[]) AS a (union_id, fund)),
undone AS (
  SELECT id FROM ledger_entry WHERE corrects_id IS NOT NULL AND union_id = ANY (%(unions)s::int[])
  UNION ALL
  SELECT corrects_id FROM ledger_entry WHERE corrects_id IS NOT NULL AND union_id = ANY (%(unions)s::int[]))
SELECT asked.union_id, asked.fund, leg.entry_id, sum(leg.amount)::bigint
FROM asked
JOIN ledger_account account ON account.union_id = asked.union_id AND account.fund = asked.fund
  AND account.guarded AND account.sign = 1
JOIN ledger_leg leg ON leg.account_id = account.id
WHERE leg.entry_id NOT IN (SELECT id FROM undone)
GROUP BY asked.union_id, asked.fund, leg.day, leg.entry_id HAVING sum(leg.amount) <> 0
ORDER BY asked.union_id, asked.fund, leg.day, leg.entry_id LIMIT %(most)s"""
_COUNTERPARTS = """
SELECT asked.place, entry.id, account.fund, sum(leg.amount)::bigint
FROM unnest(%(unions)s::int[], %(sources)s::text[], %(ids)s::text[], %(purposes)s::text[])
  WITH ORDINALITY AS asked (union_id, source, source_id, purpose, place)
JOIN ledger_entry entry ON entry.source_id = asked.source_id AND entry.source = asked.source
  AND entry.purpose = asked.purpose AND entry.union_id = asked.union_id
JOIN ledger_leg leg ON leg.entry_id = entry.id
JOIN ledger_account account ON account.id = leg.account_id AND account.guarded AND account.sign = 1
WHERE NOT EXISTS (SELECT FROM ledger_entry back WHERE back.corrects_id = entry.id)
GROUP BY asked.place, entry.id, account.fund HAVING sum(leg.amount) <> 0 ORDER BY asked.place, account.fund"""

Fund = tuple[int, str]
"""A union and a fund of it."""


class Piece(NamedTuple):
    """Some of the money an entry moved in a fund."""

    fund: Fund
    entry_id: int
    span: Span


class Against(NamedTuple):
    """A line of the same entry that some of a line stands against without money."""

    number: int
    account_id: int
    fen: int


@dataclass(frozen=True, slots=True)
class Start:
    """What a line moved: a part of its entry's money, which came in or went out; and what of it moved none and stands
    against other lines of the entry (an asset written down, goods received before they are paid)."""

    piece: Piece
    came: bool
    day: date
    against: Sequence[Against] = ()

    @property
    def fen(self) -> int:
        """All of it, in fen."""
        return self.piece.span.fen + sum(one.fen for one in self.against)


@dataclass(frozen=True, slots=True)
class Share:
    """A line's part of the money its entry moved in a fund; `came` where that money came in."""

    leg: Leg
    span: Span
    came: bool

    @property
    def rest(self) -> int:
        """What of the line moved no money."""
        return self.leg.amount + self.span.fen * (1 if self.came else -1)


def start_of(leg: Leg) -> Start | None:
    """What a line of an entry stands for: its part of the entry's money, or all of it for a line of money at hand; and
    what stands against other lines without money. None for what was taken back, what only carries a year over, and
    money that stayed at hand."""
    entry, fund = leg.entry, leg.account.fund
    if entry.corrects_id is not None or entry.corrected_by.exists():
        return None
    shares = shares_of([(entry.pk, fund)])[entry.pk, fund]
    moved = sum(share.span.fen for share in shares)
    came = bool(shares) and shares[0].came
    if leg.account.guarded and leg.account.sign == 1:
        piece = Piece((entry.union_id, fund), entry.pk, Span(0, moved))
        return Start(piece, came, leg.day) if moved else None
    place = next(place for place, share in enumerate(shares) if share.leg.number == leg.number)
    rests = [share.rest for share in shares] if entry.kind != CARRY_OVER else [0] * len(shares)
    against = [
        Against(shares[other].leg.number, shares[other].leg.account_id, fen)
        for other, fen in flow_rules.set_off(rests, place)
    ]
    start = Start(Piece((entry.union_id, fund), entry.pk, shares[place].span), came, leg.day, against)
    return start if start.fen else None


def queues(funds: Sequence[Fund], *, most: int, using: str = "default") -> tuple[dict[Fund, Queue], int]:
    """What came in and went out of each fund, and how many entries that were: beyond `most` they are cut off. What was
    taken back never moved. On `bulk` for whoever names the funds themselves."""
    read: dict[Fund, tuple[list[int], list[int]]] = {fund: ([], []) for fund in funds}
    values: dict[str, Any] = {
        "unions": [union for union, _fund in funds],
        "funds": [fund for _union, fund in funds],
        "most": most,
    }
    with connections[using].cursor() as cursor:
        cursor.execute(_QUEUES, values)
        rows = cursor.fetchall()
    for union_id, fund, entry_id, net in rows:
        items, nets = read[union_id, fund]
        items.append(entry_id)
        nets.append(net)
    return {fund: Queue.of(*columns) for fund, columns in read.items()}, len(rows)


def shares_of(
    entries: Collection[tuple[int, str]], *, using: str = "default"
) -> dict[tuple[int, str], list[Share]]:
    """The lines of entries, in a fund each, that are no money at hand, with their parts of what the entry moved."""
    lines: dict[tuple[int, str], list[Leg]] = {key: [] for key in entries}
    legs = Leg.objects.using(using).filter(entry_id__in={number for number, _fund in entries})
    legs = legs.exclude(account__guarded=True, account__sign=1)
    for leg in legs.select_related("account").order_by("entry_id", "number"):
        if (leg.entry_id, leg.account.fund) in lines:
            lines[leg.entry_id, leg.account.fund].append(leg)
    found = {}
    for key, some in lines.items():
        moved = -sum(leg.amount for leg in some)
        spans = flow_rules.shares([leg.amount for leg in some], moved=moved)
        found[key] = [Share(leg, span, moved > 0) for leg, span in zip(some, spans, strict=True)]
    return found


def counterparts(
    pieces: Sequence[Piece], entries: Mapping[int, Entry], way: str
) -> list[dict[str, tuple[int, int]]]:
    """What stands in the partner's books for each piece's entry: by fund the entry's number, and how much more it made
    the money at hand."""
    asked = [entries[piece.entry_id] for piece in pieces]
    values: dict[str, Any] = {
        "unions": [partner_of(entry.purpose) for entry in asked],
        "sources": [entry.source for entry in asked],
        "ids": [entry.source_id for entry in asked],
        "purposes": [f"{way}{entry.union_id}" for entry in asked],
    }
    found: list[dict[str, tuple[int, int]]] = [{} for _entry in asked]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTERPARTS, values)
        for place, number, fund, net in cursor.fetchall():
            found[place - 1][fund] = (number, net)
    return found
