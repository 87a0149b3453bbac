"""A member's own money: what unions pay them, and where they want it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.accounts.answered import once
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.payments import words
from zhijia.payments.forms import OwnAccountForm
from zhijia.payments.queries import payments as queries
from zhijia.payments.services import payees
from zhijia.payments.services.payees import Named
from zhijia.registry.models import Person
from zhijia.registry.views.asking import log_in_first
from zhijia.ui.refusing import say


def mine(request: Asked) -> HttpResponse:
    """What unions pay the actor: what for, where it is, when it was paid."""
    log_in_first(request.actor)
    rows = [(one, words.OWN[one.payment.state]) for one in queries.mine(request.actor)]
    account = payees.current(request.actor.person_id) if request.actor.person_id else None
    return render(request, "payments/mine.html", {"rows": rows, "account": account})


@once
def my_account(request: Asked) -> HttpResponse:
    """Say where one's money is to go; another account needs the password again."""
    log_in_first(request.actor)
    person = Person.objects.filter(pk=request.actor.person_id).first() if request.actor.person_id else None
    if person is None:
        messages.error(request, _("You are not in the register yet. Join a union first."))
        return redirect("registry:me")
    before = payees.current(person.pk)
    form = OwnAccountForm(request.POST or None, holds=payees.held_by_register(actor=request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            _name(request, person, form)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("Your money goes to this account from now on."))
            return redirect("payments:mine")
    context = {"form": form, "person": person, "before": before}
    return render(
        request, "payments/my_account.html", context, status=422 if request.method == "POST" else 200
    )


def _name(request: Asked, person: Person, form: OwnAccountForm) -> None:
    data = form.cleaned_data
    if data.get("held"):
        payees.take_held(actor=request.actor, at=days.now(), bank=data["bank"], agreed=data["agreed"])
        return
    said = Named(person.name, data["account"], data["bank"], data["agreed"])
    payees.name_own(actor=request.actor, at=days.now(), said=said)
