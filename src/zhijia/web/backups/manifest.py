"""What a backup holds, written last: a folder without it is no backup."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "manifest.json"
DATABASE, FILES = "database", "files"
FORM = 1
_STEP = 1 << 20


class NotWhole(Exception):
    """The folder is no backup, or not as it was written; the message names the first thing that is wrong."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """When the backup was made and of what: the last seal of the trail, a digest of a fixed word under each key that
    its values need (never a key), and each file's SHA-256 by its place in the folder."""

    made_at: str
    server: str
    trail_root: str | None
    keys: dict[str, str]
    digests: dict[str, str] = field(default_factory=dict)
    form: int = FORM


def write(folder: Path, manifest: Manifest) -> None:
    """Write it down for good: the backup is whole once this file has its name."""
    draft = folder / f"{NAME}.new"
    with draft.open("x", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NAME)


def read(folder: Path) -> Manifest:
    """The manifest of a folder. Raises NotWhole when there is none, or one of another form."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        manifest = Manifest(**told)
    except (OSError, ValueError, TypeError):
        raise NotWhole(f"{folder} holds no whole backup: {NAME} is missing or cannot be read.") from None
    if manifest.form != FORM:
        raise NotWhole(f"{folder} was written by another version of Zhijia (form {manifest.form}).")
    return manifest


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of the backup by its place in the folder."""
    return {str(path.relative_to(folder)): _sha256(path) for path in _files(folder)}


def check(folder: Path, manifest: Manifest) -> None:
    """Raises NotWhole when a file is missing, has changed, or was not there when the backup was made."""
    found = digests(folder)
    for place in sorted(manifest.digests.keys() | found.keys()):
        if place not in found:
            raise NotWhole(f"The backup is not whole: {place} is missing.")
        if place not in manifest.digests:
            raise NotWhole(f"The backup is not as it was written: {place} was added.")
        if found[place] != manifest.digests[place]:
            raise NotWhole(f"The backup is not as it was written: {place} has changed.")


def _files(folder: Path) -> Iterator[Path]:
    for part in (DATABASE, FILES):
        yield from sorted(path for path in (folder / part).rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while step := file.read(_STEP):
            digest.update(step)
    return digest.hexdigest()
