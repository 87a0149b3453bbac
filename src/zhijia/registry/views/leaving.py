"""Members who may have left, on pages: the work list, one of them, naming one, and the member's own answer."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access, rules, scope
from zhijia.registry.forms import ReasonForm
from zhijia.registry.models import LeaveProposal, Union
from zhijia.registry.move_forms import SilentForm
from zhijia.registry.queries import people, work
from zhijia.registry.services.leaving import deciding
from zhijia.registry.views.asking import log_in_first, nothing, person_or_404
from zhijia.ui.refusing import say

EDIT = "membership.edit"


def proposal_list(request: Asked) -> HttpResponse:
    """Members who may have left, those first whose day comes first, a page at a time."""
    access.require(request.actor, EDIT)
    rows = work.leaving(scope.rights(request, request.actor))
    after = request.GET.get("after")
    try:
        page = work.page(rows, LeaveProposal._meta.pk.to_python(after) if after else None)
    except ValidationError:
        nothing()
    unions = Union.objects.in_bulk({row.union_id for row in page.rows})
    names = work.names_of([row.person_id for row in page.rows])
    shown = [
        {"row": row, "union": unions[row.union_id], "name": names.get(row.person_id, "")} for row in page.rows
    ]
    context = {"rows": shown, "after": page.after, "today": days.business_day(days.now())}
    return render(request, "registry/leaving/list.html", context)


def proposal(request: Asked, leaving_id: UUID) -> HttpResponse:
    """One of them: what is known, what the member said, and the two answers."""
    return _page(request, leaving_id, ReasonForm())


@require_POST
def decide(request: Asked, leaving_id: UUID) -> HttpResponse:
    """Keep the member, or confirm that they have left."""
    _found(request, leaving_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, leaving_id, form, status=422)
    leaving = request.POST.get("answer") == "left"
    act = deciding.confirm if leaving else deciding.keep
    try:
        act(actor=request.actor, at=days.now(), proposal_id=leaving_id, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        say(request, refusal, form)
        return _page(request, leaving_id, form, status=409)
    told = _("The membership has ended. The member has been told how to come back.")
    messages.success(request, told if leaving else _("The member stays and has been told."))
    return redirect("registry:leavings")


def propose(request: Asked, person_id: UUID) -> HttpResponse:
    """Say that a member has not been heard of for long: the member is asked first."""
    person = person_or_404(request, person_id)
    actor = access.require(request.actor, EDIT, person.union_id)
    profile = people.profile(actor, person)
    if profile.membership is None or profile.membership.status not in rules.ACTIVE:
        nothing()
    form = SilentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = deciding.propose(
                actor=actor, at=days.now(), membership_id=profile.membership.pk, **form.cleaned_data
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The member has been asked. It stands in your work list."))
            return redirect("registry:leaving", leaving_id=opened.pk)
    return render(request, "registry/leaving/propose.html", {"profile": profile, "form": form})


@require_POST
def stay(request: Asked, leaving_id: UUID) -> HttpResponse:
    """The member says that they stay."""
    log_in_first(request.actor)
    try:
        deciding.stay(actor=request.actor, at=days.now(), proposal_id=leaving_id)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("Thank you. You stay a member; your union sees your answer."))
    return redirect("registry:my_data")


def _page(request: Asked, leaving_id: UUID, form: ReasonForm, status: int = 200) -> HttpResponse:
    found = _found(request, leaving_id)
    today = days.business_day(days.now())
    asked = found.state == LeaveProposal.State.ASKED
    context = {
        "proposal": found,
        "union": Union.objects.get(pk=found.union_id),
        "name": work.names_of([found.person_id]).get(found.person_id, ""),
        "owner": User.objects.filter(pk=found.owner_id or 0).values_list("login", flat=True).first(),
        "open": asked,
        "may_confirm": asked and today > found.answer_until,
        "form": form,
        "today": today,
    }
    return render(request, "registry/leaving/detail.html", context, status=status)


def _found(request: Asked, leaving_id: UUID) -> LeaveProposal:
    found = LeaveProposal.objects.filter(pk=leaving_id).first()
    if found is None or not access.may(request.actor, EDIT, found.union_id):
        nothing()
    return found
