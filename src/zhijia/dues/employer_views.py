"""Contributions as the employer sees them, by whoever acts for it: months to declare, bills and how to pay them, what
came in and what was given back. A stranger finds nothing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.forms import WagesForm
from zhijia.dues.models import Bill, Contribution, Declaration
from zhijia.dues.queries import employers as queries
from zhijia.dues.services import billing, declaring, notices
from zhijia.dues.services.declaring import Wages
from zhijia.dues.views import how_to_pay, percent, start_of
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.models import Employer
from zhijia.registry.services import representatives
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import say

BACK_SHOWN = 5
"""So many refunds stand below the months; all of them have a page of their own."""


def employers(request: Asked) -> HttpResponse:
    """The employers one acts for; straight to the one where it is one."""
    log_in_first(request.actor)
    acting = list(representatives.employers(request.actor, days.now()))
    if len(acting) == 1:
        return redirect("dues:employer", employer_id=acting[0].employer_id)
    return render(request, "dues/employer/all.html", {"acting": acting})


def employer(request: Asked, employer_id: int) -> HttpResponse:
    """One employer: its months, what it still owes, what was given back."""
    found = _own(request, employer_id)
    today = days.business_day(days.now())
    last = rules.month_after(days.month_of(today), -1)
    asked = whole_number(request.GET.get("after", "")) or last
    until = min(asked, last) if rules.is_month(asked) else last
    months, after = queries.months(found, until=until)
    back, more_back = queries.given_back(found, rows=BACK_SHOWN)
    context = {
        "employer": found,
        "months": months,
        "after": after or "",
        "owed": queries.owed(found, today),
        "given_back": back,
        "more_back": more_back,
        "today": today,
    }
    return render(request, "dues/employer/months.html", context)


def given_back(request: Asked, employer_id: int) -> HttpResponse:
    """Everything unions gave back to one's employer, page by page."""
    found = _own(request, employer_id)
    rows = int(parameters.value("pages.rows", day=days.business_day(days.now())))
    after = whole_number(request.GET.get("after", ""))
    back, more = queries.given_back(found, after=after, rows=rows)
    context = {"employer": found, "given_back": back, "after": more or ""}
    return render(request, "dues/employer/given_back.html", context)


@once
def declare(request: Asked, employer_id: int, month: int) -> HttpResponse:
    """Declare the wages of a month for one's employer."""
    found = _own(request, employer_id)
    if not rules.is_month(month) or declaring.turned_to(found, month) is None:
        nothing()
    last = Declaration.objects.filter(employer=found, month=month).order_by("-version").first()
    form = WagesForm(request.POST or None, declared=last is not None, initial=start_of(last))
    if request.method == "POST" and form.is_valid():
        try:
            bill = declaring.declare_own(
                actor=request.actor,
                at=days.now(),
                employer=found,
                wages=Wages(month, form.cleaned_data["staff"], form.fen),
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The month is declared."))
            return redirect("dues:employer_bill", number=bill.pk)
    context = {
        "employer": found, "form": form, "month": rules.first_day(month), "last": last,
        "rate": percent(found, month),
    }  # fmt: skip
    wrong = request.method == "POST" and bool(form.errors)
    return render(request, "dues/employer/declare.html", context, status=422 if wrong else 200)


def bill(request: Asked, number: int) -> HttpResponse:
    """What one's employer owes for a month, how the sum came about, and how to pay it."""
    found = _own_bill(request, number)
    left = billing.owed(found)
    came = Contribution.objects.filter(
        employer_id=found.employer_id, since__lte=found.month, until__gte=found.month
    )
    context: dict[str, Any] = {
        "bill": found,
        "month": rules.first_day(found.month),
        "left": left,
        "over": -left,
        "late": left > 0 and found.due_on < days.business_day(days.now()),
        "came": came.order_by("paid_on", "pk"),
        "versions": queries.versions(found),
        **how_to_pay(found, billing.taker_of(found)),
    }
    return render(request, "dues/employer/bill.html", context)


def notice(request: Asked, number: int) -> HttpResponse:
    """The payment notice of a bill on paper."""
    found = _own_bill(request, number)
    response = HttpResponse(notices.paper(bill=found, at=days.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="notice-{found.month}.pdf"'
    return response


def _own(request: Asked, employer_id: int) -> Employer:
    log_in_first(request.actor)
    found = Employer.objects.filter(pk=employer_id).first()
    if found is None or not representatives.acts_for(request.actor, employer_id):
        nothing()
    return found


def _own_bill(request: Asked, number: int) -> Bill:
    log_in_first(request.actor)
    found = Bill.objects.select_related("employer", "declaration").filter(pk=number).first()
    if found is None or not representatives.acts_for(request.actor, found.employer_id):
        nothing()
    return found
