"""Rounds as they were published: one that is held keeps the version it was made from."""

from zhijia.appraisals import round_conditions
from zhijia.appraisals.models.rounds import RoundVersion
from zhijia.catalogue.in_force import Versions
from zhijia.catalogue.round_rules import Round

_VERSIONS = Versions(
    "rounds", "round", RoundVersion, Round, lambda one, day: round_conditions.problems_of(one, on=day)
)
all_in_force = _VERSIONS.all
in_force = _VERSIONS.of
definition = _VERSIONS.definition
