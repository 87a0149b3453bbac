"""Bench `reorganise`: a county merged into another, and a large union over a county border, beside the bare
statements that write the least rows either needs.

The county's members are not touched, so the rate of the merger is members carried a second, not rows written. While it
is done, another connection works on a member of that county and says how long it waited at most.
"""

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connections, transaction

from zhijia.kernel import benches, days
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.registry import verify
from zhijia.registry.bench import counties, reorganise_limit
from zhijia.registry.models import Person, Reorganisation, Union
from zhijia.registry.queries import counts
from zhijia.registry.services.reorganisations import doing, planning
from zhijia.registry.services.reorganisations.plans import Merge, Move, Plan

ROWS, SHARE = 100_000, 10
MERGER = "the bare UPDATEs and INSERTs of the least rows a merger needs, one transaction, same rows, same run"
BORDER = (
    "bare UPDATE of the same members' rows and INSERT … SELECT of the same facts, one transaction, same run"
)
_WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname"""
_LOCKS = """
SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock',
  'RowExclusiveLock') AND c.relnamespace = 'public'::regnamespace"""


def run(options: Options) -> Result:
    """Members carried a second by a merger of counties, three times in turn with the limit; the median. Every round
    begins from the same trees."""
    began = time.monotonic()
    rows = options.rows or ROWS
    at = days.now()
    options.say(f"Making two counties, {rows:,} members in the first …")
    made = counties.make(rows, large=max(rows // SHARE, 1), at=at)
    reorganise_limit.remember()
    held: dict[str, Any] = {}
    wrong: list[str] = []
    round_day = iter(at + timedelta(days=1 + number) for number in range(4 * benches.ROUNDS))

    def merge() -> float:
        moment = next(round_day)
        plan = Merge(unions=(made.merged.pk,), into=made.into.pk)
        took = _timed(made, plan, moment, held)
        wrong.extend(_wrong(made, days.business_day(moment)))
        reorganise_limit.restore()
        return took

    def least() -> float:
        took = reorganise_limit.merger(made.merged.pk, made.into.pk, days.business_day(next(round_day)))
        reorganise_limit.restore()
        return took

    options.say("Merging, in turns with the bare statements …")
    merged, bare = benches.alternately(merge, least)
    options.say("A union over the border and back, in turns with the bare statements …")
    border = _border(made, at, round_day, wrong, rows)
    waits = held.pop("waits")
    return Result(
        bench="reorganise",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=rows / benches.median(merged),
        limit=rows / benches.median(bare),
        against=MERGER,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong),
        detail={
            "merge_seconds": [round(took, 4) for took in merged],
            "limit_seconds": [round(took, 4) for took in bare],
            "unions_moved": Union.objects.filter(county=made.merged).count(),
            "longest_wait_of_a_writer_meanwhile_ms": round(max(waits) * 1000, 1),
            **held,
            "wrong": wrong[:5],
        },
        parts=(border,),
    )


def _border(
    made: counties.Counties, at: datetime, moments: Iterator[datetime], wrong: list[str], rows: int
) -> Result:
    """A union with a tenth of the members goes over the border, and the bare statements bring it back."""
    members = counts.members(made.large.pk)
    began = time.monotonic()

    def over() -> float:
        moment = next(moments)
        took = _timed(made, Move(union=made.large.pk, parent=made.merged.pk), moment, {})
        if (counts.members(made.merged.pk), counts.members(made.large.pk)) != (rows + members, members):
            wrong.append("The union's members are not in the county it went to.")
        return took

    def back() -> float:
        moment = days.business_day(next(moments))
        return reorganise_limit.border(made.large.pk, made.merged.pk, made.into.pk, moment)

    moved, bare = benches.alternately(over, back)
    for check in (verify.members_are_the_facts, verify.rows_stand_in_their_place):
        wrong.extend(check().differences)
    return Result(
        bench="reorganise-border",
        rows=members,
        seconds=time.monotonic() - began,
        rate=members / benches.median(moved),
        limit=members / benches.median(bare),
        against=BORDER,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=0,
        detail={
            "move_seconds": [round(took, 3) for took in moved],
            "limit_seconds": [round(took, 3) for took in bare],
        },
    )


def _timed(made: counties.Counties, plan: Plan, moment: datetime, held: dict[str, Any]) -> float:
    """Seconds from the beginning to the commit; what was written and locked is read before the commit."""
    with acting(made.officer):
        planned = planning.plan(
            actor=made.officer, at=moment, plan=plan, effective_on=days.business_day(moment), reason="bench",
            once=uuid4(),
        )  # fmt: skip
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with _writer(made) as waits:
        began = time.perf_counter()
        with transaction.atomic(using="bulk"):
            done = doing.do(at=moment, reorganisation_id=planned.pk)
            with connections["bulk"].cursor() as cursor:
                looked = time.perf_counter()
                cursor.execute(_WRITTEN)
                held["rows_written"] = dict(cursor.fetchall())
                cursor.execute(_LOCKS)
                held["locks_stronger_than_rows"] = [f"{name} {mode}" for name, mode in cursor.fetchall()]
                looking = time.perf_counter() - looked
        took = time.perf_counter() - began - looking
    if done.state != Reorganisation.State.DONE:
        raise RuntimeError(f"The bench's reorganisation was stopped: {done.failure}.")
    held.setdefault("waits", []).extend(waits)
    return took


@contextmanager
def _writer(made: counties.Counties) -> Iterator[list[float]]:
    """Somebody who corrects a member of the merged county again and again, and how long each time took."""
    person = (
        Person.objects.using("bulk").filter(county_id=made.merged.pk).values_list("pk", flat=True).first()
    )
    took: list[float] = [0.0]
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            took.append(benches.seconds_of(lambda: _correct(made, person)))
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


def _correct(made: counties.Counties, person: Any) -> None:
    with acting(made.officer):
        Person.objects.filter(pk=person).update(occupation="焊工")


def _wrong(made: counties.Counties, day: date) -> list[str]:
    """What the two readings should say after the merger, where they do not."""
    before = day - timedelta(days=1)
    other = counts.members(made.into.pk, day=before)
    expected: list[tuple[str, Callable[[], int], int]] = [
        ("now", lambda: counts.members(made.into.pk), made.members + other),
        ("the day before, as it was", lambda: counts.members(made.merged.pk, day=before), made.members),
        (
            "the day before, as it is now",
            lambda: counts.members(made.into.pk, day=before, reading="now"),
            made.members + other,
        ),
        ("on the day, as it was", lambda: counts.members(made.into.pk, day=day), made.members + other),
        (
            "in the fund tree",
            lambda: counts.members(made.into.pk, day=day, tree="fund"),
            made.members + other,
        ),
    ]
    return [f"{name}: {said()} instead of {should}" for name, said, should in expected if said() != should]
