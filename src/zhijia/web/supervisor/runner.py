"""The life of a Zhijia on one machine, from the lock on its data folder to the last process that ends."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from django.conf import settings

from zhijia.web import secret
from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server
from zhijia.web.database.system_user import CannotRun
from zhijia.web.supervisor import status, welcome
from zhijia.web.supervisor.child import Child, program
from zhijia.web.supervisor.lock import DataLock
from zhijia.web.supervisor.terminal import Terminal, say

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DATABASE_ENDING = ((signal.SIGINT, 3.0), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 1.0))
LOG_BYTES = 20 * 1024 * 1024
PULSE = 0.2


class Stop(BaseException):
    """Somebody asked the supervisor to end."""


class Failed(Exception):
    """Zhijia could not be started; the message says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: where the data lies, where to listen, how many processes."""

    data: Path
    host: str
    port: int
    web_workers: int
    job_workers: int
    log_to_terminal: bool
    logins: Sequence[Sequence[str]] = ()


class Supervisor:
    """Starts what `plan` names, keeps it alive, and leaves nothing behind."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.children: list[Child] = []
        self.server: Server | None = None
        self.terminal = Terminal()
        self.stopping = False

    def run(self) -> None:
        """Run until a signal asks to stop. Raises InUse, CannotRun or Failed when it cannot start."""
        lock = DataLock(self.plan.data)
        for number in STOPPING:
            signal.signal(number, self._on_signal)
        try:
            self._refuse_taken_port()
            self._start()
            say(welcome.text(self.plan.host, self.plan.port, self.plan.logins))
            self._watch()
        except Stop:
            say("Stopping …")
        finally:
            self.stopping = True
            self._end()
            status.forget(self.plan.data)
            lock.release()
        say(f"Stopped. The data stays in {self.plan.data}.")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            raise Stop

    def _refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.plan.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.plan.host, self.plan.port))
            except OSError as error:
                raise Failed(
                    f"Port {self.plan.port} of {self.plan.host} cannot be used ({error.strerror}). "
                    f"Choose another: PORT={self.plan.port + 1} make run"
                ) from error

    def _start(self) -> None:
        (self.plan.data / "logs").mkdir(mode=0o700, exist_ok=True)
        secret.make(self.plan.data)
        if not addresses.outside():
            self._start_database()
        self._set_up()
        for child in self._programs():
            self.children.append(child)
            child.start()
        status.write(self.plan.data, self.children)
        self._wait_for_web()

    def _start_database(self) -> None:
        self.server = server = Server(self.plan.data, say)
        server.prepare()
        child = Child("database", server.launch, DATABASE_ENDING)
        self.children.append(child)
        child.start()
        server.wait_ready()
        roles.prepare(server.admin(), addresses.passwords(self.plan.data))

    def _set_up(self) -> None:
        """Migrations, static files and first data: `zhijia setup`, whose words go to the terminal."""
        child = Child("setup", program(self._zhijia("setup"), self._environment(), None))
        self.children.append(child)
        child.start()
        while child.process is not None:
            time.sleep(0.05)
            self._stop_without_terminal()
            child.look(time.monotonic())
        self.children.remove(child)
        if child.code != 0:
            raise Failed("Zhijia was not started, because setting it up did not succeed (see above).")

    def _programs(self) -> list[Child]:
        plan = self.plan
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
        granian += ["--host", plan.host, "--port", str(plan.port), "--workers", str(plan.web_workers)]
        granian += ["--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "3"]
        granian += ["--log-level", "warning", "zhijia.web.wsgi:application"]
        duty = [sys.executable, "-m", "zhijia.web.supervisor.duties"]
        children = [self._child("web", granian)]
        for number in range(1, plan.job_workers + 1):
            name = f"worker-{number}"
            command = [*self._zhijia("procrastinate"), "worker", "--name", name, "--concurrency", "2"]
            children.append(self._child(name, [*command, "--shutdown-graceful-timeout", "3"]))
        if settings.DEMO and not settings.AUTHORITY_URL:
            children.append(self._child("office", [*self._zhijia("office"), "simulate"]))
        if settings.DEMO and not settings.BANK_URL:
            events = f"http://{self._reached()}:{plan.port}/payments/bank/events/"
            children.append(self._child("bank", [*self._zhijia("bank"), "--events", events]))
        return [
            *children,
            self._child("sealer", [*duty, "sealer"]),
            self._child("sweeper", [*duty, "sweeper"]),
        ]

    def _child(self, name: str, command: list[str]) -> Child:
        log = None if self.plan.log_to_terminal else self.plan.data / "logs" / f"{name}.log"
        return Child(name, program(command, self._environment(), log))

    def _zhijia(self, command: str) -> list[str]:
        return [sys.executable, "-m", "zhijia.web", command]

    def _environment(self) -> dict[str, str]:
        mine = {"ZHIJIA_DATA": str(self.plan.data), "ZHIJIA_SUPERVISED": "1", "PYTHONUNBUFFERED": "1"}
        return os.environ | {"DJANGO_SETTINGS_MODULE": "zhijia.web.settings"} | mine

    def _wait_for_web(self, seconds: float = 60) -> None:
        """Return when /health answers, whatever it says of the rest."""
        host = self._reached()
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self._look()
            try:
                urllib.request.urlopen(f"http://{host}:{self.plan.port}/health", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise Failed(
            f"The web server did not answer within {seconds:.0f} s; see {self.plan.data / 'logs/web.log'}."
        )

    def _reached(self) -> str:
        """The host under which this machine reaches the server."""
        host = f"[{self.plan.host}]" if ":" in self.plan.host else self.plan.host
        return {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104  compared, not bound

    def _watch(self) -> None:
        written = 0.0
        while True:
            changed = self._look()
            if changed or time.monotonic() - written > status.STALE_SECONDS / 3:
                written = time.monotonic()
                status.write(self.plan.data, self.children)
                self._shorten_logs()
            time.sleep(PULSE)

    def _stop_without_terminal(self) -> None:
        if self.terminal.gone():
            raise Stop

    def _look(self) -> bool:
        self._stop_without_terminal()
        changed = False
        for child in self.children:
            before = child.state
            if child.look(time.monotonic()):
                changed = True
                if before == "running":
                    say(f"{child.name} ended (code {child.code}); starting it again …")
        return changed

    def _shorten_logs(self) -> None:
        """Keep one older part of a log that grew too long; children append, so it may be cut under them."""
        for log in (self.plan.data / "logs").glob("*.log"):
            if log.stat().st_size > LOG_BYTES:
                log.with_suffix(".log.1").write_bytes(log.read_bytes())
                os.truncate(log, 0)

    def _end(self) -> None:
        """End the programs together and, once nobody uses it, the database: all of it in less than 10 s."""
        programs = [child for child in self.children if child.name != "database"]
        for child in programs:
            child.ask_to_end()
        for child in programs:
            child.end()
        for child in self.children:
            if child.name == "database":
                child.ask_to_end()
                child.end()
        if self.server is not None:
            self.server.leave_socket()


__all__ = ["CannotRun", "Failed", "Plan", "Stop", "Supervisor", "say"]
