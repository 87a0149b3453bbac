"""Who may do what where: see it, give it, end it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.administration.forms import GrantForm
from zhijia.catalogue import roles
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access
from zhijia.registry.queries import grants as queries
from zhijia.registry.services import grants
from zhijia.ui.refusing import say


def listing(request: Asked) -> HttpResponse:
    """The rights in force at and under the unions one looks after."""
    actor = access.require(request.actor, "grant.view")
    page = queries.in_force(actor, after=whole_number(request.GET.get("after", "")))
    rows = [{"grant": grant, "role": roles.get(grant.role).label} for grant in page.rows]
    return render(
        request,
        "administration/grants.html",
        {"rows": rows, "after": page.after, "may_give": access.may(actor, "grant.give")},
    )


def give(request: Asked) -> HttpResponse:
    """Give somebody a role. Needs the password again (S-06)."""
    access.require(request.actor, "grant.give")
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            grants.give(
                actor=request.actor,
                at=days.now(),
                user_id=chosen["login"].pk,
                role=chosen["role"],
                union_id=chosen["union"].pk,
                until=chosen["until"],
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("The right holds from now on."))
            return redirect("administration:grants")
    return render(request, "administration/give.html", {"form": form})


@require_POST
def end(request: Asked, grant_id: int) -> HttpResponse:
    """End a right; it opens nothing from the next request on."""
    grants.end(actor=request.actor, at=days.now(), grant_id=grant_id)
    messages.success(request, _("The right has ended."))
    return redirect("administration:grants")
