"""Matters: a case, its steps, and what was decided (ADR 0015). What a matter is stands in the catalogue."""

from zhijia.matters.models.cases import Answer, Case, Linked, Material, MatterVersion
from zhijia.matters.models.papers import Notice, Paper, PaperSeries, Served
from zhijia.matters.models.rosters import Line, LineAnswer
from zhijia.matters.models.steps import Decision, Signer, Step

__all__ = [
    "Answer",
    "Case",
    "Decision",
    "Line",
    "LineAnswer",
    "Linked",
    "Material",
    "MatterVersion",
    "Notice",
    "Paper",
    "PaperSeries",
    "Served",
    "Signer",
    "Step",
]
