"""What is written into which table, as columns of text for COPY."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from zhijia.kernel import codes
from zhijia.web.demo.employers import Employers
from zhijia.web.demo.numbers import Texts
from zhijia.web.demo.seeds import Integers
from zhijia.web.demo.unions import FEDERATION, NONE, Unions

Table = tuple[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Ids:
    """The numbers the database gave: of unions and employers by their position, and the serials of
    members."""

    unions: Integers
    employers: Integers
    unions_serial: int
    members_serial: int


def text(column: Texts) -> pl.Series:
    """Bytes of plain characters as a column of text."""
    return pl.Series(column.tolist(), dtype=pl.Binary).cast(pl.String)


def day(column: Integers) -> pl.Series:
    """Days since 1970 as dates; NONE is no date."""
    return (
        pl.Series(np.where(column == NONE, np.iinfo(np.int32).min, column).astype(np.int32))
        .replace(np.iinfo(np.int32).min, None)
        .cast(pl.Date)
    )


def union_tables(unions: Unions, employers: Employers, ids: Ids, today: int) -> Iterator[Table]:
    """Unions, their three dated parents, employers and who covers them."""
    many = len(unions)
    founded = today - np.array(unions.age, np.int64)
    staff = np.bincount(np.array(employers.union), np.array(employers.staff), many).astype(np.int64)
    heads = [int(ids.unions_serial) + place for place in range(many)]
    yield (
        "registry_union",
        pl.DataFrame(
            {
                "id": ids.unions,
                "code": [
                    f"{division[:6]}-{serial:06d}"
                    for division, serial in zip(unions.division, heads, strict=True)
                ],
                "name": unions.name,
                "type": unions.type,
                "level": unions.level,
                "credit_code": [
                    codes.synthetic_union_code(serial, grassroots=size > 0)
                    for serial, size in zip(heads, unions.members.tolist(), strict=True)
                ],
                "division": unions.division,
                "county_id": ids.unions[np.array(unions.county)],
                "county_ids": ["{}"] * many,
                "holding_pool": unions.pool,
                "industry": unions.trade,
                "unit_nature": _natures(unions, employers),
                "staff_count": pl.Series(staff).replace(0, None),
                "founded_on": day(founded),
                "approval_number": "",
                "tree_left": 0,
                "tree_right": 0,
            }
        ),
    )
    for tree, parents in (
        ("organisation", unions.parent), ("fund", unions.fund), ("industry", unions.industry_parent),
    ):  # fmt: skip
        above = np.array(parents)
        under = np.flatnonzero(above != NONE)
        begins = np.maximum(founded[under], founded[above[under]])
        yield (
            "registry_parent",
            pl.DataFrame(
                {
                    "union_id": ids.unions[under],
                    "parent_id": ids.unions[above[under]],
                    "tree": tree,
                    "valid_from": day(begins),
                    "recorded_at": moment(begins),
                }
            ),
        )
    yield (
        "registry_employer",
        pl.DataFrame(
            {
                "id": ids.employers,
                "name": employers.name,
                "credit_code": employers.code,
                "division": employers.division,
                "unit_nature": employers.nature,
                "industry": employers.trade,
                "staff_count": employers.staff,
                "platform": employers.platform,
            }
        ),
    )
    covering = np.array(employers.union)
    yield (
        "registry_coverage",
        pl.DataFrame(
            {
                "union_id": ids.unions[covering],
                "employer_id": ids.employers,
                "valid_from": day(founded[covering]),
            }
        ),
    )
    yield (
        "facts_fact",
        pl.DataFrame(
            {
                "kind": "union.founded",
                "union_id": ids.unions,
                "county_id": ids.unions[np.array(unions.county)],
                "day": day(founded),
                "quantity": 1,
                "amount": 0,
                "person_id": pl.Series([None] * many, dtype=pl.String),
                "dimensions": [f'{{"type": "{kind}"}}' for kind in unions.type],
                "class": "own",
                "record": "union",
                "record_id": pl.Series(ids.unions).cast(pl.String),
            }
        ),
    )


def _natures(unions: Unions, employers: Employers) -> list[str]:
    return [
        employers.nature[employers.first[place]]
        if employers.many[place] == 1
        else "500" * (kind == FEDERATION)
        for place, kind in enumerate(unions.type)
    ]


def moment(column: Integers) -> pl.Series:
    """Ten o'clock in Shanghai on these days, as text."""
    return day(column).cast(pl.String) + " 10:00:00+08"


def dashed(identifiers: pl.Series) -> pl.Series:
    """Identifiers as text is written: 8-4-4-4-12."""
    part = identifiers.str.slice
    return part(0, 8) + "-" + part(8, 4) + "-" + part(12, 4) + "-" + part(16, 4) + "-" + part(20)
