"""Which verdicts of clauses can stand together: `income <= 1000` is never true where `income <= 2000` is false."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from zhijia.rules import ir
from zhijia.rules.nearest.skeleton import Verdict, shape

Known = Callable[[ir.Node], ir.Value | None]
"""The value of a node that hangs on no fact."""

Test = Callable[[ir.Value], bool]


class Together:
    """The clauses about one and the same value, and what values tell them apart."""

    def __init__(self, clauses: Sequence[ir.Node], known: Known) -> None:
        groups: dict[Hashable, list[tuple[int, Test]]] = {}
        points: dict[Hashable, list[ir.Value]] = {}
        for number, clause in enumerate(clauses):
            about = _about(clause, known)
            if about is None:
                continue
            value, bounds, test = about
            groups.setdefault(shape(value), []).append((number, test))
            points.setdefault(shape(value), []).extend(bounds)
        self._groups = [
            (members, _candidates(points[key])) for key, members in groups.items() if len(members) > 1
        ]
        self.bound = frozenset(number for members, _ in self._groups for number, _ in members)
        """The clauses that do not stand for themselves."""

    def can_be(self, verdicts: Sequence[Verdict]) -> bool:
        """Whether some value gives all these verdicts at once; where the value is unknown, none of them is known."""
        return all(self._one(members, candidates, verdicts) for members, candidates in self._groups)

    def _one(
        self, members: list[tuple[int, Test]], candidates: list[ir.Value], verdicts: Sequence[Verdict]
    ) -> bool:
        told = [verdicts[number] for number, _ in members]
        if None in told:
            return all(verdict is None for verdict in told)
        return any(
            all(test(value) is verdict for (_, test), verdict in zip(members, told, strict=True))
            for value in candidates
        )


def _about(clause: ir.Node, known: Known) -> tuple[ir.Node, list[ir.Value], Test] | None:
    """The value a clause is about, the bounds it draws, and whether a value keeps within them."""
    if isinstance(clause, ir.Compare) and _settled(clause.right):
        bound = known(clause.right)
        if bound is None:
            return None
        return clause.left, [bound], _TESTS[clause.how](bound)
    if (
        isinstance(clause, ir.In)
        and isinstance(clause.among, ir.ListOf)
        and all(map(_settled, clause.among.items))
    ):
        held = [known(item) for item in clause.among.items]
        bounds = [value for value in held if value is not None]
        return (clause.item, bounds, lambda value: value in bounds) if len(bounds) == len(held) else None
    return None


def _settled(node: ir.Node) -> bool:
    return not any(isinstance(part, ir.Select | ir.Follow | ir.Variable) for part in ir.walk(node))


_TESTS: dict[ir.Comparison, Callable[[ir.Value], Test]] = {
    ir.Comparison.EQUAL: lambda bound: lambda value: value == bound,
    ir.Comparison.LESS: lambda bound: lambda value: bool(value < bound),  # type: ignore[operator]
    ir.Comparison.LEAST: lambda bound: lambda value: bool(value <= bound),  # type: ignore[operator]
}


def _candidates(bounds: list[ir.Value]) -> list[ir.Value]:
    """Values on, beside and between the bounds: every way the clauses can be told apart is among them."""
    found: list[ir.Value] = []
    for bound in bounds:
        found.extend(_beside(bound))
    for one, two in combinations(bounds, 2):
        if isinstance(one, float) and isinstance(two, float):
            found.append((one + two) / 2)
    return found


def _beside(bound: ir.Value) -> list[ir.Value]:
    if isinstance(bound, bool):
        return [True, False]
    if isinstance(bound, int):
        return [bound - 1, bound, bound + 1]
    if isinstance(bound, Decimal):
        least = Decimal("0.000001")
        return [bound - least, bound, bound + least]
    if isinstance(bound, float):
        return [bound - abs(bound) / 2 - 1, bound, bound + abs(bound) / 2 + 1]
    if isinstance(bound, str):
        return [bound, bound + "\x01", bound[:-1]]
    step = timedelta(days=1) if isinstance(bound, date) else timedelta(seconds=1)
    around: list[ir.Value] = [bound]
    for beside in (-step, step):
        try:
            around.append(bound + beside)
        except OverflowError:
            continue
    return around
