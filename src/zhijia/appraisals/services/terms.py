"""The numbers a run is computed by: read when it is opened, and kept with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.appraisals.models import Run
from zhijia.appraisals.rules.scoring import Bar
from zhijia.catalogue import parameters
from zhijia.catalogue.appraisal_rules import Appraisal


@dataclass(frozen=True, slots=True)
class Terms:
    """Weights, numbers of assessors and spreads by part; the bars of the grades, best first; the share below which an
    item fails; working days of objection and of notice (0 where there is none)."""

    weights: Mapping[str, int]
    assessors: Mapping[str, int]
    spreads: Mapping[str, int | None]
    bars: tuple[Bar, ...]
    fails_under: int | None
    objection: int
    notice: int


def frozen(scheme: Appraisal, division: str, day: date) -> dict[str, Any]:
    """The numbers in force on the day at the place, as plain data."""

    def number(key: str) -> int | None:
        return parameters.value(key, division=division, day=day) if key else None

    return {
        "weights": {part.code: number(part.weight) for part in scheme.parts},
        "assessors": {part.code: number(part.assessors) or 1 for part in scheme.parts},
        "spreads": {part.code: number(part.spread) for part in scheme.parts},
        "bars": [[grade.code, number(grade.at), number(grade.most)] for grade in scheme.grades],
        "fails_under": number(scheme.fails_under),
        "objection": number(scheme.objection),
        "notice": number(scheme.notice) or 0,
    }


def of(run: Run) -> Terms:
    """The numbers of a run."""
    kept = run.terms
    return Terms(
        weights=kept["weights"],
        assessors=kept["assessors"],
        spreads=kept["spreads"],
        bars=tuple(Bar(*bar) for bar in kept["bars"]),
        fails_under=kept["fails_under"],
        objection=kept["objection"],
        notice=kept["notice"],
    )
