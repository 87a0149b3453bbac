"""Bench `ledger`: entries posted in bulk beside a raw COPY of the same rows, one by one beside bare INSERTs, the proof
that all balance, and the balance of an account on a day."""

import random
import resource
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connections, transaction

from zhijia.accounts import services as accounts
from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.ledger import verify
from zhijia.ledger.bench import ground
from zhijia.ledger.bench.ground import Books
from zhijia.ledger.bench.limit import Bare, Single
from zhijia.ledger.queries import balances
from zhijia.ledger.rules import Line
from zhijia.ledger.services import bulk, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry import tree
from zhijia.registry.bench.limit import server
from zhijia.registry.models import Union
from zhijia.registry.services import grants

LEGS, SINGLES, ASKED = 2_000_000, 1_500, 2_000
AGAINST = "raw binary COPY of the same rows into equal tables with the same indexes, without checks, same run"
_SINGLE = (
    "bare INSERTs of the same entries, legs and lines of the trail into equal tables with the same indexes, without"
    " checks, policies or sums, each committed alone: as three statements or as one, whichever is faster; same run"
)
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
        options.say("Entries one by one …")
        single = _one_by_one(bare, at)
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
        violations=len(wrong) + asked.violations + single.violations,
        detail={
            "rate": "legs a second, four an entry, a union each of "
            f"{ground.UNIONS:,}, with their entries, balances and months",
            "seconds": [round(took, 3) for took in ours],
            "limit_seconds": [round(took, 3) for took in limit],
            "proof_seconds_for_2_million_legs": round(proved * 2_000_000 / (benches.ROUNDS * legs), 3),
            "wrong": wrong[:5],
        },
        parts=(single, asked),
    )


def _one_by_one(bare: Bare, at: datetime) -> Result:
    """Entries of two legs, each by the service in a transaction of its own."""
    union, actor, pair = _treasurer(at)
    day = days.business_day(at)
    numbers = iter(range(10**15, 10**16))
    singles: list[Single] = []

    def ours() -> float:
        singles[:] = [
            Single(next(numbers), union.pk, day, ((pair[0], 100), (pair[1], -100))) for _ in range(SINGLES)
        ]

        def post() -> None:
            for one in singles:
                with acting(actor):
                    posting.post(
                        actor=actor,
                        at=at,
                        union=union,
                        day=day,
                        kind="voucher",
                        source=Source("bench", str(one.number)),
                        lines=[Line(account, amount) for account, amount in one.lines],
                    )

        return benches.seconds_of(post)

    bare.take_accounts(union.pk)
    took, each, at_once, with_sums = benches.alternately(
        ours,
        lambda: bare.each_seconds(singles, at),
        lambda: bare.at_once_seconds(singles, at),
        lambda: bare.with_sums_seconds(singles, at),
    )
    balance = balances.at_end_of(day, pair[0], using="bulk")
    return Result(
        bench="ledger-single",
        rows=SINGLES,
        seconds=sum(took),
        rate=SINGLES / benches.median(took),
        limit=SINGLES / min(benches.median(each), benches.median(at_once)),
        against=_SINGLE,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=int(balance != 100 * SINGLES * benches.ROUNDS),
        detail={
            "seconds": [round(one, 3) for one in took],
            "limit_as_three_statements_seconds": [round(one, 3) for one in each],
            "limit_as_one_statement_seconds": [round(one, 3) for one in at_once],
            "ratio_to_three_statements": round(benches.median(each) / benches.median(took), 4),
            "ratio_to_bare_inserts_that_keep_the_sums": round(
                benches.median(with_sums) / benches.median(took), 4
            ),
        },
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


def _treasurer(at: datetime) -> tuple[Union, Actor, Sequence[int]]:
    """A union with books, its treasurer, and two accounts."""
    founder = Actor(None, "demo", "bench")
    since = date(ground.YEAR, 1, 1)
    with acting(founder):
        union = Union.objects.create(
            code="340103-700001",
            name="Bench",
            type="10",
            level=Union.Level.COUNTY,
            division="340103000000",
            founded_on=since,
        )
        tree.rebuild(using="default")
        union.refresh_from_db()
        giver = accounts.create_user(actor=founder, at=at, login="bench-giver", staff=True)
        user = accounts.create_user(actor=founder, at=at, login="bench-treasurer", staff=True)
    with acting(Actor(giver.pk, "demo", "bench")) as by:
        grants.write(at=at, user_id=user.pk, role="treasurer", union=union, given_by=by)
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_book (union_id, county_id, opened_on) VALUES (%s, %s, %s)",
            [union.pk, union.stands_in, since],
        )
        cursor.execute(
            "INSERT INTO ledger_account"
            " (union_id, county_id, chart, code, fund, title, sign, guarded, spends, opened_on, balance)"
            " VALUES (%(union)s, %(county)s, 'union_2021', '102', 'own', '', 1, true, false, %(since)s, 0),"
            " (%(union)s, %(county)s, 'union_2021', '402', 'own', '', -1, false, false, %(since)s, 0) RETURNING id",
            {"union": union.pk, "county": union.stands_in, "since": since},
        )
        pair = [row[0] for row in cursor.fetchall()]
    return union, Actor(user.pk, "demo", "bench"), pair
