"""What a form still lacks: the answers and documents its definition asks for, given what was answered so far."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.matters import answers
from zhijia.matters.models import Case, Material
from zhijia.matters.services import grounds
from zhijia.registry.models import Union


class NotComplete(Exception):
    """The form cannot be handed in or kept so: which questions, and why. What can be kept was kept."""

    def __init__(self, wrong: tuple[answers.Wrong, ...]) -> None:
        super().__init__()
        self.wrong = wrong


def check(case: Case, matter: Matter, at: datetime) -> None:
    """Raises NotComplete when a required answer or material is missing."""
    values = grounds.values_of(case)
    division = Union.objects.values_list("division", flat=True).get(pk=case.union_id)
    needed = asked(matter, values, at=at, division=division)
    wrong = answers.missing(matter, values, lambda question: question.name in needed)
    wrong += _materials_missing(case, matter, values, at, division)
    if wrong:
        raise NotComplete(tuple(wrong))


def asked(matter: Matter, values: Mapping[str, Any], *, at: datetime, division: str) -> set[str]:
    """The questions that are asked, given the answers so far: those whose condition does not say no."""
    row = grounds.row_of(matter, values)
    day = days.business_day(at)
    return {
        question.name
        for question in matter.form
        if not question.when
        or grounds.holds(matter, question.when, row, day=day, division=division) is not False
    }


def _materials_missing(
    case: Case, matter: Matter, values: Mapping[str, Any], at: datetime, division: str
) -> list[answers.Wrong]:
    row, day = grounds.row_of(matter, values), days.business_day(at)
    there = set(
        Material.objects.filter(case_id__in=[case.pk, case.appeals_id]).values_list("code", flat=True)
    )
    return [
        answers.Wrong(material.code, _("Add: %(material)s.") % {"material": material.label})
        for material in matter.materials
        if material.required
        and material.code not in there
        and (
            not material.when
            or grounds.holds(matter, material.when, row, day=day, division=division) is not False
        )
    ]
