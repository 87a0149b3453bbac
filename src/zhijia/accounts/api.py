"""How a program says who it is: the page's session with CSRF, or a personal token. Both end as the same
`Actor`."""

from typing import Any

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from zhijia.accounts.actors import actor_of, token_actor
from zhijia.accounts.services import tokens
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor


class SessionAuth(APIKeyCookie):
    """The browser's own session; a request that changes something carries the CSRF token."""

    param_name = "session"

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = actor_of(request)
        return actor if actor.user_id is not None else None


class TokenAuth(HttpBearer):
    """A personal token. From here on the row policies see its owner."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        found = tokens.find(token, days.now())
        if found is None:
            return None
        actor = token_actor(request, found.user, frozenset(found.scopes))
        request.actor = actor  # type: ignore[attr-defined]
        context.enter(actor)
        return actor


auth: list[Any] = [TokenAuth(), SessionAuth()]
