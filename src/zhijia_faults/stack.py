"""Database, web server, worker and bank as processes of the harness: started, killed, started again."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from zhijia.kernel.processes import leash
from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server
from zhijia_faults import proxy

Process = subprocess.Popen[bytes]
PATIENCE = 240.0
"""Seconds after which something that does not happen is a broken promise, also on a machine that has much to do."""


class Stack:
    """Everything that runs. Made before Django is set up: its settings ask where the database is."""

    def __init__(self) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="zhijia-faults-"))
        self.points = self.data / "failpoints"
        self.points.mkdir()
        (self.data / "logs").mkdir()
        self.server = Server(self.data, lambda text: None)
        self.server.start()
        passwords = addresses.keep(self.data, self.server.socket)
        roles.prepare(self.server.admin(), passwords)
        for name in (*addresses.VARIABLES.values(), "ZHIJIA_PRODUCTION", "ZHIJIA_BANK_URL"):
            os.environ.pop(name, None)
        os.environ |= {
            "ZHIJIA_DATA": str(self.data),
            "ZHIJIA_KEYS": str(self.data / "keys.json"),
            "ZHIJIA_SECRET_KEY": secrets.token_hex(32),
            "ZHIJIA_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "zhijia.web.settings",
        }
        self.port = _free_port()
        self.line = proxy.Proxy(self.server.socket)
        self.web: Process | None = None
        self.workers: list[Process] = []
        self.wanted = 1

    @property
    def address(self) -> str:
        """Where the web server is."""
        return f"http://127.0.0.1:{self.port}"

    def arm(self, place: str, what: str) -> None:
        """Let this happen at the failpoint, once."""
        draft = self.points / ".draft"
        draft.write_text(what, encoding="ascii")
        draft.replace(self.points / place)

    def is_armed(self, place: str) -> bool:
        """Whether nobody came by yet."""
        return (self.points / place).exists()

    def disarm(self) -> None:
        """Nothing more happens anywhere."""
        for armed in self.points.iterdir():
            armed.unlink(missing_ok=True)
        self.line.cut = ""

    def start_web(self) -> None:
        """The web server, its line to the database through the proxy."""
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
        granian += [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
        ]
        granian += ["--respawn-failed-workers", "--log-level", "warning", "zhijia.web.wsgi:application"]
        urls = addresses.embedded_urls(self.data)
        self.web = self._run("web", granian, proxy.environment(self.line.folder, urls))
        wait(self.web_answers, "the web server does not answer")

    def look_after_web(self) -> None:
        """As the supervisor: a server that gave up, because its workers died one after the other, is started again."""
        if self.web is not None and self.web.poll() is not None:
            self.start_web()

    def web_answers(self) -> bool:
        """Whether somebody is there."""
        try:
            urllib.request.urlopen(f"{self.address}/account/login/", timeout=2).close()  # noqa: S310 - our own
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def start_worker(self) -> Process:
        """A worker for jobs; another beside those there are."""
        command = [sys.executable, "-m", "zhijia.web", "procrastinate", "worker", "--concurrency", "1"]
        worker = self._run(f"worker-{len(self.workers)}", [*command, "--shutdown-graceful-timeout", "3"], {})
        self.workers.append(worker)
        return worker

    def look_after_workers(self) -> bool:
        """Bury the dead and have as many as are wanted; whether somebody had died, or was too many."""
        many = self.wanted
        alive = [worker for worker in self.workers if worker.poll() is None]
        gone = len(alive) < len(self.workers) or len(alive) > many
        for worker in alive[many:]:
            worker.kill()
            worker.wait()
        self.workers = alive[:many]
        while len(self.workers) < many:
            self.start_worker()
        return gone

    def kill_database(self) -> None:
        """SIGKILL to the postmaster, and a new start: recovery from the log."""
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        time.sleep(0.3)
        self.server.prepare()
        self.server.launch()
        self.server.wait_ready()

    def close(self) -> None:
        """End everything; nothing stays."""
        for process in [self.web, *self.workers]:
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.line.close()
        self.server.stop()
        shutil.rmtree(self.server.socket, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)

    def _run(self, name: str, command: list[str], more: dict[str, str]) -> Process:
        environment = os.environ | {"ZHIJIA_FAILPOINTS": str(self.points)} | more
        with (self.data / "logs" / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                preexec_fn=leash(signal.SIGKILL),
            )


def wait(condition: Callable[[], bool], otherwise: str, seconds: float = PATIENCE) -> None:
    """Return once it holds. Raises TimeoutError after so many seconds."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(otherwise)
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
