"""A write that is asked for twice is done once: the second time gets the answer of the first (`Idempotency-Key`).

`@once` stands on every view and operation that moves money. The key comes in the header, or in the hidden field `once`
of a form (`ui.forms.OnceForm`); it belongs to whoever asks and to the address's name. What was answered is written down
in the request's own transaction, sealed: an answer that is not kept was never given, and the other way round.
"""

import json
import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from zhijia.accounts.models import Answered
from zhijia.kernel import ciphers, days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.vault import services as vault

HEADER, FIELD = "Idempotency-Key", "once"
SHAPE = re.compile(r"[!-~]{8,80}")
PAUSES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5)
"""How long the second of two waits for the first, in seconds, before it is told to come back."""
LONGEST = 256 * 1024
"""Bytes of an answer that are kept; a money operation answers far less."""
_KEYS = "accounts_answered.answer"
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
Given = ParamSpec("Given")
View = Callable[Concatenate[Asked, Given], HttpResponse]


def once(view: View[Given]) -> View[Given]:
    """The view, done once for each key. The same request again gets the same answer; another one under the same key is
    refused, and one that is still being worked on is told to come back (409). The API has to send a key (422)."""

    @wraps(view)
    def answered(request: Asked, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
        if not key and not _of_api(request):
            return view(request, *args, **kwargs)
        if not SHAPE.fullmatch(key):
            return _refused(request, 422, "key_missing", _missing())
        return _kept(request, key, lambda: view(request, *args, **kwargs))

    return cast(View[Given], answered)


def _kept(request: Asked, key: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    user_id = request.actor.user_id or 0
    route = request.resolver_match.view_name[:80] if request.resolver_match else ""
    if not _is_first(f"{user_id} {route} {key}"):
        return _refused(request, 409, "in_flight", _in_flight())
    digest = vault.digest("accounts.answered", f"{request.get_full_path()}\n{_said(request)}")
    found = Answered.objects.filter(user_id=user_id, route=route, key=key).first()
    if found is not None and found.digest != digest:
        return _refused(request, 422, "changed_under_the_key", _changed())
    if found is not None:
        return _again(request, found)
    response = do()
    if _is_done(request, response):
        answer = _sealed(f"{user_id} {route} {key}", response)
        kept = Answered(user_id=user_id, route=route, key=key, digest=digest, answer=answer, at=days.now())
        Answered.objects.bulk_create([kept])
    return response


def _is_first(name: str) -> bool:
    """Whether nobody else works on this key; waits a little for whoever does. Held to the end of the transaction."""
    for pause in PAUSES:
        time.sleep(pause)
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [name])
            if cursor.fetchone()[0]:
                return True
    return False


def _is_done(request: Asked, response: HttpResponse) -> bool:
    """Whether something was done: a page leads on, an operation answers 2xx. A form shown again did nothing, and may be
    sent changed under the same key."""
    if getattr(request, "refusal", None) is not None or len(response.content) > LONGEST:
        return False
    return 200 <= response.status_code < 300 if _of_api(request) else 300 <= response.status_code < 400


def _said(request: Asked) -> str:
    """What is asked for, in a form that is the same for the same: a form's fields and files, or the body."""
    if request.content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return request.body.decode("utf-8", "surrogateescape")
    fields = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    files = {name: [_content(file) for file in request.FILES.getlist(name)] for name in request.FILES}
    return json.dumps([fields, files], sort_keys=True)


def _content(file: Any) -> str:
    digest: str = ciphers.sm3(file.read()).hex()
    file.seek(0)
    return digest


def _sealed(name: str, response: HttpResponse) -> bytes:
    said = {
        "status": response.status_code,
        "type": response.get("Content-Type", ""),
        "location": response.get("Location", ""),
        "body": response.content.decode("utf-8"),
    }
    return ciphers.seal(ciphers.keyring().current(_KEYS), json.dumps(said).encode(), name.encode())


def _again(request: Asked, found: Answered) -> HttpResponse:
    """The answer that was given the first time."""
    name = f"{found.user_id} {found.route} {found.key}"
    sealed = bytes(found.answer)
    key = ciphers.keyring().key(_KEYS, ciphers.key_id(sealed))
    said = json.loads(ciphers.open(key, sealed, name.encode()))
    response = HttpResponse(said["body"], status=said["status"], content_type=said["type"])
    if said["location"]:
        response["Location"] = said["location"]
        messages.info(request, _("This had been done already. Nothing was done twice."))
    response["Idempotent-Replay"] = "true"
    return response


def _of_api(request: Asked) -> bool:
    return request.path.startswith("/api/")


def _refused(request: Asked, status: int, code: str, message: str) -> HttpResponse:
    """A sentence: in JSON for a program, as a refusal that the middleware shows for a page."""
    refusal = Refusal(code, message)
    if not _of_api(request):
        raise refusal
    request.refusal = refusal
    said = {"code": code, "message": message, "request_id": request.request_id}
    response = JsonResponse(said, status=status)
    if code == "in_flight":
        response["Retry-After"] = "2"
    return response


def _missing() -> str:
    return _("Send a key of your own with each request that moves money (Idempotency-Key, 8 to 80 letters).")


def _in_flight() -> str:
    return _("The same request is being worked on. Look again in a moment; nothing is done twice.")


def _changed() -> str:
    return _(
        "This was done already with other data, and stays as it was. To do something else, open the page anew "
        "(a program: send a new key)."
    )
