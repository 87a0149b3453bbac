"""Returns: sending one, correcting it, and how complete they are for both sides."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.campaigns import versions
from zhijia.campaigns.forms import ReturnForm
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.prefilling import source_of
from zhijia.campaigns.queries import progress, returns, roster
from zhijia.campaigns.services import returning
from zhijia.campaigns.services.opening import VIEW, WORK
from zhijia.campaigns.views.asking import Here, behind, follows, here_or_404, piece_or_404, rows_of_a_page
from zhijia.catalogue import codes
from zhijia.catalogue.campaign_rules import Ask, Campaign, Thing
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.services.known import known
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import say
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import grouped, money

LATEST = 6
"""Of so many times, the latest, it is said what the returns add up to."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A return somebody answers: the piece, what it is of, and the union it stands at."""

    piece: Piece
    campaign: Campaign
    thing: Thing
    union: Union


def overview(request: Asked, code: str, number: int) -> HttpResponse:
    """How many returns came, came late and are missing, time by time, what they add up to, and who is behind."""
    one = here_or_404(request, code, number)
    today, rows = days.business_day(days.now()), rows_of_a_page()
    thing = one.campaign.things.get(request.GET.get("of", "")) or next(iter(one.campaign.returns), None)
    if thing is None or thing.gives != "return":
        nothing()
    of_unions = _by_union(request, one, thing, today, rows)
    if request.GET.get("by") == "union":
        return render(request, "campaigns/returns_by_union.html", of_unions)
    lacking, after = returns.missing(
        one.drive, thing, one.union, today=today, after=behind(request.GET.get("after", "")), rows=rows
    )
    names = roster.names_of([piece.entry for piece in lacking])
    times = returns.by_time(one.drive, thing, one.union, today=today)
    context = of_unions | {
        "times": times,
        "latest": times[:LATEST],
        "sums": [
            (question, [shown(question, came.sums[question.name]) for came in times[:LATEST]])
            for question in returns.counted(thing)
        ],
        "missing": [(piece, names.get(piece.entry_id, "")) for piece in lacking],
        "next": follows(after),
    }  # fmt: skip
    return render(request, "campaigns/returns.html", context)


def _by_union(request: Asked, one: Here, thing: Thing, today: date, rows: int) -> dict[str, Any]:
    """What both pages of a return share: how it stands at the union, and union by union where that is asked for."""
    by_union = request.GET.get("by") == "union"
    after = whole_number(request.GET.get("after", "")) if by_union else None
    below, last = progress.below(one.union, after=after, rows=rows) if by_union else ([], None)
    own, *lines = returns.by_union(one.drive, thing, [one.union, *below], today=today)
    tabs = [
        (str(other.label), f"?of={other.code}", other.code == thing.code and not by_union, None)
        for other in one.campaign.returns
    ]
    if progress.below(one.union, after=None, rows=1)[0]:
        tabs.append((_("By union"), f"?of={thing.code}&by=union", by_union, None))
    return {
        "here": one, "union": one.union, "thing": thing, "own": own, "lines": lines, "next": last, "tabs": tabs,
    }  # fmt: skip


def fill(request: Asked, number: int) -> HttpResponse:
    """Answer a return: what is held is shown with where it comes from, the rest is asked; or correct it."""
    piece = piece_or_404(request, number)
    if not access.may(request.actor, VIEW, piece.union_id):
        nothing()
    drive = Drive.objects.select_related("version").get(pk=piece.drive_id)
    thing = versions.of(drive).things[piece.thing]
    if thing.gives != "return":
        nothing()
    sent = roster.answers(piece)
    asked = drive.state == Drive.State.OPEN and piece.state != Piece.State.VOID
    may = access.may(request.actor, WORK, piece.union_id) and (asked or request.method == "POST")
    form = ReturnForm(
        request.POST if request.method == "POST" else None, questions=thing.typed, day=days.business_day(days.now()),
        correcting=bool(sent), initial=_initial(thing, sent[0].answers) if sent else {},
    )  # fmt: skip
    union = Union.objects.get(pk=piece.union_id)
    if (
        request.method == "POST"
        and may
        and _send(request, Asking(piece, versions.of(drive), thing, union), form)
    ):
        return redirect("campaigns:fill", piece.pk)
    held = returning.held(piece, drive, thing, at=days.now()) if may and not sent else {}
    context = {
        "piece": piece, "drive": drive, "thing": thing, "union": union, "may": may, "form": form,
        "name": roster.names_of([piece.entry]).get(piece.entry_id, ""),
        "held": [(one.question, shown(one.question, one.value), one.source) for one in held.values()],
        "sent": [(answer, _said(thing, answer.answers, answer.held)) for answer in sent],
    }  # fmt: skip
    return render(request, "campaigns/fill.html", context, status=422 if form.errors else 200)


def _send(request: Asked, one: Asking, form: ReturnForm) -> bool:
    """Send what was typed, or say beside each question what cannot be taken or is missing there."""
    at = days.now()
    read = form.read(known(at))
    if form.errors:
        return False
    why = form.data.get("why_corrected", "")
    try:
        returning.send(actor=request.actor, at=at, piece_id=one.piece.pk, answers=read, reason=why)
    except Refusal as refusal:
        missing = _missing(one, read, days.business_day(at)) if refusal.code == "answer_missing" else []
        if not missing:
            say(request, refusal, form)
        for question in missing:
            request.refusal = refusal
            form.add_error(question.name, _("Please answer this question."))
        return False
    messages.success(request, _("It is sent."))
    return True


def _missing(one: Asking, read: dict[str, Any], today: date) -> list[Ask]:
    return returning.lacking(one.campaign, one.thing, read, day=today, division=one.union.division)


def shown(question: Ask, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == []:
        return "—"
    if question.type == "money":
        return _("%(yuan)s yuan") % {"yuan": money(int(value))}
    if question.type == "whole":
        return grouped(int(value))
    if question.type == "yes_no":
        return _("Yes") if value else _("No")
    if question.type == "date":
        return day_words(date.fromisoformat(value))
    if question.type == "code":
        return codes.label(question.code_list, value)
    if question.type in {"choice", "choices"}:
        words = {str(choice.code): str(choice.label) for choice in question.choices}
        chosen: list[str] = value if isinstance(value, list) else [value]
        return "、".join(words.get(one, one) for one in chosen)
    return str(value)


def _said(thing: Thing, said: dict[str, Any], held: dict[str, Any]) -> list[tuple[Ask, str, str]]:
    """What was sent, question by question, with where it comes from where it was not asked."""
    rows = []
    for question in thing.questions:
        if question.name in held:
            rows.append(
                (
                    question,
                    shown(question, held[question.name]["value"]),
                    source_of(held[question.name]["source"]),
                )
            )
        elif question.name in said:
            rows.append((question, shown(question, said[question.name]), ""))
    return rows


def _initial(thing: Thing, said: dict[str, Any]) -> dict[str, Any]:
    """What was sent, as the form shows it again."""
    found: dict[str, Any] = {}
    for question in thing.typed:
        value = said.get(question.name)
        if question.type == "yes_no" and value is not None:
            value = "yes" if value else "no"
        elif question.type == "money" and value is not None:
            value = money(value)
        found[question.name] = value
    return found
