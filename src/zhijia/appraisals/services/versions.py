"""Appraisals as they were published: a run keeps the version it was opened under."""

from zhijia.appraisals.models import AppraisalVersion
from zhijia.appraisals.services import checking
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.in_force import Versions

_VERSIONS = Versions(
    "appraisals", "appraisal", AppraisalVersion, Appraisal, lambda one, day: checking.problems_of(one, on=day)
)
all_in_force = _VERSIONS.all
in_force = _VERSIONS.of
definition = _VERSIONS.definition
