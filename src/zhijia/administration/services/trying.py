"""A definition of a matter tried with a made-up applicant: the way a request would take, who would have it, by when.

Nothing is written, so nothing has to be taken back: the way is asked of the same pure flow, seats and clocks that move
real cases. Each step is taken to last until its last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.matters import answers, flow, seats, signers
from zhijia.matters.models import Step
from zhijia.matters.queries import lines
from zhijia.matters.services import grounds, moving
from zhijia.matters.services.known import known
from zhijia.registry.models import Union
from zhijia.ui.lines import Stop
from zhijia.ui.templatetags.ui import day as day_words

MOMENT = timedelta(microseconds=1)
REASONS = {
    "not_needed": _("not needed for these answers"),
    "below_amount": _("not needed for this amount"),
    "same_person": _("the same person has signed already"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """The stops of a made-up request; the questions whose answers could not be taken."""

    stops: list[Stop]
    wrong: tuple[answers.Wrong, ...]


def attempt(*, actor: Actor, at: datetime, matter: Matter, union: Union, typed: Mapping[str, Any]) -> Tried:
    """The way a request from this union with these answers would take, begun now."""
    read = {
        question.name: answers.read(question, typed.get(question.name), known=known(at))
        for question in matter.form
    }
    wrong = tuple(answers.Wrong(name, words) for name, (_value, words) in read.items() if words is not None)
    values = {name: value for name, (value, words) in read.items() if words is None}
    asked = values.get(matter.amount)
    amount = asked if isinstance(asked, int) else None
    begins = seats.above(union) if matter.against_employer else union
    day = days.business_day(at)
    row = grounds.row_of(matter, values)
    division = union.division

    def seat(code: str) -> Union:
        return seats.seat_of(matter.step(code), begins=begins, other=None, day=day)

    ground = flow.Ground(
        holds=lambda text: grounds.holds(matter, text, row, day=day, division=division),
        amount=amount,
        threshold=lambda key: int(parameters.value(key, division=division, day=day)),
        only_signer=lambda code: signers.only_signer(matter.step(code).permission, seat(code).pk),
    )
    stops = [Stop(_("Handed in"), "done", when=day_words(day))]
    if matter.items:
        return Tried([*stops, *lines.of_matter(matter), Stop(_("Granted"))], wrong)
    path: list[flow.Stop] = []
    to, since = flow.first(matter, ground), at
    while True:
        stops += [Stop(matter.step(code).label, "stopped", when=REASONS[why]) for code, why in to.skipped]
        if isinstance(to, flow.Granted):
            break
        rule, here = matter.step(to.code), seat(to.code)
        due = moving.due_of(rule, Step.State.ACTIVE, since=since, division=here.division)
        when = _("the day is not known yet") if due.unknown else ""
        if due.at is not None:
            when = _("by %(day)s") % {"day": day_words(days.business_day(due.at - MOMENT))}
            since = due.at - MOMENT
        stops.append(Stop(rule.label, who=here.name, when=when))
        signer = signers.only_signer(rule.permission, here.pk)
        path.append(flow.Stop(to.code, "done", frozenset({signer} if signer else ())))
        to = flow.after(matter, path, ground)
    stops.append(Stop(_("Granted")))
    stops += [Stop(rule.label, when=_("falls due later")) for rule in matter.steps if rule.after_months]
    return Tried(stops, wrong)
