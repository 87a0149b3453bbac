"""Bench `ledger`: entries posted in bulk beside a raw COPY of the same rows, one by one and by several at once beside
bare INSERTs, the proof that all balance, and the balance of an account on a day."""

import random
import resource
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connections, transaction

from zhijia.kernel import benches, days
from zhijia.kernel.benches import Options, Result
from zhijia.ledger import verify
from zhijia.ledger.bench import ground, singles
from zhijia.ledger.bench.ground import Books
from zhijia.ledger.bench.limit import Bare
from zhijia.ledger.queries import balances
from zhijia.ledger.services import bulk
from zhijia.registry.bench.limit import server

LEGS, ASKED = 2_000_000, 2_000
AGAINST = "raw binary COPY of the same rows into equal tables with the same indexes, without checks, same run"
_ASKED = "nothing: the goal is 1 ms in SQL"


def run(options: Options) -> Result:
    """Legs a second into the books, three times in turn with the raw COPY; the median. Then the other parts."""
    began = time.monotonic()
    at = days.now()
    legs = options.rows or LEGS
    options.say("Opening books …")
    books = ground.open_books()
    turns = iter(range(benches.ROUNDS))
    runs: list[Any] = []
    with psycopg.connect(server(), autocommit=True) as raw:
        bare = Bare(raw)
        bare.make_tables()

        def posted() -> float:
            options.say(f"{legs:,} legs …")
            entries = ground.entries(books, legs, next(turns))
            runs.append(uuid4())

            def post() -> None:
                with transaction.atomic(using="bulk"):
                    bulk.post_many(entries, at=at, run_id=runs[-1])

            return benches.seconds_of(post)

        ours, limit = benches.alternately(posted, lambda: bare.copy_seconds(runs[-1]))
        options.say("Proving …")
        with connections["bulk"].cursor() as cursor:
            cursor.execute("ANALYZE ledger_leg, ledger_entry, ledger_account, ledger_month")
        proved = benches.seconds_of(verify.entries_balance)
        wrong = [*verify.entries_balance().differences, *verify.balances_are_the_legs().differences]
        options.say("Entries one by one, and by several at once …")
        single, together = singles.measured(bare, at)
        options.say("Balances …")
        asked = _asked(books)
    return Result(
        bench="ledger",
        rows=legs,
        seconds=time.monotonic() - began,
        rate=legs / benches.median(ours),
        limit=legs / benches.median(limit),
        against=AGAINST,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong) + asked.violations + single.violations + together.violations,
        detail={
            "rate": "legs a second, four an entry, a union each of "
            f"{ground.UNIONS:,}, with their entries, balances and months",
            "seconds": [round(took, 3) for took in ours],
            "limit_seconds": [round(took, 3) for took in limit],
            "proof_seconds_for_2_million_legs": round(proved * 2_000_000 / (benches.ROUNDS * legs), 3),
            "wrong": wrong[:5],
        },
        parts=(single, together, asked),
    )


def _asked(books: Books) -> Result:
    """The balance of accounts on days of the year, each beside its legs added up."""
    chance = random.Random(ground.SEED)  # noqa: S311 - a sample, not a secret
    wanted = [
        (int(chance.choice(books.accounts[:, 0])), date(ground.YEAR, 1, 1) + timedelta(chance.randrange(365)))
        for _ in range(ASKED)
    ]
    took, wrong = [], 0
    with connections["bulk"].cursor() as cursor:
        for place, (account, day) in enumerate(wanted):
            began = time.perf_counter()
            found = balances.at_end_of(day, account, using="bulk")
            took.append((time.perf_counter() - began) * 1000)
            if place % 20 == 0:
                cursor.execute(
                    "SELECT coalesce(sum(amount), 0) FROM ledger_leg WHERE account_id = %s AND day <= %s",
                    [account, day],
                )
                wrong += int(cursor.fetchone()[0]) != found
    return Result(
        bench="ledger-balance",
        rows=ASKED,
        seconds=sum(took) / 1000,
        rate=ASKED / (sum(took) / 1000),
        limit=0,
        against=_ASKED,
        peak_mb=0,
        violations=wrong,
        p95_ms=sorted(took)[int(len(took) * 0.95)],
    )
