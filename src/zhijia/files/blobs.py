"""Bytes on the disk: sealed piece by piece with SM4-GCM outside the web root, named by a keyed index of their
content, so that the same bytes lie there once per key and nobody can tell from the name what they are.

Head: b"ZJF" and format 1, key id (2 bytes), 16 random bytes that bind the pieces together. Then pieces,
each sealed for its place; the last one says that it is the last, so that a cut file does not open.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from zhijia.kernel import ciphers

NAME, INDEX = "files", "index:files.content"
MAGIC = b"ZJF\x01"
SALT = 16
PIECE = 64 * 1024
OVERHEAD = 31
YOUNG_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that were kept: where, how many, and the SHA-256 of the clear ones."""

    name: str
    size: int
    sha256: str


class TooLong(Exception):
    """More bytes came than are taken."""


def keep(content: BinaryIO, *, most: int) -> Blob:
    """Seal the bytes onto the disk while reading them; twice the same bytes lie there once. Nothing is left
    behind by a cut upload. Raises TooLong as soon as more than `most` have come."""
    key = ciphers.keyring().current(NAME)
    incoming = _folder("incoming")
    handle, path = tempfile.mkstemp(dir=incoming)
    try:
        with os.fdopen(handle, "wb") as out:
            size, digest = _seal_into(out, content, key, most)
            out.flush()
            os.fsync(out.fileno())
        name = f"{ciphers.index(ciphers.keyring().current(INDEX), digest).hex}.{key.id}"
        _put(Path(path), name)
    finally:
        Path(path).unlink(missing_ok=True)
    return Blob(name, size, digest)


def pieces(name: str) -> Iterator[bytes]:
    """The clear bytes, piece by piece. Raises CannotOpen when a piece was changed, moved or is missing."""
    with _path(name).open("rb") as sealed:
        head = sealed.read(len(MAGIC) + 2 + SALT)
        if not head.startswith(MAGIC):
            raise ciphers.CannotOpen("not a sealed file of format 1")
        key = ciphers.keyring().key(NAME, int.from_bytes(head[len(MAGIC) : len(MAGIC) + 2], "big"))
        salt = head[len(MAGIC) + 2 :]
        number, piece = 0, sealed.read(PIECE + OVERHEAD)
        while True:
            following = sealed.read(PIECE + OVERHEAD)
            yield ciphers.open(key, piece, _place(salt, number, last=not following))
            if not following:
                return
            number, piece = number + 1, following


@contextmanager
def in_the_clear(content: Iterator[bytes], ending: str) -> Iterator[Path]:
    """These bytes in a file for as long as they are read, held by a lock that ends with this process. What somebody
    lays beside it under its name goes with it."""
    with tempfile.NamedTemporaryFile(dir=_clear(), suffix=ending) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        for piece in content:
            file.write(piece)
        file.flush()
        yield Path(file.name)


def sweep(is_known: Callable[[list[str]], set[str]], now: float | None = None) -> int:
    """Remove bytes older than an hour that no row knows, and what cut uploads left; how many files went."""
    before = (now or time.time()) - YOUNG_SECONDS
    gone = 0
    for path in _folder("incoming").iterdir():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    gone += _sweep_clear(before)
    for folder in sorted(_root().glob("[0-9a-f][0-9a-f]")):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < before]
        known = is_known([path.name for path in old])
        for path in old:
            if path.name not in known:
                gone += _remove_if_old(path, before)
    return gone


def _sweep_clear(before: float) -> int:
    """Remove what processes that were killed left in the clear; how many files and folders went."""
    gone = 0
    for path in _clear().iterdir():
        if path.is_dir():
            beside = any(path.name.startswith(f".{other.name}.") for other in _clear().iterdir())
            if not beside and path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
                gone += 1
        elif path.stat().st_mtime < before and _is_free(path):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _is_free(path: Path) -> bool:
    """Whether no process that lives reads this file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _seal_into(out: BinaryIO, content: BinaryIO, key: ciphers.Key, most: int) -> tuple[int, str]:
    salt = secrets.token_bytes(SALT)
    out.write(MAGIC + key.id.to_bytes(2, "big") + salt)
    digest = hashlib.sha256()
    size, number, piece = 0, 0, _read(content)
    while True:
        size += len(piece)
        if size > most:
            raise TooLong
        digest.update(piece)
        following = _read(content)
        out.write(ciphers.seal(key, piece, _place(salt, number, last=not following)))
        if not following:
            return size, digest.hexdigest()
        number, piece = number + 1, following


def _read(content: BinaryIO) -> bytes:
    """A whole piece, also from a source that hands out less at a time."""
    parts: list[bytes] = []
    missing = PIECE
    while missing and (part := content.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _place(salt: bytes, number: int, *, last: bool) -> bytes:
    return b"files.content:" + salt + number.to_bytes(8, "big") + (b"last" if last else b"more")


def _put(fresh: Path, name: str) -> None:
    """Give the bytes their name, or tell the ones already there that they are wanted."""
    target = _path(name)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with _lock(fcntl.LOCK_SH):
        if target.exists():
            os.utime(target)
            return
        os.replace(fresh, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove_if_old(path: Path, before: float) -> int:
    with _lock(fcntl.LOCK_EX):
        if path.exists() and path.stat().st_mtime < before:
            path.unlink()
            return 1
    return 0


@contextmanager
def _lock(how: int) -> Iterator[None]:
    handle = os.open(_root() / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _path(name: str) -> Path:
    return _root() / name[:2] / name


def _root() -> Path:
    root: Path = settings.DATA / "files"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _clear() -> Path:
    """The folder of what is read in the clear at the moment; no backup takes it along."""
    folder: Path = settings.DATA / "clear"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _folder(name: str) -> Path:
    folder = _root() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
