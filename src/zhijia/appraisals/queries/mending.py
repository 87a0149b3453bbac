"""What an entry has to put right: the matters its failed items opened, each with how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse

from zhijia.appraisals.models import Entry
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.text import Text
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import lines
from zhijia.matters.services import versions
from zhijia.ui.lines import Stop


@dataclass(frozen=True, slots=True)
class Mending:
    """An item that fell short: its page, how far it is, and whether it waits for the subject."""

    item: Text
    href: str
    stops: Sequence[Stop]
    waits: bool


def of(entry: Entry, scheme: Appraisal, *, as_subject: bool, at: datetime) -> list[Mending]:
    """What is to be put right, in the order it was opened, with the page of the subject, or of whoever looks at it."""
    opened = dict(entry.opened.order_by("pk").values_list("case_id", "item"))
    cases = {
        case.pk: case
        for case in Case.objects.filter(pk__in=list(opened))
        .select_related("version")
        .prefetch_related(Prefetch("steps", Step.objects.order_by("number")))
    }
    seats = lines.seat_names([step for case in cases.values() for step in case.steps.all()])
    page = "matters:case" if as_subject else "matters:file"
    return [
        Mending(
            scheme.items[item].label,
            reverse(page, args=[key]),
            lines.of_case(
                cases[key], versions.definition(cases[key].version), list(cases[key].steps.all()), seats, at
            ),
            cases[key].state == Case.State.PAUSED,
        )
        for key, item in opened.items()
        if key in cases
    ]
