"""Loading the register of a demo province by COPY, all of it in one transaction and bounded memory."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import polars as pl
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import divisions
from zhijia.catalogue.models import Division
from zhijia.kernel import actors, codes, days
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.vault import services as vault
from zhijia.web.demo.calendar import Calendar
from zhijia.web.demo.copying import Sender
from zhijia.web.demo.employers import Employers, make_employers
from zhijia.web.demo.founding import make_unions
from zhijia.web.demo.numbers import as_hex
from zhijia.web.demo.people import Chunk, Register
from zhijia.web.demo.people_tables import PeopleTables
from zhijia.web.demo.plan import Places, Plan
from zhijia.web.demo.tables import Ids, text, union_tables
from zhijia.web.demo.unions import Unions
from zhijia.web.demo.words import words

ACTION = "demo.load"
LOCK = 0x5A4A_0034
TOLD_EVERY = 3.0
KINDS = ("registry_person.id_number", "registry_person.phone")
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
    """Make the province of this plan in one transaction. Raises Refusal when there are unions already."""
    began = time.monotonic()
    divisions.load(provinces=[words("unions")["province"]], using="bulk")
    with whole() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refusal("demo_loading", _("Another process is loading a demo province at this moment."))
        if Union.objects.using("bulk").exists():
            raise Refusal(
                "demo_not_empty",
                _("There are unions in the register already. A demo is loaded into an empty one only."),
            )
        sender = Sender(cursor)
        register = _send_all(plan, sender, at=at, say=say)
        tree.rebuild(using="bulk")
        result = Loaded(
            unions=len(register.unions),
            members=plan.members,
            people=register.total,
            seconds=round(time.monotonic() - began, 1),
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
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
            using="bulk",
        )  # fmt: skip
    return result


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
    tables = PeopleTables(register, employers, ids, at)
    clock = _Progress(register.total, say)
    for chunk in register.chunks():
        for table, frame in tables.of(chunk):
            sender.send(table, _of_run(table, frame, run))
        for kind in KINDS:
            sender.send("vault_secret", _sealed(kind, chunk, tables, at), told=False)
        clock.done(len(chunk))
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


def _sealed(kind: str, chunk: Chunk, tables: PeopleTables, at: datetime) -> pl.DataFrame:
    """A column of the vault for everybody in the chunk."""
    if kind == KINDS[0]:
        values = codes.synthetic_resident_ids(chunk.birth_dates, chunk.number_order)
    else:
        values = chunk.phone
    raw = chunk.id.tobytes()
    row_ids = [UUID(bytes=raw[place : place + 16]) for place in range(0, len(raw), 16)]
    made = vault.prepare(kind, row_ids, [value.decode() for value in values.tolist()])
    people = text(as_hex(chunk.id))
    return pl.DataFrame(
        {
            "kind": made.kind,
            "row_id": people,
            "blind": text(as_hex(np.frombuffer(made.blinds, np.uint8).reshape(-1, 16))),
            "blind_version": made.blind_version,
            "sealed": "\\x" + pl.Series(made.sealed, dtype=pl.Binary).bin.encode("hex"),
            "key_id": made.key_id,
            "union_id": tables.ids.unions[chunk.union],
            "county_id": tables.county[chunk.union],
            "person_id": people,
            "sealed_at": at.isoformat(),
        }
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
