"""Statements from what the accounts add up to: which lines stand where, what partners say of each other is left out,
and where they say it differently the difference is a line of its own. Pure arithmetic, in fen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

DEBIT = frozenset({"asset", "expenditure"})
TEMPORARY = frozenset({"income", "expenditure"})


class Given(NamedTuple):
    """What an account adds up to: its main account of the chart, the element, fen with debits above zero, and whether
    it is left out because a partner of the same statement says it too."""

    chart: str
    main: str
    element: str
    fen: int
    left_out: bool


@dataclass
class Line:
    """A line of a statement, from its own side: all unions together, what partners say of each other, what is left."""

    chart: str
    main: str
    together: int = 0
    left_out: int = 0

    @property
    def fen(self) -> int:
        """What stands in the statement."""
        return self.together - self.left_out


@dataclass
class Section:
    """The lines of an element and their sum."""

    element: str
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    @property
    def together(self) -> int:
        """Before anything is left out."""
        return sum(line.together for line in self.lines.values())

    @property
    def left_out(self) -> int:
        """What partners say of each other."""
        return sum(line.left_out for line in self.lines.values())

    @property
    def fen(self) -> int:
        """The sum of the section."""
        return self.together - self.left_out


@dataclass(frozen=True, slots=True)
class Sheet:
    """A balance sheet: assets and what partners say differently are liabilities, net assets and the year's result."""

    assets: Section
    liabilities: Section
    net_assets: Section
    result: int
    apart: int


@dataclass(frozen=True, slots=True)
class Result:
    """Income and expenditure of some days. What is over is the same with and without what partners gave each other, but
    for what they say differently."""

    income: Section
    expenditure: Section
    apart: int

    @property
    def over(self) -> int:
        """Income less expenditure, of all unions together."""
        return self.income.together - self.expenditure.together


def sheet(given: Iterable[Given]) -> Sheet:
    """The balance sheet."""
    every = list(given)
    sections = _sections(every, ("asset", "liability", "net_assets"))
    result = -sum(one.fen for one in every if one.element in TEMPORARY)
    apart = sum(one.fen for one in every if one.left_out and one.element not in TEMPORARY)
    return Sheet(sections["asset"], sections["liability"], sections["net_assets"], result, apart)


def result(given: Iterable[Given]) -> Result:
    """Income and expenditure."""
    every = [one for one in given if one.element in TEMPORARY]
    sections = _sections(every, ("income", "expenditure"))
    return Result(sections["income"], sections["expenditure"], sum(one.fen for one in every if one.left_out))


def _sections(given: Sequence[Given], elements: Sequence[str]) -> Mapping[str, Section]:
    sections = {element: Section(element) for element in elements}
    for one in sorted(given):
        if one.element in sections:
            line = sections[one.element].lines.setdefault((one.chart, one.main), Line(one.chart, one.main))
            fen = one.fen if one.element in DEBIT else -one.fen
            line.together += fen
            line.left_out += fen if one.left_out else 0
    return sections
