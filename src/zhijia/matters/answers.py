"""What somebody typed into the form of a matter, as it is stored (`catalogue.asking`), and what is missing. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking.answers import LONGEST, MOST_FEN, Wrong, plain, read
from zhijia.catalogue.matter_rules import Matter, Question

__all__ = ["LONGEST", "MOST_FEN", "Wrong", "missing", "plain", "read"]


def missing(matter: Matter, values: Mapping[str, Any], needed: Callable[[Question], bool]) -> list[Wrong]:
    """The required questions that have no answer; `needed` says whether a question is asked at all. Of a roster
    `services.listed` tells what it lacks."""
    return [
        Wrong(question.name, _("Fill in: %(field)s") % {"field": question.label})
        for question in matter.form
        if question.required
        and question.is_typed
        and needed(question)
        and values.get(question.name) in (None, [])
    ]
