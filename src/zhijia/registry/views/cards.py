"""Checking a member's card at a counter."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.forms import CardForm
from zhijia.registry.queries import people
from zhijia.registry.services import cards


@never_cache
def check(request: Asked) -> HttpResponse:
    """What the card's QR says, typed or scanned into the box: valid or not, and whose, masked."""
    access.require(request.actor, "membership.view")
    form = CardForm(request.POST or None)
    profile = None
    if request.method == "POST" and form.is_valid():
        card = cards.read_code(form.cleaned_data["code"], days.now())
        person = people.find(request.actor, card.person_id) if card else None
        if person is None:
            form.add_error(
                "code", _("No valid card of your unions. The code changes by the minute: scan it again.")
            )
        else:
            profile = people.profile(request.actor, person)
            form = CardForm()
    return render(request, "registry/card_check.html", {"form": form, "profile": profile})
