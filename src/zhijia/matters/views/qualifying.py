"""What can I get: for a member who agreed that we look."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.catalogue import purposes
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.matters.queries import qualifying
from zhijia.registry.services import consents


def mine(request: Asked) -> HttpResponse:
    """What the rules say of me, once I agreed that they are asked; agreeing is done here too."""
    actor = request.actor
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))
    if request.method == "POST":
        consents.give(actor=actor, at=days.now(), purpose=qualifying.PURPOSE)
        return redirect("matters:qualifying")
    agreed = actor.person_id is not None and consents.agreed(actor.person_id, qualifying.PURPOSE)
    context = {
        "member": actor.person_id is not None,
        "agreed": agreed,
        "purpose": purposes.get(qualifying.PURPOSE),
        "found": qualifying.mine(actor, days.now()) if agreed else [],
    }
    return render(request, "matters/member/qualifying.html", context)
