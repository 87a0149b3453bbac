"""Made-up rosters of any size: the same seed, the same people; no number belongs to anybody."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from zhijia.kernel import codes, sheets

HEADER = ("姓名", "身份证号", "手机号码", "职业", "学历", "入职日期")
NUMBERS_A_DAY = 1000
FIRST_BORN, LAST_BORN = np.datetime64("1930-01-01"), np.datetime64("1949-12-31")
"""Older than anybody of a made-up province: whom a roster brings nobody knows."""
MOST = (int((LAST_BORN - FIRST_BORN).astype(int)) + 1) * NUMBERS_A_DAY
"""People there are for rosters, all of them together."""
_FIRST_PHONE = 50_000_000
_SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
_GIVEN = [*"伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂文辉玲华飞鑫波斌宇浩凯健俊帆帅旭宁晨欣", ""]
_JOBS = ["焊工", "电工", "快递员", "护士", "教师", "保洁环卫工人", "货车司机", "建筑工人"]
_SCHOOLS = ["大专", "初中", "普通高中", "大学本科"]
_FIRST_HIRED = np.datetime64("2015-01-01")
Kind = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Made:
    """A roster as texts, in the order of HEADER."""

    rows: pl.DataFrame

    def write(self, path: Path, kind: Kind) -> None:
        """The file a union would send."""
        if kind == "csv":
            self.rows.write_csv(path)
        else:
            sheets.write_workbook(path, HEADER, self.rows.iter_rows())


def make(rows: int, *, seed: int, first: int) -> Made:
    """That many people nobody else is; another `first`, that many further on, and they are others. Raises ValueError
    when there are no more."""
    if first + rows > MOST:
        raise ValueError(f"there are only {MOST:,} people for rosters")
    random = np.random.default_rng([seed, first])
    serials = np.arange(first, first + rows, dtype=np.int64)
    born = np.datetime_as_string(FIRST_BORN + (serials // NUMBERS_A_DAY).astype("timedelta64[D]"))
    births = np.char.replace(born, "-", "").astype(np.int64)
    numbers = codes.synthetic_resident_ids(births, serials % NUMBERS_A_DAY)
    hired = _FIRST_HIRED + random.integers(0, 3650, rows).astype("timedelta64[D]")

    def picked(words: list[str]) -> pl.Series:
        return pl.Series(words).gather(random.integers(0, len(words), rows))

    columns = (
        picked(_SURNAMES) + picked(_GIVEN[:-1]) + picked(_GIVEN),
        pl.Series(numbers.tolist(), dtype=pl.Binary).cast(pl.String),
        codes.synthetic_mobile(0)[:3] + pl.Series(_FIRST_PHONE + serials).cast(pl.String).str.zfill(8),
        picked(_JOBS),
        picked(_SCHOOLS),
        pl.Series(hired).cast(pl.Date).cast(pl.String),
    )
    return Made(pl.DataFrame(dict(zip(HEADER, columns, strict=True))))
