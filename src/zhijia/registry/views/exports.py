"""Exports: ask for a table, see how far it is, open it; allow or refuse another's."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope
from zhijia.registry.export_forms import ExportForm, RefuseForm
from zhijia.registry.lookup_rules import Form, recognised
from zhijia.registry.models import Export, Union
from zhijia.registry.queries import exports as queries
from zhijia.registry.services.exports import asking, deciding, opening, tables
from zhijia.registry.services.exports.asking import Wish
from zhijia.registry.services.exports.tables import ExportTable
from zhijia.registry.views import export_words, searched
from zhijia.registry.views.asking import nothing

CHOSEN, DRAFT = "chosen_people", "export_draft"
KEPT = 5


def export(request: Asked, code: str, table: str) -> HttpResponse:
    """What to take along of a union's table; then it is made in the background."""
    wanted, union = _table_or_404(request, code, table)
    may_clear = access.may(request.actor, "person.reveal", union.pk)
    form = ExportForm(request.POST or None, table=wanted, may_clear=may_clear, initial=_draft(request))
    if request.method == "POST" and form.is_valid():
        clear = bool(form.cleaned_data.get("clear") or wanted.fixed_purpose)
        if clear and not request.actor.stepped_up:
            return _step_up(request, form)
        made = _asked(request, form, wanted, union)
        if made is not None:
            return redirect("registry:export_detail", export_id=made.pk)
    filters = wanted.filters(_sent(request))
    context = {"union": union, "table": wanted, "form": form, "narrowed": filters}
    context["filtered"] = any(chosen for by, chosen in filters.items() if by != "members_only")
    context["many"] = wanted.count(request.actor, union, filters, asking.COUNTED)
    context["alone"] = asking.alone_limit(days.now())
    status = 422 if form.errors else 200
    return render(request, "registry/exports/ask.html", context, status=status)


def print_cards(request: Asked, code: str) -> HttpResponse:
    """The batch bar: the chosen members' cards. Who was chosen is kept in the session, never in an address. Who opens
    the address itself is led to the members."""
    _table_or_404(request, code, "cards")
    if request.method != "POST":
        return redirect("registry:members", code=code)
    chosen = [text for text in request.POST.getlist("chosen") if _is_id(text)]
    if not chosen:
        messages.info(request, _("Choose at least one member."))
        return redirect("registry:members", code=code)
    key = new_id().hex[-12:]
    kept = dict(list(request.session.get(CHOSEN, {}).items())[-KEPT:])
    request.session[CHOSEN] = {**kept, key: chosen}
    address = reverse("registry:export", kwargs={"code": code, "table": "cards"})
    return redirect(f"{address}?{urlencode({'chosen': key})}")


@require_GET
def listing(request: Asked) -> HttpResponse:
    """My exports, and those of others that wait for me."""
    rights = scope.rights(request, request.actor)
    if not rights.permissions & {"export.make", "export.allow"}:
        access.require(request.actor, "export.make")
    after = request.GET.get("after", "")
    page = queries.page(request.actor, UUID(after) if _is_id(after) else None)
    waiting = list(queries.waiting(rights)[: queries.SHOWN])
    names = dict(
        Union.objects.filter(pk__in={one.union_id for one in [*page.rows, *waiting]}).values_list(
            "pk", "name"
        )
    )
    context = {
        "rows": [export_words.listed(one, names[one.union_id]) for one in page.rows],
        "waiting": [export_words.listed(one, names[one.union_id]) for one in waiting],
        "next": page.after,
    }
    return render(request, "registry/exports/list.html", context)


@require_GET
def detail(request: Asked, export_id: UUID) -> HttpResponse:
    """One export: how far it is, its file, or the question to the second person. htmx asks for the moving part."""
    found = _export_or_404(request, export_id)
    context = {
        "export": found,
        "union": Union.objects.get(pk=found.union_id),
        "shown": export_words.shown(found, days.now()),
        "mine": found.user_id == request.actor.user_id,
        "form": RefuseForm(),
    }
    name = "registry/exports/_export.html" if request.htmx else "registry/exports/detail.html"
    return render(request, name, context)


@require_POST
def answer(request: Asked, export_id: UUID) -> HttpResponse:
    """The second person's yes or no."""
    said, why = request.POST.get("answer_is", ""), request.POST.get("answer", "")

    def do(at: datetime) -> Export:
        if said == "allow":
            return deciding.allow(actor=request.actor, at=at, export_id=export_id)
        return deciding.refuse(actor=request.actor, at=at, export_id=export_id, answer=why)

    return _act(request, export_id, do)


@require_POST
def withdraw(request: Asked, export_id: UUID) -> HttpResponse:
    """Take back what one asked for."""
    return _act(
        request, export_id, lambda at: asking.withdraw(actor=request.actor, at=at, export_id=export_id)
    )


@require_POST
def again(request: Asked, export_id: UUID) -> HttpResponse:
    """Start a run again that has stopped without a word."""
    return _act(request, export_id, lambda at: asking.again(actor=request.actor, at=at, export_id=export_id))


@require_GET
def open_file(request: Asked, export_id: UUID) -> HttpResponse:
    """To the file, for who asked, while it is there; one in clear after the password."""
    found = opening.require_open(actor=request.actor, at=days.now(), export_id=export_id)
    return redirect("files:stored_file", file_id=found.file_id)


def _asked(request: Asked, form: ExportForm, table: ExportTable, union: Union) -> Export | None:
    wish = Wish(
        table=table.code,
        union=union,
        filters=_sent(request),
        language=get_language() or "zh-hans",
        **form.chosen(),
    )
    try:
        with transaction.atomic():
            made = asking.ask(actor=request.actor, at=days.now(), wish=wish)
    except NotForYou:
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    request.session.pop(DRAFT, None)
    return made


def _step_up(request: Asked, form: ExportForm) -> HttpResponse:
    """The password first; what was filled in waits in the session."""
    kept: Mapping[str, Any] = form.cleaned_data
    request.session[DRAFT] = {**kept, "once": str(kept["once"])}
    return redirect(f"{reverse('accounts:step_up')}?{urlencode({'next': request.get_full_path()})}")


def _draft(request: Asked) -> dict[str, Any]:
    draft: dict[str, Any] = request.session.get(DRAFT, {}) if request.method == "GET" else {}
    return draft


def _sent(request: Asked) -> dict[str, Any]:
    """What the page this comes from was narrowed to: from the address, and what the session keeps for it."""
    sent: dict[str, Any] = dict(request.GET.items())
    name = searched.kept(request, sent.get("s", ""))
    by = "initials" if recognised(name).form is Form.INITIALS else "name"
    people = request.session.get(CHOSEN, {}).get(sent.get("chosen", ""), [])
    return {**sent, by: name.lower() if by == "initials" else name, "people": people}


def _table_or_404(request: Asked, code: str, table: str) -> tuple[ExportTable, Union]:
    union = Union.objects.filter(code=code).first()
    try:
        wanted = tables.get(table)
        if union is None:
            nothing()
        asking.may_have(request.actor, wanted, union.pk, clear=bool(wanted.fixed_purpose))
    except (tables.UnknownTable, NotForYou):
        nothing()
    return wanted, union


def _export_or_404(request: Asked, export_id: UUID) -> Export:
    found = queries.find(request.actor, export_id)
    if found is None:
        nothing()
    return found


def _act(request: Asked, export_id: UUID, do: Callable[[datetime], Export]) -> HttpResponse:
    _export_or_404(request, export_id)
    try:
        with transaction.atomic():
            do(days.now())
    except NotForYou:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("registry:export_detail", export_id=export_id)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
