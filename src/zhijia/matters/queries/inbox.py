"""What waits at an officer's desk, by the day it is due (keyset); under row policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.matters import flags
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import lines
from zhijia.matters.services import flagging, versions
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Union
from zhijia.registry.queries.counting import counted
from zhijia.ui.lines import Stop

ROWS = 50
RULE_FLAGS = frozenset({"not_eligible", "eligibility_unknown"})
SOON = 0.8
"""The share of its time after which a step is shown as due soon."""


@dataclass(frozen=True, slots=True)
class After:
    """The last line of a page: lines behind it are due later, or as late with a higher number."""

    due_at: datetime | None
    step_id: int


@dataclass(frozen=True, slots=True)
class Row:
    """A step that waits, as a line of the list: whom it is for (masked), of which union, by when, what stands out, and
    whether the rule it names was met when it was handed in."""

    step: Step
    case: Case
    matter: Matter
    name: str
    union: str
    opened_on: date | None
    by_rule: bool
    due_on: date | None
    due_kind: Literal["late", "waiting", "idle"]
    stops: Sequence[Stop]
    flags: Sequence[Any]


def waiting(actor: Actor, *, code: str = "", rights: Rights | None = None) -> QuerySet[Step]:
    """The steps this actor may act at now: those whose seat is a union they decide for, and that no colleague has in
    hand. `rights` are the actor's, where they were read already."""
    seats = [union.pk for union in (rights or access.rights_of(actor)).unions("matter.decide")]
    found = Step.objects.filter(state=Step.State.ACTIVE, seat_id__in=seats)
    found = found.filter(Q(taker_id__isnull=True) | Q(taker_id=actor.user_id))
    if code:
        found = found.filter(matter=code)
    return found


def page(actor: Actor, *, code: str = "", after: After | None = None, rows: int = ROWS) -> Sequence[Step]:
    """One page of what waits, the most urgent first, and one line more where there are more. Steps without a day come
    behind those with one."""
    found, most = waiting(actor, code=code), rows + 1
    if after is None:
        return _first(found, most)
    shown: list[Step] = []
    if after.due_at is not None:
        behind = found.filter(due_at__gte=after.due_at)
        shown = _first(behind.exclude(due_at=after.due_at, pk__lte=after.step_id), most)
        found = found.filter(due_at__isnull=True)
    else:
        found = found.filter(due_at__isnull=True, pk__gt=after.step_id)
    return shown if len(shown) == most else [*shown, *_first(found, most - len(shown))]


def _first(found: QuerySet[Step], most: int) -> list[Step]:
    rows = found.select_related("case__version").defer("case__version__content", "case__version__text")
    return list(rows.order_by("due_at", "pk")[:most])


def count(rights: Rights) -> int:
    """How much waits, counted no further than one more than a page."""
    ((many, _late),) = counted([waiting(rights.actor, rights=rights)], most=ROWS + 1)
    return many


def overdue(rights: Rights, at: datetime) -> int:
    """How much of what waits is late, counted no further than one more than a page."""
    late = waiting(rights.actor, rights=rights).filter(due_at__lt=at)
    ((many, _late),) = counted([late], most=ROWS + 1)
    return many


def rows_of(steps: Sequence[Step], at: datetime) -> list[Row]:
    """These steps as lines of the list."""
    cases = [step.case for step in steps]
    prefetch_related_objects(cases, Prefetch("steps", Step.objects.order_by("number")))
    seats = lines.seat_names([step for case in cases for step in case.steps.all()])
    begun = {case.union_id for case in cases} - seats.keys()
    unions = seats | dict(Union.objects.filter(pk__in=begun).values_list("pk", "name") if begun else ())
    rows = []
    for step in steps:
        case, matter = step.case, versions.definition(step.case.version)
        rows.append(
            Row(
                step=step,
                case=case,
                matter=matter,
                name=shown_name(case, matter),
                union=unions.get(case.union_id, ""),
                opened_on=days.business_day(case.opened_at) if case.opened_at else None,
                by_rule=bool(matter.eligibility) and not RULE_FLAGS & set(case.flags),
                due_on=due_on(step),
                due_kind=due_kind(step, at),
                stops=lines.of_case(case, matter, list(case.steps.all()), seats, at),
                flags=[flags.WORDS[word] for word in flagging.of(case, step, at)],
            )
        )
    return rows


def shown_name(case: Case, matter: Matter) -> str:
    """Whose case it is, as a list shows it: a union by its name, a person masked."""
    return case.shown_name if matter.subject == "union" or case.of_a_body else masking.name(case.shown_name)


def due_on(step: Step) -> date | None:
    """The last day on which the step is in time."""
    return days.business_day(step.due_at - timedelta(microseconds=1)) if step.due_at else None


def due_kind(step: Step, at: datetime) -> Literal["late", "waiting", "idle"]:
    """Late, due soon, or neither."""
    if step.due_at is None:
        return "idle"
    if step.due_at < at:
        return "late"
    return "waiting" if at - step.opened_at >= SOON * (step.due_at - step.opened_at) else "idle"
