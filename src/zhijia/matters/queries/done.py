"""What was decided lately, for whoever asks the applicants how it went."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from zhijia.kernel.context import whole
from zhijia.matters.models import Case
from zhijia.matters.services import versions
from zhijia.questionnaires.services.rating import Done

SOURCE = "matter"
ENDED = (Case.State.GRANTED, Case.State.REFUSED, Case.State.PARTLY)


def where(case_id: str) -> str:
    """The port `questionnaires.where.matter`: the address of a request; its page says who may open it."""
    return reverse("matters:go", args=[case_id])


def lately(*, since: datetime, until: datetime) -> Iterator[Done]:
    """The port `questionnaires.done.matters`: requests members handed in themselves that were answered in between. Not
    those against an employer or sealed from anybody, whose applicant nobody at the union is to know; of several
    items in one go the whole alone."""
    with whole():
        rows = Case.objects.using("bulk").select_related("version").prefetch_related("decisions")
        ended = rows.filter(
            closed_at__range=(since, until),
            state__in=ENDED,
            user_id__isnull=False,
            sealed=False,
            part_of__isnull=True,
        )
        for case in ended.iterator(chunk_size=500):
            matter = versions.definition(case.version)
            if matter.silent or matter.against_employer:
                continue
            by = {decision.by_user_id for decision in case.decisions.all() if decision.by_user_id}
            about = f"{matter.label.zh} {case.number}"
            yield Done(
                SOURCE, str(case.pk), about, case.user_id or 0, case.union_id, case.county_id, sorted(by)
            )
