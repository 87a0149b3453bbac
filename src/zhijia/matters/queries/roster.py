"""A roster as pages and papers show it: its sums, and its lines a page at a time (keyset by their number)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.matters.models import Case, Line
from zhijia.matters.queries import mine
from zhijia.matters.services import listed

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line: whom or what it is about, and its cells in words, each under its heading."""

    line: Line
    cells: Sequence[tuple[Any, str]]

    @property
    def title(self) -> str:
        """What the line is called: whom it names, else what stands first on it."""
        return self.line.shown_name or (self.cells[0][1] if self.cells else "")

    @property
    def rest(self) -> Sequence[tuple[Any, str]]:
        """The cells besides the one it is called by."""
        return self.cells if self.line.shown_name else self.cells[1:]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a roster, its sums, and the number after which the next page begins (none on the last)."""

    roster: Question
    sums: listed.Sums
    rows: Sequence[Row]
    after: int | None

    @property
    def has_amounts(self) -> bool:
        """Whether its lines ask for money."""
        return self.roster.column("money") is not None


def page(case: Case, matter: Matter, *, after: int = 0, rows: int = ROWS) -> Shown | None:
    """A page of the case's roster; none where its matter asks for none."""
    roster = matter.roster
    if roster is None:
        return None
    lines = list(case.lines.filter(number__gt=after).order_by("number")[: rows + 1])
    shown = [row_of(matter, roster, line) for line in lines[:rows]]
    return Shown(roster, listed.sums(case), shown, lines[rows - 1].number if len(lines) > rows else None)


def whole(case: Case, matter: Matter, roster: Question) -> Iterator[Row]:
    """Every line, for a paper."""
    for line in case.lines.order_by("number").iterator():
        yield row_of(matter, roster, line)


def row_of(matter: Matter, roster: Question, line: Line) -> Row:
    """A line in words. What it asks for stands by itself (`Line.asked`)."""
    cells = [
        (column.label, _in_words(matter, column, line.values[column.name]))
        for column in roster.columns
        if column.type not in {"person", "money"} and line.values.get(column.name) is not None
    ]
    return Row(line, cells)


def _in_words(matter: Matter, column: Question, value: Any) -> str:
    if column.type in {"text", "whole"}:
        return f"{value:,}" if column.type == "whole" else str(value)
    return mine.in_words(matter, column, value)


def yuan(fen: int | None) -> str:
    """An amount as a paper says it; empty where there is none."""
    return "" if fen is None else listed.yuan(fen)
