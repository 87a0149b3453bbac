"""What falls due of the rows of all lists, on a page of its own."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registers.forms import DueForm
from zhijia.registers.queries import due
from zhijia.registers.services import lists
from zhijia.registers.views.asking import VIEW
from zhijia.registry import access


def coming(request: Asked) -> HttpResponse:
    """What is late and what falls due within three months, the most urgent first, of one list or of all."""
    access.require(request.actor, VIEW)
    at = days.now()
    chosen = lists.there().get(request.GET.get("list", ""))
    offered = {kept.code: kept for kept in (*due.lists_of(request.actor, at=at), *filter(None, [chosen]))}
    form = DueForm(request.GET, lists=[(code, kept.definition.label) for code, kept in offered.items()])
    form.is_valid()
    when = form.cleaned_data.get("when", "")
    most = int(parameters.value("pages.rows", day=days.business_day(at)))
    found = due.of(
        request.actor,
        at=at,
        code=form.cleaned_data.get("list", ""),
        late=when == "late" if when else None,
        after=_after(request.GET.get("after", "")),
        most=most + 1,
    )
    shown = found[:most]
    last = shown[-1].due if len(found) > most else None
    context = {
        "due": shown,
        "form": form,
        "next": f"{last.day.isoformat()}.{last.pk}" if last else "",
        "narrowed": bool(request.GET),
    }
    return render(request, "registers/due.html", context)


def _after(text: str) -> tuple[date, int] | None:
    """The place behind which a page begins; none where an address was made up."""
    day, _sign, number = text.partition(".")
    try:
        return (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 19 else None
    except ValueError:
        return None
