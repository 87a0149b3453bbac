"""Appraisals: runs of a definition, entries, who marks them, and what came of it."""

from zhijia.appraisals.models.entries import Entry, Notice, Opened
from zhijia.appraisals.models.marks import Assessor, Filled, Mark, Objection, Proof
from zhijia.appraisals.models.rounds import (
    Award,
    Clearance,
    Judge,
    Nomination,
    Recommendation,
    Recusal,
    Round,
    RoundNotice,
    RoundObjection,
    RoundVersion,
    Score,
    Standing,
)
from zhijia.appraisals.models.runs import AppraisalVersion, Run

__all__ = [
    "AppraisalVersion",
    "Assessor",
    "Award",
    "Clearance",
    "Entry",
    "Filled",
    "Judge",
    "Mark",
    "Nomination",
    "Notice",
    "Objection",
    "Opened",
    "Proof",
    "Recommendation",
    "Recusal",
    "Round",
    "RoundNotice",
    "RoundObjection",
    "RoundVersion",
    "Run",
    "Score",
    "Standing",
]
