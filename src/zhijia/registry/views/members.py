"""The members table: filter, saved views, keyset pages, masked columns, batch bar."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import scope
from zhijia.registry.forms import FilterForm
from zhijia.registry.lookup_rules import EXACT, Form, recognised
from zhijia.registry.queries import counts
from zhijia.registry.queries import members as queries
from zhijia.registry.services import finding, views
from zhijia.registry.views import searched
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.forms import OnceField


def table(request: Asked, code: str) -> HttpResponse:
    """The members at and under a union, a page at a time."""
    union = union_or_404(request, code, "membership.view")
    form = FilterForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    key = request.GET.get("s", "")
    name = searched.kept(request, key)
    initials = recognised(name).form is Form.INITIALS
    filters = queries.Filters(
        name="" if initials else name,
        initials=name.lower() if initials else "",
        status=chosen.get("status", ""),
        group=chosen.get("group", ""),
        here_only=chosen.get("here_only", False),
        members_only=not chosen.get("left", False),
    )
    page = queries.page(
        actor=request.actor, union=union, filters=filters, after=_cursor(request.GET.get("after", ""))
    )
    rights = scope.rights(request, request.actor)
    context: dict[str, Any] = {
        "union": union,
        "page": page,
        "form": form,
        "search_key": key if name else "",
        "searched": name,
        "members": counts.members(union.pk),
        "saved": views.of(request.actor, page="members"),
        "may_import": rights.reach("roster.import", union),
        "once": uuid4(),
        "may_edit": rights.reach("membership.edit", union),
        "may_export": rights.reach("export.make", union),
    }
    return render(request, "registry/members.html", context)


@require_POST
def search(request: Asked, code: str) -> HttpResponse:
    """One box: an identity number or a phone opens the person, a name narrows the table. What was typed never
    stands in an address; a name is kept in the session under a random key."""
    union = union_or_404(request, code, "membership.view")
    typed = request.POST.get("q", "").strip()
    if not typed:
        return redirect("registry:members", code=union.code)
    if recognised(typed).form in EXACT:
        person = finding.by_number(actor=request.actor, at=days.now(), typed=typed)
        if person is None:
            messages.info(request, _("Nobody in your unions has this number."))
            return redirect("registry:members", code=union.code)
        return redirect("registry:person", person_id=person.pk)
    response = redirect("registry:members", code=union.code)
    response["Location"] += f"?s={searched.keep(request, typed)}"
    return response


@require_POST
def save_view(request: Asked, code: str) -> HttpResponse:
    """Keep the filters under a name, for oneself; or forget a kept one, when its own button was pressed."""
    union = union_or_404(request, code, "membership.view")
    forget = request.POST.get("forget", "")
    if forget:
        views.delete(actor=request.actor, view_id=int(forget) if forget.isdecimal() else 0)
        messages.success(request, _("The view is forgotten."))
        return redirect("registry:members", code=union.code)
    form = FilterForm(request.POST)
    form.is_valid()
    views.save(
        actor=request.actor,
        at=days.now(),
        page="members",
        name=request.POST.get("name", ""),
        filters=form.cleaned_data,
    )
    messages.success(request, _("The view has been saved."))
    return redirect("registry:members", code=union.code)


@require_POST
def ask_to_check(request: Asked, code: str) -> HttpResponse:
    """The batch bar: ask the chosen members to check their data."""
    union = union_or_404(request, code, "membership.edit")
    chosen = [person_id for text in request.POST.getlist("chosen") if (person_id := _cursor(text))]
    once = OnceField().clean(request.POST.get("once"))
    asked = finding.ask_to_check(
        actor=request.actor, at=days.now(), union=union, person_ids=chosen, once=once
    )
    messages.success(
        request,
        ngettext(
            "%(n)s member has been asked to check their data.",
            "%(n)s members have been asked to check their data.",
            asked,
        )
        % {"n": asked},
    )
    return redirect("registry:members", code=union.code)


def _cursor(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        nothing()
