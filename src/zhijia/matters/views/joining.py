"""Into a request from another page: from a union's poster to joining it, from my data to putting a field right."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from zhijia.catalogue import fields
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.models import Case
from zhijia.matters.queries import lines, mine, offered
from zhijia.matters.services import asking, joining, versions
from zhijia.registry.services import corrections
from zhijia.registry.services.joining import routed
from zhijia.registry.views.asking import known_union, log_in_first
from zhijia.ui.refusing import say

CORRECTION, WHICH = "correction", "which"


def join(request: Asked, code: str) -> HttpResponse:
    """To join this union: how it goes, and the button to begin. A request that is under way is shown instead."""
    log_in_first(request.actor)
    union = known_union(code)
    if union.dissolved_on is not None:
        return redirect("registry:join", code=union.code)
    going = mine.under_way(request.actor, joining.MATTER, days.now())
    if going is not None and going.case.closed_at is None:
        return redirect("matters:case", going.case.pk)
    if request.method != "POST":
        newcomer = request.actor.person_id is None
        return _before(
            request, joining.MATTER, over=union.name, together=joining.TOGETHER if newcomer else ""
        )
    try:
        case = joining.begin(
            actor=request.actor,
            at=days.now(),
            union=union,
            routed=routed(request.GET.get("by", "")),
            together="together" in request.POST,
        )
    except Refusal as refusal:
        say(request, refusal)
        return redirect("registry:join", code=union.code)
    return redirect("matters:form", case.pk)


def my_application(request: Asked) -> HttpResponse:
    """My last request to join, or the choice of a union."""
    log_in_first(request.actor)
    last = Case.objects.filter(user_id=request.actor.user_id or 0, code=joining.MATTER).order_by(
        "-changed_at"
    )
    case = last.first()
    return redirect("registry:join_place") if case is None else redirect("matters:case", case.pk)


def correct(request: Asked, field: str) -> HttpResponse:
    """To have a field of my data put right: what becomes of it, and the button to begin."""
    log_in_first(request.actor)
    if request.actor.person_id is None or field not in corrections.OWN:
        raise Http404
    if request.method != "POST":
        return _before(request, CORRECTION, over=str(fields.get(field).label))
    try:
        case = asking.start(actor=request.actor, at=days.now(), code=CORRECTION)
        asking.keep(actor=request.actor, at=days.now(), case_id=case.pk, typed={WHICH: field})
    except Refusal as refusal:
        say(request, refusal)
        return redirect("registry:my_data")
    return redirect("matters:form", case.pk)


def _before(request: Asked, code: str, *, over: str, together: str = "") -> HttpResponse:
    matter: Matter = versions.definition(
        versions.in_force(code, at=days.now(), day=days.business_day(days.now()))
    )
    context: dict[str, Any] = {
        "draft": mine.draft(request.actor, code),
        "matter": matter,
        "over": over,
        "stops": lines.of_matter(matter),
        "together": offered.find(request.actor, together),
    }
    return render(request, "matters/member/matter.html", context)
