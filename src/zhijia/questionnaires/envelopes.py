"""How a ballot is closed and opened: under the poll's own secret, and all of one poll equally long."""

import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhijia.kernel import ciphers
from zhijia.kernel.ciphers import Key

KEYS = "questionnaires_secret.sealed"
DRAFTS = "questionnaires_draft.sealed"
STEP = 512
"""Ballots are filled up to a multiple of so many bytes, so that their length tells nothing."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The letters of a receipt: none that is taken for another."""
GROUPS, LONG = 3, 4
TYPED = 30
"""So long a receipt or a code may be as somebody types it, with spaces and dashes of their own."""
_SIZE = 16


@dataclass(frozen=True, slots=True)
class Opener:
    """The secret of a poll while it is open: what makes slots of voters, and what closes ballots."""

    poll_id: int
    places: Key
    seals: Key

    def slot(self, voter: str) -> UUID:
        """Where this voter's ballot lies: nobody without the secret can tell whose it is."""
        return ciphers.index(self.places, f"slot:{self.poll_id}:{voter}")

    def slots(self, voters: list[str]) -> list[UUID]:
        """The same for many, in order."""
        return ciphers.index_many(self.places, [f"slot:{self.poll_id}:{voter}" for voter in voters])

    def mark(self, code: str) -> UUID:
        """What is kept of the code of a slip: it says neither the code nor where its ballot lies."""
        return ciphers.index(self.places, f"slip:{self.poll_id}:{code}")

    def codes(self, once: UUID, many: int) -> list[str]:
        """New codes for slips, like 7KQ2-M9XW-3RTB: sixty bits each, which nobody tells without the secret. The same
        for the same `once`, so that a second making is known by its first code."""
        made = ciphers.index_many(self.places, [f"code:{self.poll_id}:{once}:{n}" for n in range(many)])
        return [_code(key.int) for key in made]

    def receipt(self, slot: UUID) -> str:
        """What a voter takes along, like 7KQ2-M9XW-3RTB. It is made of the slot, and says nothing of the ballot."""
        return self.receipts([slot])[0]

    def receipts(self, slots: Sequence[UUID]) -> list[str]:
        """The same for many, in order."""
        made = ciphers.index_many(self.places, [f"receipt:{self.poll_id}:{slot}" for slot in slots])
        return [_code(key.int) for key in made]

    def close(self, slot: UUID, answers: Mapping[str, Any], size: int) -> bytes:
        """The ballot, closed for its place. Raises ValueError for one longer than the poll's ballots can be."""
        return ciphers.seal(self.seals, filled(answers, size), self._place(slot))

    def open(self, slot: UUID, closed: bytes) -> dict[str, Any]:
        """What the ballot says. Raises CannotOpen for one of another place or poll."""
        opened: dict[str, Any] = json.loads(ciphers.open(self.seals, closed, self._place(slot)))
        return opened

    def _place(self, slot: UUID) -> bytes:
        return f"questionnaires_ballot.sealed:{self.poll_id}:{slot}".encode()


def as_printed(typed: str) -> str:
    """A receipt or the code of a slip as it stands on paper, however somebody typed it: full width, in small letters,
    with spaces and dashes of any kind or none."""
    wide = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(letter for letter in wide if letter in LETTERS)
    return "-".join(letters[start : start + LONG] for start in range(0, len(letters), LONG))


def new_secret(poll_id: int) -> bytes:
    """A new secret for a poll, sealed by the key that lies outside the database."""
    return ciphers.seal(ciphers.keyring().current(KEYS), os.urandom(2 * _SIZE), _aad(poll_id))


def opener(poll_id: int, sealed: bytes) -> Opener:
    """The opened secret of a poll."""
    key = ciphers.keyring().key(KEYS, ciphers.key_id(sealed))
    secret = ciphers.open(key, sealed, _aad(poll_id))
    return Opener(poll_id, Key(1, secret[:_SIZE]), Key(1, secret[_SIZE:]))


def size_of(fullest: Mapping[str, Any]) -> int:
    """Bytes of every closed ballot of a poll whose fullest one says this."""
    return -(-len(_text(fullest)) // STEP) * STEP


def filled(answers: Mapping[str, Any], size: int) -> bytes:
    """The answers as text, filled up to the poll's size. Raises ValueError where they are longer."""
    text = _text(answers)
    if len(text) > size:
        raise ValueError(f"A ballot of {len(text)} bytes, where {size} is the most.")
    return text.ljust(size)


def _code(number: int) -> str:
    letters = [LETTERS[number >> (5 * place) & 31] for place in range(GROUPS * LONG)]
    return "-".join("".join(letters[start : start + LONG]) for start in range(0, GROUPS * LONG, LONG))


def _text(answers: Mapping[str, Any]) -> bytes:
    return json.dumps(answers, ensure_ascii=False, separators=(",", ":")).encode()


def _aad(poll_id: int) -> bytes:
    return f"{KEYS}:{poll_id}".encode()
