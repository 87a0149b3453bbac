"""Made-up rosters of any size: the same seed, the same people; no number belongs to anybody."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhijia.kernel import codes

HEADER = ("姓名", "身份证号", "手机号码", "职业", "学历", "入职日期")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂文辉玲华飞鑫波斌宇浩凯健俊帆帅旭宁晨欣"
_JOBS = ("焊工", "电工", "快递员", "护士", "教师", "保洁环卫工人", "货车司机", "建筑工人")
_SCHOOLS = ("大专", "初中", "普通高中", "大学本科")
NUMBERS_A_DAY = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """A roster: its rows as texts, in the order of HEADER, and as the file a union would send."""

    rows: Sequence[tuple[str, ...]]
    file: bytes


def make(rows: int, *, seed: int, part: int) -> Made:
    """That many people nobody else is; another `part` of the same seed holds other people."""
    random = np.random.default_rng([seed, part])
    serials = np.arange(part * rows, (part + 1) * rows, dtype=np.int64)
    days = np.datetime64("1966-01-01") + (serials // NUMBERS_A_DAY).astype("timedelta64[D]")
    births = np.char.replace(days.astype(str), "-", "").astype(np.int64)
    numbers = codes.synthetic_resident_ids(births, serials % NUMBERS_A_DAY).astype(str).tolist()
    hired = (
        (np.datetime64("2015-01-01") + random.integers(0, 3650, rows).astype("timedelta64[D]"))
        .astype(str)
        .tolist()
    )
    picks = random.integers(0, 1 << 30, (rows, 4)).tolist()
    found = [
        (
            _SURNAMES[a % len(_SURNAMES)]
            + _GIVEN[b % len(_GIVEN)]
            + (_GIVEN[c % len(_GIVEN)] if c & 1024 else ""),
            number,
            codes.synthetic_mobile(serial % 10**8),
            _JOBS[d % len(_JOBS)],
            _SCHOOLS[c % len(_SCHOOLS)],
            day,
        )
        for (a, b, c, d), number, serial, day in zip(picks, numbers, serials.tolist(), hired, strict=True)
    ]
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *found])
    return Made(found, text.getvalue().encode())
