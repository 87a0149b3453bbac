"""Bench `payments`: payouts from their first release to confirmed by the simulated bank and posted, beside a client
that only calls the same bank."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from zhijia.kernel import benches, days
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.kernel.processes import leash
from zhijia.payments import channels, verify
from zhijia.payments.banking.connection import Connection
from zhijia.payments.banking.http import HttpBank
from zhijia.payments.bench import ground
from zhijia.payments.bench.ground import Ground
from zhijia.payments.channels import Instruction
from zhijia.payments.services import batching, releasing, sending

COUNT = 50_000
AGAINST = "a client that only signs and sends such instructions to the same bank, as many at once, same run"
_STATES = "SELECT state, count(*), sum(amount) FROM payments_payment GROUP BY state"


def run(options: Options) -> Result:
    """Payouts a second from the first release to confirmed and posted, in three rounds in turn with the bare client;
    the median."""
    began = time.monotonic()
    each = max((options.rows or COUNT) // benches.ROUNDS, 1)
    options.say("Opening books and a bank …")
    made = ground.prepare(days.now())
    with _bank() as (bank, ledger):
        channels.announce(ground.CHANNEL, lambda: bank)
        turns = iter(range(benches.ROUNDS))

        def paid() -> float:
            options.say(f"{each:,} payouts …")
            ground.payments(made, days.now(), each, next(turns))
            batch_id = _batch(made)
            return benches.seconds_of(lambda: _out(made, batch_id))

        ours, limit = benches.alternately(paid, lambda: _bare(bank, each))
        seen = [line for line in ledger() if line["reference"].startswith("ZJ")]
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_STATES)
        states = {state: (many, int(fen)) for state, many, fen in cursor.fetchall()}
    wrong = _wrong(states, seen, each * benches.ROUNDS)
    return Result(
        bench="payments",
        rows=each * benches.ROUNDS,
        seconds=time.monotonic() - began,
        rate=each / benches.median(ours),
        limit=each / benches.median(limit),
        against=AGAINST,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong),
        detail={"states": {state: many for state, (many, _fen) in states.items()}, "wrong": wrong[:5]},
    )


def _batch(made: Ground) -> int:
    with transaction.atomic(), acting(made.treasurer) as actor:
        return batching.put_together(actor=actor, at=days.now(), bank_account=made.account).pk


def _out(made: Ground, batch_id: int) -> None:
    """Two people release it, and the job sends it."""
    for who in (made.treasurer, made.cashier):
        with transaction.atomic(), acting(who) as actor:
            releasing.release(actor=actor, at=days.now(), batch_id=batch_id)
    sending.send(batch_id=batch_id, clock=days.now)


def _bare(bank: HttpBank, many: int) -> float:
    """Seconds a client takes that only calls the bank."""
    salt = time.monotonic_ns()
    some = [
        Instruction(
            f"BARE{salt}{number}", ground.FEN, "Payee", f"62170{number:013d}", "Bench", "Bench", ground.NUMBER
        )
        for number in range(many)
    ]
    with ThreadPoolExecutor(sending.AT_ONCE) as pool:
        return benches.seconds_of(lambda: list(pool.map(bank.send, some)))


def _wrong(states: dict[str, tuple[int, int]], seen: list[Any], many: int) -> list[str]:
    """What the books, the payments and the bank's own ledger do not agree on."""
    found = [
        *verify.paid_is_posted().differences,
        *verify.each_goes_to_one_account().differences,
    ]
    if states != {"paid": (many, many * ground.FEN)}:
        found.append(f"Not all are paid: {states}.")
    references = [line["reference"] for line in seen]
    if len(references) != many or len(set(references)) != many:
        found.append(f"The bank paid {len(references)} times under {len(set(references))} references.")
    return found


@contextmanager
def _bank() -> Iterator[tuple[HttpBank, Any]]:
    """The simulated bank as a process with the union's account, and its ledger's lines."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        command = [sys.executable, "-m", "zhijia_bank", "--data", folder, "--events", ""]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.DEVNULL, env=dict(os.environ), preexec_fn=leash()
        )
        try:
            while not (data / "address").exists():
                if process.poll() is not None:
                    raise RuntimeError("the simulated bank did not start")
                time.sleep(0.02)
            address = (data / "address").read_text(encoding="ascii").strip()
            key = bytes.fromhex((data / "key").read_text(encoding="ascii").strip())
            _told(address, "/accounts", number=ground.NUMBER, name="Bench", balance=ground.MONEY)
            yield HttpBank(Connection(address, key)), lambda: _told(address, "/ledger")["lines"]
        finally:
            process.kill()
            process.wait()


def _told(address: str, path: str, **said: Any) -> Any:
    body = json.dumps(said).encode() if said else None
    request = urllib.request.Request(address + path, data=body)  # noqa: S310 - the bank just started here
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)
