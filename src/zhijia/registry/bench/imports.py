"""Bench `registry-import`: a roster from the stored file to members with facts and trail, beside what it writes as bare
INSERT … ON CONFLICT, and beside raw COPY."""

import io
import resource
import time
from dataclasses import replace
from datetime import datetime

from django.db import connections, transaction

from zhijia.accounts import services as accounts
from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.registry import tree
from zhijia.registry.bench import insert_limit, limit, rosters
from zhijia.registry.models import Parent, Union
from zhijia.registry.services import grants
from zhijia.registry.services.imports import runs, work

ROWS, SEED, DIVISION = 200_000, 7, "340103000000"
AGAINST = (
    "INSERT … ON CONFLICT of prepared rows (person, membership, change, two sealed values, fact) into the same"
    " tables with the same indexes, one connection, same server, same run"
)
AGAINST_COPY = (
    "binary COPY of the same rows into a table without index, one connection, same server, same run"
)
_KEPT = """
SELECT count(*) FILTER (WHERE m.valid_to IS NULL), count(DISTINCT m.person_id), count(DISTINCT m.member_number),
  (SELECT count(*) FROM vault_secret s WHERE s.union_id = %(union)s AND s.kind = 1),
  (SELECT count(*) FROM vault_secret s WHERE s.union_id = %(union)s AND s.kind = 2),
  (SELECT sum(f.quantity) FROM facts_fact f WHERE f.union_id = %(union)s AND f.kind = 'member.joined'),
  (SELECT count(*) FROM registry_membership_change c WHERE c.union_id = %(union)s)
FROM registry_membership m WHERE m.union_id = %(union)s
"""


def run(options: Options) -> Result:
    """Rows a second of the whole write (read, check, seal, dedupe, merge, facts, trail), three times in turn with
    the limits; the median. Each round brings other people to another union."""
    began = time.monotonic()
    rows = options.rows or ROWS
    options.say(f"Making {benches.ROUNDS} rosters of {rows:,} rows …")
    made = [rosters.make(rows, seed=SEED, part=part) for part in range(benches.ROUNDS + 1)]
    officer, unions = _unions()
    rounds = iter(range(benches.ROUNDS))
    checks: list[float] = []
    violations = 0

    def pipeline() -> float:
        nonlocal violations
        number = next(rounds)
        checking, writing = _import(officer, unions[number], made[number].file)
        checks.append(checking)
        violations += _violations(unions[number], rows)
        options.say(f"Round {number + 1}: {rows / writing:,.0f} rows a second.")
        return writing

    content = limit.encoded(made[0].rows)
    options.say("Laying rows ready …")
    _import(officer, unions[-1], made[-1].file)
    insert_limit.prepare(unions[-1].pk)
    written, bare, raw = benches.alternately(
        pipeline, lambda: insert_limit.seconds(unions[-1].pk), lambda: limit.seconds(content)
    )
    result = Result(
        bench="registry-import",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=rows / benches.median(written),
        limit=rows / benches.median(bare),
        against=AGAINST,
        peak_mb=_peak_mb(),
        violations=violations,
        detail={
            "write_seconds": [round(took, 3) for took in written],
            "insert_seconds": [round(took, 3) for took in bare],
            "raw_seconds": [round(took, 3) for took in raw],
            "check_seconds": [round(took, 3) for took in checks],
            "bytes_of_the_file": len(made[0].file),
        },
    )
    beside_copy = replace(
        result,
        bench="registry-import beside raw COPY",
        limit=rows / benches.median(raw),
        against=AGAINST_COPY,
    )
    return replace(result, parts=(beside_copy,))


def _import(officer: Actor, union: Union, file: bytes) -> tuple[float, float]:
    """Seconds of the check (the dry run) and of the write."""
    at = days.now()
    with acting(officer):
        roster = runs.upload(
            actor=officer, at=at, union=union, name="bench.csv", content=io.BytesIO(file), in_background=False
        )
    checking = benches.seconds_of(lambda: work.check(actor=officer, at=at, import_id=roster.pk))
    with acting(officer):
        runs.confirm(actor=officer, at=at, import_id=roster.pk, mode="all", in_background=False)
    return checking, benches.seconds_of(lambda: work.apply(actor=officer, at=at, import_id=roster.pk))


def _violations(union: Union, rows: int) -> int:
    """How many rows are lost or doubled in the register, the vault, the facts and the changes."""
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute(_KEPT, {"union": union.pk})
        return sum(abs(int(count or 0) - rows) for count in cursor.fetchone())


def _unions() -> tuple[Actor, list[Union]]:
    """A province with a union for each round, and an officer who may import there."""
    at = days.now()
    founder = Actor(user_id=None, channel="demo", request_id="bench")
    with acting(founder):
        above = _union(1, Union.Level.PROVINCE, "10", None, at)
        unions = [
            _union(2 + part, Union.Level.GRASSROOTS, "50", above, at) for part in range(benches.ROUNDS + 1)
        ]
        tree.rebuild()
        user, second = (
            accounts.create_user(actor=founder, at=at, login=login, staff=True)
            for login in ("bench-officer", "bench-giver")
        )
    officer = Actor(user_id=user.pk, channel="demo", request_id="bench", stepped_up=True)
    giver = Actor(user_id=second.pk, channel="demo", request_id="bench")
    with acting(giver):
        grants.write(at=at, user_id=user.pk, role="province_officer", union=above, given_by=giver)
        grants.write(at=at, user_id=user.pk, role="grassroots_officer", union=above, given_by=giver)
    for union in unions:
        union.refresh_from_db()
    return officer, unions


def _union(number: int, level: int, kind: str, above: Union | None, at: datetime) -> Union:
    union = Union.objects.create(
        code=f"340103-9{number:05d}",
        name=f"测试工会{number}",
        type=kind,
        level=level,
        division=DIVISION,
        founded_on=days.business_day(at),
    )
    if above is not None:
        Parent.objects.create(
            union=union,
            parent=above,
            tree=Parent.Tree.ORGANISATION,
            valid_from=union.founded_on,
            recorded_at=at,
        )
    return union


def _peak_mb() -> int:
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        // 1024
    )
