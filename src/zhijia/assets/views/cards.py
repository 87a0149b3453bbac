"""The register of assets on pages: the list with its figures, a card and what is done with it, the yearly count."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.assets import rules
from zhijia.assets.forms import CardForm, ChangeForm, DayForm, IncomeForm, LeaseForm, MoneyForm
from zhijia.assets.models import Card, Count, Disposal, Lease
from zhijia.assets.queries import register
from zhijia.assets.services import cards, counting, depreciating, disposing, leasing
from zhijia.assets.views.asking import VIEW, card_or_404, drawn
from zhijia.catalogue import codes, definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.services.spending import preparing
from zhijia.registry.models import Union
from zhijia.registry.queries import elsewhere
from zhijia.registry.views.asking import at_work, nothing, union_or_404
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done, say

KINDS = {
    "in_use": "done",
    "idle": "idle",
    "leased": "moving",
    "missing": "late",
    "decided": "waiting",
    "disposed": "stopped",
}

SHOWN = 12
"""Months of rent and of depreciation that are shown."""


def here(request: Asked) -> HttpResponse:
    """The register of the union the actor works for now."""
    return at_work(request, VIEW, "assets:cards")


def card_list(request: Asked, code: str) -> HttpResponse:
    """The assets of a union, with what they cost and are worth."""
    union = union_or_404(request, code, VIEW)
    today = days.business_day(days.now())
    state = request.GET.get("state", "")
    state = state if state in Card.State.values else ""
    page = register.page(
        union.pk,
        state=state,
        after=whole_number(request.GET.get("after", "")),
        rows=parameters.value("pages.rows", day=today),
    )
    address = reverse("assets:cards", args=[union.code])
    tabs = [(_("All"), address, not state, None)] + [
        (words, f"{address}?state={one}", state == one, None)
        for one, words in codes.options("asset_states", today)
    ]
    context: dict[str, Any] = {
        "rows": [
            (card, _kind(card), codes.label("asset_states", card.state), KINDS[card.state])
            for card in page.rows
        ],
        "next": page.after,
        "below": [] if page.rows or state else elsewhere.below(union, Card, "assets:cards"),
        "figures": register.figures(union.pk, today),
        "rents": register.rents_due(union.pk, today),
        "tabs": tabs,
        "last_month": rules.after(days.month_of(today), -1),
    }
    return drawn(request, "assets/cards.html", union, **context)


@once
def new_card(request: Asked, code: str) -> HttpResponse:
    """Take an asset up."""
    union = union_or_404(request, code, cards.MANAGE)
    today = days.business_day(days.now())
    form = CardForm(
        request.POST or None,
        accounts=preparing.money_accounts(union, today),
        today=today,
        initial={"got_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            card = cards.take_up(
                actor=request.actor,
                at=days.now(),
                union=union,
                once=form.cleaned_data["once"],
                new=form.new(),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("It stands on the register. Write the number on its label."))
            return redirect("assets:card", number=card.pk)
    return drawn(request, "assets/new.html", union, status=_status(request, form), form=form)


def card(request: Asked, number: int) -> HttpResponse:
    """One asset: what it is worth, where it stands, what has been done with it."""
    found, union = card_or_404(request, number)
    return _card_page(request, found, union)


@require_POST
def change(request: Asked, number: int) -> HttpResponse:
    """Another name or place; idle or in use."""
    found, union = card_or_404(request, number)
    form = ChangeForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: cards.change(actor=request.actor, at=days.now(), card_id=found.pk, **form.cleaned_data),
        form=form,
    ):
        return redirect("assets:card", number=found.pk)
    return _card_page(request, found, union, change=form)


@require_POST
@once
def let(request: Asked, number: int) -> HttpResponse:
    """Let an asset."""
    found, union = card_or_404(request, number)
    form = LeaseForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: leasing.let(
            actor=request.actor,
            at=days.now(),
            card_id=found.pk,
            once=form.cleaned_data["once"],
            terms=form.terms(),
        ),
        form=form,
    ):
        return redirect("assets:card", number=found.pk)
    return _card_page(request, found, union, lease=form)


@require_POST
def rent(request: Asked, number: int, month: int) -> HttpResponse:
    """The rent of a month came in."""
    lease = Lease.objects.filter(pk=number).first()
    if lease is None:
        nothing()
    found, union = card_or_404(request, lease.card_id)
    form = _money(request, union, MoneyForm)
    if form.is_valid() and done(
        request,
        lambda: leasing.receive(
            actor=request.actor, at=days.now(), lease_id=lease.pk, month=month, **form.cleaned_data
        ),
        _("The rent stands in the books."),
        form,
    ):
        return redirect("assets:card", number=found.pk)
    return _card_page(request, found, union, money=form)


@require_POST
def end_lease(request: Asked, number: int) -> HttpResponse:
    """A lease ends."""
    lease = Lease.objects.filter(pk=number).first()
    if lease is None:
        nothing()
    found, union = card_or_404(request, lease.card_id)
    form = DayForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: leasing.end(actor=request.actor, at=days.now(), lease_id=lease.pk, **form.cleaned_data),
        form=form,
    ):
        return redirect("assets:card", number=found.pk)
    return _card_page(request, found, union, end=form)


@require_POST
@once
def income(request: Asked, number: int) -> HttpResponse:
    """What an asset was sold for came in."""
    found, union = card_or_404(request, number)
    form = _money(request, union, IncomeForm)
    if form.is_valid() and done(
        request,
        lambda: disposing.receive(
            actor=request.actor,
            at=days.now(),
            card_id=found.pk,
            fen=int(form.cleaned_data["yuan"] * 100),
            day=form.cleaned_data["day"],
            into=form.cleaned_data["into"],
        ),
        form=form,
    ):
        return redirect("assets:card", number=found.pk)
    return _card_page(request, found, union, income=form)


@require_POST
def carry_out(request: Asked, number: int) -> HttpResponse:
    """An asset leaves the books."""
    found, union = card_or_404(request, number)
    form = DayForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: disposing.carry_out(
            actor=request.actor, at=days.now(), card_id=found.pk, **form.cleaned_data
        ),
        _("It has left the books."),
        form,
    ):
        return redirect("assets:card", number=found.pk)
    return _card_page(request, found, union, out=form)


@require_POST
def write_down(request: Asked, code: str) -> HttpResponse:
    """Write the union's assets down up to last month."""
    union = union_or_404(request, code, cards.MANAGE)
    month = rules.after(days.month_of(days.business_day(days.now())), -1)
    try:
        many = depreciating.write_down_at(actor=request.actor, at=days.now(), union=union, month=month)
    except Refusal as refusal:
        say(request, refusal)
    else:
        done = _("Depreciation stands in the books.") if many else _("There is nothing left to write down.")
        messages.success(request, done)
    return redirect("assets:cards", code=union.code)


def count(request: Asked, code: str) -> HttpResponse:
    """The count of this year: its list, marked line by line, finished by one and confirmed by another."""
    union = union_or_404(request, code, VIEW)
    found = Count.objects.filter(union_id=union.pk, year=days.business_day(days.now()).year).first()
    if request.method == "POST":
        try:
            _count_on(request, union, found)
        except Refusal as refusal:
            say(request, refusal)
        else:
            return redirect("assets:count", code=union.code)
    lines = found.lines.select_related("card").order_by("pk") if found else []
    context: dict[str, Any] = {
        "count": found,
        "lines": lines,
        "open": sum(line.there is None for line in lines),
        "mine": found is not None and found.counted_by == request.actor.user_id,
    }
    return drawn(request, "assets/count.html", union, **context)


def _count_on(request: Asked, union: Union, found: Count | None) -> None:
    answer, at = request.POST.get("answer", ""), days.now()
    if found is None:
        counting.plan(actor=request.actor, at=at, union=union)
        return
    if answer in {"mark", "finish"}:
        there = {"yes": True, "no": False}
        lines = {line: there[value] for line, value in _newly_said(request, "there") if value in there}
        notes = {line: value[:200] for line, value in _newly_said(request, "note")}
        if lines or notes:
            counting.mark(actor=request.actor, at=at, count_id=found.pk, found=lines, notes=notes)
    if answer == "finish":
        counting.finish(actor=request.actor, at=at, count_id=found.pk)
    elif answer == "confirm":
        counting.confirm(actor=request.actor, at=at, count_id=found.pk)


def _newly_said(request: Asked, what: str) -> Iterator[tuple[int, str]]:
    """What was sent for the lines of a count, by their numbers, where it is not what their page showed: whoever counts
    beside a colleague takes back nothing of theirs."""
    for name, value in request.POST.items():
        number = whole_number(name.removeprefix(f"{what}_")) if name.startswith(f"{what}_") else None
        if number and value != request.POST.get(f"shown_{name}", ""):
            yield number, str(value)


def _card_page(request: Asked, found: Card, union: Union, **typed: Form) -> HttpResponse:
    today = days.business_day(days.now())
    lease = found.leases.filter(ended_on__isnull=True).prefetch_related("rents").first()
    accounts = preparing.money_accounts(union, today)
    disposal = Disposal.objects.filter(card_id=found.pk).first()
    due = register.months_due(lease, today) if lease else []
    context: dict[str, Any] = {
        "card": found,
        "kind": _kind(found),
        "state": codes.label("asset_states", found.state),
        "state_kind": KINDS[found.state],
        "came": codes.label("asset_came", found.came),
        "fund": definitions.load().funds[found.fund].label,
        "lease_now": lease,
        "due": due,
        "due_words": _month(due[0]) if due else "",
        "rents": [(_month(one.month), one) for one in lease.rents.order_by("-month")[:SHOWN]]
        if lease
        else [],
        "written": [(_month(one.month), one) for one in found.depreciations.order_by("-month")[:SHOWN]],
        "disposal": disposal,
        "way": codes.label("asset_ways", disposal.way) if disposal else "",
        "change": ChangeForm(
            initial={"name": found.name, "place": found.place, "idle": found.state == Card.State.IDLE}
        ),
        "lease": LeaseForm(initial={"since": today}),
        "money": MoneyForm(accounts=accounts, initial={"day": today}),
        "income": IncomeForm(accounts=accounts, initial={"day": today}),
        "end": DayForm(initial={"day": today}),
        "out": DayForm(initial={"day": today}),
        **typed,
    }
    wrong = any(form.errors for form in typed.values())
    return drawn(request, "assets/card.html", union, status=422 if wrong else 200, **context)


def _money(request: Asked, union: Union, form: type[MoneyForm]) -> MoneyForm:
    return form(request.POST, accounts=preparing.money_accounts(union, days.business_day(days.now())))


def _month(month: int) -> str:
    return date_format(date(month // 100, month % 100, 1), "YEAR_MONTH_FORMAT")


def _kind(found: Card) -> str:
    return str(definitions.load().asset_kinds[found.kind].label)


def _status(request: Asked, form: Form) -> int:
    return 422 if request.method == "POST" and form.errors else 200
