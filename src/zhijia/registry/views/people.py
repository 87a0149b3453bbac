"""One person, as an officer sees them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.audit import queries as trail
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.forms import ReasonForm
from zhijia.registry.queries import people
from zhijia.registry.services import memberships
from zhijia.registry.services import people as services
from zhijia.registry.views import revealing
from zhijia.registry.views.asking import nothing, person_or_404
from zhijia.ui.refusing import say

LOOKS = 10


def detail(request: Asked, person_id: UUID) -> HttpResponse:
    """The person's data, masked, and the history of memberships: a page, or the side panel beside a table."""
    person = person_or_404(request, person_id)
    return render(
        request,
        "registry/_person_panel.html" if request.htmx else "registry/person.html",
        {
            "profile": people.profile(request.actor, person),
            "may_reveal": access.may(request.actor, "person.reveal", person.union_id),
            "may_end": access.may(request.actor, "membership.edit", person.union_id),
            "looks": trail.looks_at(request.actor, person.pk, rows=LOOKS).entries
            if access.may(request.actor, "trail.view", person.union_id)
            else None,
        },
    )


def reveal(request: Asked, person_id: UUID, field: str) -> HttpResponse:
    """Show one masked value, for a reason that goes on the trail (PI-08). Needs step-up; hides again by itself."""
    person = person_or_404(request, person_id)
    if field not in services.SEALED:
        nothing()
    form = ReasonForm(request.POST or None)
    clear = ""
    if request.method == "POST" and form.is_valid():
        clear = services.reveal(
            actor=request.actor, at=days.now(), person=person, field=field, reason=form.cleaned_data["reason"]
        )
    page = "registry/reveal.html"
    return revealing.answer(request, page, person=person, field=field, clear=clear, form=form)


def end(request: Asked, person_id: UUID) -> HttpResponse:
    """Close the person's membership at their written wish (MEM-10)."""
    person = person_or_404(request, person_id)
    actor = access.require(request.actor, "membership.edit", person.union_id)
    profile = people.profile(actor, person)
    if profile.membership is None:  # the second of two clicks finds it ended
        return redirect("registry:person", person_id=person.pk) if request.method == "POST" else nothing()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            memberships.leave(
                actor=actor,
                at=days.now(),
                membership_id=profile.membership.pk,
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(
                request, _("The membership has ended today. The person can join again at any time.")
            )
            return redirect("registry:person", person_id=person.pk)
    return render(request, "registry/end.html", {"profile": profile, "form": form})
