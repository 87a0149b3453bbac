"""Scores, ranks and grades of the entries of one round. What is shown is rounded; what is compared is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

HUNDRED = 100
FEWEST_TO_TRIM = 3
"""Of fewer sums none is left out: there would be nothing, or one judge alone."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Where an entry stands: 1 is the best; all that tie have the same rank, and the next has as many more."""

    key: str
    rank: int
    tied: bool


def mean(sums: Sequence[int], *, trims: bool) -> Fraction:
    """The mean of the judges' sums; with `trims` one highest and one lowest are left out, of three sums or more
    (HON-09). Raises ValueError for none."""
    if not sums:
        raise ValueError("nobody scored")
    kept = sorted(sums)
    if trims and len(kept) >= FEWEST_TO_TRIM:
        kept = kept[1:-1]
    return Fraction(sum(kept), len(kept))


def of_hundred(points: Fraction, most: int) -> Fraction:
    """Points of so many at most, as points of a hundred."""
    return points * HUNDRED / most


def of_votes(votes: Mapping[str, int]) -> dict[str, Fraction]:
    """Votes as points of a hundred: whoever has the most has a hundred. Nobody has any where nobody voted."""
    most = max(votes.values(), default=0)
    return {key: Fraction(many * HUNDRED, most) if most else Fraction(0) for key, many in votes.items()}


def weighted(parts: Iterable[tuple[Fraction, int]]) -> Fraction:
    """Points of a hundred from parts of a hundred with their weights, whatever these add up to. Raises ValueError where
    nothing weighs."""
    given = list(parts)
    whole = sum(weight for _points, weight in given)
    if whole <= 0:
        raise ValueError("nothing weighs")
    return sum((points * weight for points, weight in given), Fraction(0)) / whole


def ranked(scores: Mapping[str, Sequence[Fraction]]) -> list[Rank]:
    """The entries from the best down. Each has its score and what parts equal ones, in order; whoever is the same in
    all of them ties."""
    order = sorted(scores, key=lambda key: (*(-one for one in scores[key]),))
    found: list[Rank] = []
    for _parts, same in groupby(order, key=lambda key: tuple(scores[key])):
        tie, rank = list(same), len(found) + 1
        found += [Rank(key, rank, len(tie) > 1) for key in tie]
    return found


def going_on(ranks: Sequence[Rank], *, most: int | None, enough: Iterable[str]) -> set[str]:
    """Who reaches the next stage: of those with `enough` points the first `most`, and whoever ties with the last."""
    good = set(enough)
    able = [one for one in ranks if one.key in good]
    if most is None or len(able) <= most:
        return {one.key for one in able}
    last = able[most - 1].rank if most else 0
    return {one.key for one in able if one.rank <= last}


def graded(order: Sequence[str], places: Sequence[int]) -> dict[str, int]:
    """The grade of each, by its position among the grades, filled from the first down; whoever finds no place has
    none."""
    found: dict[str, int] = {}
    left = iter(order)
    for grade, many in enumerate(places):
        for _place in range(many):
            key = next(left, None)
            if key is None:
                return found
            found[key] = grade
    return found


def passed_over(ranks: Mapping[str, int], chosen: Iterable[str]) -> set[str]:
    """The chosen behind, or beside, somebody who was not: each needs a reason."""
    taken = set(chosen)
    left = [rank for key, rank in ranks.items() if key not in taken]
    best = min(left, default=None)
    return {key for key in taken if best is not None and key in ranks and ranks[key] >= best}


def shown(points: Fraction) -> Decimal:
    """Two places behind the point, half a hundredth up."""
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
