"""SM4-GCM for one value: format 1 byte, key id 2, nonce 12, ciphertext, tag 16 (CRY-01)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from zhijia.kernel.ciphers.keys import Key

FORMAT = 1
HEAD, NONCE, TAG = 3, 12, 16


class CannotOpen(Exception):
    """The sealed value, its place or its key is not the one it was sealed with. Says nothing of the value."""


def header(key: Key) -> bytes:
    """The bytes before the nonce: the format and the key's id."""
    return bytes([FORMAT]) + key.id.to_bytes(2, "big")


def seal(key: Key, plain: bytes, aad: bytes) -> bytes:
    """Encrypt and bind to `aad` ('table.column:row id'): moved elsewhere it does not open."""
    nonce = os.urandom(NONCE)
    worker = Cipher(SM4(key.secret), GCM(nonce)).encryptor()
    worker.authenticate_additional_data(aad)
    return header(key) + nonce + worker.update(plain) + worker.finalize() + worker.tag


def key_id(sealed: bytes) -> int:
    """The id of the key that sealed this. Raises CannotOpen for bytes of another format."""
    if len(sealed) < HEAD + NONCE + TAG or sealed[0] != FORMAT:
        raise CannotOpen("not a sealed value of format 1")
    return int.from_bytes(sealed[1:HEAD], "big")


def open(key: Key, sealed: bytes, aad: bytes) -> bytes:
    """The clear bytes. Raises CannotOpen when the key, the place or a bit is another one."""
    if key_id(sealed) != key.id:
        raise CannotOpen("sealed with another key")
    start = HEAD + NONCE
    worker = Cipher(SM4(key.secret), GCM(sealed[HEAD:start], sealed[-TAG:])).decryptor()
    worker.authenticate_additional_data(aad)
    try:
        return worker.update(sealed[start:-TAG]) + worker.finalize()
    except InvalidTag:
        raise CannotOpen("sealed for another place, or changed since") from None
