"""What somebody may choose where a question asks for a place, a union or an employer: near the union asked."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from zhijia.catalogue import divisions
from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.registry import tree
from zhijia.registry.models import Employer, Union

Offered = Sequence[tuple[str, str]]
MOST = 500
COUNTIES = 3200
"""More than the nation has."""


def of(matter: Matter, union: Union, day: date) -> dict[str, Offered]:
    """The choices of each such question of the form, by its name."""
    return {
        question.name: _READ[question.type](union, day) for question in matter.form if question.type in _READ
    }


def near_everybody() -> Offered:
    """The unions somebody who is in none may ask: those of the counties, by their code."""
    counties = Union.objects.filter(level=Union.Level.COUNTY, dissolved_on=None)
    return list(counties.order_by("division", "name").values_list("code", "name")[:COUNTIES])


def label(question: Question, value: str) -> str:
    """A chosen place, union or employer by its name."""
    if question.type == "division":
        return divisions.full_name(value)
    model = Union if question.type == "union" else Employer
    return model.objects.filter(pk=int(value)).values_list("name", flat=True).first() or value


def _divisions(union: Union, day: date) -> Offered:
    below = [(child.code, child.name) for child in divisions.children(union.division, day)]
    return [(union.division, divisions.name(union.division)), *below]


def _unions(union: Union, _day: date) -> Offered:
    below = (
        tree.children(union.pk).filter(dissolved_on=None).order_by("name").values_list("pk", "name")[:MOST]
    )
    return [(str(union.pk), union.name), *((str(pk), name) for pk, name in below)]


def _employers(union: Union, day: date) -> Offered:
    open_still = Q(coverages__valid_to=None) | Q(coverages__valid_to__gt=day)
    covered = Employer.objects.filter(open_still, coverages__union=union, coverages__valid_from__lte=day)
    return [(str(pk), name) for pk, name in covered.order_by("name").values_list("pk", "name")[:MOST]]


_READ = {"division": _divisions, "union": _unions, "employer": _employers}
