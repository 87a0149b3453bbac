"""The sum of an appraisal. Marks are hundredths of a point; everything between is a fraction; only the result is
rounded, to a hundredth, half up."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import floor

from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Figure

HUNDREDTHS = 100
POINTS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2}0*)?")
"""How a number of points is typed."""
LACKS = "lacks"
"""What is said of an item that does not apply."""
YES, NO = "yes", "no"
Marks = Mapping[str, int | None]
"""What one person gave to items, in hundredths; none to one that does not apply."""


class NotAMark(ValueError):
    """What was said cannot be a mark of this item; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def points_of(item: Criterion, said: str) -> int | None:
    """The hundredths of what was said of an item: a number of points (`points`), how often (`deduct`), yes or no, the
    step's code; none where it does not apply. Raises NotAMark."""
    if said == LACKS:
        if not item.may_lack:
            raise NotAMark("cannot_lack")
        return None
    if item.sort == "points":
        return _typed(item, said)
    if item.sort == "deduct":
        if not (said.isascii() and said.isdigit()):
            raise NotAMark("how_often")
        return max(0, item.points - int(said) * item.each) * HUNDREDTHS
    if item.sort == "yes_no":
        if said not in (YES, NO):
            raise NotAMark("yes_or_no")
        return item.points * HUNDREDTHS if said == YES else 0
    for step in item.steps:
        if step.code == said:
            return step.points * HUNDREDTHS
    raise NotAMark("which_step")


def said_by(item: Criterion, figure: Figure, value: int) -> str:
    """What a figure says of an item, as a person would have said it."""
    if item.sort == "yes_no":
        return YES if value >= figure.least else NO
    if item.sort == "deduct":
        return str(max(0, value))
    if item.sort == "steps":
        reached = [step for step in item.steps if step.at is not None and step.at <= value]
        best = (
            max(reached, key=lambda step: step.points)
            if reached
            else min(item.steps, key=lambda step: step.points)
        )
        return best.code
    share = min(Fraction(1), max(Fraction(0), Fraction(value, figure.full or 1)))
    return as_points(half_up(share * item.points * HUNDREDTHS))


def as_points(hundredths: int) -> str:
    """Hundredths as points are written: 1250 is 12.5, 1000 is 10."""
    return f"{Decimal(hundredths).scaleb(-2).normalize():f}"


@dataclass(frozen=True, slots=True)
class PartScore:
    """What a part came to: points given, points there were among the items that apply, extra points, and each item's
    mark in hundredths (none where it does not apply)."""

    given: Fraction
    of: int
    extra: Fraction
    items: Mapping[str, Fraction | None]

    @property
    def share(self) -> Fraction | None:
        """What it came to of a hundred, extra points on top; none where nothing applied."""
        return (self.given + self.extra) * 100 / self.of if self.of else None


def part_score(items: Sequence[Criterion], marks: Sequence[Marks]) -> PartScore:
    """The part, of the marks of those who count: each item's mean over those to whom it applied."""
    means = {item.code: _mean([one.get(item.code) for one in marks]) for item in items}
    plain = [item for item in items if not item.extra and means[item.code] is not None]
    return PartScore(
        given=sum((means[item.code] or Fraction(0) for item in plain), Fraction(0)),
        of=sum(item.points for item in plain) * HUNDREDTHS,
        extra=sum((means[item.code] or Fraction(0) for item in items if item.extra), Fraction(0)),
        items=means,
    )


def total(items: Sequence[Criterion], marks: Marks) -> Fraction:
    """What one person's marks came to of a hundred."""
    return part_score(items, [marks]).share or Fraction(0)


def needs_a_third(totals: Sequence[Fraction], spread: int | None) -> bool:
    """Whether the first two are further apart than the spread (points of a hundred) and nobody else has marked."""
    return spread is not None and len(totals) == 2 and abs(totals[0] - totals[1]) > spread


def counting(totals: Sequence[Fraction], spread: int | None) -> list[int]:
    """Which of several count, by their place: all; with a spread and more than two, the two nearest to each other.
    Where two pairs are equally near, all."""
    everybody = list(range(len(totals)))
    if spread is None or len(totals) <= 2:
        return everybody
    pairs = sorted((abs(totals[a] - totals[b]), a, b) for a, b in combinations(everybody, 2))
    nearest = [pair for pair in pairs if pair[0] == pairs[0][0]]
    return [nearest[0][1], nearest[0][2]] if len(nearest) == 1 else everybody


def result(parts: Mapping[str, PartScore], weights: Mapping[str, int]) -> int:
    """The result in hundredths: the mean of the parts by their weights. A part to which nothing applied is left out."""
    counted = [(weights[code], share) for code, part in parts.items() if (share := part.share) is not None]
    whole = sum(weight for weight, _share in counted)
    if not whole:
        return 0
    return half_up(sum(weight * share for weight, share in counted) / Fraction(whole) * HUNDREDTHS)


def marks_that_stand(scheme: Appraisal, parts: Mapping[str, PartScore]) -> dict[str, Fraction | None]:
    """What each item came to in the end: as the last part that is no self-score marked it, else as the self-score."""
    stands: dict[str, Fraction | None] = {}
    for by_self in (True, False):
        for part in scheme.parts:
            if (part.by == "self") is by_self and part.code in parts:
                stands.update(parts[part.code].items)
    return {code: stands[code] for code in scheme.items if code in stands}


def failed(scheme: Appraisal, stands: Mapping[str, Fraction | None], under: int | None) -> list[str]:
    """The items that failed: below so many percent of their points; of a veto also one that brought nothing. What does
    not apply, and what is extra, cannot fail."""
    found = []
    for code, mark in stands.items():
        item = scheme.items[code]
        if mark is None or item.extra:
            continue
        low = under is not None and mark * 100 < Fraction(under * item.points * HUNDREDTHS)
        if low or (item.veto and mark == 0):
            found.append(code)
    return found


@dataclass(frozen=True, slots=True)
class Bar:
    """What a grade asks: so many points of a hundred, and at most so many percent of those appraised."""

    code: str
    at: int
    most: int | None = None


def grades(results: Mapping[str, int | None], bars: Sequence[Bar]) -> dict[str, str]:
    """The grade of each entry by its result in hundredths, the best grades first; none for one a veto failed (its
    result is none). A share is rounded down, counts who has a better grade, and leaves out everybody who ties for its
    last place: they fall to the next grade."""
    given: dict[str, str] = {}
    for bar in bars:
        able = sorted(
            (-points, key)
            for key, points in results.items()
            if points is not None and key not in given and points >= bar.at * HUNDREDTHS
        )
        if bar.most is not None:
            left = max(0, len(results) * bar.most // 100 - len(given))
            beyond = {points for points, _key in able[left:]}
            able = [(points, key) for points, key in able[:left] if points not in beyond]
        given.update({key: bar.code for _points, key in able})
    return {key: given.get(key, "") for key in results}


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves upwards."""
    return floor(number + Fraction(1, 2))


def _typed(item: Criterion, said: str) -> int:
    if not POINTS.fullmatch(said):
        raise NotAMark("points_as_number")
    hundredths = int(Decimal(said).scaleb(2))
    if hundredths > item.points * HUNDREDTHS:
        raise NotAMark("points_up_to")
    return hundredths


def _mean(given: Sequence[int | None]) -> Fraction | None:
    there = [points for points in given if points is not None]
    return Fraction(sum(there), len(there)) if there else None
