"""The homes: for each role, the one thing they came for first."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.accounts.queries import staff_logins
from zhijia.audit import queries as trail
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.matters.queries import inbox, mine
from zhijia.notices import queries as notices
from zhijia.registry import access, scope
from zhijia.registry.access import Rights
from zhijia.registry.models import Card, Person, TransferLeg
from zhijia.registry.queries import people, quality, terms, work
from zhijia.registry.services import finding, lookups
from zhijia.registry.views.asking import log_in_first
from zhijia.watches.queries import clues
from zhijia.web import figures
from zhijia.web.forms import LookupForm, SampleForm

SHOWN = 8
TRAIL = 12
TERMS = 3
CLUES = 3


def member(request: Asked) -> HttpResponse:
    """My card, what waits for me, my request to join as a line, what I can do, 12351."""
    log_in_first(request.actor)
    if scope.rights(request, request.actor).home is not None and request.actor.person_id is None:
        return redirect("web:welcome")
    person = Person.objects.filter(pk=request.actor.person_id).first() if request.actor.person_id else None
    joins = mine.under_way(request.actor, "join", days.now())
    legs = TransferLeg.objects.filter(person_id=person.pk, state=TransferLeg.State.PENDING) if person else []
    context = {
        "profile": people.profile(request.actor, person) if person else None,
        "card": Card.objects.filter(person_id=person.pk, ended_at__isnull=True).first() if person else None,
        "joining": joins,
        "moving": any(leg.side == TransferLeg.Side.OUT for leg in legs),
        "unread": notices.unread_count(request.actor),
    }
    return render(request, "web/home_member.html", context)


def grassroots(request: Asked) -> HttpResponse:
    """Today: to confirm, to mend, and the union's health in five numbers."""
    return _at_work(request, "web/home_grassroots.html")


def reviewer(request: Asked) -> HttpResponse:
    """The inbox by the day things are due, over all unions of the county."""
    return _at_work(request, "web/home_reviewer.html")


def province(request: Asked) -> HttpResponse:
    """Members and unions as facts add up to them, by month and by part, with a table beside each drawing."""
    access.require(request.actor, "figures.view")
    union = scope.current(request, request.actor)
    return render(request, "web/home_province.html", figures.overview(union, days.business_day(days.now())))


def auditor(request: Asked) -> HttpResponse:
    """The trail, and a sample anybody with the same right can draw again."""
    actor = access.require(request.actor, "trail.view")
    now = days.now()
    form = SampleForm(request.GET or None)
    drawn: list[trail.Drawn] | None = None
    if request.GET and form.is_valid():
        actor = access.require(actor, "trail.sample")
        chosen = form.cleaned_data
        drawn = trail.sample(
            actor,
            since=now - timedelta(days=chosen["past_days"]),
            until=now,
            each=chosen["each"],
            seed=chosen["seed"],
        )
    entries = trail.entries_for(actor, rows=TRAIL).entries
    logins = staff_logins(entry.user_id for entry in [*entries, *(item.entry for item in drawn or ())])
    context = {
        "entries": [{"entry": entry, "login": logins.get(entry.user_id or 0)} for entry in entries],
        "form": form,
        "drawn": None
        if drawn is None
        else [{"item": item, "login": logins.get(item.entry.user_id or 0)} for item in drawn],
    }
    return render(request, "web/home_auditor.html", context)


def hotline(request: Asked) -> HttpResponse:
    """A caller found by number, masked. The number is typed into a form and never stands in an address."""
    access.require(request.actor, "hotline.lookup")
    form = LookupForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        person = finding.by_number(actor=request.actor, at=days.now(), typed=form.cleaned_data["number"])
        context["looked"] = True
        context["profile"] = people.profile(request.actor, person) if person else None
    context["left_today"] = lookups.left_today(actor=request.actor, at=days.now())
    return render(request, "web/home_hotline.html", context)


def _at_work(request: Asked, template: str) -> HttpResponse:
    """The home of somebody who decides who joins: what waits, and how the union they work for stands."""
    access.require(request.actor, "membership.approve")
    union = scope.current(request, request.actor)
    context = {"union": union, **_inbox(request), "health": figures.health(union)}
    if union is not None:
        context["quality"] = quality.figure(union)
    return render(request, template, context)


def _inbox(request: Asked) -> dict[str, Any]:
    today = days.business_day(days.now())
    held_rights = scope.rights(request, request.actor)
    counts = work.counts(held_rights, today)
    requests = inbox.page(request.actor, rows=SHOWN)[:SHOWN]
    return {
        "requests": inbox.rows_of(requests, days.now()),
        "clues": clues.rows_of(clues.page(held_rights, rows=CLUES)[:CLUES]),
        "today": today,
        "counts": counts,
        "overdue": counts.overdue + inbox.overdue(held_rights, days.now()),
        "waiting": counts.all + terms.waiting(held_rights, today) + inbox.count(held_rights),
        "terms": _terms(held_rights, today),
    }


def _terms(held: Rights, today: date) -> dict[str, Any]:
    """The terms that come to their end first, and how many elections and requests wait for a reply."""
    ending = list(terms.ending(held, today)[:TERMS])
    unions = terms.unions_of(ending)
    answers = (terms.elections_to_answer(held), terms.postponements_to_answer(held))
    return {
        "ending": [{"term": term, "union": unions[term.union_id]} for term in ending],
        "to_answer": sum(rows[: work.SHOWN].count() for rows in answers),
    }
