"""Roster imports: send a file, look at what was found, confirm, take back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access
from zhijia.registry.import_forms import RosterForm
from zhijia.registry.models import RosterImport, Union
from zhijia.registry.queries import imports as queries
from zhijia.registry.services.imports import runs
from zhijia.registry.services.imports import template as templates
from zhijia.registry.views import import_words
from zhijia.registry.views.asking import nothing, union_or_404

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def overview(request: Asked, code: str) -> HttpResponse:
    """The rosters a union has sent, and the box for the next one."""
    union = union_or_404(request, code, "roster.import")
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                roster = runs.upload(
                    actor=request.actor, at=days.now(), union=union, name=file.name, content=file.file
                )
            return redirect("registry:import", import_id=roster.pk)
        except NotForYou:
            raise
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    page = queries.page(actor=request.actor, union=union, before=_before(request))
    rows = [{"roster": roster, "status": import_words.status(roster)} for roster in page.rows]
    context = {
        "union": union, "form": form, "rows": rows, "next": page.next, "of_many": runs.has_others_under_it(union),
    }  # fmt: skip
    return render(request, "registry/imports/list.html", context)


@require_GET
def template(request: Asked, code: str) -> HttpResponse:
    """Our own workbook to fill in."""
    union = union_or_404(request, code, "roster.import")
    content = templates.workbook(
        day=days.business_day(days.now()),
        language=get_language() or "zh-hans",
        many=runs.has_others_under_it(union),
    )
    response = HttpResponse(content, content_type=WORKBOOK)
    name = f"{_('Roster')}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_GET
def detail(request: Asked, import_id: int) -> HttpResponse:
    """One import: how far it is, what was found, what can be done. htmx asks for the moving part alone."""
    roster = _roster_or_404(request, import_id)
    name = "registry/imports/_import.html" if request.htmx else "registry/imports/detail.html"
    union = Union.objects.get(pk=roster.union_id)
    context: dict[str, Any] = {
        "roster": roster,
        "union": union,
        "shown": import_words.shown(roster, days.now()),
        "may_undo": access.may(request.actor, "roster.undo", union.pk),
    }
    return render(request, name, context)


@require_POST
def confirm(request: Asked, import_id: int) -> HttpResponse:
    """Write the good rows now, or all or nothing. A second click finds it under way."""
    mode = request.POST.get("mode", "")
    return _act(
        request,
        import_id,
        lambda at: runs.confirm(actor=request.actor, at=at, import_id=import_id, mode=mode),
    )


@require_POST
def undo(request: Asked, import_id: int) -> HttpResponse:
    """Take the import back."""
    return _act(request, import_id, lambda at: runs.undo(actor=request.actor, at=at, import_id=import_id))


@require_POST
def again(request: Asked, import_id: int) -> HttpResponse:
    """Start a run again that has stopped without a word."""
    return _act(request, import_id, lambda at: runs.again(actor=request.actor, at=at, import_id=import_id))


def _act(request: Asked, import_id: int, do: Callable[[Any], RosterImport]) -> HttpResponse:
    _roster_or_404(request, import_id)
    try:
        with transaction.atomic():
            do(days.now())
    except NotForYou:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("registry:import", import_id=import_id)


def _roster_or_404(request: Asked, import_id: int) -> RosterImport:
    roster = queries.find(request.actor, import_id)
    if roster is None:
        nothing()
    return roster


def _before(request: Asked) -> int | None:
    return whole_number(request.GET.get("after", ""))
