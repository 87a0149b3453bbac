"""The employers of a demo province: made-up names, credit codes of a division that never was, and who covers
them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zhijia.kernel import codes
from zhijia.web.demo.grassroots import brand
from zhijia.web.demo.plan import Plan
from zhijia.web.demo.seeds import Integers, stream
from zhijia.web.demo.unions import CITY, FEDERATION, JOINT, SECTOR, UNIT, VILLAGE, Unions
from zhijia.web.demo.words import words

STREAM = 2
MOST_UNITS = 12
"""Units one joint union covers at most."""


@dataclass(slots=True)
class Employers:
    """One entry an employer, in the order of the unions that cover them; `first` and `many` are by union."""

    name: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    division: list[str] = field(default_factory=list)
    nature: list[str] = field(default_factory=list)
    trade: list[str] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    platform: list[bool] = field(default_factory=list)
    union: list[int] = field(default_factory=list)
    first: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    many: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.name)


def make_employers(plan: Plan, unions: Unions) -> Employers:
    """The employers each grassroots union covers. A single-unit union without a name is named after its
    own."""
    rng = stream(plan.seed, STREAM)
    kept = words("unions")
    employers, cities = Employers(), _cities(unions)
    many = np.zeros(len(unions), np.int64)
    taken: set[str] = set()
    for position in range(len(unions)):
        kind = unions.type[position]
        if (
            unions.pool[position]
            or kind not in (UNIT, JOINT, VILLAGE, SECTOR)
            or not unions.members[position]
        ):
            continue
        many[position] = 1 if kind == UNIT else int(rng.integers(2, MOST_UNITS + 1))
        for _number in range(int(many[position])):
            trade = kept["household"] if kind == VILLAGE else kept["trades"][unions.trade[position]]
            name = _name(rng, kept, trade, cities[unions.division[position][:4]], taken)
            _add(employers, rng, unions, position, name, trade, int(many[position]))
        if kind == UNIT:
            unions.name[position] = kept["names"]["unit"].format(employer=employers.name[-1])
    employers.many = many
    employers.first = np.cumsum(many) - many
    return employers


def _cities(unions: Unions) -> dict[str, str]:
    """The short name of the province and of each city by the first four digits of its code."""
    ending = words("unions")["names"]["federation"].format(place="")
    return {
        unions.division[position][:4]: unions.name[position].removesuffix(ending)[:-1]
        for position in range(len(unions))
        if unions.level[position] <= CITY and unions.type[position] == FEDERATION
    }


def _name(
    rng: np.random.Generator, kept: dict[str, Any], trade: dict[str, Any], city: str, taken: set[str]
) -> str:
    while True:
        ending = trade["ends"][int(rng.integers(len(trade["ends"])))]
        name = f"{city}{brand(rng, kept)}{trade.get('word', '')}{ending}"
        if name not in taken:
            taken.add(name)
            return name


def _add(
    employers: Employers,
    rng: np.random.Generator,
    unions: Unions,
    position: int,
    name: str,
    trade: dict[str, Any],
    together: int,
) -> None:
    employers.name.append(name)
    employers.code.append(codes.synthetic_employer_code(len(employers.code), head=trade["head"]))
    employers.division.append(unions.division[position])
    employers.nature.append(trade["nature"])
    employers.trade.append(trade.get("trade", unions.trade[position]))
    employers.staff.append(round(int(unions.members[position]) / together * rng.uniform(1.0, 1.35)) + 1)
    employers.platform.append(unions.group[position] != "00")
    employers.union.append(position)
