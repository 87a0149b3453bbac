"""Founding the unions of a demo province: federations down to townships in the real divisions, grassroots unions
under them, industrial unions and the federations of the four groups beside (ORG-01, ORG-02, MEM-05, MEM-06)."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhijia.web.demo.grassroots import Writer
from zhijia.web.demo.plan import LEAST_MEMBERS, Places, Plan
from zhijia.web.demo.seeds import shares, stream
from zhijia.web.demo.unions import (
    CITY,
    COUNTY,
    FEDERATION,
    GRASSROOTS,
    INDUSTRIAL,
    JOINT,
    MIDDLE,
    NONE,
    OLD_DAYS,
    PARK,
    PROVINCE,
    SECTOR,
    SYSTEM,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    Unions,
)
from zhijia.web.demo.words import words

STREAM = 1
CAPITAL = 2.2
"""How much more happens in the province's first city."""


@dataclass(slots=True)
class _Seats:
    """Where grassroots unions may hang, by what kind of union is above them."""

    city: list[int] = field(default_factory=list)
    county: list[int] = field(default_factory=list)
    township: list[int] = field(default_factory=list)
    industry: list[int] = field(default_factory=list)
    sector: list[int] = field(default_factory=list)


def make_unions(plan: Plan, places: Places) -> Unions:
    """Exactly `plan.unions` unions with `plan.members` members and `plan.gone` who have left among them."""
    rng = stream(plan.seed, STREAM)
    unions, seats = Unions(), _Seats()
    _federations(unions, seats, places, rng)
    _beside(unions, seats, plan, rng)
    _grassroots(unions, seats, plan, places, rng)
    _people(unions, plan, rng)
    _other_parents(unions, seats, rng)
    return unions


def _age(rng: np.random.Generator) -> int:
    """Days since founding of a body from before the history told: up to forty years more."""
    return OLD_DAYS + int(rng.integers(30, 40 * 365))


def _federations(unions: Unions, seats: _Seats, places: Places, rng: np.random.Generator) -> None:
    names = words("unions")["names"]
    parks = tuple(words("unions")["park_endings"])
    code, name = places.province
    top = unions.add(names["federation"].format(place=name), FEDERATION, PROVINCE, code, NONE, age=_age(rng))
    at = {code[:2]: top}
    for code, name in places.cities:
        at[code[:4]] = unions.add(
            names["federation"].format(place=name), FEDERATION, CITY, code, top, age=_age(rng)
        )
        seats.city.append(at[code[:4]])
    short = {code[:6]: name for code, name in places.counties}
    for code, name in places.counties:
        kind = PARK if name.endswith(parks) else FEDERATION
        at[code[:6]] = unions.add(
            names["federation"].format(place=name), kind, COUNTY, code, at[code[:4]], age=_age(rng)
        )
        seats.county.append(at[code[:6]])
    for code, name in places.townships:
        park = name.endswith(parks)
        form, kind = (names["park"], PARK) if park else (names["township"], TOWNSHIP)
        where = short[code[:6]] + name
        seats.township.append(
            unions.add(form.format(place=where), kind, MIDDLE, code, at[code[:6]], age=_age(rng))
        )


def _beside(unions: Unions, seats: _Seats, plan: Plan, rng: np.random.Generator) -> None:
    """Industrial unions of the province and the cities, sector federations of cities and counties, and one
    holding pool a city; as many as a plan of this size has room for."""
    kept = words("unions")
    names, top = kept["names"], 0
    place = _place(unions, top)
    for industry in kept["industries"][: min(8, 2 + plan.unions // 50)]:
        name = names["industry"].format(place=place, industry=industry["name"])
        seats.industry.append(
            unions.add(
                name, INDUSTRIAL, CITY, unions.division[top], top, trade=industry["trades"][0], age=_age(rng)
            )
        )
    pairs = [(city, industry) for industry in kept["industries"] for city in seats.city]
    for city, industry in pairs[: min(48, plan.unions // 50)]:
        name = names["industry"].format(place=_place(unions, city), industry=industry["name"])
        seats.industry.append(
            unions.add(
                name,
                SYSTEM,
                COUNTY,
                unions.division[city],
                city,
                trade=industry["trades"][0],
                age=_age(rng),
            )
        )
    for city in seats.city:
        name = names["pool"].format(place=_place(unions, city))
        unions.add(
            name, SECTOR, GRASSROOTS, unions.division[city], city, pool=True, trade="G60", age=_age(rng)
        )
    of_cities = [(city, sector) for city in seats.city for sector in kept["sectors"]]
    of_counties = [(county, sector) for county in seats.county for sector in kept["sectors"][:2]]
    _sectors(unions, seats, of_cities[: max(4, plan.unions // 25)], rng)
    _sectors(unions, seats, of_counties[: max(1, plan.unions // 100)], rng)


def _sectors(
    unions: Unions, seats: _Seats, pairs: list[tuple[int, dict[str, str]]], rng: np.random.Generator
) -> None:
    form = words("unions")["names"]["sector"]
    for above, sector in pairs:
        name = form.format(place=_place(unions, above), sector=sector["name"])
        seats.sector.append(
            unions.add(
                name, SECTOR, MIDDLE, unions.division[above], above,
                trade=sector["trade"], group=sector["group"], age=_age(rng),
            )
        )  # fmt: skip


def _place(unions: Unions, position: int) -> str:
    """The place a federation is named after."""
    ending = words("unions")["names"]["federation"].format(place="")
    return unions.name[position].removesuffix(ending)


def _grassroots(unions: Unions, seats: _Seats, plan: Plan, places: Places, rng: np.random.Generator) -> None:
    """Fill up to the number of the plan: three to each of the first two counties, one to each county, the
    rest by chance, larger places more. Sorted by what is above them, so that neighbours stand together."""
    left = plan.unions - len(unions)
    kinds = (seats.township, seats.county, seats.sector, seats.industry, seats.city)
    above = np.concatenate([np.array(kind, np.int64) for kind in kinds])
    shared = (0.60, 0.28, 0.04, 0.05, 0.03)
    parts = [share * _sizes(rng, len(kind), 0.5) for share, kind in zip(shared, kinds, strict=True)]
    weights = np.concatenate(parts)
    capital = unions.division[seats.city[0]][:4]
    weights[[unions.division[position].startswith(capital) for position in above]] *= CAPITAL
    given = [*seats.county[:2] * 3, *seats.county][:left]
    chosen = rng.choice(above, left - len(given), p=weights / weights.sum())
    villages = {township: list(places.villages[unions.division[township][:9]]) for township in seats.township}
    writer = Writer(rng, villages)
    for parent in np.sort(np.concatenate([np.array(given, np.int64), chosen])).tolist():
        writer.write(unions, parent)


def _sizes(rng: np.random.Generator, many: int, spread: float) -> NDArray[np.float64]:
    sizes = rng.lognormal(0.0, spread, many)
    result: NDArray[np.float64] = sizes / sizes.sum()
    return result


def _people(unions: Unions, plan: Plan, rng: np.random.Generator) -> None:
    """Share out members and leavers: many small unions, few large ones, pools of a city's size."""
    kinds = np.array(unions.type)
    pool = np.array(unions.pool)
    small = np.isin(kinds, (JOINT, VILLAGE))
    holds = np.flatnonzero(pool | np.isin(kinds, (UNIT, JOINT, VILLAGE)))
    weights = rng.lognormal(0.0, 1.3, len(holds))
    weights = np.minimum(weights, np.quantile(weights, 0.9995))
    weights[small[holds]] *= 0.5
    weights[pool[holds]] = weights.sum() * 0.02 / max(1, pool.sum()) * rng.uniform(0.6, 1.6, int(pool.sum()))
    unions.members = np.zeros(len(unions), np.int64)
    unions.gone = np.zeros(len(unions), np.int64)
    unions.members[holds] = shares(plan.members, weights, LEAST_MEMBERS)
    unions.gone[holds] = shares(plan.gone, weights)


def _other_parents(unions: Unions, seats: _Seats, rng: np.random.Generator) -> None:
    """Where money or an industry goes another way than the organisation: some township units pay to the
    county, some units have an industrial union above them too (ORG-02)."""
    of_trade: dict[str, int] = {}
    for position in reversed(seats.industry):
        of_trade[unions.trade[position]] = position
    for position in range(len(unions)):
        if unions.level[position] != GRASSROOTS or unions.pool[position]:
            continue
        lot = rng.random(2)
        parent = unions.parent[position]
        if unions.level[parent] == MIDDLE and lot[0] < 0.12:
            unions.fund[position] = unions.county[position]
        industrial = of_trade.get(unions.trade[position], NONE)
        if industrial not in (NONE, parent) and lot[1] < 0.15:
            unions.industry_parent[position] = industrial
