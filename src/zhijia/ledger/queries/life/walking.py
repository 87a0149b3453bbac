"""A walk step by step: across a fund by first in, first out, and over to the books of the next union."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger import flow_rules
from zhijia.ledger.flow_rules import Queue, Row, Span
from zhijia.ledger.models import Entry
from zhijia.ledger.queries.life import reading
from zhijia.ledger.queries.life.reading import Fund, Piece, Start
from zhijia.ledger.rules import IN, OUT, partner_of
from zhijia.registry import access
from zhijia.registry.models import Union

VIEW = "ledger.view"
End = Literal["line", "at_hand", "under_way", "elsewhere", "too_far", "uncovered", "no_money"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where some of the money begins or ends, so many steps away: a line of an entry; at hand in a fund; on its way
    to or from a union whose books do not have it; at a union the actor may not look into; further than is walked;
    paid before anything came in; no money (yet), but booked against a line of the same entry."""

    step: int
    end: End
    union_id: int
    fund: str
    fen: int
    entry_id: int = 0
    number: int = 0
    account_id: int = 0
    day: date = date.min


@dataclass(frozen=True, slots=True)
class Way:
    """So much went from one union to another at this step."""

    step: int
    payer_id: int
    receiver_id: int
    fen: int


@dataclass(frozen=True, slots=True)
class Walk:
    """Where money comes from, or goes: its ends, in their order, add up to what it began with."""

    fen: int
    stops: Sequence[Stop]
    ways: Sequence[Way]


def back(actor: Actor, start: Start, day: date) -> Walk:
    """Where the money came from. Raises Refusal where that is too much to follow at once."""
    return _Walker(actor, day, ahead=False).walk(start)


def forward(actor: Actor, start: Start, day: date) -> Walk:
    """Where the money went. Raises Refusal where that is too much to follow at once."""
    return _Walker(actor, day, ahead=True).walk(start)


class _Walker:
    """One walk, every step in a few statements however wide it is."""

    def __init__(self, actor: Actor, day: date, *, ahead: bool) -> None:
        self._rights = access.rights_of(actor)
        self._ahead = ahead
        self._entries, self._lines, self._steps = (
            int(parameters.value(f"ledger.walk_{name}", day=day)) for name in ("entries", "lines", "steps")
        )
        self._queues: dict[Fund, Queue] = {}
        self._stops: list[Stop] = []
        self._ways: dict[tuple[int, int, int], int] = defaultdict(int)

    def walk(self, start: Start) -> Walk:
        """From the start to every end."""
        step, pieces = 0, [start.piece] if start.piece.span.fen else []
        fund, entry_id, _span = start.piece
        self._stops += [
            Stop(0, "no_money", *fund, one.fen, entry_id, one.number, one.account_id, start.day)
            for one in start.against
        ]
        across = start.came == self._ahead
        while pieces and step < self._steps:
            if across:
                pieces = self._across(step, pieces)
            pieces = self._follow(step, pieces)
            step, across = step + 1, True
        self._stops += [Stop(step, "too_far", *one.fund, one.span.fen, one.entry_id) for one in pieces]
        stops = sorted(
            self._stops, key=lambda s: (s.step, s.union_id, s.fund, s.day, s.entry_id, s.number, s.end)
        )
        ways = [Way(*between, fen) for between, fen in sorted(self._ways.items())]
        return Walk(start.fen, stops, ways)

    def _across(self, step: int, pieces: Iterable[Piece]) -> list[Piece]:
        """From money that came into funds to what it went out for, or the other way round."""
        given: dict[Fund, list[Piece]] = defaultdict(list)
        for piece in pieces:
            given[piece.fund].append(piece)
        self._read(given)
        found: list[Piece] = []
        for fund in sorted(given):
            own, other = self._rows(fund)
            laid = []
            for piece, place in zip(
                given[fund], own.places([one.entry_id for one in given[fund]]), strict=True
            ):
                if place is None:
                    self._stops.append(Stop(step, "uncovered", *fund, piece.span.fen, piece.entry_id))
                else:
                    laid.append(Span(place.low + piece.span.low, place.low + piece.span.high))
            for span in flow_rules.joined(laid):
                found += [Piece(fund, *met) for met in other.opposite(span)]
                if left := flow_rules.still_there(other, span):
                    self._stops.append(Stop(step, "at_hand" if self._ahead else "uncovered", *fund, left))
        return found

    def _follow(self, step: int, pieces: Sequence[Piece]) -> list[Piece]:
        """The same money in other unions' books, where it went over to them; elsewhere it ends with its lines."""
        if len(pieces) + len(self._stops) > self._lines:
            raise _too_much()
        entries = Entry.objects.in_bulk({piece.entry_id for piece in pieces})
        way = OUT if self._ahead else IN
        over: list[Piece] = []
        ended: list[Piece] = []
        for piece in pieces:
            purpose = entries[piece.entry_id].purpose
            (over if purpose.startswith(way) and partner_of(purpose) else ended).append(piece)
        self._end(step, ended, entries)
        unions = Union.objects.in_bulk({partner_of(entries[piece.entry_id].purpose) for piece in over})
        inside = []
        for piece in over:
            partner = partner_of(entries[piece.entry_id].purpose) or 0
            payer, receiver = (piece.fund[0], partner) if self._ahead else (partner, piece.fund[0])
            self._ways[step + 1, payer, receiver] += piece.span.fen
            union = unions.get(partner)
            if union is not None and self._rights.reach(VIEW, union):
                inside.append(piece)
            else:
                self._stops.append(Stop(step + 1, "elsewhere", partner, piece.fund[1], piece.span.fen))
        return self._at_partners(step, inside, entries)

    def _at_partners(self, step: int, pieces: Sequence[Piece], entries: dict[int, Entry]) -> list[Piece]:
        """The pieces in the partners' books; what those do not have is under way."""
        found = []
        way = IN if self._ahead else OUT
        for piece, there in zip(pieces, reading.counterparts(pieces, entries, way), strict=True):
            partner = partner_of(entries[piece.entry_id].purpose) or 0
            fund = next(iter(there)) if len(there) == 1 else piece.fund[1]
            number, moved = there.get(fund, (0, 0))
            low, high = piece.span.low, min(piece.span.high, moved if self._ahead else -moved)
            if high > low:
                found.append(Piece((partner, fund), number, Span(low, high)))
            if missing := piece.span.fen - max(0, high - low):
                self._stops.append(
                    Stop(step + 1, "under_way", partner, piece.fund[1], missing, piece.entry_id)
                )
        return found

    def _end(self, step: int, pieces: Sequence[Piece], entries: dict[int, Entry]) -> None:
        """The lines that share the pieces."""
        shares = reading.shares_of({(piece.entry_id, piece.fund[1]) for piece in pieces})
        for fund, entry_id, span in pieces:
            for share in shares[entry_id, fund[1]]:
                fen = min(span.high, share.span.high) - max(span.low, share.span.low)
                if fen > 0:
                    leg = share.leg
                    day = entries[entry_id].day
                    self._stops.append(
                        Stop(step, "line", *fund, fen, entry_id, leg.number, leg.account_id, day)
                    )

    def _rows(self, fund: Fund) -> tuple[Row, Row]:
        """The row the walk comes from, and the one it goes to."""
        queue = self._queues[fund]
        return (queue.came, queue.gone) if self._ahead else (queue.gone, queue.came)

    def _read(self, funds: Iterable[Fund]) -> None:
        missing = sorted(set(funds) - self._queues.keys())
        found, many = reading.queues(missing, most=self._entries + 1) if missing else ({}, 0)
        if many > self._entries:
            raise _too_much()
        self._entries -= many
        self._queues |= found


def _too_much() -> Refusal:
    return Refusal(
        "too_much_to_follow",
        _(
            "This money met too many entries to follow it at once. Begin with a smaller sum, or nearer to its end."
        ),
    )
