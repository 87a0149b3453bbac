"""The books of a union on pages: what they add up to, entries, a voucher by hand, accounts, closing."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.forms import AccountForm, CloseForm, MonthsForm, ReopenForm, TakeBackForm, VoucherForm
from zhijia.ledger.models import Account, Book, Entry
from zhijia.ledger.queries import balances, entries, oversight, sources
from zhijia.ledger.services import accounts, books, mergers, posting, years
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import at_work, nothing, union_or_404
from zhijia.ui.refusing import say

VIEW = "ledger.view"


def here(request: Asked) -> HttpResponse:
    """The books of the union the actor works for now."""
    return at_work(request, VIEW, "ledger:book")


def book(request: Asked, code: str) -> HttpResponse:
    """What the accounts of a union add up to in some months, fund by fund."""
    union = union_or_404(request, code, VIEW)
    kept = Book.objects.filter(pk=union.pk).first()
    today = days.business_day(days.now())
    form = MonthsForm(_months(request, kept, today))
    rows = balances.trial(union.pk, **form.cleaned_data) if form.is_valid() else []
    context = {
        "book": kept,
        "funds": _by_fund(rows),
        "form": form,
        "has_below": oversight.any_below(union),
    }
    return drawn(request, "ledger/book.html", union, **context)


def open_book(request: Asked, code: str) -> HttpResponse:
    """Open the books of a union that keeps none here yet."""
    union = union_or_404(request, code, books.MANAGE)
    if request.method == "POST":
        since = days.business_day(days.now()).replace(month=1, day=1)
        books.open_book(actor=request.actor, at=days.now(), union=union, since=since)
        messages.success(request, _("The books are open from the first of January on."))
    return redirect("ledger:book", code=union.code)


def entry_list(request: Asked, code: str) -> HttpResponse:
    """The entries of a union, the latest first; of one account alone where it is named."""
    union = union_or_404(request, code, VIEW)
    number = whole_number(request.GET.get("account", ""))
    account = Account.objects.filter(pk=number, union_id=union.pk).first() if number else None
    if number and account is None:
        nothing()
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    page = entries.of_union(
        union.pk, account_id=account.pk if account else None, after=request.GET.get("after", ""), rows=size
    )
    name = entries.name_of(account) if account else ""
    told = sources.told(request.actor, [row.entry for row in page.rows if not row.entry.note])
    rows = [(row, told.get(row.entry.pk)) for row in page.rows]
    return drawn(
        request, "ledger/entries.html", union, page=page, rows=rows, account=account, account_name=name
    )


@once
def entry(request: Asked, number: int) -> HttpResponse:
    """One entry with its legs, and the form to take it back."""
    found = Entry.objects.filter(pk=number).first()
    union = Union.objects.filter(pk=found.union_id).first() if found else None
    if found is None or union is None or not access.may(request.actor, VIEW, union.pk):
        nothing()
    form = TakeBackForm(request.POST or None, initial={"day": days.business_day(days.now())})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            back = posting.take_back(
                actor=request.actor, at=days.now(), entry_id=found.pk, day=data["day"], reason=data["reason"]
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The entry is taken back; both stay in the books."))
            return redirect("ledger:entry", number=back)
    lines = entries.legs_of(found)
    names = entries.names_of(leg.account for leg in lines)
    legs = [(leg, names[leg.account_id], _fund(leg.account)) for leg in lines]
    context = {
        "entry": found,
        "legs": legs,
        "told": sources.told(request.actor, [found]).get(found.pk),
        "back": Entry.objects.filter(corrects_id=found.pk).first(),
        "form": form,
        "may_post": access.may(request.actor, posting.POST, union.pk),
    }
    return drawn(request, "ledger/entry.html", union, **context)


@once
def voucher(request: Asked, code: str) -> HttpResponse:
    """Post an entry by hand."""
    union = union_or_404(request, code, posting.POST)
    today = days.business_day(days.now())
    open_accounts = entries.accounts_of(union.pk, today)
    form = VoucherForm(
        request.POST or None,
        accounts=open_accounts,
        today=today,
        rows=whole_number(request.POST.get("rows", "")) or 0,
    )
    if request.method == "POST" and "more" in request.POST:
        form = VoucherForm(
            initial=request.POST.dict(),
            accounts=open_accounts,
            today=today,
            rows=form.count + 4,
        )
    elif request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            number = posting.post(
                actor=request.actor,
                at=days.now(),
                union=union,
                day=data["day"],
                kind="voucher",
                source=Source("voucher", str(data["once"])),
                lines=form.lines(),
                note=data["note"],
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The entry stands in the books."))
            return redirect("ledger:entry", number=number)
    return drawn(request, "ledger/voucher.html", union, form=form)


def account(request: Asked, code: str) -> HttpResponse:
    """Open an account."""
    union = union_or_404(request, code, books.MANAGE)
    form = AccountForm(request.POST or None, chart=accounts.chart_on(days.business_day(days.now())))
    if request.method == "POST" and form.is_valid():
        try:
            books.open_account(actor=request.actor, at=days.now(), union=union, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The ledger account is open."))
            return redirect("ledger:book", code=union.code)
    return drawn(request, "ledger/account.html", union, form=form)


def close(request: Asked, code: str) -> HttpResponse:
    """Close the days of a union's books."""
    union = union_or_404(request, code, books.CLOSE)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            books.close_through(actor=request.actor, at=days.now(), union=union, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("These days are closed. Only the union above can open them again."))
            return redirect("ledger:book", code=union.code)
    return drawn(
        request, "ledger/close.html", union, form=form, book=Book.objects.filter(pk=union.pk).first()
    )


@require_POST
def carry_over(request: Asked, code: str) -> HttpResponse:
    """Carry last year over to this one."""
    union = union_or_404(request, code, posting.POST)
    try:
        numbers = years.carry_over(
            actor=request.actor, at=days.now(), union=union, year=days.business_day(days.now()).year - 1
        )
    except Refusal as refusal:
        say(request, refusal)
    else:
        done = _("Last year has been carried over.")
        messages.success(request, done if numbers else _("There is nothing left to carry over."))
    return redirect("ledger:book", code=union.code)


@require_POST
def hand_over(request: Asked, code: str) -> HttpResponse:
    """Hand the books of a union that was merged over to the one that took it over."""
    union = union_or_404(request, code, posting.POST)
    if union.successor is None:
        nothing()
    today = days.business_day(days.now())
    try:
        mergers.hand_over(actor=request.actor, at=days.now(), union=union, into=union.successor, day=today)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("The books are handed over; this union has nothing left in them."))
    return redirect("ledger:book", code=union.code)


def reopen(request: Asked, code: str) -> HttpResponse:
    """Open closed days of a union below again."""
    union = union_or_404(request, code, VIEW)
    if not _may_reopen(request, union):
        nothing()
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            books.reopen_after(actor=request.actor, at=days.now(), union=union, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The later days are open again."))
            return redirect("ledger:book", code=union.code)
    return drawn(
        request, "ledger/reopen.html", union, form=form, book=Book.objects.filter(pk=union.pk).first()
    )


def drawn(request: Asked, template: str, union: Union, **context: Any) -> HttpResponse:
    """The page with what the actor may do at the union; 422 where one of its forms has something wrong."""
    wrong = any(form is not None and form.errors for form in (context.get("form"), context.get("paper")))
    status = 422 if request.method == "POST" and wrong else 200
    context["union"] = union
    context["may"] = {
        "post": access.may(request.actor, posting.POST, union.pk),
        "manage": access.may(request.actor, books.MANAGE, union.pk),
        "close": access.may(request.actor, books.CLOSE, union.pk),
        "reopen": _may_reopen(request, union),
    }
    return render(request, template, context, status=status)


def _may_reopen(request: Asked, union: Union) -> bool:
    over = books.above(union)
    return over is not None and access.may(request.actor, books.REOPEN, over.pk)


def _months(request: Asked, kept: Book | None, today: date) -> dict[str, str]:
    first = today.replace(month=1)
    return {
        "since": request.GET.get("since") or first.strftime("%Y-%m"),
        "until": request.GET.get("until") or today.strftime("%Y-%m"),
    }


def _by_fund(rows: list[balances.Row]) -> list[dict[str, Any]]:
    """The rows of a trial balance, fund by fund, with their words and sums."""
    library = definitions.load()
    funds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        rule = library.charts[row.chart].account(row.code)
        words = f"{rule.label}{f' · {row.title}' if row.title else ''}"
        funds.setdefault(row.fund, []).append(
            {"row": row, "words": words, "before": row.before * row.sign, "after": row.after * row.sign}
        )
    return [
        {
            "label": library.funds[fund].label,
            "rows": some,
            "debit": sum(one["row"].debit for one in some),
            "credit": sum(one["row"].credit for one in some),
        }
        for fund, some in sorted(funds.items(), key=lambda pair: (library.funds[pair[0]].earmarked, pair[0]))
    ]


def _fund(account: Account) -> str:
    return str(definitions.load().funds[account.fund].label)
