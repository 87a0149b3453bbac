"""What is near: places of all lists by distance from a point, for officers and for everybody. Where somebody stands is
sent in the body of a form, never in an address, and is kept nowhere."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registers import maps, tiles, values
from zhijia.registers.distances import Point
from zhijia.registers.queries import around, public
from zhijia.registers.queries.around import Near, Place
from zhijia.registers.services.lists import Kept
from zhijia.registers.views.asking import ground, sent_key, working_for
from zhijia.registers.views.lists import state_kind
from zhijia.registry.models import Membership
from zhijia.ui.forms import Form

TEXTS = 2
"""Texts everybody sees that stand beside a name: mostly the address and when it is open."""


class NearForm(Form):
    """Near what, of which list. A device that knows where it is fills `device` in."""

    near = forms.CharField(
        label=_("Near"),
        max_length=100,
        required=False,
        help_text=_("The name of a place on a list, or latitude and longitude: 31.8206, 117.2272."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    list = forms.ChoiceField(label=_("Which places"), required=False)
    circle = forms.BooleanField(required=False)
    device = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput({"data-here": ""}))

    def __init__(self, *args: Any, lists: Collection[Kept], minutes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["list"].choices = [  # type: ignore[attr-defined]
            ("", _("All places")),
            *((kept.code, kept.definition.label) for kept in lists),
        ]
        self.fields["circle"].label = _("Only what is within %(minutes)s minutes on foot") % {
            "minutes": minutes
        }


@require_http_methods(["GET", "POST"])
def near(request: Asked) -> HttpResponse:
    """The places officers see, under the union they work for."""
    kept, union, at = around.lists_with_places(request.actor), working_for(request), days.now()
    form = _form(request, kept)
    place = _place(request, form, lambda text: around.called(kept, text), union.pk)
    found = (
        around.rows_near(
            request.actor,
            _chosen(form, kept),
            place.point,
            at=at,
            union_id=union.pk,
            circle=form.cleaned_data["circle"],
        )
        if place
        else []
    )
    return _page(request, form, place, found, staff=True)


@require_http_methods(["GET", "POST"])
def open_near(request: Asked) -> HttpResponse:
    """The places everybody sees; with them those that members see, for who is logged in."""
    kept, at = around.open_lists_with_places(), days.now()
    form = _form(request, kept)
    place = _of_row(request, kept, at) or _place(
        request, form, lambda text: around.open_called(kept, text, at=at), _union_of_member(request)
    )
    circle = place is not None and form.is_bound and form.cleaned_data["circle"]
    found = around.open_near(_chosen(form, kept), place.point, at=at, circle=circle) if place else []
    return _page(request, form, place, found, staff=False)


def _form(request: Asked, kept: Collection[Kept]) -> NearForm:
    minutes = parameters.value("registers.circle_minutes", day=days.business_day(days.now()))
    if request.method == "POST":
        return NearForm(request.POST, lists=kept, minutes=minutes)
    return NearForm(initial={"list": request.GET.get("list", "")}, lists=kept, minutes=minutes)


def _place(
    request: Asked, form: NearForm, called: Callable[[str], Place | None], union_id: int | None
) -> Place | None:
    """Where distances are counted from; where that cannot be said, the form says why."""
    if not form.is_bound or not form.is_valid():
        return None
    if "union" in request.POST:
        place = around.of_union(union_id) if union_id is not None else None
        if place is None:
            form.add_error(None, _("Your union has written down no place with a point on the map yet."))
            return None
        title = gettext("%(place)s, which your union keeps") % {"place": place.title}
        return Place(place.point, title)
    for name in ("device", "near"):
        if point := _point(form.cleaned_data[name]):
            return Place(point)
    text = form.cleaned_data["near"].strip()
    if not text:
        form.add_error("near", _("Say near what, or let your device say where you are."))
        return None
    place = called(text)
    if place is None:
        form.add_error("near", _("No place on the lists is called so. Try other words, or a point."))
    return place


def _of_row(request: Asked, kept: Collection[Kept], at: datetime) -> Place | None:
    """The row of an open list whose page led here."""
    code, row_id = request.GET.get("of", ""), sent_key(request.GET.get("row", ""))
    if request.method == "POST" or row_id is None or code not in {one.code for one in kept}:
        return None
    row = public.find(code, row_id, at=at)
    if row is None or row.latitude is None or row.longitude is None:
        return None
    return Place(Point(row.latitude, row.longitude), row.title)


def _point(text: str) -> Point | None:
    point, _wrong = values.point(text)
    return Point(*point) if point else None


def _chosen(form: NearForm, kept: Sequence[Kept]) -> Sequence[Kept]:
    code = form.cleaned_data["list"] if form.is_bound else ""
    return [one for one in kept if code in {"", one.code}]


def _union_of_member(request: Asked) -> int | None:
    person = request.actor.person_id
    if person is None:
        return None
    own = Membership.objects.filter(person_id=person, valid_to=None)
    return own.values_list("union_id", flat=True).first()


def _page(
    request: Asked, form: NearForm, place: Place | None, found: Sequence[Near], *, staff: bool
) -> HttpResponse:
    address = "registers:row" if staff else "registers:open_row"
    lines = [_line(one, reverse(address, args=[one.kept.code, one.id])) for one in found]
    of = "" if place is None else place.title or gettext("the point you gave")
    sheet = None
    if place is not None and lines:
        dots = [
            maps.Place(one.point.latitude, one.point.longitude, one.title, line["href"])
            for one, line in zip(found, lines, strict=True)
        ]
        sheet = maps.sheet(
            [*dots, maps.Place(place.point.latitude, place.point.longitude, of, kind=maps.HERE)]
        )
    context = {
        "base": "ui/staff.html" if staff else ground(request),
        "staff": staff,
        "form": form,
        "of": of,
        "lines": lines,
        "has_union": staff or _union_of_member(request) is not None,
        "sheet": sheet,
        "tiles": tiles.source(),
    }
    return tiles.allow(render(request, "registers/near.html", context, status=422 if form.errors else 200))


def _line(one: Near, href: str) -> dict[str, Any]:
    """A place as the page shows it."""
    register = one.kept.definition
    state = next((state for state in register.stations if state.code == one.state), None)
    return {
        "href": href,
        "title": one.title,
        "list": register.label,
        "far": far(one.metres),
        "minutes": one.minutes,
        "is_open": one.is_open,
        "state": state if one.state != register.first_state else None,
        "state_kind": state_kind(state, register.first_state),
        "texts": _texts(one),
    }


def _texts(one: Near) -> list[str]:
    """The first texts of a place that everybody sees."""
    texts = (
        str(one.values[column.name])
        for column in one.kept.definition.fields
        if column.type == "text"
        and column.see in {"public", "members"}
        and column.name not in one.kept.definition.title
        and one.values.get(column.name)
    )
    return list(islice(texts, TEXTS))


def far(metres: float) -> str:
    """A distance as people say it: to ten metres, from a kilometre on to a hundred."""
    if metres < 995:
        return gettext("%(n)s m") % {"n": round(metres / 10) * 10}
    return gettext("%(n)s km") % {"n": number_format(round(metres / 1000, 1), decimal_pos=1)}
