"""A roster on the pages of whoever asks: its lines one by one, a sheet, and how each line was answered."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.forms import SubmitForm
from zhijia.matters.models import Case
from zhijia.matters.queries import mine
from zhijia.matters.queries import roster as queries
from zhijia.matters.roster_forms import LineForm, SheetForm, shown
from zhijia.matters.services import lacking, listed, rosters, sheets
from zhijia.matters.views import own

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 100
"""How many mistakes of a sheet are told at once."""


def lines(request: Asked, case_id: UUID) -> HttpResponse:
    """The lines, with how each was answered; while I may still write, one more is added here."""
    case, about, roster = _found(request, case_id)
    day = days.business_day(days.now())
    form, wrong = LineForm(roster=roster, day=day), False
    if request.method == "POST":
        once = SubmitForm(request.POST)
        once.is_valid()
        typed = _typed(request, roster)
        try:
            rosters.add(
                actor=request.actor,
                at=days.now(),
                case_id=case.pk,
                line_id=once.cleaned_data["once"],
                typed=typed,
            )
            if not request.htmx:
                return redirect("matters:lines", case.pk)
        except lacking.NotComplete as said:
            form, wrong = LineForm(roster=roster, day=day, typed=typed), True
            form.mark(said.wrong)
        except NotForYou:
            raise Http404 from None
        except Refusal as refusal:
            return own.refused(request, refusal, "matters:lines", case.pk)
    context = _context(request, case, about, roster) | {"form": form}
    template = "matters/roster/_lines.html" if request.htmx else "matters/roster/lines.html"
    return render(request, template, context, status=422 if wrong and not request.htmx else 200)


def line(request: Asked, case_id: UUID, line_id: UUID) -> HttpResponse:
    """One line, to change it."""
    case, about, roster = _found(request, case_id)
    there = case.lines.filter(pk=line_id).first()
    if there is None or case.state not in mine.WRITES:
        raise Http404
    day = days.business_day(days.now())
    form = LineForm(roster=roster, day=day, typed=shown(roster, there))
    wrong = False
    if request.method == "POST":
        typed = _typed(request, roster)
        try:
            rosters.change(actor=request.actor, at=days.now(), case_id=case.pk, line_id=there.pk, typed=typed)
            return redirect("matters:lines", case.pk)
        except lacking.NotComplete as said:
            form, wrong = LineForm(roster=roster, day=day, typed=typed), True
            form.mark(said.wrong)
        except Refusal as refusal:
            return own.refused(request, refusal, "matters:lines", case.pk)
    context = {
        "case": case, "matter": about, "roster": roster, "line": there, "form": form,
        "staff": own.at_work(request, case),
    }  # fmt: skip
    return render(request, "matters/roster/line.html", context, status=422 if wrong else 200)


@require_POST
def remove(request: Asked, case_id: UUID, line_id: UUID) -> HttpResponse:
    """Take a line away."""
    case, about, roster = _found(request, case_id)
    try:
        rosters.remove(actor=request.actor, at=days.now(), case_id=case.pk, line_id=line_id)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:lines", case.pk)
    if not request.htmx:
        return redirect("matters:lines", case.pk)
    form = LineForm(roster=roster, day=days.business_day(days.now()))
    context = _context(request, case, about, roster) | {"form": form}
    return render(request, "matters/roster/_lines.html", context)


@require_POST
def sheet(request: Asked, case_id: UUID) -> HttpResponse:
    """The lines from a workbook: checked alone, or taken over where nothing is wrong."""
    case, about, roster = _found(request, case_id)
    at = days.now()
    told: dict[str, Any] = {}
    try:
        sent = request.FILES.get("sheet")
        if sent is None:
            raise Refusal("file_missing", _("Please add a file."))
        rows, numbers = sheets.read(roster, cast(BinaryIO, sent), days.business_day(at))
        if request.POST.get("act") == "take":
            count = rosters.replace(actor=request.actor, at=at, case_id=case.pk, rows=rows)
            messages.success(request, _("%(count)d lines were taken over.") % {"count": count})
            there = reverse("matters:lines", args=[case.pk])
            return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
        fen = rosters.check(actor=request.actor, at=at, case_id=case.pk, rows=rows)
        told = {"good": len(rows), "fen": fen}
    except rosters.CellsWrong as wrong:
        cells = [(numbers[cell.line], cell.column.label, cell.words) for cell in wrong.cells]
        told = {"cells": cells[:MOST_SHOWN], "more": max(0, len(cells) - MOST_SHOWN)}
    except NeedsStepUp:
        raise
    except Refusal as refusal:
        request.refusal = refusal
        told = {"refused": str(refusal)}
    if request.htmx:
        return render(request, "matters/roster/_told.html", {"told": told})
    form = LineForm(roster=roster, day=days.business_day(at))
    context = _context(request, case, about, roster) | {"form": form, "told": told}
    return render(request, "matters/roster/lines.html", context, status=200 if "good" in told else 422)


@require_GET
def template(request: Asked, case_id: UUID) -> HttpResponse:
    """The workbook to fill in."""
    _case, _about, roster = _found(request, case_id)
    response = HttpResponse(sheets.template(roster, days.business_day(days.now())), content_type=WORKBOOK)
    name = f"{roster.label}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _context(request: Asked, case: Case, about: Matter, roster: Question) -> dict[str, Any]:
    after = whole_number(request.GET.get("after", "")) or 0
    page = queries.page(case, about, after=after)
    assert page is not None
    most = listed.most(case, roster, days.now())
    return {
        "case": case, "matter": about, "roster": roster, "shown": page, "sheet": SheetForm(auto_id="sheet-%s"),
        "writes": case.state in mine.WRITES, "most": most, "staff": own.at_work(request, case),
    }  # fmt: skip


def _typed(request: Asked, roster: Question) -> dict[str, str]:
    """What stands in the columns; whatever else was sent is nobody's."""
    return {column.name: request.POST.get(column.name, "")[:4000] for column in roster.columns}


def _found(request: Asked, case_id: UUID) -> tuple[Case, Matter, Question]:
    """My case and its roster, or 404."""
    case, about = own.found(request, case_id)
    if about.roster is None:
        raise Http404
    return case, about, about.roster
