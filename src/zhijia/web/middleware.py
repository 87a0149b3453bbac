"""What every request passes: a number of its own, a look for what cannot be text, and the transaction in which
somebody acts."""

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpResponse, QueryDict

from zhijia.accounts.actors import actor_of
from zhijia.audit import services as audit
from zhijia.kernel import context, days, failpoints, logs
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal, TooMany
from zhijia.kernel.ids import new_id
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.web import refusals

Respond = Callable[[Asked], HttpResponse]


SHAPE = re.compile(r"\d{1,9}|[0-9a-f-]{36}|\d{6}-\d{6}|[a-z_]{1,40}")


class RequestIds:
    """Gives every request an id: on the log line, on the trail and on the error page."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        request.request_id = str(new_id())
        with logs.request(request) as line:
            response = self.get_response(request)
            line.status = response.status_code
        response["X-Request-Id"] = request.request_id
        return response


class NoNulls:
    """Answers 400 to an address or a form with a NUL in it: nobody types one and no text column keeps one."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        if "\x00" in request.path or _with_null(request.GET) or _with_null(request.POST):
            raise BadRequest("A NUL character.")
        return self.get_response(request)


class Acting:
    """Holds one transaction round view and rendering, in which the row policies know who is asking.

    It rolls back on an exception or a 5xx. It is not ATOMIC_REQUESTS: a TemplateResponse renders after that.
    Refusals and 404s for an address that names a record go on the trail once the transaction has ended.
    What somebody logged in is shown is kept by no browser and no cache on the way.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        actor = actor_of(request)
        request.actor = actor
        with transaction.atomic():
            context.enter(actor)
            response = self.get_response(request)
            refusal: Exception | None = getattr(request, "refusal", None)
            if response.status_code >= 500 or refusal is not None:
                transaction.set_rollback(True)
            if failpoints.ON:
                failpoints.reached(f"before_commit {_route(request)}")
        if failpoints.ON:
            failpoints.reached(f"after_commit {_route(request)}")
        if refusal is not None or (response.status_code == 404 and _named(request)):
            with context.acting(request.actor):
                place = access.standing_of(request.actor)
            audit.refused(
                actor=request.actor,
                at=days.now(),
                what=getattr(refusal, "code", "not_found"),
                where=_route(request),
                named=_named(request),
                place=place,
            )
        if request.actor.user_id is not None and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: Asked, error: Exception) -> HttpResponse | None:
        """Turn a refusal no view caught into its page; anything else goes the way Django takes it."""
        if not isinstance(error, Refusal):
            return None
        request.refusal = error
        if isinstance(error, NeedsStepUp):
            return refusals.step_up(request)
        if isinstance(error, NotForYou):
            return refusals.not_for_you(request, error)
        if isinstance(error, TooMany):
            return refusals.too_many(request, error)
        return refusals.sentence(request, error)


def _with_null(given: QueryDict) -> bool:
    return any("\x00" in text for _name, texts in given.lists() for text in texts)


def _route(request: Asked) -> str:
    match = request.resolver_match
    return match.view_name if match else "unknown"


def _named(request: Asked) -> str:
    """The records an address names, each only when it has the shape of an id or a code: somebody may have typed an
    identity number where a code belongs."""
    match = request.resolver_match
    named = [str(value) for value in match.kwargs.values()] if match else []
    return ",".join(value if SHAPE.fullmatch(value) else "?" for value in named)
