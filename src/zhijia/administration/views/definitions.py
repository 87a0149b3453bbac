"""What the federation has decided: numbers with their place, day and source, roles, code lists."""

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.administration.services import calendar
from zhijia.catalogue import codes, definitions, parameters, roles
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access


def listing(request: Asked) -> HttpResponse:
    """Everything in force, with source and confidence; what is still to be checked is ours until it is overridden."""
    access.require(request.actor, "definitions.view")
    held = [
        {"label": role.label, "words": "; ".join(sorted(map(roles.permission_label, role.permissions)))}
        for role in roles.all()
    ]
    context = {
        "calendar": calendar.said(days.business_day(days.now())),
        "parameters": [(parameter, codes.unit_label(parameter.unit)) for parameter in parameters.all()],
        "roles": held,
        "lists": definitions.load().codes.values(),
    }
    return render(request, "administration/definitions.html", context)
