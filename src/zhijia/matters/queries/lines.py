"""A case as its line of stops: where it is, who has it, by when (the signature of our pages)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_steps import BEFORE
from zhijia.kernel import days
from zhijia.matters.models import Case, Step
from zhijia.matters.services import versions
from zhijia.registry.models import Union
from zhijia.ui.lines import State, Stop
from zhijia.ui.templatetags.ui import day as day_words

_MOMENT = timedelta(microseconds=1)
_STATES: dict[str, State] = {
    "done": "done",
    "active": "now",
    "paused": "stopped",
    "waiting": "now",
    "sent_back": "stopped",
    "ended": "stopped",
}


def of_matter(matter: Matter) -> list[Stop]:
    """The line a case of this matter takes, before it has begun."""
    known = versions.all_in_force(day=days.business_day(days.now())) if matter.items else {}
    items = [Stop(known[item.matter].label) for item in matter.items if item.matter in known]
    return [*items, *(Stop(step.label) for step in matter.steps)]


def of_case(
    case: Case, matter: Matter, steps: Sequence[Step], seats: Mapping[int, str], at: datetime
) -> list[Stop]:
    """The stops the case has been at, where it is, and what is still to come."""
    if case.opened_at is None:
        return of_matter(matter)
    begun = _("Objection handed in") if case.appeals_id else _("Handed in")
    stops = [Stop(begun, "done", when=day_words(days.business_day(case.opened_at)))]
    been = [step for step in steps if step.state not in {Step.State.SKIPPED, Step.State.LATER}]
    stops += [_stop(step, matter, seats, at) for step in been]
    if case.closed_at is not None:
        end = {
            Case.State.GRANTED: _("Granted"),
            Case.State.REFUSED: _("Not granted"),
            Case.State.MERGED: _("Goes on with another request of yours"),
        }.get(Case.State(case.state), _("Taken back"))
        state: State = "done" if case.state == Case.State.GRANTED else "stopped"
        return [*stops, Stop(end, state, when=day_words(days.business_day(case.closed_at)))]
    codes = [step.code for step in matter.steps]
    here = codes.index(been[-1].code) if been else -1
    return [*stops, *(Stop(step.label) for step in matter.steps[here + 1 :] if step.after_months is None)]


def seat_names(steps: Sequence[Step]) -> dict[int, str]:
    """The names of the unions that decide these steps."""
    wanted = {step.seat_id for step in steps}
    return dict(Union.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _stop(step: Step, matter: Matter, seats: Mapping[int, str], at: datetime) -> Stop:
    late = step.state == Step.State.ACTIVE and step.due_at is not None and step.due_at < at
    title = matter.step(step.code).label
    if step.state == Step.State.WAITING:
        in_turn = matter.step(step.code).waits == BEFORE
        return Stop(title, "now", when="" if in_turn else _("waits for an answer from elsewhere"))
    return Stop(
        title, "late" if late else _STATES[step.state], who=seats.get(step.seat_id, ""), when=_when(step)
    )


def _when(step: Step) -> object:
    if step.closed_at is not None:
        return day_words(days.business_day(step.closed_at))
    if step.state == Step.State.PAUSED:
        return _("waits for what is to be added")
    if step.due_unknown:
        return _("The day follows once next year's working days are announced")
    if step.due_at is None:
        return ""
    last = days.business_day(step.due_at - _MOMENT)
    return _("by %(day)s") % {"day": day_words(last)}
