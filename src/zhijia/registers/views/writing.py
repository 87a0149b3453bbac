"""Adding a row on pages, and changing one, also where two write at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.accounts.models import User
from zhijia.catalogue.register_rules import FILES, Column
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registers.forms import RowForm, standing
from zhijia.registers.models import Past, Row
from zhijia.registers.queries import cells, meaning, near
from zhijia.registers.services import adding, changing, filing
from zhijia.registers.services.changing import ChangedMeanwhile
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.views.asking import kept_or_404, may, row_or_404, working_for
from zhijia.registry.models import Person, Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import say


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
