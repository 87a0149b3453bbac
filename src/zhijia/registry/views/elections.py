"""An election recorded from its minutes, and the reply of the union above."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access, term_rules
from zhijia.registry.forms import ReasonForm
from zhijia.registry.models import Body, Election, Union
from zhijia.registry.queries import terms as queries
from zhijia.registry.queries import work
from zhijia.registry.services import terms
from zhijia.registry.services.terms.above import require_above
from zhijia.registry.term_forms import MOST_ROWS, ROWS, ElectionForm, ReplyForm
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.refusing import say


def record(request: Asked, code: str, body: str) -> HttpResponse:
    """Record an election from its minutes."""
    union = union_or_404(request, code, "term.record")
    if body not in Body.values:
        nothing()
    rows = whole_number(request.GET.get("rows", "")) or ROWS
    form = ElectionForm(
        request.POST or None,
        union=union,
        body=body,
        rows=rows,
        find=lambda words: queries.candidates_named(union, words),
    )
    if request.method == "POST" and form.is_valid():
        try:
            election = terms.record_election(
                actor=request.actor,
                at=days.now(),
                once=form.cleaned_data["once"],
                union_id=union.pk,
                result=form.result(),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("Recorded. The union above has been given it to reply to."))
            return redirect("registry:election", election_id=election.pk)
    more = "" if form.rows >= MOST_ROWS else f"?rows={form.rows * 2}"
    context = {"form": form, "union": union, "body": body, "more": more}
    return form_page(request, "registry/terms/record.html", context)


def election(request: Asked, election_id: UUID) -> HttpResponse:
    """One election: its numbers, who was elected, and the reply."""
    found = _election(request, election_id)
    standing = list(found.candidates.order_by("-votes", "pk"))
    names = work.names_of([candidate.person_id for candidate in standing])
    union = Union.objects.get(pk=found.union_id)
    share = parameters.value("term.majority", division=union.division, day=found.held_on)
    context = {
        "election": found,
        "union": union,
        "candidates": [{"row": row, "name": names.get(row.person_id, "")} for row in standing],
        "needed": term_rules.votes_needed(entitled=found.entitled, share=tuple(share)),
        "open_seats": found.seats - found.filled,
        "may_decide": found.state == Election.State.REPORTED and may_decide(request, found.union_id),
        "reply": ReplyForm(initial={"day": days.business_day(days.now())}),
        "reason": ReasonForm(),
    }
    return render(request, "registry/terms/election.html", context)


@require_POST
def decide(request: Asked, election_id: UUID) -> HttpResponse:
    """Reply to an election, or say no with a reason."""
    found = _election(request, election_id)
    back = redirect("registry:election", election_id=found.pk)
    try:
        if request.POST.get("answer") == "refuse":
            reason = request.POST.get("reason", "")
            terms.refuse_election(actor=request.actor, at=days.now(), election_id=found.pk, reason=reason)
            messages.success(request, _("The union has been told, with your reason."))
            return back
        form = ReplyForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Give the number and the day of the reply."))
            return back
        terms.approve_election(
            actor=request.actor,
            at=days.now(),
            election_id=found.pk,
            number=form.cleaned_data["number"],
            day=form.cleaned_data["day"],
        )
        messages.success(request, _("Approved. The union has been told."))
    except Refusal as refusal:
        say(request, refusal)
    return back


def may_decide(request: Asked, union_id: int) -> bool:
    """Whether the actor replies for the union above this one."""
    try:
        require_above(request.actor, union_id)
    except NotForYou:
        return False
    return True


def form_page(request: Asked, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page of a form; 422 when something in it has to be mended."""
    return render(request, template, context, status=422 if context["form"].errors else 200)


def _election(request: Asked, election_id: UUID) -> Election:
    found = Election.objects.filter(pk=election_id).first()
    if found is None or not access.may(request.actor, "union.view", found.union_id):
        nothing()
    return found
