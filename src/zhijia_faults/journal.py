"""What the system acknowledged, kept outside of it: a line of JSON, on the disk before anything else is done."""

import json
import os
from pathlib import Path
from typing import Any


class Journal:
    """Append-only, fsynced line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, **said: Any) -> None:
        """Something was acknowledged."""
        os.write(self._file, json.dumps({"what": what, **said}).encode() + b"\n")
        os.fsync(self._file)

    def read(self, what: str) -> list[dict[str, Any]]:
        """All lines of this kind, in order."""
        lines = (json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines())
        return [line for line in lines if line["what"] == what]
