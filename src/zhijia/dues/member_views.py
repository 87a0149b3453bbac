"""Dues of members on a page: wages typed or pasted, what each owes shown once and not kept, the sum posted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhijia.dues import rules
from zhijia.dues.forms import MembersForm
from zhijia.dues.models import MemberMonth
from zhijia.dues.services import members
from zhijia.dues.services.declaring import DECLARE
from zhijia.dues.views import drawn
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.views.asking import union_or_404
from zhijia.ui.refusing import say

MONTHS_SHOWN = 12


def member_dues(request: Asked, code: str) -> HttpResponse:
    """Reckon the dues of a month from a list of wages, look at them, and write down that they were collected."""
    found = union_or_404(request, code, "dues.view")
    last = rules.month_after(days.month_of(days.business_day(days.now())), -1)
    form = MembersForm(request.POST or None, initial={"month": f"{last // 100}-{last % 100:02d}"})
    paid = []
    if request.method == "POST":
        access.require(request.actor, DECLARE, found.pk)
        if form.is_valid():
            data = form.cleaned_data
            paid = members.reckoned(union=found, month=data["month"], wages=data["wages"])
            if "collected" in request.POST:
                try:
                    members.collect(
                        actor=request.actor,
                        at=days.now(),
                        union=found,
                        month=data["month"],
                        paid=paid,
                        once=data["once"],
                    )
                except Refusal as refusal:
                    say(request, refusal, form)
                else:
                    messages.success(request, _("The dues stand in the books as the union's own income."))
                    return redirect("dues:members", code=found.code)
    return drawn(
        request,
        "dues/members.html",
        found,
        form=form,
        paid=paid,
        total=sum(one.dues for one in paid),
        collected=MemberMonth.objects.filter(union_id=found.pk).order_by("-month", "-pk")[:MONTHS_SHOWN],
        here=found.level >= members.HIGHEST,
    )
