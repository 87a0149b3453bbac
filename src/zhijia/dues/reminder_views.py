"""Reminders of what an employer owes on a page: the letter, how it arrived, and the evidence for a court."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.dues.forms import RemindForm, ServedForm
from zhijia.dues.models import Reminder
from zhijia.dues.services import reminding
from zhijia.dues.services.declaring import DECLARE
from zhijia.dues.views import VIEW, drawn
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Employer, Union
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.refusing import say


def reminders(request: Asked, code: str, employer_id: int) -> HttpResponse:
    """What an employer owes a union, the letters it got, and the form to make one."""
    found = union_or_404(request, code, VIEW)
    employer = Employer.objects.filter(pk=employer_id).first()
    if employer is None:
        nothing()
    today = days.business_day(days.now())
    owed = reminding.overdue(found, employer, today)
    made = Reminder.objects.filter(union_id=found.pk, employer=employer).order_by("-pk")
    if not owed and not made.exists():
        nothing()
    form = RemindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reminding.remind(
                actor=request.actor,
                at=days.now(),
                union=found,
                employer=employer,
                once=form.cleaned_data["once"],
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The letter is made. Print it, have it sealed and served."))
            return redirect("dues:reminders", code=found.code, employer_id=employer.pk)
    return drawn(
        request,
        "dues/reminders.html",
        found,
        employer=employer,
        owed=owed,
        total=sum(one.left + one.late_fee for one in owed),
        reminders=made,
        form=form,
        served=ServedForm(initial={"day": today}),
        today=today,
    )


@require_POST
def served(request: Asked, number: int) -> HttpResponse:
    """Write down how a letter arrived."""
    made = _found(request, number)
    form = ServedForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        proof = data["proof"]
        try:
            reminding.serve(
                actor=request.actor,
                at=days.now(),
                reminder_id=made.pk,
                day=data["day"],
                how=data["how"],
                proof=proof.file if proof else None,
                name=proof.name if proof else "",
            )
        except Refusal as refusal:
            say(request, refusal)
    else:
        messages.error(request, _("Say on which day and how it arrived."))
    return _back(made)


@require_POST
def evidence(request: Asked, number: int) -> HttpResponse:
    """The evidence for an order for payment, as one zip."""
    made = _found(request, number)
    try:
        pack = reminding.evidence(actor=request.actor, at=days.now(), reminder_id=made.pk)
    except Refusal as refusal:
        say(request, refusal)
        return _back(made)
    answer = HttpResponse(pack, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{made.pk}.zip"'
    return answer


def _found(request: Asked, number: int) -> Reminder:
    made = Reminder.objects.filter(pk=number).first()
    if made is None or not access.may(request.actor, DECLARE, made.union_id):
        nothing()
    return made


def _back(made: Reminder) -> HttpResponse:
    code = Union.objects.get(pk=made.union_id).code
    return redirect("dues:reminders", code=code, employer_id=made.employer_id)
