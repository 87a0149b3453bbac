"""The grassroots unions of a demo province, one after the other: what kind each is, its name and its age."""

import numpy as np

from zhijia.web.demo.unions import (
    GRASSROOTS,
    JOINT,
    NEW_DAYS,
    OLD_DAYS,
    PARK,
    SECTOR,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    Unions,
)
from zhijia.web.demo.words import words

YOUNG = 0.3
"""The share of unions founded in the history told."""


class Writer:
    """Writes one grassroots union after the other: single units mostly, then joint and village unions."""

    def __init__(self, rng: np.random.Generator, villages: dict[int, list[str]]) -> None:
        kept = words("unions")
        self.rng = rng
        self.villages = villages
        self.names = kept["names"]
        self.endings = kept["village_endings"]
        self.trades = list(kept["trades"])
        weights = np.array([kept["trades"][trade]["weight"] for trade in self.trades], np.float64)
        self.steps = np.cumsum(weights / weights.sum())
        self.taken: set[tuple[int, str]] = set()

    def write(self, unions: Unions, parent: int) -> None:
        kind = unions.type[parent]
        lot = self.rng.random()
        if kind == TOWNSHIP and lot < 0.26 and self.villages[parent]:
            name = self.villages[parent].pop(0)
            ends = ((end, short) for end, short in self.endings.items() if name.endswith(end))
            place = next((name.removesuffix(end) + short for end, short in ends), name)
            self._add(unions, parent, self.names["village"].format(place=place), VILLAGE, "K70")
        elif kind in (TOWNSHIP, PARK, SECTOR) and lot > 0.84:
            place = words("unions")
            name = self.names["joint"].format(place=_short(unions, parent), brand=brand(self.rng, place))
            self._add(unions, parent, name, JOINT, unions.trade[parent] or "F51")
        else:
            self._add(unions, parent, "", UNIT, unions.trade[parent] or self._trade())

    def _add(self, unions: Unions, parent: int, name: str, kind: str, trade: str) -> None:
        young = self.rng.random() < YOUNG
        low, high = (NEW_DAYS, OLD_DAYS) if young else (OLD_DAYS + 30, OLD_DAYS + 9000)
        age = int(self.rng.integers(low, high))
        if name and (parent, name) in self.taken:
            name = ""
            kind = UNIT
        self.taken.add((parent, name))
        unions.add(
            name,
            kind,
            GRASSROOTS,
            unions.division[parent],
            parent,
            trade=trade,
            group=unions.group[parent],
            age=age,
        )

    def _trade(self) -> str:
        return str(self.trades[int(np.searchsorted(self.steps[:-1], self.rng.random()))])


def brand(rng: np.random.Generator, kept: dict[str, dict[str, object]]) -> str:
    """A made-up brand: two characters and two more that nobody joins."""
    first = str(kept["brands"]["first"]).split()
    second = kept["brands"]["second"]
    assert isinstance(second, list)
    one, two = rng.choice(len(first), 2, replace=False)
    return f"{first[one]}{first[two]}{second[int(rng.integers(len(second)))]}"


def _short(unions: Unions, position: int) -> str:
    name = unions.name[position]
    for ending in (words("unions")["names"][key].format(place="") for key in ("federation", "park")):
        name = name.removesuffix(ending)
    return name
