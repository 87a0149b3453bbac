"""The simulated bank as a process, for tests: started, told what to do, looked into, killed."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhijia.kernel.processes import leash
from zhijia.payments.banking import signing
from zhijia.payments.banking.connection import Connection
from zhijia.payments.banking.http import HttpBank

ACCOUNT, HOLDER, MONEY = "1302000000000000001", "晨光机械工会", 10_000_000


class Bank:
    """A bank of its own process and ledger."""

    def __init__(self, data: Path, events: str = "") -> None:
        self.data, self.events = data, events
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, again after a kill: its books are where they were."""
        (self.data / "address").unlink(missing_ok=True)
        command = [sys.executable, "-m", "zhijia_bank", "--data", str(self.data), "--events", self.events]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env=dict(os.environ), preexec_fn=leash()
        )
        limit = time.monotonic() + 20
        while not (self.data / "address").exists():
            assert time.monotonic() < limit, "the bank does not start"
            assert self.process.poll() is None, "the bank ended"
            time.sleep(0.02)
        address = (self.data / "address").read_text().strip()
        key = bytes.fromhex((self.data / "key").read_text().strip())
        self.connection = Connection(address, key)

    def channel(self, patience: float = 1.0) -> HttpBank:
        """The way to it."""
        return HttpBank(self.connection, patience)

    def post(self, path: str, **said: Any) -> Any:
        """Tell it something that needs no signature."""
        body = json.dumps(said).encode()
        request = urllib.request.Request(f"{self.connection.address}{path}", data=body, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        """Look into it."""
        with urllib.request.urlopen(f"{self.connection.address}{path}", timeout=10) as answer:
            return json.load(answer)

    def tell(self, what: str, **more: Any) -> None:
        """Be in this mood."""
        self.post("/told", what=what, **more)

    def open(self, number: str = ACCOUNT, name: str = HOLDER, balance: int = MONEY) -> None:
        """Open an account there."""
        self.post("/accounts", number=number, name=name, balance=balance)

    def lines(self, account: str = ACCOUNT) -> list[dict[str, Any]]:
        """The lines of an account in its own ledger."""
        return [line for line in self.get("/ledger")["lines"] if line["account"] == account]

    def take_file(self, content: bytes, profile: str) -> bytes:
        """Hand it a batch file; the result file it writes."""
        moment = str(int(time.time()))
        signature = signing.sign(self.connection.key, moment, content)
        request = urllib.request.Request(
            f"{self.connection.address}/batches?profile={profile}",
            data=content,
            headers={signing.TIME: moment, signing.SIGNATURE: signature},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def running(data: Path, events: str = "") -> Iterator[Bank]:
    """A bank that runs, with the account of a union in it."""
    bank = Bank(data, events)
    try:
        bank.open()
        yield bank
    finally:
        bank.kill()
