"""Asking in the name of one's union."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.forms import UnionForm
from zhijia.matters.queries import mine, offered
from zhijia.matters.services import asking
from zhijia.registry import access


def ask(request: Asked) -> HttpResponse:
    """What my union may ask for; one of it is begun, or gone on with where a draft waits. Below, what it asked for."""
    actor = access.require(request.actor, "matter.desk")
    unions = {str(union.pk): union for union in access.unions_granted(actor, "matter.desk")}
    form = UnionForm(
        request.POST or None,
        unions=[(key, union.name) for key, union in unions.items()],
        matters=offered.for_union(),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            case = asking.start(
                actor=actor, at=days.now(), code=said["code"], for_union=unions[said["union"]]
            )
        except Refusal as refusal:
            request.refusal = refusal
            messages.error(request, str(refusal))
            return redirect("matters:for_union")
        return redirect("matters:form", case.pk)
    rows = mine.page(actor, at=days.now(), unions=[union.pk for union in unions.values()])
    status = 422 if request.method == "POST" else 200
    return render(request, "matters/staff/union.html", {"form": form, "rows": rows}, status=status)
