"""The processes that do the work of a load: started, given tasks in turn, ended; never outliving the one that leads."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal
from zhijia.kernel.processes import leash
from zhijia.registry.services.loads.tasks import Answer, Setting, Task

PROCESSES = 2
Line: TypeAlias = "Connection[Any, Any]"
_MODULE = "zhijia.registry.services.loads.worker"


class Team:
    """A few processes at work on one load."""

    def __init__(self, setting: Setting, processes: int = PROCESSES) -> None:
        self.peaks: dict[int, int] = {}
        self._lines: list[Line] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        for _number in range(processes):
            self._start(setting)

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_why: object) -> None:
        for line in self._lines:
            line.close()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def do(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """The answers, as they come. No process has more than one task in hand, and none waits while there is one."""
        waiting = iter(tasks)
        idle: list[Line] = list(self._lines)
        busy: list[Line] = []
        over = False
        while True:
            while idle and not over:
                task = next(waiting, None)
                if task is None:
                    over = True
                    break
                line = idle.pop()
                line.send(task)
                busy.append(line)
            if not busy:
                return
            for ready in wait(busy):
                line = next(one for one in busy if one is ready)
                busy.remove(line)
                idle.append(line)
                yield self._answer(line)

    def _answer(self, line: Line) -> Answer:
        try:
            answer: Answer = line.recv()
        except (EOFError, ConnectionResetError):
            raise Refusal(
                "load_stopped",
                _(
                    "A process of the load ended before its work. Start the command again: it goes on from there."
                ),
            ) from None
        self.peaks[id(line)] = answer.peak_mb
        return answer

    def _start(self, setting: Setting) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", _MODULE, str(theirs.fileno())],
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(sys.path),
                    "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
                    "POLARS_MAX_THREADS": "1",
                },
                pass_fds=[theirs.fileno()],
                preexec_fn=leash(),
            )
            line: Line = Connection(ours.detach())
        self._processes.append(process)
        self._lines.append(line)
        line.send(setting)


def databases() -> dict[str, dict[str, Any]]:
    """Where the connections of this process lead."""
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    return {alias: {name: connections[alias].settings_dict[name] for name in names} for alias in connections}
