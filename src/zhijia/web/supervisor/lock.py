"""One supervisor a data folder."""

import fcntl
import os
from pathlib import Path


class InUse(Exception):
    """Somebody else works on this data folder; the message says who."""


class DataLock:
    """Holds the data folder until this process ends, however it ends (the kernel lets go of it)."""

    def __init__(self, data: Path) -> None:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(data / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise InUse(
                f"Zhijia already runs on the data folder {data} (process {holder}). Stop it first, or set "
                "ZHIJIA_DATA to another folder."
            ) from None
        os.truncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let go of the folder."""
        os.close(self._file)
