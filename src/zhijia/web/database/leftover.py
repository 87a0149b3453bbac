"""A server that an earlier run left behind: waited for, ended, or (dead but not yet buried) stepped over."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

NOBODY = 2_147_483_647
PRESENT = "RSDTtIKPW"
PATIENCE = {signal.SIGINT: 30.0, signal.SIGQUIT: 10.0, signal.SIGKILL: 5.0}


def clear_leftover(cluster: Path, say: Callable[[str], None]) -> None:
    """Leave `postmaster.pid` such that a new server can start. The caller holds the data folder's lock.

    A dead server stays a zombie until process 1 buries it, in some containers for ever; PostgreSQL takes it
    for alive. Then only the number in the file is changed to one nobody has: the rest still lets the new
    server find back-ends of the old one that are attached to its memory.
    """
    file = cluster / "postmaster.pid"
    for number, patience in PATIENCE.items():
        pid = _pid(file)
        if pid is None or not _is_server(pid, cluster):
            break
        say(f"A database server of an earlier run is still there (process {pid}); ending it …")
        os.kill(pid, number)
        _wait_while(pid, PRESENT, patience)
    pid = _pid(file)
    if pid is None or _state(pid) != "Z":
        return
    _wait_while(pid, "Z", 3.0)
    if _state(pid) == "Z" and _pid(file) == pid:
        lines = file.read_text().splitlines(keepends=True)
        with file.open("r+") as handle:
            handle.write("".join([f"{NOBODY}\n", *lines[1:]]))
            handle.truncate()


def _pid(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _state(pid: int) -> str:
    """The kernel's letter for the process ("Z" is dead but not buried), "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether the process is a living PostgreSQL server over this very cluster."""
    if _state(pid) in ("", "Z"):
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return bool(words) and words[0].endswith(b"postgres") and os.fsencode(cluster) in words


def _wait_while(pid: int, states: str, seconds: float) -> None:
    """Return when the process has left these states, or when the time is over."""
    end = time.monotonic() + seconds
    while (state := _state(pid)) and state in states and time.monotonic() < end:
        time.sleep(0.05)
