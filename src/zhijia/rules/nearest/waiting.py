"""What the days bring by themselves: the verdicts of a rule's clauses on each later day on which one of them turns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from zhijia.rules import in_force, ir
from zhijia.rules.nearest.directions import moves
from zhijia.rules.nearest.seeing import Seen
from zhijia.rules.nearest.skeleton import Verdict
from zhijia.rules.nearest.turning import EveryDay, turns

LONGEST_WAIT = 36525
"""Days ahead within which waiting is looked at: a hundred years."""
MOST_LOOKS = 200_000
"""How many rows are looked at, over all days, before nothing more is claimed."""


class Waiting:
    """The clauses of a rule on the days to come, all facts as they are. Days are worked out when they are asked for."""

    def __init__(self, seen: Seen, clauses: Sequence[ir.Node], verdicts: Sequence[Verdict]) -> None:
        self._seen, self._clauses = seen, clauses
        self._today = tuple(verdicts)
        self._last = min(LONGEST_WAIT, (date.max - seen.on).days)
        self.bound = frozenset(
            number for number, clause in enumerate(clauses) if moves(clause) or self._settings(clause)
        )
        """The clauses that a day may turn by itself."""
        self._known: list[tuple[int, tuple[Verdict, ...]]] = []
        self._more = self._coming()
        self.cut = False
        """Whether days were left out, since too much hangs on them."""

    def first(self, holds: Callable[[Sequence[Verdict]], bool]) -> int | None:
        """After how many days (at least one) the verdicts are so for the first time; none where they never are."""
        for days, verdicts in self._days():
            if holds(verdicts):
                return days
        return None

    def _days(self) -> Iterator[tuple[int, tuple[Verdict, ...]]]:
        yield from self._known
        for day in self._more:
            self._known.append(day)
            yield day

    def _coming(self) -> Iterator[tuple[int, tuple[Verdict, ...]]]:
        """The days on which a verdict is another than the day before, beginning tomorrow."""
        left, cost = MOST_LOOKS, sum(self._cost(self._clauses[number]) for number in self.bound)
        before = self._today
        for days in self._candidates():
            left -= cost
            if left < 0:
                self.cut = True
                return
            then = self._seen.ahead(days)
            verdicts = tuple(
                then.value(clause) if number in self.bound else self._today[number]
                for number, clause in enumerate(self._clauses)
            )
            if verdicts != before:
                yield days, verdicts
                before = verdicts

    def _candidates(self) -> Sequence[int]:
        settings = {day for number in self.bound for day in self._settings(self._clauses[number])}
        ends = [0, *sorted(settings), self._last + 1]
        found = set(settings)
        try:
            for early, late in pairwise(ends):
                for number in self.bound:
                    found |= turns(self._seen, self._clauses[number], early, late - 1)
        except EveryDay:
            return range(1, self._last + 1)
        return sorted(found)

    def _cost(self, clause: ir.Node) -> int:
        """How many rows a look at the clause costs."""
        lists = any(isinstance(part, ir.Follow) for part in ir.walk(clause))
        return 1 + (_rows(self._seen.row) if lists else 0)

    def _settings(self, clause: ir.Node) -> set[int]:
        """Days ahead on which a parameter it asks for is set anew."""
        keys = {part.key for part in ir.walk(clause) if isinstance(part, ir.Parameter)}
        days = {
            (day - self._seen.on).days for key in keys for day in in_force.turns(self._seen.parameters, key)
        }
        return {day for day in days if 0 < day <= self._last}


def _rows(row: Mapping[str, Any]) -> int:
    """How many related rows hang on a row."""
    count = 0
    for held in row.values():
        for below in held if isinstance(held, list) else [held]:
            count += 1 + _rows(below) if isinstance(below, Mapping) else 0
    return count
