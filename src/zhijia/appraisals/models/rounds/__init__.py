"""Rounds: the call, who is nominated, what others say of them, how they are judged, who is named."""

from zhijia.appraisals.models.rounds.awards import Award
from zhijia.appraisals.models.rounds.calls import Round, RoundNotice, RoundVersion
from zhijia.appraisals.models.rounds.judging import Judge, Recusal, Score, Standing
from zhijia.appraisals.models.rounds.nominations import Clearance, Nomination, Recommendation, RoundObjection

__all__ = [
    "Award",
    "Clearance",
    "Judge",
    "Nomination",
    "Recommendation",
    "Recusal",
    "Round",
    "RoundNotice",
    "RoundObjection",
    "RoundVersion",
    "Score",
    "Standing",
]
