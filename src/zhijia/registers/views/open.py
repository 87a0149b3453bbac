"""Lists that are open: what everybody sees of public ones, and every member of those kept for members."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhijia.catalogue import codes, divisions, parameters
from zhijia.catalogue.register_rules import FILES
from zhijia.files import services as stored_files
from zhijia.files.views import SANDBOX
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registers import maps, phones, tiles
from zhijia.registers.queries import around, cells, public
from zhijia.registers.queries.public import Open
from zhijia.registers.services.lists import Kept
from zhijia.registers.views.asking import ground, sent_key, there_or_404
from zhijia.registers.views.lists import ON_A_MAP, state_kind
from zhijia.registers.views.lists import tabs as ways
from zhijia.registry.views.asking import nothing
from zhijia.ui.forms import Form

NOWHERE = "-"
LINES = 3
"""Fields a list shows of each row, besides its title."""
FOUND = 5
"""Rows of each list that are shown when all are searched."""


class FindForm(Form):
    """Words and a place."""

    q = forms.CharField(label=gettext_lazy("Words"), max_length=60, required=False)
    place = forms.CharField(label=gettext_lazy("City or county"), max_length=30, required=False)

    def __init__(self, *args: Any, by_place: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_place:
            del self.fields["place"]


@require_GET
def index(request: Asked) -> HttpResponse:
    """The open lists by area; with words, what of all of them has these words."""
    at, words = days.now(), request.GET.get("q", "").strip()[:60]
    offered = public.offered()
    rows = [
        (kept, row)
        for kept in (offered if words else [])
        for row in public.page(kept.code, at=at, words=words, rows_asked=FOUND).rows
    ]
    areas = [
        (label, here)
        for code, label in codes.options("areas", days.business_day(at))
        if (here := [kept for kept in offered if kept.definition.group == code])
    ]
    context = {"base": ground(request), "words": words, "rows": rows, "areas": areas}
    return render(request, "registers/open_index.html", context)


@require_GET
def rows(request: Asked, code: str) -> HttpResponse:
    """One open list, by words and place."""
    kept, at = _open(code), days.now()
    today = days.business_day(at)
    seen = public.columns(kept)
    form = FindForm(request.GET, by_place=any(one.fills == "division" for one in seen))
    form.is_valid()
    show = "map" if request.GET.get("show") == "map" else "table"
    page = public.page(
        kept.code,
        at=at,
        place=_place(form.cleaned_data.get("place") or ""),
        words=form.cleaned_data.get("q") or "",
        after=sent_key(request.GET.get("after", "")),
        rows_asked=ON_A_MAP if show == "map" else parameters.value("pages.rows", day=today),
    )
    columns = [
        one
        for one in seen
        if one.type not in FILES | {"point", "long_text"} and one.name not in kept.definition.title
    ][:LINES]
    texts = cells.lines(columns, [row.values for row in page.rows])
    lines = [
        (
            row,
            [
                (column.label, text)
                for column, text in zip(columns, line, strict=True)
                if text != cells.NOTHING
            ],
        )
        for row, line in zip(page.rows, texts, strict=True)
    ]
    placed = tuple(one for one in seen if one.fills == "point")
    context: dict[str, Any] = {
        "base": ground(request),
        "kept": kept,
        "register": kept.definition,
        "form": form,
        "show": show,
        "tabs": ways(request, placed, show),
        "lines": lines,
        "next": str(page.after or ""),
        "sheet": maps.sheet(_dots(kept, page.rows)) if show == "map" else None,
        "tiles": tiles.source(),
        "near_url": f"{reverse('registers:open_near')}?list={kept.code}" if placed else "",
    }
    return tiles.allow(render(request, "registers/open_list.html", context))


@require_GET
def row(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """One row of an open list, in the fields everybody sees."""
    kept, at = _open(code), days.now()
    found = public.find(kept.code, row_id, at=at)
    if found is None:
        nothing()
    seen = public.columns(kept)
    columns = [column for column in seen if column.type not in FILES]
    (texts,) = cells.lines(columns, [found.values])
    state = next((one for one in kept.definition.stations if one.code == found.state), None)
    context: dict[str, Any] = {
        "base": ground(request),
        "kept": kept,
        "register": kept.definition,
        "row": found,
        "is_open": around.is_open(kept, found.state, found.values, at=at),
        **_way(kept, found),
        "state": state,
        "state_kind": state_kind(state, kept.definition.first_state),
        "lines": [
            (column.label, text, phones.dialled(text) if column.type == "text" else "")
            for column, text in zip(columns, texts, strict=True)
            if text != cells.NOTHING
        ],
        "photos": [key for one in seen if one.type == "photo" for key in found.values.get(one.name) or []],
        "files": [key for one in seen if one.type == "file" for key in found.values.get(one.name) or []],
    }
    return tiles.allow(render(request, "registers/open_row.html", context))


@require_GET
def file(request: Asked, code: str, row_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """A photo or document of a row of an open list."""
    kept = _open(code)
    found = public.find(kept.code, row_id, at=days.now())
    if found is None or not any(
        str(file_id) in (found.values.get(one.name) or [])
        for one in public.columns(kept)
        if one.type in FILES
    ):
        nothing()
    try:
        opened = stored_files.open_for(actor=request.actor, at=days.now(), file_id=file_id)
    except NotForYou:
        nothing()
    response = StreamingHttpResponse(opened.pieces, content_type=opened.file.media_type)
    response["Content-Length"] = str(opened.file.size)
    response["Content-Disposition"] = content_disposition_header(True, opened.file.name) or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _open(code: str) -> Kept:
    """The list, when anybody may see it; those for members every account of theirs."""
    kept = there_or_404(code)
    if not public.columns(kept):
        nothing()
    return kept


def _way(kept: Kept, found: Open) -> dict[str, Any]:
    """How one comes to a row that has a point: the map, the address a device's own map opens (RFC 5870, so that no
    map service is asked), and what else is near it."""
    if found.latitude is None or found.longitude is None:
        return {}
    here = f"{found.latitude:.6f},{found.longitude:.6f}"
    return {
        "sheet": maps.sheet([maps.Place(found.latitude, found.longitude, found.title, kind=maps.HERE)]),
        "tiles": tiles.source(),
        "geo": f"geo:{here}?q={here}({quote(found.title, safe='')})",
        "near_url": f"{reverse('registers:open_near')}?{urlencode({'of': kept.code, 'row': str(found.id)})}",
    }


def _dots(kept: Kept, found: Any) -> list[maps.Place]:
    return [
        maps.Place(
            one.latitude, one.longitude, one.title, reverse("registers:open_row", args=[kept.code, one.id])
        )
        for one in found
        if one.latitude is not None and one.longitude is not None
    ]


def _place(text: str) -> str:
    """The code of the place somebody names; one nobody knows holds nothing."""
    if not text.strip():
        return ""
    found = divisions.search(text.strip())
    return found[0].code if found else NOWHERE
