"""The limit: the same registrations as clear columns in memory, grouped, paired and compared by polars and numpy.

No database, no vault, no digest, nothing kept: the same blocks, the same points, the same pairs.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhijia.registry.identity_rules import PART, RESIDENT, Registration, eighteen

WIDTH = 18
Pairs = set[tuple[int, int]]


def columns(rows: Sequence[Registration]) -> pl.DataFrame:
    """The registrations as columns. Not part of what is measured."""
    frame = pl.DataFrame(
        {
            "place": np.arange(len(rows), dtype=np.uint32),
            "name": [row.name for row in rows],
            "type": [row.id_type for row in rows],
            "number": [row.number for row in rows],
            "birth": [row.birth.strftime("%Y%m%d") if row.birth else None for row in rows],
            "sex": [row.sex for row in rows],
            "phone": [row.phone or None for row in rows],
            "union": [row.union_id for row in rows],
            "full": [eighteen(row.number) if row.id_type == RESIDENT else None for row in rows],
        }
    )
    short = pl.col("number").str.len_chars() == 15
    head, tail = pl.col("number").str.slice(0, 6), pl.col("number").str.slice(6)
    body = pl.when(short).then(head + "19" + tail).otherwise(pl.col("number").str.slice(0, 17))
    resident = pl.col("type") == "111"
    return frame.with_columns(
        resident=resident, long=pl.when(resident).then(body).otherwise(pl.col("number")), short=short
    )


def pairs(frame: pl.DataFrame, points: Mapping[str, int], threshold: int, most: int) -> Pairs:
    """The pairs of places that reach the threshold."""
    resident, long = pl.col("resident"), pl.col("long")
    keys = {
        "birth": pl.col("name") + pl.col("birth"),
        "body": pl.col("name")
        + pl.when(resident)
        .then(long.str.slice(0, 6) + long.str.slice(14, 3))
        .otherwise(long.str.slice(0, PART)),
        "tail": pl.when(~resident).then(pl.col("name") + pl.col("number").str.tail(PART)),
        "phone": pl.col("name") + pl.col("phone"),
        "renumbered": pl.col("full"),
    }
    found = pl.concat([_sharing(frame.select("place", key=key), most) for key in keys.values()]).unique()
    one = frame[found["place"].to_numpy()]
    other = frame[found["other"].to_numpy()]
    total = _points(one, other, points)
    chosen = found.filter(pl.Series(total >= threshold))
    return set(zip(chosen["place"].to_list(), chosen["other"].to_list(), strict=True))


def _sharing(frame: pl.DataFrame, most: int) -> pl.DataFrame:
    kept = frame.drop_nulls().filter(pl.len().over("key").is_between(2, most))
    both = kept.join(kept.rename({"place": "other"}), on="key")
    return both.filter(pl.col("place") < pl.col("other")).select("place", "other")


def _points(one: pl.DataFrame, other: pl.DataFrame, points: Mapping[str, int]) -> NDArray[np.int64]:
    def same(column: str) -> NDArray[np.bool_]:
        return (one[column] == other[column]).fill_null(False).to_numpy()

    def both(column: str) -> NDArray[np.bool_]:
        return (one[column].is_not_null() & other[column].is_not_null()).to_numpy()

    types = same("type")
    equal = same("full") & types
    near = types & ~equal & _near(one, other)
    names = same("name")
    total: NDArray[np.int64] = np.where(names, points["name_same"], 0)
    total += np.select(
        [equal, ~types, near],
        [points["number_same"], points["documents_differ"], points["number_near"]],
        points["number_far"],
    )
    births, phones = both("birth"), both("phone")
    total += np.where(births & same("birth"), points["birth_same"], 0)
    total += np.where(births & ~same("birth") & ~near, points["birth_differs"], 0)
    total += np.where(phones, np.where(same("phone"), points["phone_same"], points["phone_differs"]), 0)
    told = ~(one["sex"].is_in(["0"]) | other["sex"].is_in(["0"])).to_numpy()
    total += np.where(told & ~same("sex"), points["sex_differs"], 0)
    return total + np.where(same("union"), points["work_same"], 0)


def _near(one: pl.DataFrame, other: pl.DataFrame) -> NDArray[np.bool_]:
    """One character apart, or two neighbours swapped, in the numbers without their check digit, or in whole ones."""
    near = _near_cells(_cells(one["long"]), _cells(other["long"]))
    whole = ~(one["short"] | other["short"]).to_numpy()
    return near | (whole & _near_cells(_cells(one["number"]), _cells(other["number"])))


def _near_cells(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.bool_]:
    differ = a != b
    many = differ.sum(axis=1)
    swapped = (differ[:, :-1] & differ[:, 1:] & (a[:, :-1] == b[:, 1:]) & (a[:, 1:] == b[:, :-1])).any(axis=1)
    result: NDArray[np.bool_] = (many == 1) | ((many == 2) & swapped)
    return result


def _cells(texts: pl.Series) -> NDArray[np.uint8]:
    return np.array(texts.to_list(), f"S{WIDTH}").view(np.uint8).reshape(len(texts), WIDTH)
