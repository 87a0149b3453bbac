"""One voucher on its page: what it says, its papers and flags, its way."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.ledger.forms import TakeBackForm
from zhijia.ledger.queries import entries, flags, rosters
from zhijia.ledger.services.spending import deciding, flagging, judging, preparing
from zhijia.ledger.spending_forms import FileForm, FlagForm, GiveBackForm, SettleForm
from zhijia.ledger.spending_models import Flag, Voucher
from zhijia.ledger.spending_views.asking import CHECK, PREPARE, STATES, shown, voucher_or_404
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import say

DONE = {
    "hand_in": gettext_lazy("It waits for a colleague to check it."),
    "check": gettext_lazy("It is checked and can be posted."),
    "give_back": gettext_lazy("It is given back to be put right."),
    "post": gettext_lazy("The voucher stands in the books."),
    "take_back": gettext_lazy("The voucher is taken back; both entries stay in the books."),
    "drop": gettext_lazy("The draft is dropped."),
}
OPEN = frozenset({Voucher.State.DRAFT, Voucher.State.WAITING, Voucher.State.CHECKED})


def voucher(request: Asked, number: int) -> HttpResponse:
    """One voucher: what it says, who got what, its papers, what was found, and what can be done with it."""
    found, union = voucher_or_404(request, number)
    return _voucher_page(request, found, union)


@require_POST
def go_on(request: Asked, number: int) -> HttpResponse:
    """Hand a voucher in, check, post or drop it, give it back, take it back."""
    found, union = voucher_or_404(request, number)
    answer = request.POST.get("answer", "")
    back, undo = GiveBackForm(request.POST), TakeBackForm(request.POST)
    asked: dict[str, Any] = {"actor": request.actor, "at": days.now(), "voucher_id": found.pk}
    try:
        if answer == "give_back":
            if not back.is_valid():
                return _voucher_page(request, found, union, back=back)
            deciding.give_back(**asked, reason=back.cleaned_data["reason"])
        elif answer == "take_back":
            if not undo.is_valid():
                return _voucher_page(request, found, union, undo=undo)
            deciding.take_back(**asked, day=undo.cleaned_data["day"], reason=undo.cleaned_data["reason"])
        elif answer in {"hand_in", "check", "post", "drop"}:
            getattr(deciding, answer)(**asked)
        else:
            nothing()
    except Refusal as refusal:
        say(request, refusal)
        return _voucher_page(request, Voucher.objects.get(pk=found.pk), union, status=422)
    messages.success(request, DONE[answer])
    return redirect("ledger:spending", number=found.pk)


@require_POST
def add_file(request: Asked, number: int) -> HttpResponse:
    """Put a paper with a draft."""
    found, union = voucher_or_404(request, number)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            preparing.add_file(
                actor=request.actor, at=days.now(), voucher_id=found.pk, content=sent, name=sent.name
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("ledger:spending", number=found.pk)
    return _voucher_page(request, found, union, file=form)


@require_POST
def remove_file(request: Asked, number: int, file_number: int) -> HttpResponse:
    """Take a paper away from a draft."""
    found, _union = voucher_or_404(request, number)
    preparing.remove_file(actor=request.actor, at=days.now(), voucher_id=found.pk, number=file_number)
    return redirect("ledger:spending", number=found.pk)


@require_POST
def put_flag(request: Asked, number: int) -> HttpResponse:
    """Say that a voucher touches one of the eight prohibitions."""
    found, union = voucher_or_404(request, number)
    form = FlagForm(request.POST, today=days.business_day(days.now()))
    if form.is_valid():
        try:
            flagging.put(actor=request.actor, at=days.now(), voucher_id=found.pk, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The flag is set; the audit committee reads it."))
            return redirect("ledger:spending", number=found.pk)
    return _voucher_page(request, found, union, flag=form)


@require_POST
def settle_flag(request: Asked, number: int) -> HttpResponse:
    """Say what came of a flag."""
    flag = Flag.objects.filter(pk=number).first()
    if flag is None:
        nothing()
    voucher_or_404(request, flag.voucher_id)
    form = SettleForm(request.POST)
    try:
        note = form.cleaned_data["note"] if form.is_valid() else ""
        flagging.settle(actor=request.actor, at=days.now(), flag_id=flag.pk, note=note)
    except Refusal as refusal:
        say(request, refusal)
    return redirect("ledger:spending", number=flag.voucher_id)


def _voucher_page(
    request: Asked,
    found: Voucher,
    union: Union,
    *,
    status: int | None = None,
    back: GiveBackForm | None = None,
    undo: TakeBackForm | None = None,
    file: FileForm | None = None,
    flag: FlagForm | None = None,
) -> HttpResponse:
    today = days.business_day(days.now())
    spending = judging.spending_of(found.category)
    finding = judging.of(found, union) if found.state in OPEN else []
    lines = list(found.lines.order_by("pk"))
    known = rosters.names(union.pk, {line.person_id for line in lines})
    mine = request.actor.user_id == found.prepared_by
    may_check = access.may(request.actor, CHECK, union.pk)
    context = {
        "voucher": found,
        "state_words": STATES[found.state],
        "spending": spending,
        "occasion": codes.label(spending.occasions, found.occasion) if spending.occasions else "",
        "way": codes.label("spending_ways", found.way),
        "money_from": entries.name_of(found.paid_from),
        "lines": [(known.get(line.person_id), line.amount) for line in lines],
        "papers": found.files.order_by("pk"),
        "stopping": [judging.sentence(one) for one in finding if one.stops],
        "looking": [judging.sentence(one) for one in finding if not one.stops],
        "flags": [(one, flags.words(one)) for one in found.flags.order_by("-pk")],
        "mine": mine,
        "may_prepare": access.may(request.actor, PREPARE, union.pk),
        "may_check": may_check,
        "may_settle": may_check and not mine,
        "back": back or GiveBackForm(),
        "undo": undo or TakeBackForm(initial={"day": today}),
        "file": file or FileForm(),
        "flag": flag or FlagForm(today=today),
        "settle": SettleForm(),
    }
    answer = shown(request, "ledger/spending.html", union, **context)
    wrong = any(form is not None and form.errors for form in (back, undo, file, flag))
    answer.status_code = status or (422 if wrong else answer.status_code)
    return answer
