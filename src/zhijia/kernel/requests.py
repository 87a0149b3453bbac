"""A request as views receive it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from zhijia.kernel.actors import Actor


class Asked(HttpRequest):
    """A request after the middleware: it knows who asks, its own number, and whether htmx sent it."""

    actor: Actor
    request_id: str
    htmx: HtmxDetails
    refusal: Exception
