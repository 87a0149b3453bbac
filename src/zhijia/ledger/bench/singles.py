"""Single entries beside bare INSERTs: one after the other, and by several treasurers at once, as on a county's day. At
once the server's processors are shared, and those who commit together flush together."""

import resource
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

import psycopg
from django.db import connections

from zhijia.accounts import services as accounts
from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Result
from zhijia.kernel.context import acting
from zhijia.ledger.bench import ground
from zhijia.ledger.bench.limit import Bare, Single
from zhijia.ledger.queries import balances
from zhijia.ledger.rules import Line
from zhijia.ledger.services import posting
from zhijia.ledger.services.posting import Source
from zhijia.registry import tree
from zhijia.registry.bench.limit import server
from zhijia.registry.models import Union
from zhijia.registry.services import grants

SINGLES, CLIENTS, WARM = 1_500, 4, 8
FEN = 100
_AGAINST = (
    "bare INSERTs of the same entries, legs and lines of the trail into equal tables with the same indexes, without"
    " checks, policies or sums, each committed alone: as three statements or as one, whichever is faster; same run"
)
_numbers = count(10**15)


@dataclass
class Desk:
    """A union with books, its treasurer, two accounts, and how many entries were posted there."""

    union: Union
    actor: Actor
    pair: Sequence[int]
    posted: int = 0

    def entries(self, many: int, day: date) -> list[Single]:
        """So many new entries of two legs."""
        debit, credit = self.pair
        lines = ((debit, FEN), (credit, -FEN))
        return [Single(next(_numbers), self.union.pk, day, lines) for _one in range(many)]

    def post(self, entries: Sequence[Single], at: datetime) -> None:
        """By the service, each in a transaction of its own."""
        for one in entries:
            with acting(self.actor):
                posting.post(
                    actor=self.actor,
                    at=at,
                    union=self.union,
                    day=one.day,
                    kind="voucher",
                    source=Source("bench", str(one.number)),
                    lines=[Line(account, amount) for account, amount in one.lines],
                )
        self.posted += len(entries)

    def wrong(self, day: date) -> bool:
        """Whether the account says something else than what was posted."""
        return balances.at_end_of(day, self.pair[0], using="bulk") != FEN * self.posted


def measured(bare: Bare, at: datetime) -> tuple[Result, Result]:
    """One after the other, and at once."""
    desks = _desks(at)
    bare.take_accounts(desks[0].union.pk)
    return _one_by_one(desks[0], bare, at), _at_once(desks, at)


def _one_by_one(desk: Desk, bare: Bare, at: datetime) -> Result:
    day = days.business_day(at)
    written: list[Single] = []

    def ours() -> float:
        written[:] = desk.entries(SINGLES, day)
        return benches.seconds_of(lambda: desk.post(written, at))

    took, each, at_once, with_sums = benches.alternately(
        ours,
        lambda: bare.each_seconds(written, at),
        lambda: bare.at_once_seconds(written, at),
        lambda: bare.with_sums_seconds(written, at),
    )
    sums = round(benches.median(with_sums) / benches.median(took), 4)
    return _result(
        "ledger-single", [desk], took, each, at_once, {"ratio_to_bare_inserts_that_keep_the_sums": sums}
    )


def _at_once(desks: Sequence[Desk], at: datetime) -> Result:
    """Each client at a union of its own, over a connection of its own, all in one process; bare INSERTs likewise."""
    day = days.business_day(at)
    many = SINGLES // len(desks)
    written = {desk.union.pk: desk.entries(many, day) for desk in desks}

    def ours() -> float:
        def client(desk: Desk, ready: Callable[[], object]) -> None:
            try:
                desk.post(desk.entries(WARM, day), at)
                ready()
                desk.post(written[desk.union.pk], at)
            finally:
                connections.close_all()

        written.update({desk.union.pk: desk.entries(many, day) for desk in desks})
        return _together(client, desks)

    def bare(way: Callable[[Bare, Sequence[Single], datetime], float]) -> float:
        def client(desk: Desk, ready: Callable[[], object]) -> None:
            with psycopg.connect(server(), autocommit=True) as raw:
                way(Bare(raw), desk.entries(WARM, day), at)
                ready()
                way(Bare(raw), written[desk.union.pk], at)

        return _together(client, desks)

    took, each, at_once = benches.alternately(
        ours, lambda: bare(Bare.each_seconds), lambda: bare(Bare.at_once_seconds)
    )
    return _result("ledger-single-at-once", desks, took, each, at_once, {"clients": len(desks)})


def _together(client: Callable[[Desk, Callable[[], object]], None], desks: Sequence[Desk]) -> float:
    """How long the clients take from the moment all of them are ready."""
    gate = threading.Barrier(len(desks) + 1, timeout=60)
    with ThreadPoolExecutor(len(desks)) as pool:
        under_way = [pool.submit(client, desk, gate.wait) for desk in desks]
        gate.wait()
        began = time.perf_counter()
        for each in under_way:
            each.result()
        return time.perf_counter() - began


def _result(
    bench: str,
    desks: Sequence[Desk],
    took: list[float],
    each: list[float],
    at_once: list[float],
    detail: dict[str, object],
) -> Result:
    many = SINGLES // len(desks) * len(desks)
    today = days.business_day(days.now())
    return Result(
        bench=bench,
        rows=many,
        seconds=sum(took),
        rate=many / benches.median(took),
        limit=many / min(benches.median(each), benches.median(at_once)),
        against=_AGAINST,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=sum(desk.wrong(today) for desk in desks),
        detail={
            "seconds": [round(one, 3) for one in took],
            "limit_as_three_statements_seconds": [round(one, 3) for one in each],
            "limit_as_one_statement_seconds": [round(one, 3) for one in at_once],
            "ratio_to_three_statements": round(benches.median(each) / benches.median(took), 4),
            **detail,
        },
    )


def _desks(at: datetime) -> list[Desk]:
    """County unions with books, each with a treasurer and two accounts."""
    founder = Actor(None, "demo", "bench")
    since = date(ground.YEAR, 1, 1)
    with acting(founder):
        unions = [
            Union.objects.create(
                code=f"340103-70000{place}",
                name="Bench",
                type="10",
                level=Union.Level.COUNTY,
                division="340103000000",
                founded_on=since,
            )
            for place in range(1, CLIENTS + 1)
        ]
        tree.rebuild(using="default")
        giver = accounts.create_user(actor=founder, at=at, login="bench-giver", staff=True)
        users = [
            accounts.create_user(actor=founder, at=at, login=f"bench-treasurer-{union.code}", staff=True)
            for union in unions
        ]
        for union in unions:
            union.refresh_from_db()
    for union in unions:
        grants.write(
            at=at, user_id=giver.pk, role="security_admin", union=union, given_by=founder, using="bulk"
        )
    with acting(Actor(giver.pk, "demo", "bench")) as by:
        for union, user in zip(unions, users, strict=True):
            grants.write(at=at, user_id=user.pk, role="treasurer", union=union, given_by=by)
    return [
        Desk(union, Actor(user.pk, "demo", "bench"), _books(union, since))
        for union, user in zip(unions, users, strict=True)
    ]


def _books(union: Union, since: date) -> list[int]:
    """Open the union's books with an account at the bank and one of income; their numbers."""
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
        return [row[0] for row in cursor.fetchall()]
