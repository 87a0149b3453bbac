"""Bench `split`: contributions shared and posted in one run, beside the same arithmetic in polars and a COPY of the
same rows."""

import resource
import time
from typing import Any

import polars as pl
import psycopg
from django.db import connections

from zhijia.catalogue import definitions
from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues import shares, verify
from zhijia.dues.bench import ground
from zhijia.dues.bench.limit import Bare
from zhijia.dues.models import Distribution
from zhijia.dues.services import distributing
from zhijia.kernel import benches, days
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import whole
from zhijia.ledger import verify as ledger
from zhijia.registry.bench.limit import server

ROWS = 1_000_000
AGAINST = (
    "the same arithmetic in polars and a COPY (csv) of the same rows into an equal table without checks, same run; it"
    " reads, chooses, routes and posts nothing"
)
_ROWS = """
COPY (
  SELECT contribution_id, amount, route_id, other_union_id FROM dues_split WHERE distribution_id = {run:d} ORDER BY id
) TO STDOUT (FORMAT csv)"""
_ADDED = ", ".join(f"sum({name})::bigint" for name in BENEFICIARIES)
_SUMS = f"SELECT {_ADDED} FROM dues_split WHERE distribution_id = %s"  # noqa: S608 - columns of ours


def run(options: Options) -> Result:
    """Contributions shared a second, three times in turn with the limit; the median."""
    began, at = time.monotonic(), days.now()
    many = options.rows or ROWS
    union, payers = ground.found()
    parts = shares.parts_of(definitions.load().splits["national"].shares.in_order)
    runs: list[Distribution] = []
    wrong: list[str] = []
    with psycopg.connect(server(), autocommit=True) as raw:
        bare = Bare(raw)

        def shared() -> float:
            options.say(f"{many:,} contributions …")
            runs.append(ground.come_in(union, payers, many, len(runs)))

            def share() -> None:
                with whole():
                    told = distributing.share(run=runs[-1], at=at)
                    Distribution.objects.using("bulk").filter(pk=runs[-1].pk).update(
                        many=told.many, amount=told.amount
                    )

            return benches.seconds_of(share)

        def limit() -> float:
            paid, sums = _in_hand(runs[-1])
            took, theirs = bare.seconds(paid, parts)
            if theirs != sums:
                wrong.append(f"polars shares {theirs}, we {sums}")
            return took

        ours, theirs = benches.alternately(shared, limit)
    options.say("Proving …")
    checks = (verify.received_is_shared_or_held, verify.splits_give_everything, ledger.entries_balance)
    wrong += [words for check in checks for words in check().differences]
    return Result(
        bench="split",
        rows=many,
        seconds=time.monotonic() - began,
        rate=many / benches.median(ours),
        limit=many / benches.median(theirs),
        against=AGAINST,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong),
        detail={
            "rate": "contributions a second: read, rule chosen, route found, split, written, posted for"
            f" {len(payers):,} unions and three above them, taken off the list, in one transaction",
            "seconds": [round(took, 3) for took in ours],
            "limit_seconds": [round(took, 3) for took in theirs],
            "wrong": wrong[:5],
        },
    )


def _in_hand(run: Distribution) -> tuple[pl.DataFrame, list[int]]:
    """The rows of the run without their shares, and what ours are."""
    with connections["bulk"].cursor() as cursor:
        with cursor.copy(_ROWS.format(run=run.pk)) as copy:
            text = b"".join(bytes(piece) for piece in copy)
        cursor.execute(_SUMS, [run.pk])
        sums: Any = cursor.fetchone()
    told = pl.read_csv(
        text, has_header=False, new_columns=["contribution_id", "amount", "route_id", "other_union_id"]
    )
    fixed = {
        "union_id": run.union_id,
        "county_id": run.county_id,
        "rule_id": 1,
        "distribution_id": run.pk,
        "other_county_id": run.county_id,
        "day": run.day,
    }
    return told.with_columns(pl.lit(value).alias(name) for name, value in fixed.items()), list(sums)
