"""An appraisal shown before it is published: its parts and grades with their numbers, a made-up sheet added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.appraisals.models import Mark, Run
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.rules.scoring import Bar
from zhijia.appraisals.services import marking, settling, terms
from zhijia.appraisals.services.terms import Terms
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Grade, Marked
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part with its weight, its share of all in percent, how many assess, and the items it marks."""

    part: Marked
    weight: int
    share: int
    assessors: int
    items: Sequence[Criterion]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a made-up sheet comes to: points of each item in words, of a hundred, the grade, the items that failed."""

    points: Sequence[tuple[Criterion, str]]
    result: str
    grade: Grade | None
    failed: Sequence[Criterion]
    vetoed: Criterion | None


def numbers(scheme: Appraisal, union: Union, *, on: date) -> Terms:
    """The numbers a run of this union would be computed by, were it opened that day."""
    return terms.of(Run(terms=terms.frozen(scheme, union.division, on)))


def weighed(scheme: Appraisal, known: Terms) -> list[Weighed]:
    """The parts with what they count."""
    whole = sum(known.weights.values()) or 1
    return [
        Weighed(
            part,
            known.weights[part.code],
            round(known.weights[part.code] * 100 / whole),
            known.assessors[part.code],
            scheme.by_part[part.code],
        )
        for part in scheme.parts
    ]


def attempt(
    scheme: Appraisal, known: Terms, said: Mapping[str, str]
) -> tuple[Tried | None, list[tuple[str, Any]]]:
    """(what comes of these marks where every part gives the same, the sentences why some are no marks)."""
    marks: dict[str, int | None] = {}
    wrong: list[tuple[str, Any]] = []
    for code, item in scheme.items.items():
        try:
            marks[code] = marking.read(item, said.get(code, ""))
        except Refusal as refusal:
            wrong.append((code, str(refusal)))
    if wrong:
        return None, wrong
    given = [
        Mark(part=part, item=item.code, points=marks[item.code], turn=0)
        for part, items in scheme.by_part.items()
        for item in items
    ]
    found = settling.sum_of(given, scheme, known)
    bars = [Bar(bar.code, bar.at) for bar in known.bars]
    alone = scoring.grades({"": None if found.vetoed else found.result}, bars)
    points = [(item, _points(marks[code])) for code, item in scheme.items.items()]
    failing, vetoed = [scheme.items[code] for code in found.failed], scheme.items.get(found.vetoed)
    return Tried(points, scoring.as_points(found.result), scheme.grade(alone[""]), failing, vetoed), []


def _points(hundredths: int | None) -> str:
    return "—" if hundredths is None else scoring.as_points(hundredths)
