"""A member's own cases: as lines in a list, and one of them whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.catalogue.text import Text
from zhijia.kernel.actors import Actor
from zhijia.matters import forms
from zhijia.matters.models import Answer, Case, Decision, Step
from zhijia.matters.queries import choices, lines, together
from zhijia.matters.services import beginning, held, lacking, noticing, versions
from zhijia.matters.services.appealing import ANSWERS, REASON
from zhijia.ui.lines import Stop
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.vault import services as vault

ROWS = 30
WRITES = lacking.WRITES
STARS = "****"
"""What stands for a sealed answer where nobody can tell its mask."""


@dataclass(frozen=True, slots=True)
class Row:
    """One of my cases, as a line of the list; several items in one go are one."""

    case: Case
    matter: Matter
    stops: Sequence[Stop]
    lacks: bool
    """Whether something is missing that I have to add."""

    @property
    def now(self) -> Stop | None:
        """Where an open case is."""
        return next((stop for stop in self.stops if stop.state in {"now", "late"}), None)


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a case waits for of whoever asked: the step, what is asked for there, whether it is theirs to report at, and
    whether they have to agree to its public notice first."""

    label: Text
    words: str
    reports: bool
    agrees: bool


def mine(actor: Actor) -> QuerySet[Case]:
    """The cases this person asked for, or that were asked for them at a desk."""
    if actor.user_id is None:
        return Case.objects.none()
    asked = Q(user_id=actor.user_id)
    return Case.objects.filter(asked | Q(person_id=actor.person_id) if actor.person_id else asked)


def of_bodies(actor: Actor, bodies: Q) -> QuerySet[Case]:
    """What these unions or employers asked for; of drafts those I began."""
    begun = Q(user_id=actor.user_id) | ~Q(state=Case.State.DRAFT)
    return Case.objects.filter(begun & bodies)


def page(actor: Actor, *, at: datetime, before: datetime | None = None, bodies: Q | None = None) -> list[Row]:
    """My cases, or what these unions or employers (`bodies`) asked for, the one that moved last first; one more than a
    page where there are more."""
    found = (
        (mine(actor) if bodies is None else of_bodies(actor, bodies))
        .filter(part_of__isnull=True)
        .select_related("version")
        .prefetch_related(Prefetch("steps", Step.objects.order_by("number")))
    )
    if before is not None:
        found = found.filter(changed_at__lt=before)
    cases = list(found.order_by("-changed_at", "-pk")[: ROWS + 1])
    seats = lines.seat_names([step for case in cases for step in case.steps.all()])
    parts = together.of([case for case in cases if case.opened_at and not case.steps.all()], at)
    rows = []
    for case in cases:
        matter = versions.definition(case.version)
        if case.pk in parts:
            lacks = any(part.case.state == Case.State.PAUSED for part in parts[case.pk])
            rows.append(Row(case, matter, together.line(case, parts[case.pk]), lacks))
        else:
            stops = lines.of_case(case, matter, list(case.steps.all()), seats, at)
            rows.append(Row(case, matter, stops, case.state == Case.State.PAUSED))
    return rows


def under_way(actor: Actor, code: str, at: datetime) -> Row | None:
    """My own request of this matter that is open, or was refused last; none once it was granted or taken back."""
    if actor.user_id is None:
        return None
    asked = Case.objects.filter(user_id=actor.user_id, code=code).exclude(state=Case.State.DRAFT)
    case = asked.select_related("version").order_by("-opened_at").first()
    if case is None or case.state in {Case.State.GRANTED, Case.State.WITHDRAWN}:
        return None
    matter, steps = versions.definition(case.version), list(case.steps.order_by("number"))
    stops = lines.of_case(case, matter, steps, lines.seat_names(steps), at)
    return Row(case, matter, stops, case.state == Case.State.PAUSED)


def draft(actor: Actor, code: str) -> Case | None:
    """My own draft of this matter, if one waits."""
    return mine(actor).filter(code=code, state=Case.State.DRAFT, user_id=actor.user_id).first()


def find(actor: Actor, case_id: UUID) -> Case | None:
    """One of my cases, or one I typed in at a desk, or what my union or employer asked for."""
    if actor.user_id is None:
        return None
    own = mine(actor).filter(pk=case_id) | Case.objects.filter(pk=case_id, desk_user_id=actor.user_id)
    case = own.select_related("version").first()
    if case is not None:
        return case
    asked = Case.objects.filter(pk=case_id).select_related("version").first()
    return asked if asked is not None and asked.of_a_body and beginning.goes_on(actor, asked) else None


def line(case: Case, matter: Matter, at: datetime) -> list[Stop]:
    """The line of one case; of one that was objected to it goes on to the objection, of several in one go to each."""
    if matter.items and case.opened_at is not None:
        return together.line(case, together.of([case], at).get(case.pk, []), page="matters:case")
    steps = list(case.steps.order_by("number"))
    stops = lines.of_case(case, matter, steps, lines.seat_names(steps), at)
    objection = case.appeals_against.first() if case.state in ANSWERS else None
    if objection is None:
        return stops
    href = reverse("matters:case", args=[objection.pk])
    return [*stops, Stop(_("Objection"), "now" if objection.closed_at is None else "done", href=href)]


def said(case: Case, matter: Matter) -> list[tuple[Decision, Any]]:
    """What was decided so far with its step's name, the latest first."""
    decisions = case.decisions.select_related("step").order_by("-at", "-id")
    return [(decision, matter.step(decision.step.code).label) for decision in decisions]


def awaited(case: Case, matter: Matter) -> Awaited | None:
    """What the applicant is waited for with; nothing while nobody waits for them."""
    step = case.steps.filter(state=Step.State.PAUSED).first() if case.state == Case.State.PAUSED else None
    if step is None:
        return None
    rule = matter.step(step.code)
    agrees = not noticing.agreed(case, matter, step)
    words = noticing.asks_first(matter, step) if agrees else step.asked_for
    return Awaited(rule.label, words, rule.does == "report", agrees)


def answers(case: Case, matter: Matter, at: datetime) -> list[tuple[Any, str]]:
    """The questions that were answered, in words; of a sealed answer its mask."""
    values = given(case, matter, at)
    objects = [(_("Why I object"), str(values[REASON].value))] if REASON in values else []
    sealed = {question.name: values[question.name].pk for question in matter.form
              if question.sealed and question.name in values}  # fmt: skip
    masks = vault.masked_many(lacking.VALUE, list(sealed.values())) if sealed else {}
    return objects + [
        (
            question.label,
            masks.get(sealed[question.name], STARS)
            if question.name in sealed
            else in_words(matter, question, values[question.name].value),
        )
        for question in matter.form
        if question.name in values
    ]


def refusal(case: Case) -> str:
    """Why it was not granted, as whoever refused it said last; nothing where it was not refused."""
    if case.state != Case.State.REFUSED:
        return ""
    said = case.decisions.filter(verdict__in=ANSWERS[case.state]).order_by("-pk")
    return said.values_list("reason", flat=True).first() or ""


def given(case: Case, matter: Matter, at: datetime) -> dict[str, Answer]:
    """The answers that count, by question: while somebody still writes, those to what is asked."""
    kept = lacking.Given(case, matter, at)
    asked = kept.asked() if case.state in lacking.WRITES else kept.kept.keys()
    return {
        name: answer
        for name, answer in kept.kept.items()
        if answer.value not in (None, []) and (name in asked or name == REASON)
    }


def in_words(matter: Matter, question: Question, value: Any) -> str:
    """A stored answer as people read it."""
    if question.sealed:
        return STARS
    if question.type == "yes_no":
        return str(_("Yes") if value else _("No"))
    if question.type == "date":
        return day_words(date.fromisoformat(value))
    if question.type in {"division", "union", "employer"}:
        return choices.label(question, value)
    if question.type == "held":
        return held.in_words(question, value)
    if question.type == "code":
        return str(codes.label(question.code_list, value))
    if question.type in {"choice", "choices"}:
        chosen = value if isinstance(value, list) else [value]
        return "、".join(str(choice.label) for choice in question.choices if choice.code in chosen)
    return str(forms.shown(matter, question.name, value))
