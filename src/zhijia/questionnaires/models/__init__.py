"""The tables of questionnaires. Who may vote and what was voted are halves without anything in common (ADR 0023)."""

from zhijia.questionnaires.models.answering import Attempt, Draft, Rating, Slip
from zhijia.questionnaires.models.box import Ballot, PaperCount, Receipt, Secret, Strip
from zhijia.questionnaires.models.polls import Candidate, Poll, QuestionnaireVersion, Voter

__all__ = [
    "Attempt",
    "Ballot",
    "Candidate",
    "Draft",
    "PaperCount",
    "Poll",
    "QuestionnaireVersion",
    "Rating",
    "Receipt",
    "Secret",
    "Slip",
    "Strip",
    "Voter",
]
