"""The supervisor with real processes: what dies comes back, and nothing outlives the supervisor."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from zhijia.kernel.processes import leash
from zhijia.web.database import addresses

PATIENCE = 180.0


class Running:
    """A `zhijia up` of the test's own: its data folder, its port, its process."""

    def __init__(self, data: Path, terminal: int | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = data
        self.output = (data.parent / f"{data.name}.out").open("wb")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "zhijia.web",
                "up",
                "--port",
                str(self.port),
                "--web",
                "1",
                "--workers",
                "1",
            ],
            env=_environment(data),
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leash(signal.SIGTERM),
        )

    def health(self) -> dict:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=3) as answer:
                return json.load(answer)
        except OSError:
            return {"status": "silent", "children": {}}

    def wait_ready(self) -> None:
        _until(
            lambda: self.process.poll() is not None or self.health()["status"] == "ok", PATIENCE, self.said
        )
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return Path(self.output.name).read_text()

    def child(self, name: str) -> int:
        """The process number of a child, from the supervisor's own note."""
        told = json.loads((self.data / "status.json").read_text())
        return told["children"][name]["pid"]

    def family(self) -> list[psutil.Process]:
        return [self.process_of(), *self.process_of().children(recursive=True)]

    def process_of(self) -> psutil.Process:
        return psutil.Process(self.process.pid)


def _environment(data: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ZHIJIA_", "DATABASE_URL"))
    }
    return kept | {"DJANGO_SETTINGS_MODULE": "zhijia.web.settings", "ZHIJIA_DATA": str(data)}


def _connected(running: Running) -> psycopg.Connection:
    """A connection as the owner, once the server takes one again: health may not have seen its death yet."""
    ends = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(addresses.embedded_urls(running.data)["owner"], autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def _until(done: Callable[[], bool], seconds: float, otherwise: Callable[[], str] = str) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, f"not within {seconds} s. {otherwise()}"
        time.sleep(0.1)


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that is dead and only waits for burial is gone."""
    running = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                running.append(process)
    return running


@pytest.fixture
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("up") / "data")
    running.wait_ready()
    family = running.family()
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(15)
    for process in _alive(family):
        process.kill()
    running.output.close()
    shutil.rmtree(addresses.socket_of(running.data), ignore_errors=True)


def test_ctrl_c_leaves_no_process_and_the_next_start_finds_the_data(started):
    family = started.family()
    with psycopg.connect(addresses.embedded_urls(started.data)["owner"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS row")

    started.process.send_signal(signal.SIGINT)
    started.process.wait(30)

    assert _alive(family) == []
    assert started.process.returncode == 0, started.said()
    again = Running(started.data)
    try:
        again.wait_ready()
        with psycopg.connect(addresses.embedded_urls(started.data)["owner"]) as connection:
            assert connection.execute("SELECT row FROM kept").fetchall() == [(1,)]
    finally:
        again.process.terminate()
        again.process.wait(15)
        again.output.close()


@pytest.mark.slow
@pytest.mark.parametrize("child", ["database", "web", "worker-1", "sealer", "sweeper"])
def test_a_killed_child_comes_back_and_health_tells_it(started, child):
    before = started.child(child)

    os.kill(before, signal.SIGKILL)

    _until(lambda: started.health()["children"].get(child, {}).get("restarts", 0) >= 1, 20, started.said)
    _until(lambda: started.health()["status"] == "ok", 20, started.said)
    assert started.child(child) != before


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_whatever_ends_the_supervisor_no_process_is_left_after_ten_seconds(started, number):
    family = started.family()
    assert len(family) > 8

    started.process.send_signal(number)

    _until(lambda: _alive(family) == [], 10, lambda: str(_alive(family)))


@pytest.mark.slow
def test_a_closed_terminal_ends_it_though_the_kernel_tells_only_the_leader_of_the_session(tmp_path_factory):
    master, terminal = os.openpty()
    running = Running(tmp_path_factory.mktemp("up") / "data", terminal)
    os.close(terminal)
    running.wait_ready()
    family = running.family()

    os.close(master)

    _until(lambda: _alive([process for process in family if process.pid != running.process.pid]) == [], 10)
    assert running.process.wait(10) == 0
    running.output.close()


@pytest.mark.slow
def test_every_acknowledged_commit_survives_the_death_of_the_database_and_of_the_supervisor(started):
    """A writer counts what was acknowledged, through a kill of the server and one of the supervisor."""
    acknowledged = 0
    for victim in (started.child("database"), started.process.pid):
        with _connected(started) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS journal (number int)")
            for turn in range(300):
                connection.execute("INSERT INTO journal VALUES (%s)", [acknowledged])
                acknowledged += 1
                if turn == 250:
                    os.kill(victim, signal.SIGKILL)
                    break
        if victim != started.process.pid:
            _until(lambda: started.health()["status"] == "ok", 30, started.said)

    started.process.wait(10)
    again = Running(started.data)
    try:
        again.wait_ready()
        with psycopg.connect(addresses.embedded_urls(started.data)["owner"]) as connection:
            assert connection.execute("SELECT count(*) FROM journal").fetchone() == (acknowledged,)
    finally:
        again.process.terminate()
        again.process.wait(15)
        again.output.close()


@pytest.mark.slow
def test_a_second_supervisor_and_a_taken_port_are_refused_in_a_sentence(started, tmp_path):
    second = subprocess.run(
        [sys.executable, "-m", "zhijia.web", "up", "--port", "1"],
        env=_environment(started.data),
        capture_output=True,
        text=True,
        timeout=30,
    )
    taken = subprocess.run(
        [sys.executable, "-m", "zhijia.web", "up", "--port", str(started.port)],
        env=_environment(tmp_path / "other"),
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert (second.returncode, taken.returncode) == (1, 1)
    assert f"already runs on the data folder {started.data}" in second.stderr
    assert f"Port {started.port} of 127.0.0.1 cannot be used" in taken.stderr
    assert "Traceback" not in second.stderr + taken.stderr
