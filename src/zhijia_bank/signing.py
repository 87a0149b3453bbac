"""Signed messages, both ways: HMAC-SM3 over the moment and the raw body."""

import hashlib
import hmac

TIME, SIGNATURE = "X-Bank-Time", "X-Bank-Signature"
ALGORITHM = "sm3"


def possible() -> bool:
    """Whether this Python's OpenSSL offers SM3 (GB/T 32905); without it the bank does not start."""
    return ALGORITHM in hashlib.algorithms_available


def sign(key: bytes, moment: str, body: bytes) -> str:
    """The signature of a body at a moment (seconds since 1970), in hex."""
    return hmac.new(key, moment.encode() + b"." + body, ALGORITHM).hexdigest()


def holds(key: bytes, moment: str, body: bytes, signature: str) -> bool:
    """Whether the signature is that of this body at this moment."""
    return hmac.compare_digest(sign(key, moment, body).encode(), signature.encode())


def seal(key: bytes, content: bytes) -> str:
    """The seal at the end of a file, over every byte before it, in hex."""
    return hmac.new(key, content, ALGORITHM).hexdigest()
