"""The vouchers of a union on pages: their list, what is allowed, writing one."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.queries import allowances, rosters
from zhijia.ledger.services.spending import judging, preparing
from zhijia.ledger.spending_forms import LISTED, DraftForm
from zhijia.ledger.spending_models import Flag, Voucher
from zhijia.ledger.spending_views.asking import (
    CHECK,
    PREPARE,
    STATES,
    may_see,
    shown,
    union_or_404,
    voucher_or_404,
)
from zhijia.registry import access, scope
from zhijia.registry.models import Union
from zhijia.registry.queries import elsewhere
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import say
from zhijia.ui.templatetags.ui import money


def here(request: Asked) -> HttpResponse:
    """The vouchers of the union the actor works for now."""
    union = scope.current(request, request.actor)
    if union is None or not may_see(request, union):
        reached = scope.rights(request, request.actor)
        held = reached.unions(PREPARE) + reached.unions(CHECK)
        if not held:
            access.require(request.actor, CHECK)
        union = held[0]
    return redirect("ledger:vouchers", code=union.code)


def voucher_list(request: Asked, code: str) -> HttpResponse:
    """The vouchers of a union, the latest first, of one state where it is named."""
    union = union_or_404(request, code)
    state = request.GET.get("state", "")
    found = Voucher.objects.filter(union_id=union.pk).order_by("-id")
    if state in STATES:
        found = found.filter(state=state)
    after = whole_number(request.GET.get("after", ""))
    if after is not None:
        found = found.filter(pk__lt=after)
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    some = list(found[: size + 1])
    context = {
        "rows": [_row(voucher) for voucher in some[:size]],
        "next": str(some[size - 1].pk) if len(some) > size else "",
        "tabs": _tabs(union, state),
        "below": [] if some or state else elsewhere.below(union, Voucher, "ledger:vouchers"),
        "state": state,
        "open_flags": Flag.objects.filter(union_id=union.pk, settled_at__isnull=True).count(),
    }
    return shown(request, "ledger/vouchers.html", union, **context)


def allowance_list(request: Asked, code: str) -> HttpResponse:
    """What a union may spend on, with the limit in force there, its source, and what is used of it this year."""
    union = union_or_404(request, code)
    today = days.business_day(days.now())
    some = allowances.of_union(union, today)
    places = allowances.places(some)
    return shown(request, "ledger/allowances.html", union, allowances=some, places=places, year=today.year)


@once
def new_voucher(request: Asked, code: str) -> HttpResponse:
    """Choose what it is for, reading what is allowed; then say the rest."""
    union = union_or_404(request, code, PREPARE)
    today = days.business_day(days.now())
    category = request.GET.get("for", "")
    if category not in definitions.load().spendings:
        some = allowances.of_union(union, today)
        return shown(request, "ledger/voucher_kinds.html", union, allowances=some)
    form = _draft_form(request, union, category, initial={"day": today, "who": LISTED})
    if request.method == "POST" and form.is_valid():
        try:
            voucher = preparing.prepare(
                actor=request.actor,
                at=days.now(),
                union=union,
                once=form.cleaned_data["once"],
                draft=form.draft(),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("ledger:spending", number=voucher.pk)
    return _form_page(request, union, form, category)


def change_voucher(request: Asked, number: int) -> HttpResponse:
    """Change a draft."""
    voucher, union = voucher_or_404(request, number)
    if not access.may(request.actor, PREPARE, union.pk) or voucher.state != Voucher.State.DRAFT:
        nothing()
    form = _draft_form(request, union, voucher.category, initial=_typed(voucher, union))
    if request.method == "POST" and form.is_valid():
        try:
            preparing.rewrite(actor=request.actor, at=days.now(), voucher_id=voucher.pk, draft=form.draft())
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("ledger:spending", number=voucher.pk)
    return _form_page(request, union, form, voucher.category, voucher=voucher)


def _form_page(
    request: Asked, union: Union, form: DraftForm, category: str, voucher: Voucher | None = None
) -> HttpResponse:
    today = days.business_day(days.now())
    allowance = allowances.one(union, category, today)
    context = {
        "form": form,
        "allowance": allowance,
        "places": allowances.places([allowance]),
        "voucher": voucher,
        "dues": allowances.dues(union, today) if allowance.spending.from_dues else None,
        "year": today.year,
    }
    return shown(request, "ledger/spending_form.html", union, **context)


def _draft_form(request: Asked, union: Union, category: str, initial: dict[str, Any]) -> DraftForm:
    today = days.business_day(days.now())
    return DraftForm(
        request.POST or None,
        spending=judging.spending_of(category),
        accounts=preparing.money_accounts(union, today),
        today=today,
        initial={**initial, "once": uuid4()},
    )


def _typed(voucher: Voucher, union: Union) -> dict[str, Any]:
    """A draft as it would be typed."""
    lines = list(voucher.lines.order_by("pk"))
    known = rosters.names(union.pk, {line.person_id for line in lines})
    roster = [
        f"{known[line.person_id].number or known[line.person_id].name} {_plain(line.amount)}"
        for line in lines
        if line.person_id in known
    ]
    named = ("day", "title", "way", "payee", "occasion", "participants", "decided")
    return {
        **{name: getattr(voucher, name) for name in named},
        "paid_from": voucher.paid_from_id,
        "amount": _plain(voucher.amount),
        "who": LISTED,
        "roster": "\n".join(roster),
    }


def _plain(fen: int) -> str:
    """An amount as somebody types it."""
    return money(fen).replace(",", "")


def _row(voucher: Voucher) -> dict[str, Any]:
    words, kind = STATES[voucher.state]
    return {
        "voucher": voucher,
        "for": definitions.load().spendings[voucher.category].label,
        "state": words,
        "kind": kind,
    }


def _tabs(union: Union, state: str) -> list[tuple[str, str, bool, int | None]]:
    address = reverse("ledger:vouchers", args=[union.code])
    waiting = Voucher.objects.filter(union_id=union.pk, state=Voucher.State.WAITING).count()
    return [
        (_("All"), address, not state, None),
        (_("To be checked"), f"{address}?state=waiting", state == "waiting", waiting or None),
        (_("To be posted"), f"{address}?state=checked", state == "checked", None),
        (_("Posted"), f"{address}?state=posted", state == "posted", None),
    ]
