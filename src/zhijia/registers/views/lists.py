"""One list on pages: as a table, a map or pictures, and what is done with many of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import codes, parameters
from zhijia.catalogue.register_rules import FILES, Column, Register
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registers import exporting, maps, tiles
from zhijia.registers.forms import BatchForm, FilterForm
from zhijia.registers.queries import cells, history, listing, near
from zhijia.registers.services import batching
from zhijia.registers.services.lists import Kept
from zhijia.registers.views.asking import kept_or_404, may, sent_key, working_for
from zhijia.registry.models import Union
from zhijia.registry.services import views
from zhijia.registry.views import searched
from zhijia.ui.refusing import say

SHOWS = ("table", "map", "gallery")
MOST_COLUMNS = 6
"""Fields a table shows before anybody chooses."""
ON_A_MAP = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A row as a page of a list shows it, as it is or as it was."""

    pk: UUID
    title: str
    state: str
    values: Mapping[str, Any]
    union_id: int
    latitude: float | None = None
    longitude: float | None = None


def table(request: Asked, code: str) -> HttpResponse:
    """One list of the union one works for and of those under it: a page of rows, as a table, on a map, in pictures."""
    kept = kept_or_404(request, code)
    union = working_for(request)
    return _page(request, kept, union)


@require_POST
def save_view(request: Asked, code: str) -> HttpResponse:
    """Keep filters, columns and order under a name, for oneself; or forget a kept one."""
    kept = kept_or_404(request, code)
    page = view_page(kept)
    forget = request.POST.get("forget", "")
    if forget:
        views.delete(actor=request.actor, view_id=int(forget) if forget.isdecimal() else 0)
    else:
        query = {
            name: request.POST.getlist(name) if name == "columns" else value
            for name, value in request.POST.items()
            if name not in {"csrfmiddlewaretoken", "name", "forget", "s", "after"}
        }
        query["columns"] = ",".join(request.POST.getlist("columns"))
        views.save(
            actor=request.actor, at=days.now(), page=page, name=request.POST.get("name", ""), filters=query
        )
        messages.success(request, _("The view has been saved."))
    return redirect("registers:table", code=kept.code)


@require_POST
@once
def batch(request: Asked, code: str) -> HttpResponse:
    """One field or the state of the chosen rows, all or none."""
    kept = kept_or_404(request, code)
    union = working_for(request)
    form = BatchForm(request.POST, definition=kept.definition)
    chosen = [row_id for text in request.POST.getlist("chosen") if (row_id := sent_key(text))]
    if not form.is_valid():
        return _page(request, kept, union, batch=form, status=422)
    data = form.cleaned_data
    try:
        many = batching.change(
            actor=request.actor,
            at=days.now(),
            code=kept.code,
            row_ids=chosen,
            typed={data["field"]: _typed(kept, data["field"], data["value"])} if data["field"] else {},
            state=data["state"],
            reason=data["reason"],
        )
    except Refusal as refusal:
        say(request, refusal, form)
        return _page(request, kept, union, batch=form, status=422)
    messages.success(
        request,
        ngettext("%(n)s row has been changed.", "%(n)s rows have been changed.", many) % {"n": many},
    )
    return redirect("registers:table", code=kept.code)


def view_page(kept: Kept) -> str:
    """The name saved views of a list stand under."""
    return f"list.{kept.id}"


def _page(
    request: Asked, kept: Kept, union: Union, *, batch: BatchForm | None = None, status: int = 200
) -> HttpResponse:
    definition, today = kept.definition, days.business_day(days.now())
    form = FilterForm(
        request.GET,
        columns=definition.found_by,
        states=[(state.code, state.label) for state in definition.stations],
        day=today,
        near=near.of(definition.found_by, union, today),
    )
    form.is_valid()
    key = request.GET.get("s", "")
    words = searched.kept(request, key)
    show = request.GET.get("show", "table")
    show = show if show in SHOWS else "table"
    rows, after = _rows(request, kept, union, form, words, show)
    columns = chosen_columns(definition, request.GET)
    texts = cells.lines(columns, [row.values for row in rows])
    states = {state.code: state for state in definition.stations}
    below = {row.union_id for row in rows} - {union.pk}
    keepers = dict(Union.objects.filter(pk__in=below).values_list("pk", "name")) if below else {}
    lines = [
        (
            row,
            states.get(row.state),
            state_kind(states.get(row.state), definition.first_state),
            line,
            keepers.get(row.union_id, ""),
        )
        for row, line in zip(rows, texts, strict=True)
    ]
    context: dict[str, Any] = {
        "kept": kept,
        "register": definition,
        "area": codes.label("areas", definition.group),
        "union": union,
        "form": form,
        "words": words,
        "search_key": key if words else "",
        "show": show,
        "tabs": tabs(request, definition.fields, show),
        "columns": columns,
        "named_by": definition.by_name[definition.title[0]].label,
        "choosable": [(column, column in columns) for column in definition.fields if _is_shown(column)],
        "found_by": {column.name for column in definition.found_by},
        "lines": lines,
        "next": after,
        "sheet": maps.sheet(_places(kept, rows)) if show == "map" else None,
        "tiles": tiles.source(),
        "near_url": _near_url(kept),
        "photos": _photos(definition.fields),
        "saved": views.of(request.actor, page=view_page(kept)),
        "may": may(request, kept, union),
        "batch": batch or BatchForm(definition=definition),
        "query": request.GET.urlencode(),
        "export_url": _export_url(request, kept, union),
        "on": form.cleaned_data.get("on"),
        "narrowed": bool(form.filters()) or any(map(form.cleaned_data.get, ("state", "on"))),
    }
    return tiles.allow(render(request, "registers/table.html", context, status=status))


def _export_url(request: Asked, kept: Kept, union: Union) -> str:
    address = reverse("registry:export", args=[union.code, exporting.code_of(kept)])
    return f"{address}?{request.GET.urlencode()}"


def _rows(
    request: Asked, kept: Kept, union: Union, form: FilterForm, words: str, show: str
) -> tuple[list[Line], str]:
    """The rows of a page, and where the next one begins."""
    chosen, at = form.cleaned_data, days.now()
    most = ON_A_MAP if show == "map" else parameters.value("pages.rows", day=days.business_day(at))
    after = request.GET.get("after", "")
    if chosen.get("on"):
        was = history.as_of(
            request.actor, kept.code, day=chosen["on"], at=at, union_id=union.pk,
            after=whole_number(after), rows_asked=most,
        )  # fmt: skip
        lines = [Line(one.row_id, one.title, one.state, one.values, one.union_id) for one in was.rows]
        return lines, str(was.after or "")
    order = request.GET.get("sort", "")
    known = {column.name for column in kept.definition.found_by}
    page = listing.page(
        request.actor,
        kept.code,
        at=at,
        union_id=union.pk,
        filters=form.filters(),
        state=chosen.get("state") or "",
        words=words,
        order=order if order.lstrip("-") in known else "-added",
        after=sent_key(after),
        rows=most,
    )
    lines = [
        Line(row.pk, row.title, row.state, row.values, row.union_id, row.latitude, row.longitude)
        for row in page.rows
    ]
    return lines, str(page.after or "")


def chosen_columns(register: Register, sent: Mapping[str, Any]) -> list[Column]:
    """The columns of a table: those asked for, else the first that say something in a few words. The title stands
    in the first column always."""
    asked = sent.getlist("columns") if hasattr(sent, "getlist") else []
    names = {name for one in asked for name in str(one).split(",") if name}
    if names:
        return [column for column in register.fields if column.name in names and _is_shown(column)]
    usual = [
        column
        for column in register.fields
        if _is_shown(column) and column.type != "long_text" and column.name not in register.title
    ]
    found = [column for column in usual if column.slot is not None]
    return (found + [column for column in usual if column not in found])[:MOST_COLUMNS]


def tabs(request: HttpRequest, fields: tuple[Column, ...], show: str) -> list[tuple[Any, str, bool, None]]:
    """The ways a list is shown: on a map where it has a point, in pictures where it has photos."""
    offered = [("table", _("Table"))]
    if any(column.fills == "point" for column in fields):
        offered.append(("map", _("Map")))
    if _photos(fields):
        offered.append(("gallery", _("Pictures")))
    if len(offered) == 1:
        return []
    found = []
    for way, words in offered:
        query = request.GET.copy()
        query.pop("after", None)
        query["show"] = way
        found.append((words, f"?{query.urlencode()}", way == show, None))
    return found


def state_kind(state: Any, first: str) -> str:
    """The shape a state is drawn with."""
    if state is None or state.ends:
        return "stopped"
    return "done" if state.code == first else "waiting"


def _is_shown(column: Column) -> bool:
    return column.type not in FILES and column.type != "point" and not column.sealed


def _photos(fields: tuple[Column, ...]) -> str:
    return next((column.name for column in fields if column.type == "photo"), "")


def _places(kept: Kept, rows: list[Line]) -> list[maps.Place]:
    return [
        maps.Place(row.latitude, row.longitude, row.title, reverse("registers:row", args=[kept.code, row.pk]))
        for row in rows
        if row.latitude is not None and row.longitude is not None
    ]


def _near_url(kept: Kept) -> str:
    """Where the list is read by distance, when its places are for officers to see."""
    column = kept.definition.filling("point")
    known = column is not None and column.see != "keepers"
    return f"{reverse('registers:near')}?list={kept.code}" if known else ""


def _typed(kept: Kept, name: str, text: str) -> Any:
    column = kept.definition.by_name[name]
    by_words = {str(words): one.code for one in column.choices for words in (one.label.zh, one.label.en)}
    if column.type == "code":
        return codes.read(column.code_list, text, days.business_day(days.now())) or text
    return by_words.get(text, text)
