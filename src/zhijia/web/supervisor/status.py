"""What the supervisor knows of its children, in a file that /health reads."""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zhijia.web.supervisor.child import Child

FILE = "status.json"
STALE_SECONDS = 15


def write(data: Path, children: Iterable[Child]) -> None:
    """Write the state of every child; a reader sees the old file or the new one, never half of one."""
    told = {
        "written": time.time(),
        "pid": os.getpid(),
        "children": {
            child.name: {
                "state": child.state,
                "restarts": child.restarts,
                "since": child.since,
                "code": child.code,
            }
            | ({"pid": child.process.pid} if child.process else {})
            for child in children
        },
    }
    draft = data / f"{FILE}.new"
    draft.write_text(json.dumps(told))
    draft.replace(data / FILE)


def read(data: Path) -> dict[str, Any] | None:
    """What was last written, or None when no supervisor has written for a while."""
    try:
        told: dict[str, Any] = json.loads((data / FILE).read_text())
    except (OSError, ValueError):
        return None
    return told if time.time() - told["written"] < STALE_SECONDS else None


def beat(data: Path, duty: str) -> None:
    """A duty has just been done."""
    (data / f"{duty}.done").touch()


def since_beat(data: Path, duty: str) -> float | None:
    """Seconds since the duty was last done on this machine; None when it never was."""
    try:
        return max(0.0, time.time() - (data / f"{duty}.done").stat().st_mtime)
    except OSError:
        return None


def forget(data: Path) -> None:
    """Nobody supervises any more."""
    (data / FILE).unlink(missing_ok=True)
