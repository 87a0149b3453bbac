"""One row on pages: what it says to whom, how it came to say so, what falls due; moving it on."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.models import User
from zhijia.catalogue import codes
from zhijia.catalogue.register_rules import FILES, Column
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registers.forms import KeepForm, MoveForm
from zhijia.registers.models import Row, Text
from zhijia.registers.queries import cells, due, history, linked, one
from zhijia.registers.services import keeping, lists, moving, texting
from zhijia.registers.services.lists import Kept
from zhijia.registers.views.asking import may, row_or_404
from zhijia.registers.views.lists import state_kind
from zhijia.registry.models import Union
from zhijia.ui.refusing import done

LINKED = 20


def row(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """One row, with its history, what it names and what names it, what falls due."""
    kept, found, union = row_or_404(request, code, row_id)
    return _row_page(request, kept, found, union)


@require_POST
def move(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """A row goes to another state, or ends."""
    kept, found, union = row_or_404(request, code, row_id)
    form = MoveForm(request.POST, states=_ways(kept, found))
    version = whole_number(request.POST.get("version", "")) or 0
    if form.is_valid() and done(
        request,
        lambda: moving.move(
            actor=request.actor,
            at=days.now(),
            code=kept.code,
            row_id=found.pk,
            version=version,
            state=form.cleaned_data["state"],
            reason=form.cleaned_data["reason"],
        ),
        _("Done."),
        form,
    ):
        return redirect("registers:row", code=kept.code, row_id=found.pk)
    return _row_page(request, kept, found, union, move=form, status=422)


@require_POST
def keep(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """What fell due was done; the next one is counted from here."""
    kept, found, union = row_or_404(request, code, row_id)
    form = KeepForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: keeping.keep(
            actor=request.actor,
            at=days.now(),
            code=kept.code,
            row_id=found.pk,
            due=form.cleaned_data["due"],
            done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"],
        ),
        _("Written down. The next one is counted from today."),
        form,
    ):
        return redirect("registers:row", code=kept.code, row_id=found.pk)
    return _row_page(request, kept, found, union, keep_form=form, status=422)


def _row_page(
    request: Asked,
    kept: Kept,
    found: Row,
    union: Union,
    *,
    move: MoveForm | None = None,
    keep_form: KeepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    definition = kept.definition
    rights = may(request, kept, union)
    ways = _ways(kept, found)
    here = next((state for state in definition.stations if state.code == found.state), None)
    shown = one.shown(request.actor, kept, found)
    names = cells.named([line.column for line in shown], [found.values])
    labels = {rule.code: rule.label for rule in definition.dues}
    dues = due.of_row(found.pk)[:LINKED]
    public_url = (
        request.build_absolute_uri(reverse("registers:open_row", args=[kept.code, found.pk]))
        if definition.public and found.ended_on is None
        else ""
    )
    texts = texting.of_row(found.pk)
    context: dict[str, Any] = {
        "kept": kept,
        "register": definition,
        "area": codes.label("areas", definition.group),
        "union": union,
        "row": found,
        "state": here,
        "state_kind": state_kind(here, definition.first_state),
        "shown": [
            (line.column, line.text if line.column.sealed else cells.text(line.column, line.value, names))
            for line in shown
            if line.column.type not in FILES
        ],
        "files": [
            (
                line.column,
                [
                    (key, line.column.type == "photo", _read(line.column, texts.get(key)))
                    for key in line.value
                ],
            )
            for line in shown
            if line.column.type in FILES and line.value
        ],
        "waiting": due.waiting(dues) if found.ended_on is None else set(),
        "dues": [
            (one, labels.get(one.code, one.code), keeping.dated_by(definition, one.code)) for one in dues
        ],
        "today": days.business_day(days.now()),
        "history": _events(request, kept, found),
        "naming": _naming(request, found),
        "case_url": reverse("matters:file", args=[found.source_id]) if found.source == "case" else "",
        "may": rights,
        "move": move or (MoveForm(states=ways) if ways and rights["keep"] else None),
        "keep": keep_form or KeepForm(),
        "public_url": public_url,
        "public_words": _("Leads to the public page"),
    }
    return render(request, "registers/row.html", context, status=status)


def _read(column: Column, text: Text | None) -> Any:
    """Whether words of the file find the row, as a sentence; none where the list is not searched by it."""
    if not column.searched:
        return ""
    if text is None:
        return _("What it says is being read.")
    if text.failure == "encrypted":
        return _("It is locked by a password: words in it do not find this entry.")
    if text.failure:
        return _("It has no text that can be read: words in it do not find this entry.")
    return _("Words in it find this entry.")


def _naming(request: Asked, found: Row) -> list[tuple[linked.Named, Any]]:
    """The rows of lists that name this one, each with what its list is called."""
    there = lists.there()
    naming = linked.naming(request.actor, "row", found.pk)[:LINKED]
    return [(other, there[other.code].definition.label) for other in naming]


def _events(request: Asked, kept: Kept, found: Row) -> list[dict[str, Any]]:
    """What was changed when and by whom, newest first: each version beside the one before it."""
    seen = one.columns_for(kept, one.sees(request.actor, kept, found))
    columns = [column for column in seen if column.type not in FILES]
    past = history.of(request.actor, kept.code, found.pk, at=days.now())[::-1]
    versions = [(was.recorded_from, was.changed_by, was.state, was.values) for was in past]
    names = cells.named(columns, [values for *_rest, values in versions])
    logins = dict(
        User.objects.filter(pk__in={by for _at, by, *_rest in versions if by}).values_list("pk", "login")
    )
    labels = {state.code: state.label for state in kept.definition.stations}
    events = []
    for place, (at, by, state, values) in enumerate(versions):
        before = versions[place - 1] if place else None
        changed = [
            (
                column.label,
                cells.text(column, before[3].get(column.name), names),
                cells.text(column, values.get(column.name), names),
            )
            for column in columns
            if before is not None and before[3].get(column.name) != values.get(column.name)
        ]
        moved = labels.get(state, state) if before is None or before[2] != state else ""
        events.append(
            {
                "at": at,
                "who": logins.get(by or 0, ""),
                "first": before is None,
                "state": moved,
                "changed": changed,
            }
        )
    return events[::-1]


def _ways(kept: Kept, found: Row) -> list[tuple[str, Any]]:
    here = next((state for state in kept.definition.stations if state.code == found.state), None)
    if here is None or here.ends:
        return []
    return [
        (state.code, state.label)
        for state in kept.definition.stations
        if state.code != found.state and (not state.before or found.state in state.before)
    ]
