"""SM4-GCM and SM4-CMAC over whole columns, byte-identical with the library's.

The library spends eleven microseconds on a value, nearly all of it on objects. Here one ECB call encrypts the
counter blocks of a chunk of values, and GHASH is a sum: as it is linear, each byte of each block is looked up
in the table of its own power of H, and no value waits for itself. For writing only (table look-ups leak time
to a neighbour on the same core); everything is read with the library.
"""

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

from zhijia.kernel.ciphers.gcm import HEAD, NONCE, TAG, header
from zhijia.kernel.ciphers.keys import Key

Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.uint64]

CHUNK = 8192
BLOCK = 16
_REDUCTION = 0xE1 << 120


def seal_many(key: Key, plains: Sequence[bytes], aads: Sequence[bytes]) -> list[bytes]:
    """Seal each value for its own place, in order: what `seal` would make with the same nonces."""
    if len(plains) != len(aads):
        raise ValueError("a value for each place, and a place for each value")
    sealed: list[bytes] = [b""] * len(plains)
    for places in _alike([(len(plain), len(aad)) for plain, aad in zip(plains, aads, strict=True)]):
        size = len(plains[places[0]])
        plain = _rows([plains[place] for place in places], size)
        aad = _rows([aads[place] for place in places], len(aads[places[0]]))
        nonces = np.frombuffer(os.urandom(NONCE * len(places)), np.uint8).reshape(-1, NONCE)
        raw = seal_rows(key, plain, aad, nonces).tobytes()
        width = HEAD + NONCE + size + TAG
        for count, place in enumerate(places):
            sealed[place] = raw[count * width : (count + 1) * width]
    return sealed


def seal_cells(key: Key, plain: Bytes, aad: Bytes) -> Bytes:
    """The same for values of one length whose places have names of one length, a row each."""
    out = np.empty((len(plain), HEAD + NONCE + plain.shape[1] + TAG), np.uint8)
    for start in range(0, len(plain), CHUNK):
        part = slice(start, start + CHUNK)
        nonces = np.frombuffer(os.urandom(NONCE * len(plain[part])), np.uint8).reshape(-1, NONCE)
        out[part] = seal_rows(key, plain[part], aad[part], nonces)
    return out


def seal_rows(key: Key, plain: Bytes, aad: Bytes, nonces: Bytes) -> Bytes:
    """The sealed form of values of one length with associated data of one length, a row each."""
    rows, size = plain.shape
    blocks = -(-size // BLOCK)
    counters = np.zeros((rows, blocks + 1, BLOCK), np.uint8)
    counters[:, :, :NONCE] = nonces[:, None, :]
    counters[:, :, NONCE:] = np.arange(1, blocks + 2, dtype=">u4").view(np.uint8).reshape(1, -1, 4)
    stream = _encrypt(key.secret, counters).reshape(rows, -1)
    out = np.empty((rows, HEAD + NONCE + size + TAG), np.uint8)
    out[:, :HEAD] = np.frombuffer(header(key), np.uint8)
    out[:, HEAD : HEAD + NONCE] = nonces
    cipher = out[:, HEAD + NONCE : -TAG]
    np.bitwise_xor(plain, stream[:, BLOCK : BLOCK + size], out=cipher)
    np.bitwise_xor(_ghash(key.secret, aad, cipher), stream[:, :BLOCK], out=out[:, -TAG:])
    return out


def index_cells(key: Key, texts: Bytes) -> Bytes:
    """SM4-CMAC of values of one length, a row each: sixteen bytes a row."""
    macs = np.empty((len(texts), BLOCK), np.uint8)
    for start in range(0, len(texts), CHUNK):
        macs[start : start + CHUNK] = _mac_rows(key.secret, texts[start : start + CHUNK])
    return macs


def mac_many(key: Key, texts: Sequence[bytes]) -> Bytes:
    """SM4-CMAC (NIST SP 800-38B) of each text, a row of 16 bytes each, in order."""
    macs = np.empty((len(texts), BLOCK), np.uint8)
    for places in _alike([(len(text), 0) for text in texts]):
        macs[places] = _mac_rows(key.secret, _rows([texts[place] for place in places], len(texts[places[0]])))
    return macs


def _mac_rows(secret: bytes, texts: Bytes) -> Bytes:
    rows, size = texts.shape
    blocks = max(1, -(-size // BLOCK))
    whole = size == blocks * BLOCK
    padded = np.zeros((rows, blocks * BLOCK), np.uint8)
    padded[:, :size] = texts
    if not whole:
        padded[:, size] = 0x80
    padded[:, -BLOCK:] ^= np.frombuffer(_subkeys(secret)[0 if whole else 1], np.uint8)
    state = np.zeros((rows, BLOCK), np.uint8)
    for start in range(0, blocks * BLOCK, BLOCK):
        state = _encrypt(secret, state ^ padded[:, start : start + BLOCK])
    return state


def _encrypt(secret: bytes, blocks: Bytes) -> Bytes:
    worker = Cipher(SM4(secret), ECB()).encryptor()  # noqa: S305  single blocks: counters and chained states
    return np.frombuffer(worker.update(np.ascontiguousarray(blocks).data), np.uint8).reshape(blocks.shape)


def _ghash(secret: bytes, aad: Bytes, cipher: Bytes) -> Bytes:
    """The sum of block times power of H over associated data, ciphertext and the block of lengths."""
    rows = len(cipher)
    aad_blocks, cipher_blocks = -(-aad.shape[1] // BLOCK), -(-cipher.shape[1] // BLOCK)
    powers = aad_blocks + cipher_blocks + 1
    lengths = np.array([aad.shape[1] * 8, cipher.shape[1] * 8], ">u8").view(np.uint8)
    constant = np.zeros((1, 2), np.uint64)
    high, low = np.zeros(rows, np.uint64), np.zeros(rows, np.uint64)
    looked_up = (np.empty(rows, np.uint64), np.empty(rows, np.uint64))
    columns = [(powers - byte // BLOCK, byte % BLOCK, aad[:, byte]) for byte in range(aad.shape[1])]
    columns += [
        (1 + cipher_blocks - byte // BLOCK, byte % BLOCK, cipher[:, byte]) for byte in range(cipher.shape[1])
    ]
    for power, byte, column in columns:
        tables = _tables(secret, power)[:, byte]
        if (column == column[0]).all():
            constant ^= tables[:, column[0]]
            continue
        index = column.astype(np.intp)
        for total, table, found in zip((high, low), tables, looked_up, strict=True):
            np.take(table, index, out=found, mode="clip")
            np.bitwise_xor(total, found, out=total)
    for byte in range(BLOCK):
        constant ^= _tables(secret, 1)[:, byte, lengths[byte]]
    out = np.empty((rows, 2), ">u8")
    out[:, 0], out[:, 1] = high ^ constant[0, 0], low ^ constant[0, 1]
    return out.view(np.uint8)


@lru_cache(maxsize=512)
def _tables(secret: bytes, power: int) -> Words:
    """For each place of a byte in a block and each value: the product with H to the power, in two halves.
    Shape (2, 16, 256); 64 KiB."""
    product = _power_of_h(secret, power)
    bits = np.empty((2, 128), np.uint64)
    for bit in range(128):
        bits[0, bit], bits[1, bit] = product >> 64, product & 0xFFFFFFFFFFFFFFFF
        product = product >> 1 ^ (_REDUCTION if product & 1 else 0)
    tables = np.zeros((2, BLOCK, 256), np.uint64)
    for bit in range(8):
        step = 0x80 >> bit
        for value in range(step, 256, 2 * step):
            tables[:, :, value : value + step] ^= bits[:, bit::8, None]
    return tables


@lru_cache(maxsize=512)
def _power_of_h(secret: bytes, power: int) -> int:
    h = int.from_bytes(_encrypt(secret, np.zeros((1, BLOCK), np.uint8)).tobytes(), "big")
    return h if power == 1 else _multiply(_power_of_h(secret, power - 1), h)


def _multiply(left: int, right: int) -> int:
    """The product in GF(2^128), bits in the order of GCM."""
    total = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            total ^= right
        right = right >> 1 ^ (_REDUCTION if right & 1 else 0)
    return total


@lru_cache(maxsize=64)
def _subkeys(secret: bytes) -> tuple[bytes, bytes]:
    """The two keys of CMAC: for a whole last block, and for a padded one."""
    value = int.from_bytes(_encrypt(secret, np.zeros((1, BLOCK), np.uint8)).tobytes(), "big")
    keys = []
    for _ in range(2):
        value = (value << 1 & (1 << 128) - 1) ^ (0x87 if value >> 127 else 0)
        keys.append(value.to_bytes(BLOCK, "big"))
    return keys[0], keys[1]


def _rows(texts: Sequence[bytes], size: int) -> Bytes:
    return np.frombuffer(b"".join(texts), np.uint8).reshape(len(texts), size)


def _alike(shapes: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """The places of equal shape, at most CHUNK at a time."""
    groups: dict[tuple[int, int], list[int]] = {}
    for place, shape in enumerate(shapes):
        groups.setdefault(shape, []).append(place)
    for places in groups.values():
        for start in range(0, len(places), CHUNK):
            yield places[start : start + CHUNK]
