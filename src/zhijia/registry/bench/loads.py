"""Bench `registry-load`: a province's file from the disk to a register with indexes, facts and trail, beside bare COPY
of the same rows and the same indexes; then the same file once more, killed in the middle and gone on with."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from zhijia.accounts import services as accounts
from zhijia.kernel import benches, ciphers, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting, whole
from zhijia.kernel.processes import leash
from zhijia.registry.bench import load_limit, province
from zhijia.registry.bench.insert_limit import columns_of, table_of
from zhijia.registry.bench.limit import server
from zhijia.registry.models import Union
from zhijia.registry.services import grants
from zhijia.registry.services.imports import encoding
from zhijia.registry.services.loads import indexes
from zhijia.registry.services.loads import runs as loads
from zhijia.registry.services.loads.clock import Progress
from zhijia.registry.services.loads.runs import Told
from zhijia.registry.services.loads.team import PROCESSES
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.services.looking import unseal

ROWS, SEED, LOGIN = 300_000, 7, "bench-officer"
SEVERAL = 500_000
"""Rows up to which load and limit take turns three times; above, once."""
KILLED_AT_MOST = 1_000_000
"""Rows of the file whose load is killed."""
AGAINST = (
    "binary COPY of the same people, memberships, changes, sealed values and facts into equal tables without indexes,"
    " then the same indexes; two processes, same server, same run"
)
_STATE = """
SELECT count(*), count(DISTINCT s.blind), count(DISTINCT m.member_number),
  sum(hashtextextended(concat_ws('|', s.blind, p.name, p.sex, p.birth_date, p.education, p.home_division,
    p.occupation, p.employer_name, e.credit_code, p.hired_on, p.union_id, p.county_id, p.sources,
    m.union_id, m.county_id, m.joined_on, m.status, t.blind), 0)),
  (SELECT count(*) FROM registry_person), (SELECT count(*) FROM registry_membership),
  (SELECT count(*) FROM registry_membership_change), (SELECT count(*) FROM vault_secret WHERE kind IN (1, 2)) / 2,
  (SELECT sum(quantity) FROM facts_fact WHERE kind = 'member.joined'),
  (SELECT sum(quantity) FROM facts_county_month WHERE kind = 'member.joined')
FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
JOIN vault_secret s ON s.kind = 1 AND s.row_id = p.id JOIN vault_secret t ON t.kind = 2 AND t.row_id = p.id
LEFT JOIN registry_employer e ON e.id = p.employer_id
"""
_EMPTIED = (
    *(
        "registry_person",
        "registry_membership",
        "registry_membership_change",
        "registry_load_piece",
        "registry_load",
    ),
    *(
        "registry_transfer_batch",
        "registry_employer",
        "registry_coverage",
        "facts_fact",
        "facts_delta",
        "facts_union_month",
        "facts_county_month",
    ),
    *("facts_union_total", "facts_county_total"),
)
_STANDS_UPON = """
WITH RECURSIVE emptied (number) AS (
    SELECT name::regclass::oid FROM unnest(%s::text[]) AS names (name)
    UNION SELECT k.conrelid FROM pg_constraint k JOIN emptied ON k.confrelid = emptied.number WHERE k.contype = 'f'
)
SELECT number::regclass::text FROM emptied JOIN pg_class c ON c.oid = number WHERE NOT c.relispartition
"""
SAMPLE = 200


@dataclass(slots=True)
class World:
    """The province of the bench: its unions, who loads, the files, what was measured."""

    federation: Union
    unions: list[str]
    actor: Actor
    folder: Path
    indexes: int
    violations: int = 0
    seconds: list[dict[str, float]] = field(default_factory=list)
    limits: list[dict[str, float]] = field(default_factory=list)
    peaks: list[tuple[int, int]] = field(default_factory=list)


def run(options: Options) -> Result:
    """Rows a second of the whole load, in turn with the limit; then killed in the middle and gone on with."""
    began = time.monotonic()
    rows = options.rows or ROWS
    with tempfile.TemporaryDirectory(prefix="zhijia-province-") as folder:
        options.say(f"Founding the unions and writing a file of {rows:,} rows …")
        world = world_of(rows, Path(folder))
        file = world.folder / "province.csv"
        planted = province.write_file(file, rows=rows, unions=world.unions, seed=SEED)
        rounds = benches.ROUNDS if rows <= SEVERAL else 1
        for number in range(rounds):
            options.say(f"Round {number + 1} of {rounds}: the load …")
            state = _load(world, file, planted, options)
            options.say(f"Round {number + 1}: the limit …")
            _limit(world)
            options.say(f"{planted.good / sum(world.limits[-1].values()):,.0f} members a second")
        killed = _killed(world, rows, file, state if rows <= KILLED_AT_MOST else None, options)
    seconds = benches.median([told["all"] for told in world.seconds])
    least = benches.median([told["copy"] + told["indexes"] for told in world.limits])
    return Result(
        bench="registry-load",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=planted.good / seconds,
        limit=planted.good / least,
        against=AGAINST,
        peak_mb=max(one for one, _ in world.peaks),
        violations=world.violations,
        detail={
            "rounds": rounds, "rate": "rows that became members, a second", "members": planted.good,
            "load_seconds": world.seconds,
            "limit_seconds": world.limits, "planted_wrong": planted.wrong, "planted_twice": planted.twice,
            "peak_mb": "of the largest process of the load", "peak_mb_of_all": max(of_all for _, of_all in world.peaks),
            "killed": killed, "processes": PROCESSES,
        },
    )  # fmt: skip


def world_of(rows: int, folder: Path) -> World:
    """A province with its unions, and somebody who may import there."""
    at = days.now()
    founder = Actor(user_id=None, channel="demo", request_id="bench")
    with acting(founder):
        federation, unions = province.found_unions(rows, at)
        user, second = (
            accounts.create_user(actor=founder, at=at, login=login, staff=True)
            for login in (LOGIN, "bench-giver")
        )
    giver = Actor(user_id=second.pk, channel="demo", request_id="bench")
    with acting(giver):
        grants.write(at=at, user_id=user.pk, role="county_reviewer", union=federation, given_by=giver)
    actor = Actor(user_id=user.pk, channel="command", request_id="bench", stepped_up=True)
    return World(federation, unions, actor, folder, _indexes())


def _load(world: World, file: Path, planted: province.Planted, options: Options) -> tuple[Any, ...]:
    """The whole load into an empty register; the state it leaves."""
    _empty()
    told = loads.load(
        actor=world.actor,
        at=days.now(),
        files=[file],
        federation=world.federation,
        say=lambda progress: options.say(str(progress)),
    )
    world.seconds.append(told.seconds)
    world.peaks.append((told.peak_mb, told.peak_mb_of_all))
    options.say(f"{planted.good / told.seconds['all']:,.0f} members a second")
    state = _state()
    world.violations += _violations(world, planted, told, state)
    return state


def _limit(world: World) -> None:
    """The same rows and indexes without anything else. The load's own are gone then: both would not fit a laptop."""
    owner, year = server(), days.business_day(days.now()).year
    tables = {table_of(into): columns_of(into) for into in encoding.INTO.values()}
    defined = indexes.defined()
    with tempfile.TemporaryDirectory(prefix="zhijia-rows-") as folder:
        files = load_limit.dump(owner, tables, {"facts_fact": f"facts_fact_{year}"}, Path(folder))
        _empty()
        load_limit.make_tables(owner, list(tables))
        copied = load_limit.copy_seconds(owner, tables, files)
    made = benches.seconds_of(lambda: indexes.build([load_limit.renamed(one) for one in defined], _quiet))
    load_limit.drop(owner, list(tables))
    world.limits.append({"copy": round(copied, 3), "indexes": round(made, 3)})


def _quiet(progress: Progress) -> None:
    """Nobody listens to a bench."""


def _killed(
    world: World, rows: int, file: Path, state: tuple[Any, ...] | None, options: Options
) -> dict[str, Any]:
    """A load in a process of its own, killed when half of it is written, and gone on with by the same command. What is
    left is what a load that nobody killed leaves."""
    if state is None:
        rows = KILLED_AT_MOST
        file.unlink()
        planted = province.write_file(file, rows=rows, unions=world.unions, seed=SEED)
        options.say(f"A load of {rows:,} rows that nobody kills …")
        state = _load(world, file, planted, options)
        world.seconds.pop()
    _empty()
    options.say("A load that is killed in the middle …")
    command = [
        sys.executable,
        "-m",
        "zhijia.web",
        "import",
        "members",
        str(file),
        "--union",
        world.federation.code,
    ]
    command += ["--as", LOGIN, "--json"]
    process = _started(command, options)
    pieces = _written()
    while process.poll() is None and (not pieces[1] or pieces[0] < pieces[1] / 2):
        time.sleep(0.02)
        pieces = _written()
    process.send_signal(signal.SIGKILL)
    process.wait()
    lost = process.returncode != -signal.SIGKILL
    options.say(f"Killed with {pieces[0]} of {pieces[1]} pieces written. On it goes …")
    again = _started(command, options)
    output, _ = again.communicate()
    told = json.loads(output.strip().splitlines()[-1]) if again.returncode == 0 else {}
    after = _state()
    in_hand = PROCESSES * max(_largest(), 1)
    too_much = told.get("read_again", rows) > in_hand
    world.violations += (after != state) + (_indexes() != world.indexes) + too_much + lost
    return {
        "rows": rows, "pieces_written": pieces[0], "pieces": pieces[1], "rows_read_again": told.get("read_again"),
        "rows_of_a_chunk": in_hand, "chunks_read_again": round(told.get("read_again", 0) / in_hand, 3),
        "same_state": after == state,
    }  # fmt: skip


def _started(command: list[str], options: Options) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own command
        command,
        env={**os.environ, **options.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=leash(),
    )


def _written() -> tuple[int, int]:
    """Pieces written, and pieces in all once the run writes."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE p.state = 3), count(*) FROM registry_load_piece p"
            " JOIN registry_load l ON l.id = p.load_id AND l.state = 'writing'"
        )
        written, pieces = cursor.fetchone()
    return int(written), int(pieces)


def _largest() -> int:
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(rows), 0) FROM registry_load_piece")
        return int(cursor.fetchone()[0])


def _state() -> tuple[Any, ...]:
    """What the register holds, told without ids and numbers that are drawn anew each time."""
    with whole() as cursor:
        cursor.execute(_STATE)
        return tuple(cursor.fetchone())


def _violations(world: World, planted: province.Planted, told: Told, state: tuple[Any, ...]) -> int:
    """Losses, doubles, wrong counts, missing indexes, values that do not open or are not found."""
    joined, numbers, member_numbers, _content, *others = (int(count or 0) for count in state)
    wrong = sum(abs(count - planted.good) for count in (joined, numbers, member_numbers, *others))
    wrong += abs(told.counts["new"] - planted.good) + abs(
        told.counts["wrong"] - planted.wrong - planted.twice
    )
    return wrong + abs(_indexes() - world.indexes) + _sealed_wrongly()


def _sealed_wrongly() -> int:
    """How many of a sample do not open in their place, or stand under another index."""
    wrong = 0
    with whole():
        for kind in (1, 2):
            for secret in Secret.objects.using("bulk").filter(kind=kind)[:SAMPLE]:
                chosen = kinds.by_number(kind)
                clear = unseal(secret)
                key = ciphers.keyring().key(chosen.index_name, secret.blind_version or 0)
                wrong += ciphers.index(key, clear) != secret.blind or chosen.normal(clear) != clear
    return wrong


def _indexes() -> int:
    return len(indexes.defined())


def _empty() -> None:
    """A register without people, as it was before the load, and without whatever stands upon them in rooms above."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_STANDS_UPON, [["vault_secret", *_EMPTIED]])
        tables = [name for (name,) in cursor.fetchall()]
        for name in tables:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        for name in tables:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
