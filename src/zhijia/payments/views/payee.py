"""An officer names the account of a member who asks for it: with a reason, and never to release what goes there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.payments.forms import PayeeForm
from zhijia.payments.services import payees
from zhijia.payments.services.payees import Named
from zhijia.registry import access
from zhijia.registry.views.asking import nothing, person_or_404
from zhijia.ui.refusing import say


@once
def name_for(request: Asked, person_id: UUID) -> HttpResponse:
    """The account a member wants to be paid on, typed in for them."""
    person = person_or_404(request, person_id)
    if not access.may(request.actor, payees.NAME_FOR, person.union_id):
        nothing()
    before = payees.current(person.pk)
    form = PayeeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = Named(data["holder"], data["account"], data["bank"], agreed=True)
        try:
            payees.name_for(
                actor=request.actor, at=days.now(), person=person, said=said, reason=data["reason"]
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("Their money goes to this account from now on; they are told."))
            return redirect("registry:person", person_id=person.pk)
    context = {"form": form, "person": person, "before": before}
    return render(request, "payments/name_for.html", context, status=422 if request.method == "POST" else 200)
