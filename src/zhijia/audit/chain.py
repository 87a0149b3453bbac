"""How the trail is chained: the lines of an export and the hashes over them. Pure.

A line is a JSON object with sorted keys and no spaces. An entry's digest is the SM3 of its line; a block's
hash and a seal's root are the SM3 of their line without that key. docs/adr/0010-trail.md tells it in full.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from zhijia.kernel.ciphers.digests import sm3

FORMAT = {"format": "zhijia-trail", "version": 1}
NOTHING = bytes(32)
DIGEST = 32

Head = tuple[int, int, str]  # a stripe, the number of its last block, and that block's hash in hex


def canonical(fields: Mapping[str, Any]) -> bytes:
    """The one way a line is written."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def moment(at: datetime) -> str:
    """A moment as lines carry it: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_line(fields: Mapping[str, Any], detail: str) -> bytes:
    """An entry's line. `detail` is the text the database gives for it, taken over to the letter and put last,
    so that not even the way a number is written can change unseen."""
    return canonical({"kind": "entry", **fields})[:-1] + b',"detail":' + detail.encode() + b"}"


def block_fields(
    *, seal: int, stripe: int, number: int, ids: Sequence[int], digests: bytes, previous: bytes
) -> dict[str, Any]:
    """What a block's hash is taken over. `digests` is 32 bytes for each id."""
    return {
        "kind": "block",
        "seal": seal,
        "stripe": stripe,
        "number": number,
        "ids": list(ids),
        "digests": [digests[at : at + DIGEST].hex() for at in range(0, len(digests), DIGEST)],
        "previous": previous.hex(),
    }


def seal_fields(
    *, number: int, at: datetime, horizon: int, last: tuple[int, int], heads: Sequence[Head], previous: str
) -> dict[str, Any]:
    """What a seal's root is taken over: `last` is the (transaction, id) it came to."""
    return {
        "kind": "seal",
        "seal": number,
        "at": moment(at),
        "horizon": horizon,
        "last": list(last),
        "heads": sorted(list(head) for head in heads),
        "previous": previous,
    }


def digest_of(fields: Mapping[str, Any]) -> bytes:
    """The hash over a block's or seal's fields."""
    return sm3(canonical(fields))


def root_text(number: int, digest: bytes) -> str:
    """A root as an outsider keeps it, in hex: the seal's number (8 bytes) and its hash. The number lets a cut
    tail be told from a rewritten chain."""
    return number.to_bytes(8, "big").hex() + digest.hex()


def root_number(root: str) -> int:
    """The seal a kept root is of. Raises ValueError when this is not a root."""
    try:
        raw = bytes.fromhex(root)
    except ValueError:
        raw = b""
    if len(raw) != 8 + DIGEST:
        raise ValueError(f"A root has {2 * (8 + DIGEST)} hexadecimal digits.")
    return int.from_bytes(raw[:8], "big")
