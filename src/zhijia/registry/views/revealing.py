"""A sealed value of a person, shown for some seconds."""

from django.http import HttpResponse
from django.shortcuts import render

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.forms import ReasonForm
from zhijia.registry.models import Person
from zhijia.vault import services as vault


def answer(
    request: Asked, page: str, *, person: Person, field: str, clear: str, form: ReasonForm | None = None
) -> HttpResponse:
    """The value in clear, or masked with the button that shows it; in its place on a page, or on `page`."""
    context = {
        "person": person,
        "field": field,
        "form": form,
        "clear": clear,
        "masked": vault.masked(f"registry_person.{field}", person.pk),
        "seconds": parameters.value("vault.unmask_seconds", day=days.business_day(days.now())),
    }
    response = render(request, "registry/_reveal.html" if request.htmx else page, context)
    response["Cache-Control"] = "no-store"
    return response
