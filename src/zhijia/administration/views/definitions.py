"""What the federation has decided: numbers with their place, day and source, roles, code lists."""

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.catalogue import codes, definitions, parameters, roles
from zhijia.kernel.requests import Asked
from zhijia.registry import access


def listing(request: Asked) -> HttpResponse:
    """Everything in force, with source and confidence; a number tagged K, V or C3 is ours until it is overridden."""
    access.require(request.actor, "definitions.view")
    held = [
        {"label": role.label, "words": "; ".join(sorted(map(roles.permission_label, role.permissions)))}
        for role in roles.all()
    ]
    context = {
        "parameters": [(parameter, codes.unit_label(parameter.unit)) for parameter in parameters.all()],
        "roles": held,
        "lists": definitions.load().codes.values(),
    }
    return render(request, "administration/definitions.html", context)
