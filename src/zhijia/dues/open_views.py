"""Donations for everybody: what became of one's own, by number and code of its receipt; what each union discloses a
year (DUE-19). Nobody's name stands there."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhijia.catalogue import parameters
from zhijia.dues.forms import LookUpForm
from zhijia.dues.queries import donations as queries
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.models import Union

YEARS = 10
"""So many years back the pages go."""


@never_cache
@sensitive_post_parameters("number", "code")
def donations(request: Asked) -> HttpResponse:
    """Public. Ask what became of a donation; below, the unions that disclose theirs. The same sentence for a number
    nobody has and for a wrong code."""
    today = days.business_day(days.now())
    form = LookUpForm(request.POST or None)
    told, missed = None, False
    if request.method == "POST" and form.is_valid():
        told = queries.answer(form.cleaned_data["number"], form.cleaned_data["code"], today=today)
        missed = told is None
    rows = int(parameters.value("pages.rows", day=today))
    unions, after = queries.receivers(after=whole_number(request.GET.get("after", "")) or 0, rows=rows)
    context = {"form": form, "told": told, "missed": missed, "unions": unions, "after": after or ""}
    wrong = request.method == "POST" and told is None
    response = render(request, "dues/open/donations.html", context, status=422 if wrong else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def disclosed(request: Asked, code: str) -> HttpResponse:
    """Public. What came in, went out and is left of a union's donations in a year."""
    today = days.business_day(days.now())
    union = Union.objects.using("bulk").filter(code=code).first()
    if union is None:
        raise Http404
    years = range(today.year, today.year - YEARS, -1)
    asked = whole_number(request.GET.get("year", "")) or today.year
    year = asked if asked in years else today.year
    context = {
        "union": union,
        "year": year,
        "years": years,
        "funds": queries.disclosed(union, year, today=today),
    }
    return render(request, "dues/open/disclosed.html", context)
