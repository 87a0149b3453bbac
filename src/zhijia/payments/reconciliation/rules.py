"""What it means when the bank says one thing and we another. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

OWN = re.compile(r"ZJ[0-9]{11}[A-Z2-9]{4}(?=[0-9]{2}$)")
"""A reference of ours without its round: two rounds of a payment are one payment (`migrations/payments.sql`)."""


LENGTH = 12
"""Digits of the reference of something expected (`services/paying_in.py`)."""
_BETWEEN = frozenset(" -–—_./")


def base(reference: str) -> str:
    """The reference without its round where it is one of ours; else as it stands."""
    found = OWN.match(reference)
    return found.group() if found else reference


class Kind(StrEnum):
    """Where two books can differ about a payment."""

    BANK_PAID = "bank_paid"
    BANK_NOT = "bank_not"
    AMOUNT = "amount"
    TWICE = "twice"
    UNKNOWN_LINE = "unknown_line"
    RETURNED = "returned"
    NOT_ARRIVED = "not_arrived"


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment as it stands here: fen, its state, the day it was sent and the day it ended."""

    payment_id: int
    reference: str
    amount: int
    state: str
    sent_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Theirs:
    """A line of the bank: fen, below zero where they went out."""

    line_id: int
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Found:
    """A difference: about a payment, a line, or both; what each side says, in fen."""

    kind: Kind
    payment_id: int | None
    line_id: int | None
    ours: int
    theirs: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs, and of which payments the bank's file agrees that it never paid them."""

    differences: list[Found]
    never_paid: list[int]


def compare(ours: Iterable[Ours], theirs: Iterable[Theirs], *, through: date) -> Compared:
    """What differs once the bank's lines are known through this day. `theirs` are all lines of these payments, on
    whichever day they stand, and the lines of the day that name no payment of ours."""
    lines: dict[str, list[Theirs]] = defaultdict(list)
    for line in theirs:
        lines[base(line.reference)].append(line)
    found: list[Found] = []
    never: list[int] = []
    for payment in ours:
        mine = lines.pop(base(payment.reference), [])
        out = [line for line in mine if line.amount < 0]
        found += _of_paid(payment, out, [line for line in mine if line.amount > 0]) if out else []
        if not out:
            found += _of_unpaid(payment, through)
            never += [payment.payment_id] if _is_never_paid(payment, through) else []
    for some in lines.values():
        found += [
            Found(Kind.UNKNOWN_LINE, None, line.line_id, 0, -line.amount) for line in some if line.amount < 0
        ]
    return Compared(found, never)


def _of_paid(payment: Ours, out: list[Theirs], back: list[Theirs]) -> list[Found]:
    """What differs about a payment that the bank has booked."""
    found = [
        Found(Kind.TWICE, payment.payment_id, line.line_id, payment.amount, -line.amount) for line in out[1:]
    ]
    first = out[0]
    if -first.amount != payment.amount:
        found.append(Found(Kind.AMOUNT, payment.payment_id, first.line_id, payment.amount, -first.amount))
    if back and payment.state != "returned":
        found.append(
            Found(Kind.RETURNED, payment.payment_id, back[0].line_id, payment.amount, back[0].amount)
        )
    elif not back and payment.state not in ("paid", "returned"):
        found.append(Found(Kind.BANK_PAID, payment.payment_id, first.line_id, 0, -first.amount))
    return found


def _of_unpaid(payment: Ours, through: date) -> list[Found]:
    """What differs about a payment of which the bank has booked nothing."""
    if payment.state in ("paid", "returned") and payment.ended_on is not None and payment.ended_on <= through:
        return [Found(Kind.BANK_NOT, payment.payment_id, None, payment.amount, 0)]
    if payment.state in ("sending", "unknown") and payment.sent_on is not None and payment.sent_on < through:
        return [Found(Kind.NOT_ARRIVED, payment.payment_id, None, payment.amount, 0)]
    return []


def _is_never_paid(payment: Ours, through: date) -> bool:
    """The day it was sent is in the bank's file, without it."""
    return (
        payment.state in ("unknown", "failed") and payment.sent_on is not None and payment.sent_on <= through
    )


def references_in(note: str) -> set[str]:
    """What could be the reference of something expected in what somebody wrote into their transfer: any twelve digits
    in a row, with or without spaces and dashes between them, in digits of any width."""
    bare = "".join(_digit(letter) for letter in unicodedata.normalize("NFKC", note) if letter not in _BETWEEN)
    return {run[start : start + LENGTH] for run in bare.split() for start in range(len(run) - LENGTH + 1)}


def _digit(letter: str) -> str:
    return letter if letter in "0123456789" else " "
