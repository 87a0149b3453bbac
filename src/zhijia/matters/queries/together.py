"""What was asked for in one go: each part as a line, the whole as one line, and the whole seen from a part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import lines
from zhijia.matters.services import versions
from zhijia.ui.lines import State, Stop
from zhijia.ui.templatetags.ui import day as day_words

ENDS: dict[str, Any] = {
    "granted": _("Granted"),
    "partly": _("Some of it granted, some not"),
    "refused": _("Not granted"),
    "merged": _("Goes on with another request of yours"),
    "withdrawn": _("Taken back"),
}


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part: what it is about, and its own line."""

    case: Case
    matter: Matter
    stops: Sequence[Stop]

    @property
    def here(self) -> Stop:
        """Where it is: the stop that has it now, or how it ended."""
        if self.case.closed_at is not None:
            return Stop(ENDS[self.case.state], self.stops[-1].state, when=self.stops[-1].when)
        been = [stop for stop in self.stops if stop.state in {"now", "late", "stopped"}]
        return been[-1] if been else self.stops[-1]


@dataclass(frozen=True, slots=True)
class Around:
    """The case this one is a part of, what that is about, and the other parts."""

    whole: Case
    matter: Matter
    others: Sequence[PartRow]


def of(cases: Iterable[Case], at: datetime) -> dict[UUID, list[PartRow]]:
    """The parts of these cases, as far as row policies show them, in the order in which they were opened."""
    found = Case.objects.filter(part_of__in=[case.pk for case in cases]).select_related("version")
    parts = list(
        found.prefetch_related(Prefetch("steps", Step.objects.order_by("number"))).order_by("number")
    )
    seats = lines.seat_names([step for part in parts for step in part.steps.all()])
    rows: dict[UUID, list[PartRow]] = {}
    for part in parts:
        matter = versions.definition(part.version)
        stops = lines.of_case(part, matter, list(part.steps.all()), seats, at)
        rows.setdefault(part.part_of_id or part.pk, []).append(PartRow(part, matter, stops))
    return rows


def line(case: Case, parts: Sequence[PartRow], *, page: str = "") -> list[Stop]:
    """The whole as one line: handed in, each part with who has it and by when, and how all of it ended. `page` is the
    page of a part, where the line leads to it."""
    assert case.opened_at is not None
    stops = [Stop(_("Handed in"), "done", when=day_words(days.business_day(case.opened_at)))]
    for part in parts:
        here = part.here
        ended = part.case.closed_at is not None
        href = reverse(page, args=[part.case.pk]) if page else ""
        who = here.title if ended or here.state == "stopped" else here.who
        stops.append(Stop(part.matter.label, here.state, who=who, when=here.when, href=href))
    if case.closed_at is not None:
        state: State = "done" if case.state == Case.State.GRANTED else "stopped"
        stops.append(Stop(ENDS[case.state], state, when=day_words(days.business_day(case.closed_at))))
    return stops


def around(case: Case, at: datetime) -> Around | None:
    """The whole this case is a part of, where it is one and the asker may see it."""
    if case.part_of_id is None:
        return None
    whole = Case.objects.select_related("version").filter(pk=case.part_of_id).first()
    if whole is None:
        return None
    others = [row for row in of([whole], at).get(whole.pk, []) if row.case.pk != case.pk]
    return Around(whole, versions.definition(whole.version), others)
