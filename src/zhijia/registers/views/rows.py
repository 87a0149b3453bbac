"""One row on pages: what it says to whom, how it came to say so, what falls due; adding, changing, moving it on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.accounts.models import User
from zhijia.catalogue import codes
from zhijia.catalogue.register_rules import FILES, Column
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registers.forms import KeepForm, MoveForm, RowForm, standing
from zhijia.registers.models import Past, Row, Text
from zhijia.registers.queries import cells, due, history, linked, meaning, near, one
from zhijia.registers.services import adding, changing, filing, keeping, lists, moving, texting
from zhijia.registers.services.changing import ChangedMeanwhile
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.views.asking import kept_or_404, may, row_or_404, working_for
from zhijia.registers.views.lists import state_kind
from zhijia.registry.models import Person, Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import done, say

LINKED = 20


def row(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """One row, with its history, what it names and what names it, what falls due."""
    kept, found, union = row_or_404(request, code, row_id)
    return _row_page(request, kept, found, union)


@once
def add(request: Asked, code: str) -> HttpResponse:
    """A new row at the union one works for."""
    kept = kept_or_404(request, code)
    union = working_for(request)
    if not may(request, kept, union)["add"]:
        nothing()
    form = _form(request, kept, union, None)
    if request.method == "POST":
        row_id = new_id()
        try:
            typed, wrong = _typed(request, kept, union, form, row_id, None)
            if wrong:
                raise NotTaken(tuple(wrong))
            made = adding.add(
                actor=request.actor, at=days.now(), code=code, union_id=union.pk, typed=typed, row_id=row_id
            )
        except NotTaken as refusal:
            form.mark(refusal.wrong)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("It stands on the list."))
            return redirect("registers:row", code=kept.code, row_id=made.pk)
    return _form_page(request, kept, union, form, None)


def change(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """What a row says is changed. Who changed it in between is not written over: both texts are shown."""
    kept, found, union = row_or_404(request, code, row_id)
    if not may(request, kept, union)["keep"] or found.ended_on is not None:
        nothing()
    form = _form(request, kept, union, found)
    if request.method == "POST":
        version = whole_number(request.POST.get("version", "")) or 0
        typed: dict[str, Any] = {}
        try:
            typed, wrong = _typed(request, kept, union, form, found.pk, found)
            if wrong:
                raise NotTaken(tuple(wrong))
            changing.change(
                actor=request.actor, at=days.now(), code=code, row_id=found.pk, version=version, typed=typed
            )
        except ChangedMeanwhile as meanwhile:
            return _both(request, kept, union, meanwhile, typed)
        except NotTaken as refusal:
            form.mark(refusal.wrong)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("Changed. What it said before stays in its history."))
            return redirect("registers:row", code=kept.code, row_id=found.pk)
    return _form_page(request, kept, union, form, found)


@require_POST
def choose(request: Asked, code: str, row_id: UUID) -> HttpResponse:
    """Of two texts written at once, the ones the second chose."""
    kept, found, union = row_or_404(request, code, row_id)
    version = whole_number(request.POST.get("version", "")) or 0
    typed = {
        name: request.POST.getlist(f"mine_{name}")
        if column.type in FILES | {"choices"}
        else request.POST.get(f"mine_{name}", "")
        for name, column in kept.definition.by_name.items()
        if request.POST.get(f"take_{name}") == "mine"
    }
    if not typed:
        messages.success(request, _("Nothing was changed: what the other wrote stands."))
        return redirect("registers:row", code=kept.code, row_id=found.pk)
    try:
        changing.change(
            actor=request.actor, at=days.now(), code=code, row_id=found.pk, version=version, typed=typed
        )
    except ChangedMeanwhile as meanwhile:
        return _both(request, kept, union, meanwhile, typed)
    except Refusal as refusal:
        say(request, refusal)
        return redirect("registers:change", code=kept.code, row_id=found.pk)
    messages.success(request, _("Changed. What it said before stays in its history."))
    return redirect("registers:row", code=kept.code, row_id=found.pk)


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


def _form(request: Asked, kept: Kept, union: Union, found: Row | None) -> RowForm:
    today = days.business_day(days.now())
    columns = kept.definition.fields
    values = _opened(request, found) if found is not None else {}
    names = _people(columns, values)
    return RowForm(
        request.POST or None,
        columns=columns,
        day=today,
        near=near.of(columns, union, today, values),
        sealed=[column.name for column in columns if column.sealed and values.get(column.name)],
        initial={column.name: standing(column, values.get(column.name), names) for column in columns},
    )


def _opened(request: Asked, found: Row) -> dict[str, Any]:
    """What the row said when the form was opened: what was typed is compared with that."""
    version = whole_number(request.POST.get("version", "")) or found.version
    if version == found.version:
        return found.values
    past = Past.objects.filter(row_id=found.pk, version=version).values_list("values", flat=True).first()
    return found.values if past is None else past


def _people(columns: tuple[Column, ...], values: dict[str, Any]) -> dict[str, str]:
    keys = [values[column.name] for column in columns if column.type == "person" and values.get(column.name)]
    return {str(key): name for key, name in Person.objects.filter(pk__in=keys).values_list("pk", "name")}


def _typed(
    request: Asked, kept: Kept, union: Union, form: RowForm, row_id: UUID, found: Row | None
) -> tuple[dict[str, Any], list[Any]]:
    """What was typed that is not what stood there, people found by what was written of them; and the mistakes."""
    written = form.typed()
    changed = set(form.changed_data) if found is not None else set(written)
    said = {
        name: value
        for name, value in written.items()
        if name in changed and not (kept.definition.by_name[name].sealed and not value)
    }
    typed, wrong = meaning.handed(kept.definition, union, said, days.business_day(days.now()))
    typed.update(
        filing.stored(
            actor=request.actor,
            at=days.now(),
            union=union,
            row_id=row_id,
            columns=form.columns,
            sent={name: request.FILES.getlist(name) for name in request.FILES},
            before=found.values if found is not None else {},
            without=request.POST.getlist("take_out"),
        )
    )
    return typed, wrong


def _form_page(request: Asked, kept: Kept, union: Union, form: RowForm, found: Row | None) -> HttpResponse:
    definition = kept.definition
    files = [
        (column, found.values.get(column.name) or [])
        for column in definition.fields
        if found is not None and column.type in FILES and found.values.get(column.name)
    ]
    context = {
        "kept": kept, "register": definition, "union": union, "form": form, "row": found, "files": files,
        "version": whole_number(request.POST.get("version", "")) or (found.version if found else 1),
    }  # fmt: skip
    return render(
        request, "registers/form.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _both(
    request: Asked, kept: Kept, union: Union, meanwhile: ChangedMeanwhile, typed: dict[str, Any]
) -> HttpResponse:
    """Both texts, field by field."""
    now = meanwhile.row
    definition = kept.definition
    columns = [definition.by_name[name] for name in typed]
    names = cells.named(columns, [now.values, typed])
    lines = [
        {
            "column": column,
            "theirs": cells.text(column, now.values.get(column.name), names),
            "mine": _as_typed(column, typed[column.name], names),
            "values": typed[column.name] if isinstance(typed[column.name], list) else [typed[column.name]],
        }
        for column in columns
    ]
    by = User.objects.filter(pk=meanwhile.by or 0).values_list("login", flat=True).first() or ""
    context = {
        "kept": kept, "register": definition, "union": union, "row": now, "lines": lines, "by": by,
        "when": meanwhile.when,
    }  # fmt: skip
    return render(request, "registers/both.html", context, status=409)


def _as_typed(column: Column, value: Any, names: cells.Named) -> str:
    """What was typed, in the words a page shows it by: numbers and days as they were written."""
    if column.type in {"whole", "money", "date", "point", "yes_no", "mobile"} or not value:
        return str(value or cells.NOTHING)
    return cells.text(column, value, names)
