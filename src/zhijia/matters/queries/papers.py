"""The papers of a case and what was served on outside parties, for whoever sees the case."""

from dataclasses import dataclass
from typing import Any

from zhijia.catalogue.matter_rules import Matter
from zhijia.matters.models import Case, Paper, Served


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper under its name in the definition."""

    paper: Paper
    label: Any


@dataclass(frozen=True, slots=True)
class Sent:
    """What was served at a step: on whom, when, with what proof, and what they answered."""

    served: Served
    label: Any


def of(case: Case, matter: Matter) -> list[Shown]:
    """The papers that were made and can be opened yet, the earliest first."""
    if case.emptied_at is not None:
        return []
    labels = {rule.code: rule.label for rule in matter.papers}
    return [Shown(paper, labels[paper.code]) for paper in case.papers.order_by("made_at", "pk")]


def sent(case: Case, matter: Matter) -> list[Sent]:
    """What was served, the earliest first; nothing once the case was emptied."""
    if case.emptied_at is not None:
        return []
    found = case.served.filter(served_at__isnull=False).select_related("step").order_by("pk")
    return [Sent(served, matter.step(served.step.code).label) for served in found]
