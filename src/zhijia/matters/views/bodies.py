"""Asking in the name of one's union, or of an employer one acts for."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from zhijia.catalogue import ports
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.forms import BodyForm
from zhijia.matters.queries import mine, offered
from zhijia.matters.services import asking
from zhijia.matters.views import own
from zhijia.registry import access
from zhijia.registry.services import representatives

LETTER = "act_for_employer"
"""The matter by which a union looks at an enterprise's letter."""


def union(request: Asked) -> HttpResponse:
    """What my union may ask for; one of it is begun, or gone on with where a draft waits. Below, what it asked for."""
    actor = access.require(request.actor, "matter.desk")
    unions = {str(union.pk): union for union in access.unions_granted(actor, "matter.desk")}
    form = BodyForm(
        request.POST or None,
        whose=_("For which union"),
        bodies=[(key, union.name) for key, union in unions.items()],
        matters=offered.for_union(),
    )
    if request.method == "POST" and form.is_valid():
        return _begun(request, "matters:for_union", form, for_union=unions[form.cleaned_data["body"]])
    asked = Q(asking_union_id__in=[union.pk for union in unions.values()])
    return _page(request, "matters/staff/union.html", form, asked)


def enterprise(request: Asked) -> HttpResponse:
    """The same for an employer; and for whom I act, which I can end."""
    own.log_in_first(request)
    acting = list(representatives.employers(request.actor, days.now()))
    form = BodyForm(
        request.POST or None,
        whose=_("For which enterprise"),
        bodies=[(str(one.employer_id), one.employer.name) for one in acting],
        matters=offered.for_enterprise(),
    )
    if request.method == "POST" and form.is_valid():
        return _begun(request, "matters:for_enterprise", form, for_employer=int(form.cleaned_data["body"]))
    asked = Q(asking_employer_id__in=[one.employer_id for one in acting])
    more = ports.call_all("matters.for_enterprise") if acting else []
    letter = mine.under_way(request.actor, LETTER, days.now())
    return _page(
        request, "matters/member/enterprise.html", form, asked, acting=acting, more=more, letter=letter
    )


@require_POST
def act_no_more(request: Asked, representative_id: int) -> HttpResponse:
    """I act for this employer no more."""
    own.log_in_first(request)
    try:
        representatives.end(actor=request.actor, at=days.now(), representative_id=representative_id)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:for_enterprise")
    messages.success(request, _("You act for this enterprise no more."))
    return redirect("matters:for_enterprise")


def _begun(request: Asked, here: str, form: BodyForm, **body: Any) -> HttpResponse:
    try:
        case = asking.start(actor=request.actor, at=days.now(), code=form.cleaned_data["code"], **body)
    except Refusal as refusal:
        return own.refused(request, refusal, here)
    return redirect("matters:form", case.pk)


def _page(request: Asked, template: str, form: BodyForm, asked: Q, **more: Any) -> HttpResponse:
    rows = mine.page(request.actor, at=days.now(), bodies=asked)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "rows": rows, **more}, status=status)
