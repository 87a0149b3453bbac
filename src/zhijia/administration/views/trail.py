"""The trail for those who audit: read it, check its seal, take it along as proof."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.accounts.queries import staff_logins
from zhijia.administration.forms import TrailForm
from zhijia.administration.services import proofs
from zhijia.audit import queries, sealer
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access, scope

ROWS = 50


def entries(request: Asked) -> HttpResponse:
    """The trail as far as the auditor's unions reach, newest first."""
    actor = access.require(request.actor, "trail.view")
    form = TrailForm(request.GET)
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    page = queries.entries_for(
        actor, queries.Filters(**chosen), after=whole_number(request.GET.get("after", "")), rows=ROWS
    )
    now = scope.current(request, actor)
    exported = now if now and access.may(actor, "export.make", now.pk) else None
    logins = staff_logins(entry.user_id for entry in page.entries)
    context = {
        "entries": [{"entry": entry, "login": logins.get(entry.user_id or 0)} for entry in page.entries],
        "after": page.after,
        "form": form,
        "exported": exported,
    }
    return render(request, "administration/trail.html", context)


def verify(request: Asked) -> HttpResponse:
    """Have the trail exported and checked as an outsider would; show what came of the last time."""
    access.require(request.actor, "trail.verify")
    if request.method == "POST":
        proofs.ask(actor=request.actor, at=days.now())
        return redirect("administration:verify")
    proof = proofs.latest(request.actor)
    return render(request, "administration/verify.html", {"proof": proof, "root": sealer.root()})
