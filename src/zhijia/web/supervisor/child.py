"""A process the supervisor keeps alive."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from zhijia.kernel.processes import leash

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
Spawn = Callable[[], "subprocess.Popen[bytes]"]


@dataclass
class Child:
    """How it is started, and by which signals it is ended, with how many seconds each.

    What dies is started again after a pause that doubles up to half a minute; a child that stood for a minute
    starts from the shortest pause again.
    """

    name: str
    spawn: Spawn
    ending: tuple[tuple[int, float], ...] = ((signal.SIGTERM, 4.0), (signal.SIGKILL, 1.0))
    process: "subprocess.Popen[bytes] | None" = None
    restarts: int = 0
    failures: int = 0
    since: float = field(default_factory=time.time)
    due: float = 0.0
    code: int | None = None

    @property
    def state(self) -> str:
        """running, waiting (for its next start) or stopped."""
        if self.process is not None:
            return "running"
        return "waiting" if self.due else "stopped"

    def start(self) -> None:
        """Start it now."""
        self.process = self.spawn()
        self.since = time.time()
        self.due = 0.0

    def look(self, now: float) -> bool:
        """Bury it when it died, start it when its pause is over; whether anything changed."""
        if self.process is None:
            if not self.due or now < self.due:
                return False
            self.restarts += 1
            self.start()
            return True
        if not self._ended():
            return False
        self.failures = 0 if time.time() - self.since > STEADY_AFTER else self.failures + 1
        self.due = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, self.failures - 1))
        self.process = None
        self.since = time.time()
        return True

    def ask_to_end(self) -> None:
        """Send the first of its ending signals."""
        self.due = 0.0
        if self.process is not None and not self._ended():
            self.process.send_signal(self.ending[0][0])

    def end(self) -> None:
        """Wait for it to end after `ask_to_end`, with stronger signals when its patience is over."""
        for number, patience in self.ending:
            if self.process is None:
                return
            if number != self.ending[0][0]:
                self.process.send_signal(number)
            limit = time.monotonic() + patience
            while self.process is not None and time.monotonic() < limit:
                if self._ended():
                    self.process = None
                else:
                    time.sleep(0.02)

    def _ended(self) -> bool:
        """Whether the process is dead. What it had started itself dies with it: its group is killed first."""
        if self.process is None:
            return True
        pid = self.process.pid
        try:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                return False
        except ChildProcessError:
            self.code = self.process.poll()
            return self.code is not None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        self.code = self.process.wait()
        return True


def program(command: list[str], environment: dict[str, str], log: Path | None) -> Spawn:
    """How to start `command`: its own session, leashed to the supervisor, output to `log` or the terminal."""

    def spawn() -> "subprocess.Popen[bytes]":
        output = open(log, "ab") if log else None  # noqa: SIM115  the child keeps it
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output and subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                preexec_fn=leash(signal.SIGKILL),
            )
        finally:
            if output:
                output.close()

    return spawn
