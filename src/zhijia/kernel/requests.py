"""A request as views receive it, and reading a number from it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from zhijia.kernel.actors import Actor

LONGEST = 18


class Asked(HttpRequest):
    """A request after the middleware: it knows who asks, its own number, and whether htmx sent it. A view whose page
    belongs to one of two lines of the menu says to which (`menu_line`)."""

    actor: Actor
    request_id: str
    htmx: HtmxDetails
    refusal: Exception
    menu_line: str


def whole_number(text: str) -> int | None:
    """The number somebody wrote in an address or a form field; None for anything else and beyond what a key holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
