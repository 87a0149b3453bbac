"""The same arithmetic in polars, and the same rows by COPY into an equal table with the same indexes and without a
check: nothing is read from the database, chosen, routed, posted or proved."""

import io
import time
from typing import Any

import polars as pl
from psycopg import Connection

from zhijia.catalogue.split_kinds import BENEFICIARIES

_WHOLE = 10_000
_COLUMNS = (
    *("union_id", "county_id", "contribution_id", "rule_id", "route_id", "distribution_id", "amount"),
    *("other_union_id", "other_county_id", "day"),
    *BENEFICIARIES,
)


class Bare:
    """An equal table; `raw` is a connection of the owner's."""

    def __init__(self, raw: Connection[Any]) -> None:
        self._raw = raw
        raw.execute("DROP TABLE IF EXISTS bare_dues_split")
        raw.execute(
            "CREATE TABLE bare_dues_split"
            " (LIKE dues_split INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)"
        )

    def seconds(self, paid: pl.DataFrame, parts: list[int]) -> tuple[float, list[int]]:
        """How long it takes to split and copy these contributions (`paid` has the other columns of the rows, in hand),
        and what each share comes to."""
        began = time.perf_counter()
        split = _split(paid, parts)
        sums = split.select(pl.col(name).sum() for name in BENEFICIARIES).row(0)
        buffer = io.BytesIO()
        split.select(_COLUMNS).write_csv(buffer, include_header=False)
        with (
            self._raw.transaction(),
            self._raw.cursor() as cursor,
            cursor.copy(f"COPY bare_dues_split ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv)") as copy,
        ):
            copy.write(buffer.getbuffer())
        return time.perf_counter() - began, [int(fen) for fen in sums]


def _split(paid: pl.DataFrame, parts: list[int]) -> pl.DataFrame:
    """Whole fen, and one more where the remainder is among the largest; only shares above nothing are ranked."""
    told = [(name, part) for name, part in zip(BENEFICIARIES, parts, strict=True) if part]
    amount = pl.col("amount")
    floors = {name: amount * part // _WHOLE for name, part in told}
    left = paid.with_columns(
        *(fen.alias(name) for name, fen in floors.items()),
        *((amount * part % _WHOLE).alias(f"left_{name}") for name, part in told),
    ).with_columns(left=amount - pl.sum_horizontal([name for name, _part in told]))
    ahead = {
        name: pl.sum_horizontal(
            (pl.col(f"left_{other}") >= pl.col(f"left_{name}"))
            if place < position
            else (pl.col(f"left_{other}") > pl.col(f"left_{name}"))
            for place, (other, _part) in enumerate(told)
            if place != position
        )
        for position, (name, _part) in enumerate(told)
    }
    return left.with_columns(
        *((pl.col(name) + (ahead[name] < pl.col("left"))).alias(name) for name, _part in told),
        *(pl.lit(0).alias(name) for name in BENEFICIARIES if name not in floors),
    )
