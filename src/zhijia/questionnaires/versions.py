"""Questionnaires as they were published: a poll keeps the version it was made from."""

from zhijia.catalogue.in_force import Versions
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.questionnaires import checking
from zhijia.questionnaires.models import QuestionnaireVersion

_VERSIONS = Versions(
    "questionnaires",
    "questionnaire",
    QuestionnaireVersion,
    Questionnaire,
    lambda one, day: checking.problems_of(one, on=day),
)
all_in_force = _VERSIONS.all
in_force = _VERSIONS.of
known = _VERSIONS.known
definition = _VERSIONS.definition
