"""A made-up file of a province's members, of any size and in bounded memory, with mistakes planted in it; and the
unions they are at. The same seed, the same file; no number belongs to anybody."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
from django.db import connections
from numpy.typing import NDArray

from zhijia.catalogue import divisions
from zhijia.catalogue.models import Division
from zhijia.kernel import codes
from zhijia.registry import tree
from zhijia.registry.models import Parent, Union

HEADER = (
    *("工会编码", "姓名", "身份证号", "手机号码", "职业", "学历", "现居住地", "单位名称", "单位信用代码"),
    *("入职日期", "入会日期"),
)
MEMBERS_OF = 88
"""Members of a union on average: 10,131,300 in 115,400."""
BLOCK = 500_000
PROVINCE = "34"
FIRST_SERIAL = 100_000
WRONG = {"number": 0.004, "phone": 0.002, "name": 0.002, "union": 0.001, "day": 0.001}
TWICE = 0.003
NUMBERS_A_DAY = 1000
_SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
_GIVEN = [*"伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂文辉玲华飞鑫波斌宇浩凯健俊帆帅旭宁晨欣", ""]
_JOBS = ["焊工", "电工", "快递员", "护士", "教师", "保洁环卫工人", "货车司机", "建筑工人"]
_SCHOOLS = ["大专", "初中", "普通高中", "大学本科"]
_FIRST_HIRED, _FIRST_JOINED = np.datetime64("2015-01-01"), np.datetime64("2018-01-01")


@dataclass(frozen=True, slots=True)
class Planted:
    """What stands in the file: its rows, the rows with a planted mistake, the rows whose number stood before."""

    rows: int
    wrong: int
    twice: int

    @property
    def good(self) -> int:
        """The rows that are to become members."""
        return self.rows - self.wrong - self.twice


def found_unions(members: int, at: datetime) -> tuple[Union, list[str]]:
    """A province, its real cities and counties, and a union for every so many members; the province and the codes
    of the unions below the counties."""
    divisions.load(provinces=[PROVINCE], using="bulk")
    places = list(
        Division.objects.filter(code__startswith=PROVINCE, level__lte=3, valid_to__isnull=True)
        .order_by("level", "code")
        .values_list("code", "name", "level", "parent")
    )
    made: dict[str, Union] = {}
    for code, name, level, parent in places:
        made[code] = Union.objects.create(
            code=f"{code[:6]}-000001", name=f"{name}总工会", type="10", level=level + 1, division=code,
            founded_on=date(2015, 1, 1),
        )  # fmt: skip
        if parent in made:
            _hang([made[code]], [made[parent]], at)
    counties = [made[code] for code, _name, level, _parent in places if level == 3]
    many = max(1, members // MEMBERS_OF)
    above = [counties[number * len(counties) // many] for number in range(many)]
    below = Union.objects.bulk_create(
        [
            Union(
                code=f"{county.division[:6]}-{number + FIRST_SERIAL:06d}", name=f"测试工会{number}", type="50", level=6,
                division=county.division, founded_on=date(2015, 1, 1),
            )
            for number, county in enumerate(above)
        ],
        batch_size=5000,
    )  # fmt: skip
    _hang(below, above, at)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT setval('registry_union_serial', %s)", [FIRST_SERIAL + many])
    tree.rebuild()
    province = made[PROVINCE + "0" * 10]
    province.refresh_from_db()
    return province, [union.code for union in below]


def write_file(path: Path, *, rows: int, unions: list[str], seed: int) -> Planted:
    """Write the file, union after union as a province would export it."""
    random = np.random.default_rng(seed)
    wrong = twice = 0
    with path.open("wb") as out:
        for first in range(0, rows, BLOCK):
            frame, planted, again = _block(random, first, min(BLOCK, rows - first), rows, unions)
            out.write(frame.write_csv(include_header=first == 0).encode())
            wrong, twice = wrong + planted, twice + again
    return Planted(rows, wrong, twice)


def _block(
    random: np.random.Generator, first: int, many: int, rows: int, unions: list[str]
) -> tuple[pl.DataFrame, int, int]:
    serial = np.arange(first, first + many, dtype=np.int64)
    numbers, union = _numbers(serial), serial * len(unions) // rows
    lot = _lots(serial)
    again = np.flatnonzero((lot > 1 - TWICE) & (serial > BLOCK // 1000))
    numbers[again] = _numbers(_earlier(random, serial[again]))
    columns = {
        "工会编码": pl.Series(unions).gather(union),
        "姓名": _picked(random, _SURNAMES, many)
        + _picked(random, _GIVEN[:-1], many)
        + _picked(random, _GIVEN, many),
        "身份证号": pl.Series(numbers.tolist(), dtype=pl.Binary).cast(pl.String),
        "手机号码": codes.synthetic_mobile(0)[:3] + pl.Series(serial % 10**8).cast(pl.String).str.zfill(8),
        "职业": _picked(random, _JOBS, many),
        "学历": _picked(random, _SCHOOLS, many),
        "现居住地": _picked(random, ["安徽省合肥市", "安徽省芜湖市", "安徽省安庆市"], many),
        "单位名称": "晨光机械" + pl.Series(union).cast(pl.String) + "有限公司",
        "单位信用代码": _employers(union),
        "入职日期": _days(random, _FIRST_HIRED, many),
        "入会日期": _days(random, _FIRST_JOINED, many),
    }
    spoilt = {
        "number": "身份证号",
        "phone": "手机号码",
        "name": "姓名",
        "union": "工会编码",
        "day": "入职日期",
    }
    spoil = {"phone": "12345", "name": "张3", "union": "999999-999999", "day": "2020-02-30"}
    least, planted = 0.0, 0
    for kind, share in WRONG.items():
        here = pl.Series((lot >= least) & (lot < least + share))
        least, planted = least + share, planted + int(here.sum())
        column = columns[spoilt[kind]]
        other = column.str.slice(0, 17) + "?" if kind == "number" else pl.Series([spoil[kind]])
        columns[spoilt[kind]] = (
            other.zip_with(here, column) if len(other) > 1 else column.set(here, spoil[kind])
        )
    frame = pl.DataFrame({name: columns[name] for name in HEADER})
    return frame, planted, len(again)


def _lots(serials: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number between 0 and 1 for each serial, always the same."""
    mixed = (serials * 2_654_435_761 + 40_503) % (1 << 32)
    lots: NDArray[np.float64] = (mixed ^ mixed >> 15) % 1_000_003 / 1_000_003
    return lots


def _earlier(random: np.random.Generator, serials: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each serial an earlier one whose number really stands in the file."""
    chosen = random.integers(0, serials)
    while len(gone := np.flatnonzero((_lots(chosen) < WRONG["number"]) | (_lots(chosen) > 1 - TWICE))):
        chosen[gone] = random.integers(0, serials[gone])
    return chosen


def _numbers(serials: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """The identity number of each serial: another for each."""
    births = np.datetime64("1966-01-01") + (serials // NUMBERS_A_DAY).astype("timedelta64[D]")
    texts = np.char.replace(np.datetime_as_string(births), "-", "").astype(np.int64)
    return codes.synthetic_resident_ids(texts, serials % NUMBERS_A_DAY)


def _employers(union: NDArray[np.int64]) -> pl.Series:
    different, which = np.unique(union, return_inverse=True)
    made = pl.Series([codes.synthetic_employer_code(serial) for serial in different.tolist()])
    return made.gather(which)


def _picked(random: np.random.Generator, words: list[str], many: int) -> pl.Series:
    return pl.Series(words).gather(random.integers(0, len(words), many))


def _days(random: np.random.Generator, since: np.datetime64, many: int) -> pl.Series:
    return (
        pl.Series(since + random.integers(0, 1000, many).astype("timedelta64[D]"))
        .cast(pl.Date)
        .cast(pl.String)
    )


def _hang(unions: list[Union], above: list[Union], at: datetime) -> None:
    Parent.objects.bulk_create(
        [
            Parent(
                union=union,
                parent=parent,
                tree=Parent.Tree.ORGANISATION,
                valid_from=union.founded_on,
                recorded_at=at,
            )
            for union, parent in zip(unions, above, strict=True)
        ],
        batch_size=5000,
    )
