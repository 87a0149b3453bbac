"""An officer looks at a member's document and says that the name is theirs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.forms import DocumentForm
from zhijia.registry.queries import people
from zhijia.registry.services import assurance
from zhijia.registry.views.asking import person_or_404
from zhijia.ui.refusing import say


def check_by_hand(request: Asked, person_id: UUID) -> HttpResponse:
    """The number of the document is typed and compared. Needs step-up."""
    person = person_or_404(request, person_id)
    actor = access.require(request.actor, "membership.edit", person.union_id)
    form = DocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            assurance.check_by_hand(actor=actor, at=days.now(), person_id=person_id, number=number)
        except NeedsStepUp:
            raise
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The name counts as checked by hand from now on."))
            return redirect("registry:person", person_id=person.pk)
    context = {"profile": people.profile(actor, person), "form": form}
    return render(request, "registry/check_by_hand.html", context, status=422 if form.errors else 200)
