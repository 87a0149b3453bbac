"""Goods that were handed out by mistake come back, on a page."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.assets.forms import BackForm
from zhijia.assets.models import Issue
from zhijia.assets.queries import register
from zhijia.assets.services import returning
from zhijia.assets.services.cards import MANAGE
from zhijia.assets.views.asking import drawn
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.views.asking import row_or_404
from zhijia.ui.refusing import done


@once
def take_back(request: Asked, number: int) -> HttpResponse:
    """What of an issue came back, on which day and why."""
    gone, union = row_or_404(request, Issue.objects.select_related("lot"), number, MANAGE)
    roster = list(gone.lines.exclude(pk__in=returning.lines_back(gone)).order_by("pk"))
    names = register.names(union.pk, {line.person_id for line in roster})
    today = days.business_day(days.now())
    form = BackForm(
        request.POST or None,
        lines=[(line.pk, register.called(names.get(line.person_id))) for line in roster],
        initial={"day": today},
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and done(
            request,
            lambda: returning.take_back(
                actor=request.actor,
                at=days.now(),
                issue_id=gone.pk,
                once=form.cleaned_data["once"],
                back=form.back(),
            ),
            _("It is in stock again, and in the books."),
            form,
        )
    ):
        return redirect("assets:lot", number=gone.lot_id)
    status = 422 if request.method == "POST" else 200
    return drawn(request, "assets/take_back.html", union, status=status, gone=gone, form=form)
