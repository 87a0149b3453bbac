"""Spending on pages: what is allowed and how much is left, vouchers and their way, flags, relatives of officers."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhijia.catalogue import codes, definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.forms import TakeBackForm
from zhijia.ledger.queries import allowances, entries, flags, kin, rosters
from zhijia.ledger.services.spending import deciding, flagging, judging, preparing
from zhijia.ledger.services.spending import kin as relatives
from zhijia.ledger.spending_forms import (
    CENT,
    LISTED,
    DraftForm,
    FileForm,
    FlagForm,
    GiveBackForm,
    KinForm,
    SettleForm,
)
from zhijia.ledger.spending_models import Flag, Kin, Voucher
from zhijia.ledger.views import VIEW, drawn, say
from zhijia.registry import access, scope
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.templatetags.ui import money

PREPARE, CHECK = preparing.PREPARE, flagging.CHECK
STATES = {
    "draft": (gettext_lazy("draft"), "idle"),
    "waiting": (gettext_lazy("waits to be checked"), "waiting"),
    "checked": (gettext_lazy("checked, not posted yet"), "moving"),
    "posted": (gettext_lazy("posted"), "done"),
    "taken_back": (gettext_lazy("taken back"), "stopped"),
    "dropped": (gettext_lazy("dropped"), "stopped"),
}
DONE = {
    "hand_in": gettext_lazy("It waits for a colleague to check it."),
    "check": gettext_lazy("It is checked and can be posted."),
    "give_back": gettext_lazy("It is given back to be put right."),
    "post": gettext_lazy("The voucher stands in the books."),
    "take_back": gettext_lazy("The voucher is taken back; both entries stay in the books."),
    "drop": gettext_lazy("The draft is dropped."),
}
OPEN = frozenset({Voucher.State.DRAFT, Voucher.State.WAITING, Voucher.State.CHECKED})


def here(request: Asked) -> HttpResponse:
    """The vouchers of the union the actor works for now."""
    union = scope.current(request, request.actor)
    if union is None or not _may_see(request, union):
        reached = scope.rights(request, request.actor)
        held = reached.unions(PREPARE) + reached.unions(CHECK)
        if not held:
            access.require(request.actor, CHECK)
        union = held[0]
    return redirect("ledger:vouchers", code=union.code)


def voucher_list(request: Asked, code: str) -> HttpResponse:
    """The vouchers of a union, the latest first, of one state where it is named."""
    union = _union_or_404(request, code)
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
        "state": state,
        "open_flags": Flag.objects.filter(union_id=union.pk, settled_at__isnull=True).count(),
    }
    return _drawn(request, "ledger/vouchers.html", union, **context)


def allowance_list(request: Asked, code: str) -> HttpResponse:
    """What a union may spend on, with the limit in force there, its source, and what is used of it this year."""
    union = _union_or_404(request, code)
    today = days.business_day(days.now())
    some = allowances.of_union(union, today)
    return _drawn(request, "ledger/allowances.html", union, allowances=some, year=today.year)


def new_voucher(request: Asked, code: str) -> HttpResponse:
    """Choose what it is for, reading what is allowed; then say the rest."""
    union = _union_or_404(request, code, PREPARE)
    today = days.business_day(days.now())
    category = request.GET.get("for", "")
    if category not in definitions.load().spendings:
        some = allowances.of_union(union, today)
        return _drawn(request, "ledger/voucher_kinds.html", union, allowances=some)
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
            say(request, form, refusal)
        else:
            return redirect("ledger:spending", number=voucher.pk)
    return _form_page(request, union, form, category)


def change_voucher(request: Asked, number: int) -> HttpResponse:
    """Change a draft."""
    voucher, union = _voucher_or_404(request, number)
    if not access.may(request.actor, PREPARE, union.pk) or voucher.state != Voucher.State.DRAFT:
        nothing()
    form = _draft_form(request, union, voucher.category, initial=_typed(voucher, union))
    if request.method == "POST" and form.is_valid():
        try:
            preparing.rewrite(actor=request.actor, at=days.now(), voucher_id=voucher.pk, draft=form.draft())
        except Refusal as refusal:
            say(request, form, refusal)
        else:
            return redirect("ledger:spending", number=voucher.pk)
    return _form_page(request, union, form, voucher.category, voucher=voucher)


def voucher(request: Asked, number: int) -> HttpResponse:
    """One voucher: what it says, who got what, its papers, what was found, and what can be done with it."""
    found, union = _voucher_or_404(request, number)
    return _voucher_page(request, found, union)


@require_POST
def go_on(request: Asked, number: int) -> HttpResponse:
    """Hand a voucher in, check, post or drop it, give it back, take it back."""
    found, union = _voucher_or_404(request, number)
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
        if isinstance(refusal, NotForYou):
            raise
        request.refusal = refusal
        messages.error(request, str(refusal))
        return _voucher_page(request, Voucher.objects.get(pk=found.pk), union, status=422)
    messages.success(request, DONE[answer])
    return redirect("ledger:spending", number=found.pk)


@require_POST
def add_file(request: Asked, number: int) -> HttpResponse:
    """Put a paper with a draft."""
    found, union = _voucher_or_404(request, number)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            preparing.add_file(
                actor=request.actor, at=days.now(), voucher_id=found.pk, content=sent, name=sent.name
            )
        except Refusal as refusal:
            say(request, form, refusal)
        else:
            return redirect("ledger:spending", number=found.pk)
    return _voucher_page(request, found, union, file=form)


@require_POST
def remove_file(request: Asked, number: int, file_number: int) -> HttpResponse:
    """Take a paper away from a draft."""
    found, _union = _voucher_or_404(request, number)
    preparing.remove_file(actor=request.actor, at=days.now(), voucher_id=found.pk, number=file_number)
    return redirect("ledger:spending", number=found.pk)


@require_POST
def put_flag(request: Asked, number: int) -> HttpResponse:
    """Say that a voucher touches one of the eight prohibitions."""
    found, union = _voucher_or_404(request, number)
    form = FlagForm(request.POST, today=days.business_day(days.now()))
    if form.is_valid():
        try:
            flagging.put(actor=request.actor, at=days.now(), voucher_id=found.pk, **form.cleaned_data)
        except Refusal as refusal:
            say(request, form, refusal)
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
    _voucher_or_404(request, flag.voucher_id)
    form = SettleForm(request.POST)
    try:
        note = form.cleaned_data["note"] if form.is_valid() else ""
        flagging.settle(actor=request.actor, at=days.now(), flag_id=flag.pk, note=note)
    except Refusal as refusal:
        if isinstance(refusal, NotForYou):
            raise
        request.refusal = refusal
        messages.error(request, str(refusal))
    return redirect("ledger:spending", number=flag.voucher_id)


def flag_list(request: Asked, code: str) -> HttpResponse:
    """The flags of a union and of those below it: open ones, passed limits, or all."""
    union = _union_or_404(request, code)
    kind = request.GET.get("kind", "")
    page = flags.page(
        union,
        below=True,
        open_only=not kind,
        breaches=kind == "limits",
        after=request.GET.get("after", ""),
        rows=parameters.value("pages.rows", day=days.business_day(days.now())),
    )
    address = reverse("ledger:flags", args=[union.code])
    tabs = [
        (_("Not settled"), address, not kind, None),
        (_("Limits passed over"), f"{address}?kind=limits", kind == "limits", None),
        (_("All"), f"{address}?kind=all", kind == "all", None),
    ]
    unions = Union.objects.in_bulk({flag.union_id for flag in page.rows})
    rows = [(flag, flags.words(flag), unions.get(flag.union_id)) for flag in page.rows]
    return _drawn(request, "ledger/flags.html", union, rows=rows, next=page.after, tabs=tabs)


def kin_list(request: Asked, code: str) -> HttpResponse:
    """Relatives of officers who sell to the union; whoever prepares vouchers declares them."""
    union = _union_or_404(request, code)
    today = days.business_day(days.now())
    form = KinForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            relatives.declare(actor=request.actor, at=days.now(), union=union, **form.cleaned_data)
        except Refusal as refusal:
            say(request, form, refusal)
        else:
            messages.success(request, _("It stands on the list."))
            return redirect("ledger:kin", code=union.code)
    some = list(kin.of_union(union.pk, today))
    known = rosters.names(union.pk, {one.person_id for one in some})
    rows = [(one, known.get(one.person_id), codes.label("kin_relations", one.relation)) for one in some]
    return _drawn(request, "ledger/kin.html", union, rows=rows, form=form)


@require_POST
def end_kin(request: Asked, kin_id: UUID) -> HttpResponse:
    """End a line of the list from today on."""
    found = Kin.objects.filter(pk=kin_id).first()
    union = Union.objects.filter(pk=found.union_id).first() if found else None
    if found is None or union is None or not access.may(request.actor, PREPARE, union.pk):
        nothing()
    relatives.end(actor=request.actor, at=days.now(), kin_id=found.pk, day=days.business_day(days.now()))
    return redirect("ledger:kin", code=union.code)


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
    answer = _drawn(request, "ledger/spending.html", union, **context)
    wrong = any(form is not None and form.errors for form in (back, undo, file, flag))
    answer.status_code = status or (422 if wrong else answer.status_code)
    return answer


def _form_page(
    request: Asked, union: Union, form: DraftForm, category: str, voucher: Voucher | None = None
) -> HttpResponse:
    today = days.business_day(days.now())
    allowance = allowances.one(union, category, today)
    context = {
        "form": form,
        "allowance": allowance,
        "voucher": voucher,
        "dues": allowances.dues(union, today) if allowance.spending.from_dues else None,
        "year": today.year,
    }
    return _drawn(request, "ledger/spending_form.html", union, **context)


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
        f"{known[line.person_id].number or known[line.person_id].name} {line.amount / CENT:.2f}"
        for line in lines
        if line.person_id in known
    ]
    named = ("day", "title", "way", "payee", "occasion", "participants", "decided")
    return {
        **{name: getattr(voucher, name) for name in named},
        "paid_from": voucher.paid_from_id,
        "amount": money(voucher.amount).replace(",", ""),
        "who": LISTED,
        "roster": "\n".join(roster),
    }


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


def _drawn(request: Asked, template: str, union: Union, **context: Any) -> HttpResponse:
    context.setdefault("may_prepare", access.may(request.actor, PREPARE, union.pk))
    return drawn(request, template, union, **context)


def _may_see(request: Asked, union: Union) -> bool:
    return any(access.may(request.actor, right, union.pk) for right in (VIEW, PREPARE, CHECK))


def _union_or_404(request: Asked, code: str, permission: str = "") -> Union:
    union = Union.objects.filter(code=code).first()
    allowed = union is not None and (
        access.may(request.actor, permission, union.pk) if permission else _may_see(request, union)
    )
    if union is None or not allowed:
        nothing()
    return union


def _voucher_or_404(request: Asked, number: int) -> tuple[Voucher, Union]:
    found = Voucher.objects.select_related("paid_from").filter(pk=number).first()
    union = Union.objects.filter(pk=found.union_id).first() if found else None
    if found is None or union is None or not _may_see(request, union):
        nothing()
    return found, union
