"""The door of a page: who may come in at all. Which records they see is asked by services and queries."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from zhijia.accounts.actors import actor_of

View = Callable[..., HttpResponse]


def member_of_the_house(view: View) -> View:
    """Whoever has logged in all the way; a visitor is sent to log in and comes back afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if actor_of(request).user_id is None:
            back = request.get_full_path() if request.method == "GET" else "/"
            return redirect_to_login(back, resolve_url(settings.LOGIN_URL))
        return view(request, *args, **named)

    return guarded


def demo_only(view: View) -> View:
    """A page that exists in a demo alone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **named)

    return guarded
