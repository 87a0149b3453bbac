"""One entry: both sides read it, the employer's own account included, and find what is theirs to do."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.appraisals.forms import (
    AnswerForm,
    AssessorForm,
    DecisionForm,
    ObjectionForm,
    ReasonForm,
    TakeOffForm,
)
from zhijia.appraisals.models import Assessor, Entry, Objection
from zhijia.appraisals.queries import listing, mending, sheets, sources, titles
from zhijia.appraisals.queries.listing import Sides
from zhijia.appraisals.queries.sheets import Sheet
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import judges, naming, settling, versions
from zhijia.appraisals.views.own import base_of
from zhijia.appraisals.views.runs import SHADES
from zhijia.appraisals.views.stops import stops_of
from zhijia.catalogue import parameters
from zhijia.catalogue.appraisal_rules import JUDGED, Appraisal, Marked
from zhijia.catalogue.text import Text
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.models import Union
from zhijia.registry.queries import colleagues
from zhijia.registry.views.asking import nothing
from zhijia.ui.forms import Form

REASONS = ("leave_out", "hold", "withdraw")
"""What is done with a reason alone."""


def entry(request: Asked, entry_id: UUID) -> HttpResponse:
    """The entry with its scheme, what each part gave, and what is to be done; whoever only marks it is led there."""
    mine = Assessor.objects.filter(
        entry_id=entry_id, user_id=request.actor.user_id or 0, left_at__isnull=True
    )
    part = mine.order_by("-handed_at", "pk").values_list("part", flat=True).first()
    if part is not None:
        sides = listing.sides(request.actor, Entry.objects.select_related("run").get(pk=entry_id))
        if not sides.holds and not sides.scores:
            return redirect("appraisals:marks", entry_id=entry_id, part=part)
    return page(request, *found_or_404(request, entry_id))


def figure(request: Asked, entry_id: UUID, code: str) -> HttpResponse:
    """Where the number of an item comes from, for both sides and whoever is named to mark it."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None or request.actor.user_id is None:
        nothing()
    sides = listing.sides(request.actor, found)
    named = found.assessors.filter(user_id=request.actor.user_id, left_at__isnull=True).exists()
    scheme = versions.definition(found.run.version)
    item = scheme.items.get(code)
    if item is None or item.figure is None or not (sides.holds or sides.enters or named):
        nothing()
    request.menu_line = _side(sides)
    rows = int(parameters.value("pages.rows", day=days.business_day(days.now())))
    context = {
        "entry": found,
        "run": found.run,
        "item": item,
        "reads": sides.holds or sides.enters,
        "source": sources.of(request.actor, found, item, item.figure, rows=rows),
    }
    return render(request, "appraisals/figure.html", context)


def found_or_404(request: Asked, entry_id: UUID) -> tuple[Entry, Appraisal, Sides]:
    """The entry, its scheme, and the actor's sides; whoever assesses it reads it on the page of marks."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None or request.actor.user_id is None:
        nothing()
    sides = listing.sides(request.actor, found)
    if not sides.holds and not sides.scores:
        nothing()
    return found, versions.definition(found.run.version), sides


def judged(scheme: Appraisal) -> list[Marked]:
    """The parts that assessors mark."""
    return [part for part in scheme.parts if part.by in JUDGED]


def page(request: Asked, found: Entry, scheme: Appraisal, sides: Sides, **forms: Form) -> HttpResponse:
    """The page of an entry; `forms` are those that were refused, by what they do."""
    if sides.holds or sides.enters:
        request.menu_line = _side(sides)
    now = days.now()
    today = days.business_day(now)
    sheet = sheets.sheet(found, scheme, of_all=sides.holds)
    grade = scheme.grade(found.grade)
    may_name = sides.holds and found.state in ("begun", "marking") and bool(judged(scheme))
    context = {
        "entry": found,
        "run": found.run,
        "scheme": scheme,
        "runs_it": Union.objects.values_list("name", flat=True).get(pk=found.run.union_id),
        "shade": SHADES[found.state],
        "stops": stops_of(found, scheme),
        "sheet": sheet,
        "going_on": sheet.scored_itself,
        "result": scoring.as_points(found.result) if found.result is not None else "",
        "grade": grade.label if grade else "",
        "by_points": bool(grade and grade.most and found.state == Entry.State.SCORED),
        "vetoed": scheme.items[found.vetoed].label if found.vetoed else "",
        "base": base_of(staff=sides.holds or sides.enters),
        "holds": sides.holds,
        "enters": sides.enters,
        "scores": sides.scores,
        "self_part": next((part for part in scheme.parts if part.by == "self"), None),
        "assessors": _assessors(found, scheme, forms.get("take_off")) if sides.holds else [],
        "late": found.state == Entry.State.BEGUN and found.run.self_until < today,
        "waits_for": settling.waits_for(found, scheme) if found.state == Entry.State.MARKING else [],
        "candidates": judges.candidates(found, now) if may_name else [],
        "may_name": may_name,
        "may_object": sides.scores and not sides.holds and _can_be_objected_to(found, today),
        "may_finish": sides.holds and _ends(found, scheme, today),
        "published_it": request.actor.user_id == found.published_by and _takes_two(found, scheme),
        "mending": mending.of(found, scheme, as_subject=sides.scores, at=now),
        "title": titles.of(found, scheme, own_employer=not sides.holds and not sides.enters, at=now),
        "objections": _open_objections(found, scheme, sheet, forms.get("answer")),
        "forms": _forms(scheme, sheet, forms),
    }
    return render(request, "appraisals/entry.html", context, status=422 if forms else 200)


def _side(sides: Sides) -> str:
    """The line of the menu whose side one is on: who runs it reads it there, everybody else with what is theirs."""
    return "appraisals:here" if sides.holds else "appraisals:own"


def _forms(scheme: Appraisal, sheet: Sheet, refused: dict[str, Form]) -> dict[str, Form]:
    """The forms of the page, each with ids of its own; those that were refused as they were typed."""
    made: dict[str, Form] = {
        "name": AssessorForm(parts=judged(scheme), auto_id="name-%s"),
        "object": ObjectionForm(sheet=sheet, auto_id="object-%s"),
        "finish": DecisionForm(auto_id="finish-%s"),
        **{name: ReasonForm(auto_id=f"{name}-%s") for name in REASONS},
    }
    return made | refused


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who marks an entry: of which part, as whom colleagues know them; once all have handed in what they gave
    of a hundred, and whether that counts; until they have, the form by which somebody else marks instead."""

    row: Assessor
    part: Text
    called: str
    gave: str
    counts: bool
    take_off: Form | None


def _assessors(found: Entry, scheme: Appraisal, refused: Form | None) -> list[Named]:
    """Who marks it."""
    there = list(found.assessors.order_by("part", "pk"))
    called = colleagues.called([one.user_id for one in there])
    gave: dict[int, tuple[Fraction, bool]] = {}
    for part in judged(scheme) if there else ():
        gave |= settling.totals_of(found, scheme, part)
    marking = found.state in (Entry.State.BEGUN, Entry.State.MARKING)
    made = []
    for one in there:
        points, counts = gave.get(one.pk, (None, True))
        form: Form | None = None
        if marking and one.left_at is None and one.handed_at is None:
            form = TakeOffForm(initial={"assessor": one.pk}, auto_id=f"take-off-{one.pk}-%s")
            if refused is not None and refused["assessor"].value() == str(one.pk):
                form = refused
        said = "" if points is None else scoring.as_points(scoring.half_up(points * scoring.HUNDREDTHS))
        made.append(Named(one, scheme.part(one.part).label, called.get(one.user_id, ""), said, counts, form))
    return made


def _open_objections(
    found: Entry, scheme: Appraisal, sheet: Sheet, refused: Form | None
) -> list[tuple[Any, ...]]:
    """The objections nobody has answered yet: against which item of which part, what was given there, and the form of
    the answer."""
    given = {
        (cell.part.code, line.item.code): cell.points
        for _group, _parts, lines in sheet.groups
        for line in lines
        for cell in line.cells
    }
    made = []
    for one in found.objections.filter(state=Objection.State.OPEN).order_by("pk"):
        item, first = scheme.items[one.item], {"objection": one.pk}
        form: Form = AnswerForm(item=item, initial=first, auto_id=f"answer-{one.pk}-%s")
        if refused is not None and refused["objection"].value() == str(one.pk):
            form = refused
        made.append((one, scheme.part(one.part).label, item, given.get((one.part, one.item), ""), form))
    return made


def _can_be_objected_to(found: Entry, today: date) -> bool:
    until = found.objection_until
    return found.state == Entry.State.SCORED and until is not None and until >= today


def _takes_two(found: Entry, scheme: Appraisal) -> bool:
    """Whether whoever published it does not make it final as well: a title is named, or one that is held decided on."""
    return scheme.title_of(found.grade) is not None or found.rechecks_row is not None


def _ends(found: Entry, scheme: Appraisal, today: date) -> bool:
    """Whether the result can be made final now."""
    if found.state == Entry.State.PUBLISHED:
        return not found.held and (found.notice_until is None or today > found.notice_until)
    unfinished = naming.unfinished(found, scheme.title_of(found.grade))
    return found.state == Entry.State.SETTLED and unfinished
