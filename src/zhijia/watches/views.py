"""The officers' list of clues, and one of them with why it was raised."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.models import User
from zhijia.catalogue import definitions
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope
from zhijia.registry.models import Union
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.rules import versions
from zhijia.rules.explaining import Explanation, Told
from zhijia.ui.refusing import say
from zhijia.watches.forms import AnswerForm, FilterForm
from zhijia.watches.models import Clue
from zhijia.watches.queries import clues
from zhijia.watches.services import answering

SIGN = "~"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the rule: its words, what we hold, and whether it holds."""

    words: Any
    now: Any
    verdict: bool | None


def clue_list(request: Asked) -> HttpResponse:
    """What to look after at one's unions, the most urgent first, a page at a time."""
    log_in_first(request.actor)
    held = scope.rights(request, request.actor)
    watches = definitions.load().watches
    if not any(watch.owner.permission in held.permissions for watch in watches.values()):
        access.require(request.actor, "clue.answer")
    form = FilterForm(request.GET or None)
    chosen = form.cleaned_data["watch"] if form.is_valid() else ""
    found = clues.page(held, watch=chosen, after=_after(request.GET.get("after", "")))
    shown = found[: clues.ROWS]
    last = shown[-1] if len(found) > clues.ROWS else None
    context = {
        "rows": clues.rows_of(shown),
        "form": form,
        "chosen": chosen,
        "after": f"{last.due_on.isoformat()}{SIGN}{last.pk}" if last else "",
        "today": days.business_day(days.now()),
    }
    return render(request, "watches/clues.html", context)


def clue_page(request: Asked, clue_id: UUID) -> HttpResponse:
    """One clue: whom it is about, why, what to do, and the two answers."""
    return _page(request, _found(request, clue_id), AnswerForm())


@require_POST
def answer(request: Asked, clue_id: UUID) -> HttpResponse:
    """Say what was done, or why it is not so."""
    clue = _found(request, clue_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, clue, form, status=422)
    words, at = form.cleaned_data["words"], days.now()
    try:
        if request.POST.get("answer") == "not_so":
            answering.not_so(actor=request.actor, at=at, clue_id=clue.pk, reason=words)
        else:
            answering.done(actor=request.actor, at=at, clue_id=clue.pk, words=words)
    except Refusal as refusal:
        say(request, refusal, form)
        return _page(request, clue, form, status=409)
    messages.success(request, _("Thank you. It is off your list."))
    return redirect("watches:clues")


def _page(request: Asked, clue: Clue, form: AnswerForm, status: int = 200) -> HttpResponse:
    told = answering.look(actor=request.actor, at=days.now(), clue=clue)
    watch = clues.watch_of(clue)
    context = {
        "clue": clue,
        "row": clues.rows_of([clue])[0],
        "watch": watch,
        "rule": versions.kept(clue.rule, clue.version).label,
        "union": Union.objects.filter(pk=clue.union_id or 0).first(),
        "clauses": list(_clauses(told)),
        "by": User.objects.filter(pk=clue.closed_by or 0).values_list("login", flat=True).first(),
        "form": form,
        "today": days.business_day(days.now()),
    }
    return render(request, "watches/clue.html", context, status=status)


def _found(request: Asked, clue_id: UUID) -> Clue:
    clue = clues.find(request.actor, clue_id) if request.actor.user_id is not None else None
    if clue is None:
        nothing()
    return clue


def _clauses(told: Explanation | None) -> Iterator[Clause]:
    """The clauses themselves, without the heads that gather them."""
    if told is not None and told.told is not None:
        yield from _below(told.told)


def _below(told: Told) -> Iterator[Clause]:
    if not told.parts:
        yield Clause(told.clause, told.now, told.verdict)
    for part in told.parts:
        yield from _below(part)


def _after(text: str) -> clues.After | None:
    """The last line of the page before, as the address names it; an address that names none begins anew."""
    day, _sign, number = text.partition(SIGN)
    try:
        return clues.After(date.fromisoformat(day), UUID(number))
    except ValueError:
        return None
