"""What nobody caught, as a page or, below /api/, as an answer: a request that cannot be read, a database that is away
or too busy, a full disk, a register that is being filled, a mistake of ours. Nothing here asks the database, but for
whether the register is being filled."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from zhijia.kernel.disks import is_full
from zhijia.registry.services.loads import turn

_NOT_ALLOWED = "42501"
SOON = 10
"""Seconds after which to come back: a database that was restarted is there again in a few."""


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address, the form or a cookie holds what nobody types."""
    if _of_api(request):
        return _told(request, 400, "unreadable", _("This request cannot be read."))
    return _page(request, 400, _why_unreadable(exception))


def failed(request: HttpRequest) -> HttpResponse:
    """503 with the seconds to wait while the database starts, is out of reach or makes somebody wait too long (what was
    sent is not half done: the transaction rolls back); 500 for every other fault."""
    error = sys.exc_info()[1]
    why = _why_closed(error)
    away = bool(why) or isinstance(error, (OperationalError, InterfaceError))
    if _of_api(request):
        busy = why or _("The system is very busy or being looked after. Try again soon.")
        response: HttpResponse = (
            _told(request, 503, "busy", busy)
            if away
            else _told(request, 500, "fault", _("Something went wrong on our side."))
        )
    else:
        response = _page(request, 503 if away else 500, why)
    if away:
        response["Retry-After"] = str(SOON)
    return response


def _why_unreadable(error: Exception) -> str:
    """What was wrong with the request, where somebody can put it right."""
    if isinstance(error, MultiPartParserError) and "header size" in str(error):
        return _("The name of the file is too long. Give it a shorter name and send it again.")
    if isinstance(error, RequestDataTooBig):
        return _("More was sent than a form can hold. Send less at a time.")
    return ""


def _why_closed(error: BaseException | None) -> str:
    """Why nothing can be written at the moment, where that is known."""
    if error is None:
        return ""
    if is_full(error):
        return _(
            "A disk of the server is full, so nothing was saved. Whoever looks after the server has to make room."
        )
    refused = isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", "") == _NOT_ALLOWED
    if refused and _is_being_filled():
        return _(
            "The register is being filled for the first time. Until that is done, nobody can be entered or changed."
        )
    return ""


def _is_being_filled() -> bool:
    try:
        return turn.fills()
    except DatabaseError:
        return False


def _of_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _page(request: HttpRequest, status: int, why: str = "") -> HttpResponse:
    context = {"request_id": _number(request), "refusal": why}
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def _number(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _told(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    said = {"code": code, "message": message, "request_id": _number(request)}
    return JsonResponse(said, status=status)
