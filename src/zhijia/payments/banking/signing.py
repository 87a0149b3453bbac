"""Messages of both sides are signed: HMAC-SM3 (GB/T 32905) over the moment and the raw body; files carry a seal."""

from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

TIME, SIGNATURE = "X-Bank-Time", "X-Bank-Signature"


def sign(key: bytes, moment: str, body: bytes) -> str:
    """The signature of a body at a moment (seconds since 1970), in hex."""
    return seal(key, moment.encode() + b"." + body)


def seal(key: bytes, content: bytes) -> str:
    """The seal over a file's bytes, in hex."""
    return _worker(key, content).finalize().hex()


def is_sealed(key: bytes, content: bytes, told: str) -> bool:
    """Whether this seal, in hex, is that of the bytes; looked at in constant time."""
    try:
        _worker(key, content).verify(bytes.fromhex(told))
    except (ValueError, InvalidSignature):
        return False
    return True


def is_signed(key: bytes, moment: str, body: bytes, told: str, *, at: datetime, window: int) -> bool:
    """Whether the body was signed with this key, at most so many seconds before or after now."""
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    fresh = abs(at.timestamp() - int(moment)) <= window
    return is_sealed(key, moment.encode() + b"." + body, told) and fresh


def _worker(key: bytes, content: bytes) -> HMAC:
    worker = HMAC(key, SM3())
    worker.update(content)
    return worker
