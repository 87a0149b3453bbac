"""How large a demo province is, and which of the real divisions it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal
from zhijia.web.demo.words import words

UNIONS = 115_400
MEMBERS = 10_131_300
"""The province at full scale, as its federation reported it for the end of 2022."""
FEWEST_UNIONS = 100
"""Fewer do not hold every level: 16 cities with a holding pool and a county each, and grassroots under
them."""
LEAST_MEMBERS = 3
"""Members of the smallest union that has any."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made: how many unions, how many members today, how many more who have left, by which
    seed."""

    unions: int
    members: int
    seed: int
    gone_share: float = 0.06

    @classmethod
    def at_scale(
        cls, scale: float, seed: int, *, unions: int | None = None, members: int | None = None
    ) -> "Plan":
        """The plan at a scale of the whole province. Raises Refusal for one too small or larger than the
        whole."""
        plan = cls(unions or round(UNIONS * scale), members or round(MEMBERS * scale), seed)
        if not FEWEST_UNIONS <= plan.unions <= UNIONS or not 10 * plan.unions <= plan.members <= MEMBERS:
            raise Refusal(
                "demo_scale",
                _(
                    "The scale must lie between 0.001 and 1, with at least %(unions)s unions and ten members"
                    " each."
                )
                % {"unions": FEWEST_UNIONS},
            )
        return plan

    @property
    def gone(self) -> int:
        """How many people of the register are members no longer."""
        return round(self.members * self.gone_share)


@dataclass(frozen=True, slots=True)
class Places:
    """The divisions a demo stands in: code and name, counties and townships in the order they are chosen."""

    province: tuple[str, str]
    cities: list[tuple[str, str]]
    counties: list[tuple[str, str]]
    townships: list[tuple[str, str]]
    villages: dict[str, list[str]]

    @classmethod
    def choose(cls, divisions: Iterable[tuple[str, str]], plan: Plan) -> "Places":
        """From all divisions of the province (codes of 12 digits, names) those a plan of this size has room
        for. A plan of any size has every city, the counties of the log-ins and at least one county of each
        city."""
        kept = words("unions")
        rows = sorted(divisions)
        province = next(row for row in rows if row[0] == kept["province"].ljust(12, "0"))
        cities = [row for row in rows if row[0].endswith("0" * 8) and row != province]
        counties = [row for row in rows if row[0].endswith("0" * 6) and row[0][4:6] not in ("00", "01")]
        first = [row for row in counties if row[0][:6] in kept["counties_first"]]
        counties = first + _in_turn([row for row in counties if row not in first], 4)
        most = max(len(cities) + len(first) + 1, plan.unions // 6)
        counties = counties[:most]
        inside = {code[:6]: place for place, (code, _name) in enumerate(counties)}
        towns = (row for row in rows if row[0].endswith("000") and row[0][6:9] != "000")
        townships = [row for row in towns if row[0][:6] in inside]
        townships = _in_turn(sorted(townships, key=lambda row: (inside[row[0][:6]], row[0])), 6)
        townships = townships[: max(8, plan.unions // 12)]
        villages: dict[str, list[str]] = {code[:9]: [] for code, _name in townships}
        for code, name in rows:
            if code[9:] != "000" and code[:9] in villages:
                villages[code[:9]].append(name)
        return cls(province, cities, counties, townships, villages)


def _in_turn(rows: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The rows so that each group (the first `width` digits) gives its first before any gives its second."""
    seen: dict[str, int] = {}
    ranked = []
    for row in rows:
        group = row[0][:width]
        seen[group] = seen.get(group, -1) + 1
        ranked.append((seen[group], row))
    return [row for _rank, row in sorted(ranked, key=lambda pair: pair[0])]
