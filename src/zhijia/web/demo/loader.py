"""Loading the register of a demo province by COPY, all of it in one transaction and bounded memory."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import divisions
from zhijia.catalogue.models import Division
from zhijia.kernel import actors, days
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.kernel.indexes import without_indexes
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.vault import services as vault
from zhijia.web.demo import making
from zhijia.web.demo.calendar import Calendar
from zhijia.web.demo.copying import Sender
from zhijia.web.demo.employers import Employers, make_employers
from zhijia.web.demo.founding import make_unions
from zhijia.web.demo.people import Register
from zhijia.web.demo.people_tables import PeopleTables
from zhijia.web.demo.plan import Places, Plan
from zhijia.web.demo.tables import Ids, union_tables
from zhijia.web.demo.unions import Unions
from zhijia.web.demo.words import words

ACTION = "demo.load"
LOCK = 0x5A4A_0034
TOLD_EVERY = 3.0
OWNER = "owner"
LARGE = 200_000
"""Members from which on the tables lose their indexes while they are filled."""
FREEZABLE = (
    "registry_person",
    "registry_membership",
    "registry_membership_change",
    "registry_post",
    "vault_secret",
)
TABLES = (*FREEZABLE, "facts_fact")
SETTINGS = {
    "synchronous_commit": "off",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "max_parallel_maintenance_workers": str(max(1, (os.cpu_count() or 1) - 1)),
}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: unions and members, everybody in the register, seconds, the most memory this process
    used in megabytes, and the digest over the rows."""

    unions: int
    members: int
    people: int
    seconds: float
    peak_mb: int
    digest: str


def load_register(plan: Plan, *, at: datetime, say: Say) -> Loaded:
    """Make the province of this plan in one transaction of the tables' owner: a large one goes into tables without
    indexes, which are built at the end. Raises Refusal when there are unions already."""
    began = time.monotonic()
    divisions.load(provinces=[words("unions")["province"]], using="bulk")
    with whole(using=OWNER) as cursor:
        for setting, value in SETTINGS.items():
            cursor.execute(f"SET LOCAL {setting} = {value}")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refusal("demo_loading", _("Another process is loading a demo province at this moment."))
        if Union.objects.using(OWNER).exists():
            raise Refusal(
                "demo_not_empty",
                _("There are unions in the register already. A demo is loaded into an empty one only."),
            )
        vault.hold_keys(OWNER)
        sender = Sender(cursor)
        if plan.members < LARGE:
            register = _send_all(plan, sender, at=at, say=say)
        else:
            sender.frozen = _emptied(cursor)
            with without_indexes(cursor, TABLES), _no_deltas(cursor):
                register = _send_all(plan, sender, at=at, say=say)
                say("Building the indexes …")
        tree.rebuild(using=OWNER)
        result = Loaded(
            unions=len(register.unions),
            members=plan.members,
            people=register.total,
            seconds=round(time.monotonic() - began, 1),
            peak_mb=_peak_mb(),
            digest=sender.digest,
        )
        audit.record(
            actor=actors.system(f"demo-{plan.seed}", "demo"),
            at=at,
            action=ACTION,
            subject="demo",
            subject_id=plan.seed,
            detail={
                "seed": plan.seed, "unions": plan.unions, "members": plan.members,
                "rows": sender.rows, "digest": sender.digest,
            },
            using=OWNER,
        )  # fmt: skip
    return result


def _emptied(cursor: Any) -> frozenset[str]:
    """Empty anew those tables that hold nothing: what is written into them now is settled from the start."""
    empty = []
    for table in FREEZABLE:
        cursor.execute(f"SELECT NOT EXISTS (SELECT FROM {table})")  # noqa: S608 - names from above
        if cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {table}")
            empty.append(table)
    return frozenset(empty)


@contextmanager
def _no_deltas(cursor: Any) -> Iterator[None]:
    """Leave no deltas: the sums are made anew from the facts when all is loaded."""
    cursor.execute("ALTER TABLE facts_fact DISABLE TRIGGER facts_fact_leaves_deltas")
    yield
    cursor.execute("ALTER TABLE facts_fact ENABLE TRIGGER facts_fact_leaves_deltas")


def _send_all(plan: Plan, sender: Sender, *, at: datetime, say: Say) -> Register:
    say(f"Making {plan.unions:,} unions …")
    province = words("unions")["province"]
    rows = Division.objects.using("bulk").filter(code__startswith=province, valid_to__isnull=True)
    places = Places.choose(rows.values_list("code", "name"), plan)
    unions = make_unions(plan, places)
    employers = make_employers(plan, unions)
    calendar = Calendar.up_to(days.business_day(at))
    register = Register(plan, unions, calendar)
    ids = _numbers_for(sender, unions, employers, register)
    run = f"demo:{plan.seed}"
    for table, frame in union_tables(unions, employers, ids, calendar.today):
        sender.send(table, _of_run(table, frame, run))
    clock = _Progress(register.total, say)
    for many, made in making.people(PeopleTables(register, employers, ids, at, run)):
        for part in made:
            sender.take(part)
        clock.done(many)
    return register


def _of_run(table: str, frame: pl.DataFrame, run: str) -> pl.DataFrame:
    """Facts name the run they come from."""
    return frame.with_columns(pl.lit(run).alias("run_id")) if table == "facts_fact" else frame


def _numbers_for(sender: Sender, unions: Unions, employers: Employers, register: Register) -> Ids:
    """Take as many numbers from the database's sequences as will be used."""

    def take(sequence: str, many: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        sender.cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, many])
        return np.fromiter((number for (number,) in sender.cursor.fetchall()), np.int64, many)

    def first(sequence: str, many: int) -> int:
        sender.cursor.execute(
            "SELECT min(n) FROM (SELECT nextval(%s) AS n FROM generate_series(1, %s)) taken",
            [sequence, many],
        )
        return int(sender.cursor.fetchone()[0])

    return Ids(
        unions=take("registry_union_id_seq", len(unions)),
        employers=take("registry_employer_id_seq", len(employers)),
        unions_serial=first("registry_union_serial", len(unions)),
        members_serial=first("registry_member_serial", register.total),
    )


def _peak_mb() -> int:
    """The most memory this process or one it started used, in megabytes."""
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        // 1024
    )


class _Progress:
    """Says now and then how far a load is, how fast, and how long it will still take."""

    def __init__(self, total: int, say: Say) -> None:
        self.total, self.say = total, say
        self.count = 0
        self.began = self.told = time.monotonic()

    def done(self, many: int) -> None:
        self.count += many
        now = time.monotonic()
        if now - self.told < TOLD_EVERY and self.count < self.total:
            return
        self.told = now
        rate = self.count / max(now - self.began, 0.001)
        left = (self.total - self.count) / rate
        self.say(f"{self.count:,} of {self.total:,} people, {rate:,.0f} a second, {left:,.0f} s to go")
