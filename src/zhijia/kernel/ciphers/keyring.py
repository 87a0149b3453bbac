"""Where keys come from. They never lie in the database or its backups.

A provider answers the keys of a name ("vault", "index:registry_person.id_number"): one current, older ones
that still open. In development they lie in a file; outside, `settings.KEY_PROVIDER` names a class that asks
a key management service or a hardware module.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from zhijia.kernel.ciphers.keys import SIZE, Key


class NoKey(Exception):
    """The key asked for is not in the ring: it was destroyed, or this is another installation's data."""


class Provider(Protocol):
    """What a source of keys can do. Numbers count up within a name and are never used again."""

    def keys(self, name: str) -> list[Key]:
        """All keys of the name, oldest first; the last is the current one. Empty when it has none."""

    def add(self, name: str, after: int) -> list[Key]:
        """Make a new current key if the current one is still `after` (0: there is none); answer all keys."""

    def retire(self, name: str, key_id: int) -> None:
        """Destroy an older key. Raises ValueError for the current one."""


class Keyring:
    """The keys of a provider, by name: the current one to write with, any other to read with."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def current(self, name: str) -> Key:
        """The key to write with; made when the name has none yet."""
        return (self._provider.keys(name) or self._provider.add(name, 0))[-1]

    def all(self, name: str) -> list[Key]:
        """Every key of the name that still opens, oldest first; at least the current one."""
        return self._provider.keys(name) or self._provider.add(name, 0)

    def key(self, name: str, key_id: int) -> Key:
        """The key of this number. Raises NoKey."""
        for key in self._provider.keys(name):
            if key.id == key_id:
                return key
        raise NoKey(f"{name} has no key {key_id}")

    def turn(self, name: str) -> Key:
        """A new current key; the older ones go on opening."""
        return self._provider.add(name, self.current(name).id)[-1]

    def retire(self, name: str, key_id: int) -> None:
        """Destroy an older key, once nothing needs it."""
        self._provider.retire(name, key_id)


class FileKeys:
    """Keys in a JSON file of mode 0600, made on first use: for development and small trials.

    Other processes see a new key at once: the file is read again whenever it has changed. It is replaced
    whole, under a lock, so that a crash leaves the old file or the new one.
    """

    def __init__(self, path: Path) -> None:
        if settings.PRODUCTION and not settings.KEYS_IN_FILE:
            raise NoKey(
                "keys in a file are refused in production: set ZHIJIA_KEY_PROVIDER or ZHIJIA_KEYS_IN_FILE=1"
            )
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._names: Mapping[str, list[Key]] = {}

    def keys(self, name: str) -> list[Key]:
        self._refresh()
        return list(self._names.get(name, ()))

    def add(self, name: str, after: int) -> list[Key]:
        with self._locked() as names:
            stored = names.setdefault(name, {})
            newest = max(map(int, stored), default=0)
            if newest == after:
                stored[str(newest + 1)] = secrets.token_hex(SIZE)
        return self.keys(name)

    def retire(self, name: str, key_id: int) -> None:
        with self._locked() as names:
            stored = names.get(name, {})
            if key_id == max(map(int, stored), default=0):
                raise ValueError("the current key is in use")
            stored.pop(str(key_id), None)

    def _refresh(self) -> None:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            self._seen, self._names = None, {}
            return
        stamp = (state.st_ino, state.st_mtime_ns, state.st_size)
        if stamp != self._seen:
            self._names = {
                name: [
                    Key(int(number), bytes.fromhex(secret))
                    for number, secret in sorted(stored.items(), key=_by_id)
                ]
                for name, stored in self._read().items()
            }
            self._seen = stamp

    def _read(self) -> dict[str, dict[str, str]]:
        if not self._path.exists():
            return {}
        content: dict[str, dict[str, str]] = json.loads(self._path.read_text(encoding="ascii"))
        return content

    @contextmanager
    def _locked(self) -> Iterator[dict[str, dict[str, str]]]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(f"{self._path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            names = self._read()
            yield names
            self._replace(json.dumps(names, indent=1))
        finally:
            os.close(lock)

    def _replace(self, text: str) -> None:
        fresh = Path(f"{self._path}.new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)


def keyring() -> Keyring:
    """The ring this installation is set to use."""
    return _ring(settings.KEY_PROVIDER, settings.KEYS)


@lru_cache(maxsize=8)
def _ring(provider: str, path: str) -> Keyring:
    return Keyring(import_string(provider)() if provider else FileKeys(Path(path)))


def _by_id(item: tuple[str, Any]) -> int:
    return int(item[0])
