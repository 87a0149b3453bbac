"""Asking for something and seeing where it is: the member's pages."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.desk_forms import PresentForm
from zhijia.matters.forms import ReasonForm, WhomForm
from zhijia.matters.models import Case
from zhijia.matters.queries import choices, lines, offered, papers, qualifying, roster, together
from zhijia.matters.queries import mine as queries
from zhijia.matters.services import (
    appealing,
    asking,
    beginning,
    emptying,
    handing_in,
    joining,
    opening,
    presence,
)
from zhijia.matters.views import own
from zhijia.payments.queries import payments
from zhijia.registry.models import Union


def mine(request: Asked) -> HttpResponse:
    """My requests, the one that moved last first."""
    own.log_in_first(request)
    rows = queries.page(request.actor, at=days.now(), before=_moment(request.GET.get("before", "")))
    more = rows[queries.ROWS - 1].case.changed_at if len(rows) > queries.ROWS else None
    return render(request, "matters/member/mine.html", {"rows": rows[: queries.ROWS], "more": more})


def matter(request: Asked, code: str) -> HttpResponse:
    """What can be asked for here, who decides, and the button to begin."""
    found = offered.find(request.actor, code)
    if found is None:
        raise Http404
    if code in {joining.MATTER, joining.TOGETHER}:
        return redirect("registry:join_place")
    draft = queries.draft(request.actor, code)
    known = request.actor.person_id is not None and found.begins == "own"
    if request.method == "POST":
        own.log_in_first(request)
        if draft is not None and not known and "union" not in request.POST:
            return redirect("matters:form", draft.pk)
        union = Union.objects.filter(code=request.POST.get("union", "")).first()
        try:
            case = asking.start(actor=request.actor, at=days.now(), code=code, union=union)
        except Refusal as refusal:
            return own.refused(request, refusal, "matters:matter", code)
        return redirect("matters:form", case.pk)
    finding = qualifying.of_matter(found, request.actor.person_id, days.now())
    context = {
        "draft": draft,
        "whom": () if draft or known else WhomForm(unions=choices.near_everybody()),
        "matter": found,
        "stops": lines.of_matter(found),
        "finding": finding,
    }
    return render(request, "matters/member/matter.html", context)


def case(request: Asked, case_id: UUID) -> HttpResponse:
    """One of my requests: where it is, who has it, by when; what was said; what I can do. An old link to one that was
    emptied says so: it is nobody's any more."""
    own.log_in_first(request)
    if emptied := emptying.emptied_at(case_id):
        return render(request, "matters/member/emptied.html", {"emptied": emptied})
    found, about = own.found(request, case_id)
    if found.state == Case.State.DRAFT:
        return redirect("matters:form", found.pk)
    at_desk, at_work = own.at_desk(request, found), own.at_work(request, found)
    context = {
        "case": found, "matter": about, "stops": queries.line(found, about, days.now()),
        "parts": together.of([found], days.now()).get(found.pk), "around": together.around(found, days.now()),
        "roster": roster.page(found, about),
        "papers": papers.of(found, about), "money": payments.of_case(found.pk),
        "said": queries.said(found, about), "answers": queries.answers(found, about, days.now()),
        "awaited": queries.awaited(found, about), "refusal": queries.refusal(found),
        "files": found.materials.order_by("pk"), "form": ReasonForm(),
        "may_object": appealing.is_open(found, about, days.now()), "until": appealing.until(found, about),
        "at_desk": at_desk, "staff": at_work,
        "acts": _acts(request, found, at_desk=at_desk),
        "present": PresentForm(auto_id="present-%s"),
    }  # fmt: skip
    return render(request, "matters/member/case.html", context)


@require_POST
def withdraw(request: Asked, case_id: UUID) -> HttpResponse:
    """Take my request back."""
    found, _about = own.found(request, case_id)
    try:
        handing_in.withdraw(
            actor=request.actor, at=days.now(), case_id=found.pk, reason=request.POST.get("reason", "")[:1000]
        )
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("You have taken your request back."))
    return redirect("matters:case", found.pk)


@require_POST
def take_over(request: Asked, case_id: UUID) -> HttpResponse:
    """Go on myself with what an officer typed in for me."""
    found, _about = own.found(request, case_id)
    try:
        asking.take_over(actor=request.actor, at=days.now(), case_id=found.pk)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("The request is in your own hands now."))
    return redirect("matters:case", found.pk)


@require_POST
def open_up(request: Asked, case_id: UUID) -> HttpResponse:
    """Let my own union read what I asked for against my employer."""
    found, _about = own.found(request, case_id)
    try:
        opening.open_up(actor=request.actor, at=days.now(), case_id=found.pk)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("Your own union can read this request now."))
    return redirect("matters:case", found.pk)


@require_POST
def appeal(request: Asked, case_id: UUID) -> HttpResponse:
    """Object to the answer."""
    found, _about = own.found(request, case_id)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(
                "reason_missing", _("Say why you object, so that the union above knows what to look at.")
            )
        objection = appealing.appeal(
            actor=request.actor,
            at=days.now(),
            case_id=found.pk,
            key=form.cleaned_data["once"],
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("The union above looks at it anew."))
    return redirect("matters:case", objection.pk)


def _acts(request: Asked, case: Case, *, at_desk: bool) -> bool:
    """Whether who reads it may act in it now: at a desk while the member is there, for a union or an employer while
    they may."""
    if case.of_a_body:
        return beginning.goes_on(request.actor, case)
    return not at_desk or (case.user_id is None and presence.is_here(case, days.now()))


def _moment(text: str) -> datetime | None:
    """The moment an address names; none for anything else."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None
