"""Appraisals: runs of a definition, entries, who marks them, and what came of it."""

from zhijia.appraisals.models.entries import Entry, Notice, Opened
from zhijia.appraisals.models.marks import Assessor, Filled, Mark, Objection, Proof
from zhijia.appraisals.models.runs import AppraisalVersion, Run

__all__ = [
    "AppraisalVersion",
    "Assessor",
    "Entry",
    "Filled",
    "Mark",
    "Notice",
    "Objection",
    "Opened",
    "Proof",
    "Run",
]
