"""One entry: both sides read it; who runs it, and who entered, do what is theirs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.appraisals.forms import AnswerForm, AssessorForm, DecisionForm, ObjectionForm, ReasonForm
from zhijia.appraisals.models import Entry, Objection
from zhijia.appraisals.queries import listing, sheets
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import entering, judges, naming, objecting, publishing, settling, versions
from zhijia.appraisals.views.runs import SHADES
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
    found, scheme, holds, enters = _found(request, entry_id)
    return _page(request, found, scheme, holds, enters)


@require_POST
def act(request: Asked, entry_id: UUID, act: str) -> HttpResponse:
    """Do one thing with an entry."""
    found, scheme, holds, enters = _found(request, entry_id)
    if act not in ACTS or (act in HOLDERS and not holds) or (act in ENTERING and not enters):
        nothing()
    form = _form(act, found, scheme, request)
    if (form is None or form.is_valid()) and done(
        request, lambda: ACTS[act](request, found, form), _("Done."), form
    ):
        return redirect("appraisals:entry", entry_id=found.pk)
    return _page(request, found, scheme, holds, enters, **({act: form} if form is not None else {}))


def _found(request: Asked, entry_id: UUID) -> tuple[Entry, Appraisal, bool, bool]:
    """The entry, its scheme, and the actor's sides; whoever assesses it reads it on the page of marks."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None or request.actor.user_id is None:
        nothing()
    holds, enters = listing.sides(request.actor, found)
    if not holds and not enters:
        nothing()
    return found, versions.definition(found.run.version), holds, enters


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


def _page(
    request: Asked, found: Entry, scheme: Appraisal, holds: bool, enters: bool, **forms: Form
) -> HttpResponse:
    today = days.business_day(days.now())
    assessors = list(found.assessors.order_by("part", "pk")) if holds else []
    called = colleagues.called([one.user_id for one in assessors])
    open_ones = [
        (one, forms.get("answer") or AnswerForm(item=scheme.items[one.item], initial={"objection": one.pk}))
        for one in found.objections.filter(state=Objection.State.OPEN)
    ]
    grade = scheme.grade(found.grade)
    context = {
        "entry": found,
        "run": found.run,
        "scheme": scheme,
        "union": Union.objects.get(pk=found.union_id),
        "shade": SHADES[found.state],
        "stops": stops_of(found, scheme),
        "sheet": sheets.sheet(found, scheme, of_all=holds),
        "result": scoring.as_points(found.result) if found.result is not None else "",
        "grade": grade.label if grade else "",
        "vetoed": scheme.items[found.vetoed].label if found.vetoed else "",
        "holds": holds,
        "enters": enters,
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
    unnamed = found.named_row is None and scheme.title_of(found.grade) is not None
    return found.state == Entry.State.SETTLED and unnamed


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
