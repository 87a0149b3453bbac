"""What every way to a bank keeps to. Amounts are integer fen; times carry their zone.

A channel translates and nothing else: it never decides whether an instruction may go, and never sends one twice by
itself. Whoever calls it has written `sending` down before (`services/sending.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Said(StrEnum):
    """What a bank says of an instruction. `ACCEPTED`: it has it and will say more. `NOT_FOUND`: it never had it."""

    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Instruction:
    """Pay so much to this account from that of the payer, under this reference: the bank knows each reference once.
    `account` and `payer` are clear here; an instruction is never stored or logged."""

    reference: str
    amount: int
    name: str
    account: str
    bank: str
    note: str
    payer: str = ""

    def __repr__(self) -> str:
        """Without whom it is for: it could end in a log."""
        return f"Instruction({self.reference}, {self.amount})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of a reference: its own number for it, since when, why not (a word of the bank), and of how
    much (fen), where it says that."""

    reference: str
    state: Said
    bank_number: str = ""
    at: datetime | None = None
    reason: str = ""
    amount: int | None = None


class Unanswered(Exception):
    """No answer that says anything: a time-out, an answer of 5xx, a broken line. Whether the bank has the instruction
    is unknown; it is asked by its reference, never sent again."""


class Channel(Protocol):
    """A way to a bank that answers at once."""

    def send(self, instruction: Instruction) -> Answer:
        """Hand one instruction over. Raises Unanswered."""
        ...

    def ask(self, reference: str) -> Answer:
        """What became of it. Raises Unanswered."""
        ...


class FileChannel(Protocol):
    """A way to a bank by files people carry: instructions out as one file, answers back as another."""

    def write(self, instructions: Sequence[Instruction]) -> bytes:
        """The file with these instructions, for the bank."""
        ...

    def read_results(self, content: bytes) -> list[Answer]:
        """What the bank's result file says. Raises Refusal for a file it cannot be."""
        ...


Opened = Callable[[], "Channel | FileChannel"]
_channels: dict[str, Opened] = {}
_by_file: set[str] = set()


def announce(name: str, opened: Opened, *, by_file: bool = False) -> None:
    """Offer a channel under a name bank accounts are given (`BankAccount.channel`); for the room's `apps.py`, and for
    tests. The last one announced counts. `by_file`: people carry its files."""
    _channels[name] = opened
    (_by_file.add if by_file else _by_file.discard)(name)


def goes_by_file(name: str) -> bool:
    """Whether people carry the files of this channel, as far as can be told without opening it."""
    return name in _by_file


def names() -> list[str]:
    """The names of the channels there are."""
    return sorted(_channels)


def get(name: str) -> "Channel | FileChannel":
    """The channel of that name. Raises LookupError."""
    if name not in _channels:
        raise LookupError(f"There is no channel {name}.")
    return _channels[name]()
