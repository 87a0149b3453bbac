"""How complete the returns of a drive are, for both sides."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhijia.campaigns.queries import progress, returns, roster
from zhijia.campaigns.views.asking import Here, behind, follows, here_or_404, rows_of_a_page
from zhijia.catalogue import codes
from zhijia.catalogue.campaign_rules import Ask, Thing
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.views.asking import nothing
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import grouped, money

LATEST = 6
"""Of so many times, the latest, it is said what the returns add up to."""


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
