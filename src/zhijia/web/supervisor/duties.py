"""Work that is never a job, since jobs depend on it: sealing the trail, waking stalled jobs.

`python -m zhijia.web.supervisor.duties sealer` does one duty again and again until it is told to stop.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import django
from django.conf import settings
from django.db import close_old_connections, connections

from zhijia.web.supervisor import status

_log = logging.getLogger("zhijia.supervisor")


@dataclass(frozen=True, slots=True)
class Duty:
    """What is done, and how many seconds lie between two turns."""

    do: Callable[[], object]
    every: float


def duties() -> dict[str, Duty]:
    """The duties by name."""
    from zhijia.audit import sealer
    from zhijia.kernel import days
    from zhijia.web.supervisor import sweeper

    return {
        "sealer": Duty(lambda: sealer.seal_once(at=days.now()), every=3.0),
        "sweeper": Duty(sweeper.sweep, every=10.0),
    }


def keep(name: str, stop: threading.Event) -> None:
    """Do the duty until `stop`. A failure is logged and the next turn tries again, on a new connection."""
    duty = duties()[name]
    while not stop.is_set():
        try:
            duty.do()
            status.beat(settings.DATA, name)
        except Exception:
            _log.exception("duty failed", extra={"child": name})
            connections.close_all()
        close_old_connections()
        stop.wait(duty.every)


def main(name: str) -> None:
    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keep(name, stop)


if __name__ == "__main__":
    main(sys.argv[1])
