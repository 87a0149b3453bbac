"""Rows from a sheet, on pages: send it, see what was found, confirm, take back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.registers.forms import SheetForm
from zhijia.registers.models import Row, Sheet
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.sheets import runs
from zhijia.registers.services.sheets import template as templates
from zhijia.registers.services.sheets.headings import NAMES_A_ROW, REFERENCE
from zhijia.registers.views.asking import kept_or_404, may, working_for
from zhijia.registry import access
from zhijia.registry.services.imports import words
from zhijia.registry.views.asking import nothing
from zhijia.ui.templatetags.ui import listed

State = Sheet.State
SHOWN = 20
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES: dict[str, tuple[Any, str]] = {
    State.SENT: (gettext_lazy("Being checked"), "moving"),
    State.CHECKED: (gettext_lazy("Checked, waiting for you"), "waiting"),
    State.WRITING: (gettext_lazy("Being written"), "moving"),
    State.WRITTEN: (gettext_lazy("On the list"), "done"),
    State.UNDOING: (gettext_lazy("Being taken back"), "moving"),
    State.UNDONE: (gettext_lazy("Taken back"), "stopped"),
    State.FAILED: (gettext_lazy("Could not be read"), "stopped"),
}
_KINDS = {"nothing_changes": "success", "changed_meanwhile": "warning"}
_ENDED: dict[str, tuple[Any, str]] = {
    "nothing_usable": (gettext_lazy("Nothing could be taken"), "stopped"),
    "nothing_changes": (gettext_lazy("Nothing to change"), "done"),
}
"""What became of a sheet that was read and writes nothing."""
_STOPS = (gettext_lazy("Send"), gettext_lazy("Check"), gettext_lazy("Confirm"), gettext_lazy("Write"))
_REACHED = {
    State.SENT: 1, State.FAILED: 1, State.CHECKED: 2, State.WRITING: 3, State.WRITTEN: 4, State.UNDOING: 4,
    State.UNDONE: 4,
}  # fmt: skip
_NO_HEADER = gettext_lazy(
    "No heading was recognised. The first row must name the columns; or use our template."
)
_NO_COLUMN = gettext_lazy("There is no column for %(field)s. Head it so, or use our template.")
_NEEDS_MORE = gettext_lazy(
    "Each entry of this list needs %(field)s, which no sheet can hold. Add them one by one."
)
_FAILURES: dict[str, Any] = {
    "no_header": _NO_HEADER,
    "nothing_usable": gettext_lazy(
        "Something is wrong with every row that would be written. Mend the cells named below and send the file again."
    ),
    "nothing_changes": gettext_lazy("All rows of this file say what the list says already."),
    "changed_meanwhile": gettext_lazy(
        "Somebody changed rows of this sheet since it was checked. See below what it would write now, and confirm "
        "again."
    ),
}


def overview(request: Asked, code: str) -> HttpResponse:
    """The sheets a union has sent for a list, and the box for the next one."""
    kept = kept_or_404(request, code)
    union = working_for(request)
    if not may(request, kept, union)["add"]:
        nothing()
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                sheet = runs.send(
                    actor=request.actor, at=days.now(), kept=kept, union=union, name=file.name,
                    content=file.file,
                )  # fmt: skip
            return redirect("registers:import", code=kept.code, number=sheet.pk)
        except NotForYou:
            raise
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    sent = Sheet.objects.filter(register_id=kept.id, union_id=union.pk).order_by("-pk")[:SHOWN]
    context = {
        "kept": kept, "register": kept.definition, "union": union, "form": form,
        "rows": [(sheet, _status(sheet)) for sheet in sent],
    }  # fmt: skip
    return render(request, "registers/sheets.html", context)


@require_GET
def template(request: Asked, code: str) -> HttpResponse:
    """Our own workbook to fill in."""
    kept = kept_or_404(request, code)
    content = templates.workbook(kept.definition, days.business_day(days.now()))
    response = HttpResponse(content, content_type=WORKBOOK)
    name = f"{kept.definition.label}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_GET
def detail(request: Asked, code: str, number: int) -> HttpResponse:
    """One sheet: how far it is, what was found, what can be done. htmx asks for the moving part alone."""
    kept, sheet = _sheet_or_404(request, code, number)
    name = "registers/_sheet.html" if request.htmx else "registers/sheet.html"
    now = days.now()
    labels = {column.name: column.label for column in kept.definition.fields} | {REFERENCE: NAMES_A_ROW}
    context: dict[str, Any] = {
        "kept": kept,
        "register": kept.definition,
        "sheet": sheet,
        "status": _status(sheet),
        "stops": _stops(sheet),
        "moving": sheet.state in runs.MOVING,
        "stalled": runs.stalled(sheet, now),
        "failure": _failure(kept, sheet),
        "failure_kind": _KINDS.get(sheet.failure, "error"),
        "listed": sheet.state in (State.WRITTEN, State.UNDONE) or sheet.failure == "nothing_changes",
        "writes": (sheet.counts.get("new", 0) + sheet.counts.get("changed", 0)) if sheet.counts else 0,
        "names_rows": bool(sheet.counts.get("changed") or sheet.counts.get("unchanged")),
        "changes": _changes(kept, sheet, labels),
        "reference": NAMES_A_ROW,
        "mistakes": [(row, labels.get(field, ""), said) for row, field, said in sheet.mistakes],
        "undo_open": sheet.state == State.WRITTEN
        and sheet.undo_until is not None
        and now <= sheet.undo_until,
    }
    return render(request, name, context)


@require_POST
def confirm(request: Asked, code: str, number: int) -> HttpResponse:
    """Write the good rows. A second click finds it under way."""
    return _act(request, code, number, runs.confirm)


@require_POST
def undo(request: Asked, code: str, number: int) -> HttpResponse:
    """Take the sheet back."""
    return _act(request, code, number, runs.undo)


@require_POST
def again(request: Asked, code: str, number: int) -> HttpResponse:
    """Start a run again that has stopped without a word."""
    return _act(request, code, number, runs.again)


def _act(request: Asked, code: str, number: int, do: Callable[..., Sheet]) -> HttpResponse:
    kept, sheet = _sheet_or_404(request, code, number)
    try:
        with transaction.atomic():
            do(actor=request.actor, at=days.now(), kept=kept, sheet_id=sheet.pk)
    except NotForYou:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("registers:import", code=kept.code, number=sheet.pk)


def _sheet_or_404(request: Asked, code: str, number: int) -> tuple[Kept, Sheet]:
    kept = kept_or_404(request, code)
    sheet = Sheet.objects.filter(pk=number, register_id=kept.id).first()
    if sheet is None or not access.may(request.actor, kept.definition.keeper, sheet.union_id):
        nothing()
    return kept, sheet


def _status(sheet: Sheet) -> tuple[Any, str]:
    """What became of it in a word, and the shape it is drawn with."""
    return (
        _ENDED.get(sheet.failure, STATES[sheet.state]) if sheet.state == State.FAILED else STATES[sheet.state]
    )


def _changes(kept: Kept, sheet: Sheet, labels: Mapping[str, Any]) -> list[tuple[int, Row, str]]:
    """The rows that will say something else, as far as whoever looks sees them: at which row, which fields."""
    if sheet.state not in (State.CHECKED, State.WRITING):
        return []
    asked = Row.objects.filter(register_id=kept.id, number__in=[number for _at, number, _in in sheet.changes])
    found = {row.number: row for row in asked.only("pk", "number", "title")}
    return [
        (at, found[number], listed(labels.get(name, name) for name in fields))
        for at, number, fields in sheet.changes
        if number in found
    ]


def _failure(kept: Kept, sheet: Sheet) -> str:
    code, _colon, field = sheet.failure.partition(":")
    if code in {"no_column", "needs_more"}:
        words_of = _NO_COLUMN if code == "no_column" else _NEEDS_MORE
        return str(words_of % {"field": kept.definition.by_name[field].label})
    if code in _FAILURES:
        return str(_FAILURES[code])
    return words.of_file(sheet.failure) if sheet.failure else ""


def _stops(sheet: Sheet) -> list[dict[str, Any]]:
    reached = _REACHED[State(sheet.state)]
    now = "stopped" if sheet.state == State.FAILED else "now"
    stops = [
        {"title": title, "state": "done" if place < reached else now if place == reached else "next"}
        for place, title in enumerate(_STOPS)
    ]
    if sheet.state == State.UNDONE:
        stops.append({"title": _("Taken back"), "state": "stopped"})
    return stops
