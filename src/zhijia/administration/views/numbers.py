"""One number in force: its values, what is proposed, and what that would do."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.queries import staff_logins
from zhijia.administration.forms import NumberForm
from zhijia.administration.services import numbers
from zhijia.catalogue import codes, definitions, parameters
from zhijia.catalogue.text import Text
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.ui.refusing import say


def number(request: Asked, key: str) -> HttpResponse:
    """Its values by place and day, and the proposals. A post proposes another value; htmx asks for one proposal."""
    access.require(request.actor, "definitions.view")
    try:
        parameter = parameters.get(key)
    except definitions.UnknownDefinition:
        raise Http404 from None
    form = NumberForm(request.POST or None, initial={"since": days.business_day(days.now())})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            numbers.propose(
                actor=request.actor,
                at=days.now(),
                key=key,
                division=chosen["division"],
                since=chosen["since"],
                typed=chosen["value"],
                source=chosen["source"],
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("Proposed. A second person confirms it."))
            return redirect("administration:number", key)
    rows = numbers.proposed(request.actor, key)
    people = staff_logins(user for row in rows for user in (row.made_by, row.published_by))
    context = {
        "parameter": parameter,
        "unit": codes.unit_label(parameter.unit),
        "rows": [
            {
                "change": row,
                "by": people.get(row.made_by, ""),
                "mine": row.made_by == request.actor.user_id,
                "counting": row.state == row.State.PROPOSED and not row.effect,
                "rules": [{**rule, "label": Text(**rule["label"])} for rule in row.effect.get("rules", ())],
            }
            for row in rows
        ],
        "form": form,
        "may": access.may(request.actor, numbers.MAY),
    }
    if request.htmx:
        return render(
            request, "administration/_number.html", {**context, "row": _asked_row(request, context["rows"])}
        )
    return render(request, "administration/number.html", context, status=422 if form.errors else 200)


def _asked_row(request: Asked, rows: Any) -> Any:
    """The proposal a page that waits asks for anew."""
    found = next((row for row in rows if str(row["change"].pk) == request.GET.get("change")), None)
    if found is None:
        raise Http404
    return found


@require_POST
def confirm(request: Asked, change_id: int) -> HttpResponse:
    """Let it hold."""
    return _done(request, change_id, numbers.confirm, _("Confirmed. It holds from its day on."))


@require_POST
def withdraw(request: Asked, change_id: int) -> HttpResponse:
    """Take a proposal away."""
    return _done(request, change_id, numbers.withdraw, _("Taken back."))


def _done(request: Asked, change_id: int, act: Callable[..., Any], words: str) -> HttpResponse:
    change = numbers.find(request.actor, change_id)
    try:
        act(actor=request.actor, at=days.now(), change_id=change_id)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, words)
    return redirect("administration:number", change.key)
