"""A server for a bench: granian with the worker and thread numbers of service, on a free port, ended afterwards."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhijia.kernel.errors import Refusal
from zhijia.kernel.processes import leash

WORKERS, THREADS = 2, 4
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """Where it listens, and the process that keeps its workers."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()
        return [int(child) for child in children if b"resource_tracker" not in _command(child)]


@contextmanager
def serving(application: str, environment: Mapping[str, str], *more: str) -> Iterator[Served]:
    """The server, with what `more` its command says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)]
    command += ["--blocking-threads", str(THREADS), "--log-level", "warning", *more, application]
    process = subprocess.Popen(  # noqa: S603
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=leash(),
    )
    try:
        _wait(port, process)
        yield Served(port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once somebody listens. Raises Refusal when the server ends or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise Refusal("bench_server", f"The server of the bench on port {port} did not start.")


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
