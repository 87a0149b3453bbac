"""What nobody caught, as a page or, below /api/, as an answer: a request that cannot be read, a database that is away
or too busy, a mistake of ours. Nothing here asks the database."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

SOON = 10
"""Seconds after which to come back: a database that was restarted is there again in a few."""


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address, the form or a cookie holds what nobody types."""
    if _of_api(request):
        return _told(request, 400, "unreadable", _("This request cannot be read."))
    return _page(request, 400)


def failed(request: HttpRequest) -> HttpResponse:
    """503 with the seconds to wait while the database starts, is out of reach or makes somebody wait too long (what was
    sent is not half done: the transaction rolls back); 500 for every other fault."""
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    if _of_api(request):
        response: HttpResponse = (
            _told(request, 503, "busy", _("The system is very busy or being looked after. Try again soon."))
            if away
            else _told(request, 500, "fault", _("Something went wrong on our side."))
        )
    else:
        response = _page(request, 503 if away else 500)
    if away:
        response["Retry-After"] = str(SOON)
    return response


def _of_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{status}.html", {"request_id": _number(request)}), status=status)


def _number(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _told(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    said = {"code": code, "message": message, "request_id": _number(request)}
    return JsonResponse(said, status=status)
