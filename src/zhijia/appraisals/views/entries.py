"""One entry: both sides read it; who runs it, and who entered, do what is theirs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.appraisals.forms import AnswerForm, AssessorForm, DecisionForm, ObjectionForm, ReasonForm
from zhijia.appraisals.models import Entry, Objection
from zhijia.appraisals.queries import listing, sheets, sources
from zhijia.appraisals.queries.listing import Sides
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import entering, judges, naming, objecting, publishing, settling, versions
from zhijia.appraisals.views.runs import SHADES
from zhijia.catalogue import parameters
from zhijia.catalogue.appraisal_rules import JUDGED, Appraisal
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.models import Union
from zhijia.registry.queries import colleagues
from zhijia.registry.views.asking import nothing
from zhijia.ui.forms import Form
from zhijia.ui.lines import State, Stop
from zhijia.ui.refusing import done
from zhijia.ui.templatetags.ui import day as day_words

HOLDERS = frozenset({"settle", "leave_out", "name", "answer", "hold", "let_go", "finish", "withdraw"})
ENTERING = frozenset({"object"})


def entry(request: Asked, entry_id: UUID) -> HttpResponse:
    """The entry with its scheme, what each part gave, and what is to be done."""
    return _page(request, *_found(request, entry_id))


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


@require_POST
def act(request: Asked, entry_id: UUID, act: str) -> HttpResponse:
    """Do one thing with an entry."""
    found, scheme, sides = _found(request, entry_id)
    if act not in ACTS or (act in HOLDERS and not sides.holds) or (act in ENTERING and not sides.enters):
        nothing()
    form = _form(act, found, scheme, request)
    valid = form is None or form.is_valid()
    if valid and done(request, lambda: ACTS[act](request, found, form), form=form):
        messages.success(request, _told(act, scheme, form))
        return redirect("appraisals:entry", entry_id=found.pk)
    return _page(request, found, scheme, sides, **({act: form} if form is not None else {}))


def _found(request: Asked, entry_id: UUID) -> tuple[Entry, Appraisal, Sides]:
    """The entry, its scheme, and the actor's sides; whoever assesses it reads it on the page of marks."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None or request.actor.user_id is None:
        nothing()
    sides = listing.sides(request.actor, found)
    if not sides.holds and not sides.scores:
        nothing()
    return found, versions.definition(found.run.version), sides


def _form(act: str, found: Entry, scheme: Appraisal, request: Asked) -> Any:
    """The form of a deed, with what was typed."""
    typed = request.POST
    if act == "name":
        return AssessorForm(typed, parts=_judged(scheme))
    if act == "object":
        return ObjectionForm(typed, scheme=scheme)
    if act == "answer":
        objection = found.objections.filter(pk=whole_number(typed.get("objection", "")) or 0).first()
        if objection is None:
            nothing()
        return AnswerForm(typed, item=scheme.items[objection.item])
    if act == "finish":
        return DecisionForm(typed)
    return ReasonForm(typed) if act in {"leave_out", "hold", "withdraw", "step_aside"} else None


def _told(act: str, scheme: Appraisal, form: Any) -> str:
    """What was done, in a sentence; of somebody who was named, who it is and what they mark."""
    if act == "name":
        named = {"login": form.cleaned_data["login"], "part": scheme.part(form.cleaned_data["part"]).label}
        return _("%(login)s is named, and marks: %(part)s.") % named
    return {
        "settle": _("The result is worked out. The union reads it and can object to a mark."),
        "leave_out": _("The entry is left out, and the reason is told."),
        "object": _("Your objection is handed in. Somebody who did not give the mark answers it."),
        "answer": _("The objection is answered."),
        "hold": _("It is held until it has been looked into."),
        "let_go": _("It goes on."),
        "finish": _("The result is final."),
        "withdraw": _("The title is withdrawn."),
    }[act]


def _given(request: Asked, found: Entry) -> dict[str, Any]:
    return {"actor": request.actor, "at": days.now(), "entry_id": found.pk}


def _object(request: Asked, found: Entry, form: Any) -> None:
    part, _colon, item = form.cleaned_data["place"].partition(":")
    objecting.object_to(**_given(request, found), part=part, item=item, words=form.cleaned_data["words"])


def _answer(request: Asked, found: Entry, form: Any) -> None:
    said = form.cleaned_data
    objecting.answer(
        actor=request.actor,
        at=days.now(),
        objection_id=said["objection"],
        said=said["said"] or None,
        words=said["words"],
    )


ACTS: dict[str, Callable[[Asked, Entry, Any], Any]] = {
    "settle": lambda request, found, _form: settling.settle(**_given(request, found)),
    "leave_out": lambda request, found, form: entering.leave_out(
        **_given(request, found), reason=form.cleaned_data["reason"]
    ),
    "name": lambda request, found, form: judges.name(**_given(request, found), **form.cleaned_data),
    "object": _object,
    "answer": _answer,
    "hold": lambda request, found, form: publishing.hold(
        **_given(request, found), reason=form.cleaned_data["reason"]
    ),
    "let_go": lambda request, found, _form: publishing.hold(**_given(request, found), reason=""),
    "finish": lambda request, found, form: naming.finish(
        **_given(request, found), decision=form.cleaned_data["decision"]
    ),
    "withdraw": lambda request, found, form: naming.withdraw(
        **_given(request, found), reason=form.cleaned_data["reason"]
    ),
}


def _judged(scheme: Appraisal) -> list[Any]:
    return [part for part in scheme.parts if part.by in JUDGED]


def _side(sides: Sides) -> str:
    """The line of the menu whose side one is on: who runs it reads it there, everybody else with what is theirs."""
    return "appraisals:here" if sides.holds else "appraisals:own"


def base_of(*, staff: bool) -> str:
    """The ground of a page: the staff's, or that of an account that only acts for an employer."""
    return "ui/staff.html" if staff else "ui/member.html"


def _page(request: Asked, found: Entry, scheme: Appraisal, sides: Sides, **forms: Form) -> HttpResponse:
    holds, enters = sides.holds, sides.enters
    request.menu_line = _side(sides)
    today = days.business_day(days.now())
    assessors = list(found.assessors.order_by("part", "pk")) if holds else []
    called = colleagues.called([one.user_id for one in assessors])
    open_ones = [
        (one, forms.get("answer") or AnswerForm(item=scheme.items[one.item], initial={"objection": one.pk}))
        for one in found.objections.filter(state=Objection.State.OPEN)
    ]
    grade = scheme.grade(found.grade)
    sheet = sheets.sheet(found, scheme, of_all=holds)
    context = {
        "entry": found,
        "run": found.run,
        "scheme": scheme,
        "union": Union.objects.get(pk=found.union_id),
        "shade": SHADES[found.state],
        "stops": stops_of(found, scheme),
        "sheet": sheet,
        "going_on": sheet.scored_itself,
        "result": scoring.as_points(found.result) if found.result is not None else "",
        "grade": grade.label if grade else "",
        "vetoed": scheme.items[found.vetoed].label if found.vetoed else "",
        "base": base_of(staff=holds or enters),
        "holds": holds,
        "enters": enters,
        "scores": sides.scores,
        "self_part": next((part for part in scheme.parts if part.by == "self"), None),
        "assessors": [(one, scheme.part(one.part).label, called.get(one.user_id, "")) for one in assessors],
        "may_name": holds and found.state in ("begun", "marking") and bool(_judged(scheme)),
        "may_object": enters and found.state == "scored" and found.objection_until >= today
        if found.objection_until
        else False,
        "may_finish": holds and _ends(found, scheme, today),
        "open_objections": open_ones,
        "forms": {
            "name": forms.get("name") or AssessorForm(parts=_judged(scheme)),
            "object": forms.get("object") or ObjectionForm(scheme=scheme),
            "reason": ReasonForm(),
            "finish": forms.get("finish") or DecisionForm(),
            **{name: forms.get(name) or ReasonForm() for name in ("leave_out", "hold", "withdraw")},
        },
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "appraisals/entry.html", context, status=422 if wrong else 200)


def _ends(found: Entry, scheme: Appraisal, today: Any) -> bool:
    """Whether the result can be made final now."""
    if found.state == Entry.State.PUBLISHED:
        return not found.held and (found.notice_until is None or today > found.notice_until)
    unfinished = naming.unfinished(found, scheme.title_of(found.grade))
    return found.state == Entry.State.SETTLED and unfinished


def stops_of(found: Entry, scheme: Appraisal) -> list[Stop]:
    """The entry as a line of stops: the self-score only where there is one, the notice likewise."""
    way: list[tuple[str, str, Any]] = [
        *([(_("Self-score"), "begun", found.handed_at)] if any(p.by == "self" for p in scheme.parts) else []),
        (_("Marked"), "marking", found.scored_at),
        (_("Result, days of objection"), "scored", found.published_at),
        *([(_("Public notice"), "published", found.settled_at)] if scheme.notice else []),
        (_("Final"), "settled", None),
    ]
    states = [state for _title, state, _at in way]
    out = found.state == Entry.State.OUT
    now = states.index(found.state) if found.state in states else 0
    return [
        Stop(title, _stands(place, now, found.state == "settled", out), "", day_words(at) if at else "")
        for place, (title, _state, at) in enumerate(way)
    ]


def _stands(place: int, now: int, over: bool, out: bool) -> State:
    if over or place < now:
        return "done"
    if place > now:
        return "next"
    return "stopped" if out else "now"
