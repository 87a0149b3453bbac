"""The life of one yuan on a page: where the money of a line came from, and where it went."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.models import Account, Entry, Leg
from zhijia.ledger.queries import entries, life, sources
from zhijia.ledger.queries.life import Stop, Walk
from zhijia.ledger.views import VIEW, drawn
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui import lines
from zhijia.ui.templatetags.ui import money

NAMED = 2
"""Unions of a step that are named; more are counted."""


def life_of(request: Asked, number: int, line: int) -> HttpResponse:
    """The money of one line: the unions it went through, and each end of one side, page by page."""
    leg = Leg.objects.select_related("entry", "account").filter(entry_id=number, number=line).first()
    union = Union.objects.filter(pk=leg.union_id).first() if leg else None
    if leg is None or union is None or not access.may(request.actor, VIEW, union.pk):
        nothing()
    start = life.start_of(leg)
    ahead = request.GET.get("side", "went" if start is not None and start.came else "came") == "went"
    context: dict[str, Any] = {
        "leg": leg,
        "account_name": entries.name_of(leg.account),
        "fund": _fund(leg.account.fund),
        "side": "went" if ahead else "came",
    }
    if start is None:
        return drawn(request, "ledger/life.html", union, **context)
    today = days.business_day(days.now())
    try:
        came, went = life.back(request.actor, start, today), life.forward(request.actor, start, today)
    except Refusal as refusal:
        request.refusal = refusal
        return drawn(request, "ledger/life.html", union, refusal=str(refusal), **context)
    walk = went if ahead else came
    first = whole_number(request.GET.get("after", "")) or 0
    last = first + parameters.value("pages.rows", day=today)
    context |= {
        "fen": walk.fen,
        "stops": _line(came, went, union),
        "ends": _ends(request, walk.stops[first:last], ahead=ahead),
        "after": str(last) if last < len(walk.stops) else "",
        "sums": _sums(walk, ahead=ahead),
        "tabs": [
            (_("Where it came from"), "?side=came", not ahead, None),
            (_("Where it went"), "?side=went", ahead, None),
        ],
    }
    return drawn(request, "ledger/life.html", union, **context)


def _line(came: Walk, went: Walk, union: Union) -> list[lines.Stop]:
    """The unions the money went through, one after the other."""
    before: dict[int, dict[int, int]] = {}
    after: dict[int, dict[int, int]] = {}
    for way in came.ways:
        at = before.setdefault(way.step, {})
        at[way.payer_id] = at.get(way.payer_id, 0) + way.fen
    for way in went.ways:
        at = after.setdefault(way.step, {})
        at[way.receiver_id] = at.get(way.receiver_id, 0) + way.fen
    names = _names({number for step in (*before.values(), *after.values()) for number in step})

    def stop(step: dict[int, int], state: lines.State) -> lines.Stop:
        title = "、".join(names[number] for number in sorted(step)[:NAMED])
        if len(step) > NAMED:
            title = ngettext("%(many)s union", "%(many)s unions", len(step)) % {"many": len(step)}
        return lines.Stop(title, state, who=money(sum(step.values())))

    return [
        *(stop(before[step], "done") for step in sorted(before, reverse=True)),
        lines.Stop(union.name, "now", who=money(came.fen)),
        *(stop(after[step], "next") for step in sorted(after)),
    ]


def _ends(request: Asked, stops: Iterable[Stop], *, ahead: bool) -> list[dict[str, Any]]:
    """Ends of the walk in words, with where they open."""
    stops = list(stops)
    names = _names({stop.union_id for stop in stops})
    accounts = entries.names_of(Account.objects.filter(pk__in={stop.account_id for stop in stops}))
    told = sources.told(request.actor, Entry.objects.filter(pk__in={stop.entry_id for stop in stops}))
    return [
        {
            "stop": stop,
            "words": accounts.get(stop.account_id) or _said(stop.end, ahead=ahead),
            "note": _said(stop.end, ahead=ahead) if stop.end == "no_money" else "",
            "union": names[stop.union_id],
            "fund": _fund(stop.fund),
            "told": told.get(stop.entry_id),
            "opens": stop.end in {"line", "no_money"},
        }
        for stop in stops
    ]


def _sums(walk: Walk, *, ahead: bool) -> list[tuple[str, int]]:
    """What ends in which way, added up."""
    sums: dict[str, int] = {}
    for stop in walk.stops:
        words = _said(stop.end, ahead=ahead)
        sums[words] = sums.get(words, 0) + stop.fen
    return list(sums.items())


def _said(end: str, *, ahead: bool) -> str:
    words = {
        "line": _("Spent, or handed on to somebody who is no union") if ahead else _("Came in from outside"),
        "at_hand": _("Still at hand"),
        "under_way": _("On its way: the other union's books do not have it yet"),
        "elsewhere": _("With a union whose books you do not read")
        if ahead
        else _("From a union whose books you do not read"),
        "too_far": _("Not followed any further"),
        "uncovered": _("Paid before money came in"),
        "no_money": _("No money yet: booked against another account"),
    }
    return words[end]


def _names(unions: Iterable[int]) -> dict[int, str]:
    unions = set(unions)
    known = dict(Union.objects.filter(pk__in=unions).values_list("pk", "name"))
    return {number: known.get(number, str(number)) for number in unions}


def _fund(code: str) -> str:
    return str(definitions.load().funds[code].label)
