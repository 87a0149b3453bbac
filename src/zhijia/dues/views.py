"""Contributions on pages: months to declare, a bill, the tax office's files, what came in and how it was shared, and
the three sides beside each other."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.forms import MonthsForm, TakeBackForm, TaxFileForm, WagesForm, WhoseForm
from zhijia.dues.models import Bill, CollectionFile, Contribution, Declaration, Distribution
from zhijia.dues.queries import contributions, matching
from zhijia.dues.services import billing, collecting, declaring, distributing, identifying, reversing
from zhijia.dues.services.declaring import Wages
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.models import Book
from zhijia.payments.services import bank_accounts
from zhijia.registry import access
from zhijia.registry.models import Employer, Union
from zhijia.registry.views.asking import at_work, nothing, row_or_404, union_or_404
from zhijia.ui.refusing import say

VIEW = "dues.view"


def here(request: Asked) -> HttpResponse:
    """The contributions of the union the actor works for now."""
    return at_work(request, VIEW, "dues:union")


def union(request: Asked, code: str) -> HttpResponse:
    """What a union has to declare, and what came in and waits there."""
    found = union_or_404(request, code, VIEW)
    many, fen = matching.unknown(found.pk)
    return drawn(
        request,
        "dues/union.html",
        found,
        employers=contributions.of_employers(found, _this_month()),
        keeps_books=Book.objects.filter(pk=found.pk).exists(),
        runs=Distribution.objects.filter(union_id=found.pk).order_by("-pk")[:5],
        page=contributions.of_union(found, only="waiting", rows=5),
        unknown={"many": many, "fen": fen},
        today=days.business_day(days.now()),
    )


@once
def declare(request: Asked, code: str, employer_id: int, month: int) -> HttpResponse:
    """Declare the wages of an employer for a month."""
    found = union_or_404(request, code, declaring.DECLARE)
    employer = Employer.objects.filter(pk=employer_id).first()
    if employer is None or not rules.is_month(month) or employer not in declaring.covered(found, month):
        nothing()
    last = (
        Declaration.objects.filter(employer=employer, month=month, union_id=found.pk)
        .order_by("-version")
        .first()
    )
    form = WagesForm(request.POST or None, declared=last is not None, initial=start_of(last))
    if request.method == "POST" and form.is_valid():
        try:
            bill = declaring.declare(
                actor=request.actor,
                at=days.now(),
                union=found,
                employer=employer,
                wages=Wages(month, form.cleaned_data["staff"], form.fen),
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The month is declared."))
            return redirect("dues:bill", number=bill.pk)
    context = {"form": form, "employer": employer, "month": rules.first_day(month), "last": last}
    return drawn(request, "dues/declare.html", found, **context, rate=percent(employer, month))


def bill(request: Asked, number: int) -> HttpResponse:
    """What is owed for a month, how the sum came about, and how to pay it."""
    found, payer = row_or_404(request, Bill.objects.select_related("employer", "declaration"), number, VIEW)
    came = Contribution.objects.filter(
        employer_id=found.employer_id, since__lte=found.month, until__gte=found.month
    ).order_by("paid_on", "pk")
    left = billing.owed(found)
    return drawn(
        request,
        "dues/bill.html",
        payer,
        bill=found,
        month=rules.first_day(found.month),
        left=left,
        over=-left,
        late=left > 0 and found.due_on < days.business_day(days.now()),
        came=came,
        versions=Declaration.objects.filter(employer_id=found.employer_id, month=found.month).order_by(
            "-version"
        ),
        **how_to_pay(found, billing.taker_of(found)),
    )


def files(request: Asked, code: str) -> HttpResponse:
    """The files of the tax office, and the form to send one."""
    found = union_or_404(request, code, VIEW)
    form = TaxFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        access.require(request.actor, distributing.SHARE, found.pk)
        if form.is_valid():
            sent = form.cleaned_data["file"]
            try:
                file = collecting.check(
                    actor=request.actor, at=days.now(), union=found, content=sent.file, name=sent.name
                )
            except Refusal as refusal:
                say(request, refusal, form)
            else:
                return redirect("dues:file", number=file.pk)
    rows = CollectionFile.objects.filter(union_id=found.pk).order_by("-pk")[: _rows()]
    return drawn(request, "dues/files.html", found, form=form, files=rows)


def file(request: Asked, number: int) -> HttpResponse:
    """A file of the tax office as it was checked: what can be taken, and what cannot and why."""
    found, there = _file(request, number)
    lines = found.lines.exclude(problem="").order_by("row")[: _rows()]
    unknown = found.lines.filter(problem="", employer_id=None).order_by("row")[: _rows()]
    return drawn(request, "dues/file.html", there, file=found, lines=lines, unknown=unknown)


@require_POST
@once
def decide_file(request: Asked, number: int) -> HttpResponse:
    """Take a checked file over, or put it aside."""
    found, _there = _file(request, number)
    try:
        if request.POST.get("answer") == "confirm":
            collecting.confirm(actor=request.actor, at=days.now(), file_id=found.pk)
            messages.success(request, _("The file is being taken over."))
        else:
            collecting.discard(actor=request.actor, at=days.now(), file_id=found.pk)
            messages.success(request, _("The file is put aside. It can be sent again."))
    except Refusal as refusal:
        say(request, refusal)
    return redirect("dues:file", number=found.pk)


def came_in(request: Asked, code: str) -> HttpResponse:
    """What came in at a union: all of it, what waits, or what nobody knows the payer of."""
    found = union_or_404(request, code, VIEW)
    only = request.GET.get("only", "")
    page = contributions.of_union(
        found, only=only, after=whole_number(request.GET.get("after", "")), rows=_rows()
    )
    return drawn(request, "dues/came_in.html", found, page=page, only=only)


@require_POST
@once
def share(request: Asked, code: str) -> HttpResponse:
    """Have what waits at a union shared."""
    found = union_or_404(request, code, distributing.SHARE)
    try:
        distributing.ask(actor=request.actor, at=days.now(), union=found)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("The contributions are being shared."))
    return redirect("dues:union", code=found.code)


@once
def contribution(request: Asked, number: int) -> HttpResponse:
    """One contribution: whose, how it was shared, and what can be done."""
    found, there = _contribution(request, number)
    form = TakeBackForm(request.POST or None)
    whose = WhoseForm(request.POST or None)
    chosen = whose if found.other_union_id is None else form
    if request.method == "POST" and chosen.is_valid():
        try:
            if chosen is whose:
                identifying.identify(
                    actor=request.actor,
                    at=days.now(),
                    contribution_id=found.pk,
                    employer=whose.cleaned_data["credit_code"],
                )
                messages.success(request, _("Now it is known whose contribution this is."))
            else:
                reversing.take_back(
                    actor=request.actor,
                    at=days.now(),
                    contribution_id=found.pk,
                    reason=form.cleaned_data["reason"],
                )
                messages.success(request, _("The share is taken back; both stay in the books."))
        except Refusal as refusal:
            say(request, refusal, chosen)
        else:
            return redirect("dues:contribution", number=found.pk)
    splits = [(one, contributions.shares_of(one, found.paid_on)) for one in contributions.splits_of(found)]
    return drawn(
        request,
        "dues/contribution.html",
        there,
        contribution=found,
        since=rules.first_day(found.since),
        until=rules.first_day(found.until),
        payer=Union.objects.filter(pk=found.other_union_id).first() if found.other_union_id else None,
        splits=splits,
        form=chosen,
    )


def match(request: Asked, code: str) -> HttpResponse:
    """What was declared, received and shared, employer by employer, differences first."""
    found = union_or_404(request, code, VIEW)
    today = days.business_day(days.now())
    last = rules.month_after(days.month_of(today), -1)
    text = f"{last // 100}-{last % 100:02d}"
    form = MonthsForm(
        {"since": request.GET.get("since") or f"{last // 100}-01", "until": request.GET.get("until") or text}
    )
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {"form": form, "kind": kind, "kinds": matching.KINDS}
    if form.is_valid():
        asked = {"since": form.cleaned_data["since"], "until": form.cleaned_data["until"], "today": today}
        told = matching.sums(found, **asked)
        context["sums"] = told
        context["whole"] = matching.Sums(
            *(sum(column) for column in zip(*map(_four, told.values()), strict=True))
        )
        context["rows"], context["after"] = matching.page(
            found, **asked, kind=kind, after=whole_number(request.GET.get("after", "")) or 0, rows=_rows()
        )
    return drawn(request, "dues/match.html", found, **context)


def run(request: Asked, number: int) -> HttpResponse:
    """One run of sharing: what it shared, or why it could not."""
    found, there = row_or_404(request, Distribution.objects.all(), number, VIEW)
    return drawn(
        request,
        "dues/run.html",
        there,
        run=found,
        outside=sum(found.outside.values_list("amount", flat=True)),
        splits=found.splits.order_by("pk")[: _rows()],
    )


def drawn(request: Asked, template: str, there: Union, **context: Any) -> HttpResponse:
    """The page with what the actor may do at the union; 422 where its form has something wrong."""
    form = context.get("form")
    context["union"] = there
    context["may"] = {
        "declare": access.may(request.actor, declaring.DECLARE, there.pk),
        "share": access.may(request.actor, distributing.SHARE, there.pk),
    }
    wrong = request.method == "POST" and form is not None and bool(form.errors)
    return render(request, template, context, status=422 if wrong else 200)


def _four(told: matching.Sums) -> tuple[int, int, int, int]:
    return told.many, told.declared, told.received, told.shared


def _file(request: Asked, number: int) -> tuple[CollectionFile, Union]:
    return row_or_404(request, CollectionFile.objects.all(), number, VIEW)


def _contribution(request: Asked, number: int) -> tuple[Contribution, Union]:
    """A contribution at a union of the actor's, or from one of theirs."""
    found = contributions.find(number)
    there = Union.objects.filter(pk=found.union_id).first() if found else None
    if found is None or there is None:
        nothing()
    if not any(access.may(request.actor, VIEW, one) for one in (found.union_id, found.other_union_id) if one):
        nothing()
    return found, there


def start_of(last: Declaration | None) -> dict[str, Any]:
    """What the form of a month begins with: what was declared last."""
    return {"staff": last.staff, "wages": f"{last.wages / 100:.2f}"} if last else {}


def how_to_pay(found: Bill, taker: Union | None) -> dict[str, Any]:
    """What the part of a page says that tells how a bill came about and how it is paid: the percentage, the union that
    expects the transfer, and its account at the bank."""
    told = {"percent": f"{found.declaration.rate * 100:.2f}".rstrip("0").rstrip("."), "taker": taker}
    if taker is None:
        return told
    bank, holder, number = bank_accounts.to_pay_into(taker.pk, at=days.now())
    return {**told, "bank": bank, "holder": holder, "number": number}


def percent(employer: Employer, month: int) -> str:
    """The part of the wages that is contributed, in percent."""
    rate = parameters.value("dues.contribution_rate", division=employer.division, day=rules.last_day(month))
    return f"{rate * 100:g}"


def _this_month() -> int:
    return days.month_of(days.business_day(days.now()))


def _rows() -> int:
    return int(parameters.value("pages.rows", day=days.business_day(days.now())))
