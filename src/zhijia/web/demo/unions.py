"""The unions of a demo province as columns, and the words for what they are (ORG-01, ORG-03)."""

from dataclasses import dataclass, field

import numpy as np

from zhijia.web.demo.seeds import Integers

FEDERATION, INDUSTRIAL, SYSTEM, TOWNSHIP, PARK = "10", "20", "21", "30", "31"
SECTOR, UNIT, JOINT, VILLAGE = "41", "50", "51", "52"
PROVINCE, CITY, COUNTY, MIDDLE, GRASSROOTS = 2, 3, 4, 5, 6
NONE = -1
OLD_DAYS, NEW_DAYS = 5 * 366, 90
"""Federations are older than the history told; the youngest union is three months old."""


@dataclass(slots=True)
class Unions:
    """One entry a union, parents before children: columns by position. Parents are positions, NONE is no
    parent. `age` is how many days ago it was founded; `members` and `gone` how many are there and have
    left."""

    name: list[str] = field(default_factory=list)
    type: list[str] = field(default_factory=list)
    level: list[int] = field(default_factory=list)
    division: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    fund: list[int] = field(default_factory=list)
    industry_parent: list[int] = field(default_factory=list)
    county: list[int] = field(default_factory=list)
    trade: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    pool: list[bool] = field(default_factory=list)
    age: list[int] = field(default_factory=list)
    members: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    gone: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.name)

    def add(
        self, name: str, type: str, level: int, division: str, parent: int, *,
        trade: str = "", group: str = "00", pool: bool = False, age: int, industry_parent: int = NONE,
    ) -> int:  # fmt: skip
        """Put one more union below its parent and answer its position."""
        here = len(self.name)
        self.name.append(name)
        self.type.append(type)
        self.level.append(level)
        self.division.append(division)
        self.parent.append(parent)
        self.fund.append(parent)
        self.industry_parent.append(industry_parent)
        self.county.append(here if level <= COUNTY else self.county[parent])
        self.trade.append(trade)
        self.group.append(group)
        self.pool.append(pool)
        self.age.append(age)
        return here
