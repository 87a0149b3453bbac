"""What has passed its term: look at it, and confirm that it is deleted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.administration.services import retention, terms
from zhijia.kernel import days
from zhijia.kernel.requests import Asked


def listing(request: Asked) -> HttpResponse:
    """The proposals, and what came of the latest."""
    rows = [(row, terms.of(row.table)) for row in retention.proposals(request.actor)]
    return render(request, "administration/retention.html", {"rows": rows})


@require_POST
def confirm(request: Asked, proposal_id: int) -> HttpResponse:
    """Have it deleted. Needs the password again (S-06)."""
    retention.confirm(actor=request.actor, at=days.now(), proposal_id=proposal_id)
    messages.success(request, _("Confirmed. It is being deleted now."))
    return redirect("administration:retention")
