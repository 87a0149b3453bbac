"""The API: the rooms' routers under one roof, who may call it, and refusals as answers.

A refusal reads {"code", "message", "request_id"}: a stable code, a sentence in the caller's language, and the
number under which the trail knows it.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from zhijia.accounts.api import auth
from zhijia.accounts.models import User
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal, TooMany
from zhijia.kernel.requests import Asked
from zhijia.matters.api import router as matters
from zhijia.registry import access
from zhijia.registry.api import Strict
from zhijia.registry.api import router as registry


class Api(NinjaAPI):
    """The API of the house."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """An operation is called by its room and its function: the same whichever file of the room it lies in."""
        room, _api, _file = operation.view_func.__module__.partition(".api")
        return f"{room}.api.{operation.view_func.__name__}".replace(".", "_")


api = Api(
    title="Zhijia",
    version="1",
    description="The register of a trade-union federation. Rights are those of the account that asks.",
    urls_namespace="api",
    auth=auth,
    docs_url="/docs",
    openapi_url="/openapi.json",
)
api.add_router("", registry)
api.add_router("", matters)


class Me(Strict):
    """Whose token or session this is, and what it may do somewhere."""

    login: str
    person_id: str | None
    permissions: list[str]


@api.get("/me", response=Me, tags=["me"])
def me(request: Asked) -> dict[str, Any]:
    """Who is asking, and with which permissions."""
    actor = request.actor
    held = sorted(access.rights_of(actor).permissions)
    return {
        "login": User.objects.values_list("login", flat=True).get(pk=actor.user_id or 0) or "",
        "person_id": str(actor.person_id) if actor.person_id else None,
        "permissions": held,
    }


@api.exception_handler(Refusal)
def refused(request: Asked, refusal: Refusal) -> HttpResponse:
    """404 where the address names a record, 403 elsewhere, 429 beyond a limit, 409 where a rule says no.
    `Acting` rolls back and writes the line on the trail."""
    request.refusal = refusal
    response = _told(request, _status(request, refusal), refusal.code, str(refusal))
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.details.get("retry_after", 60))
    return response


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401 for a visitor, and for a token that has ended or never was."""
    return _told(request, 401, "not_logged_in", _("Log in, or send a token that is valid."))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 with the fields that are wrong, never with what stood in them."""
    wrong = [
        {"where": ".".join(str(part) for part in problem.get("loc", ())), "what": problem.get("type", "")}
        for problem in error.errors
    ]
    return _told(request, 422, "unreadable", _("Some fields are missing, unknown or wrong."), fields=wrong)


@api.exception_handler(HttpError)
def turned_away(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself turns away: no CSRF token beside a session, a body that is no JSON."""
    if error.status_code == 403:
        return _told(request, 403, "csrf", _("The CSRF token is missing or wrong."))
    return _told(request, error.status_code, "unreadable", _("This request cannot be read."))


def _status(request: Asked, refusal: Refusal) -> int:
    if isinstance(refusal, NeedsStepUp):
        return 403
    if isinstance(refusal, NotForYou):
        named = bool(request.resolver_match and request.resolver_match.kwargs)
        return 404 if named or refusal.code == "not_found" else 403
    return 429 if isinstance(refusal, TooMany) else 409


def _told(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> HttpResponse:
    said = {"code": code, "message": message, "request_id": getattr(request, "request_id", ""), **more}
    return api.create_response(request, said, status=status)
