"""The pages that belong to no room: welcome, preferences, whom one works for, what one can apply for."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.queries import offered
from zhijia.registry import access, scope
from zhijia.registry.models import Union
from zhijia.registry.queries import exports, imports
from zhijia.registry.services import representatives
from zhijia.registry.views import export_words, import_words

YEAR = 365 * 24 * 3600
LANGUAGES = ("zh-hans", "en")
TEXT_SIZES = ("normal", "large", "elder")
THEMES = ("system", "light", "dark")


def welcome(request: Asked) -> HttpResponse:
    """Public. The door: who you are decides where you land."""
    if request.actor.user_id is not None:
        role = scope.rights(request, request.actor).home
        return redirect(role.home if role else "web:home_member")
    return render(request, "web/welcome.html")


def preferences(request: Asked) -> HttpResponse:
    """Public. Language, text size and colours: kept on the account, or in the browser of a visitor. Who opens the
    address itself is led to the door."""
    if request.method != "POST":
        return redirect("web:welcome")
    chosen = {
        name: value
        for name, allowed in (("language", LANGUAGES), ("text_size", TEXT_SIZES), ("theme", THEMES))
        if (value := request.POST.get(name)) in allowed
    }
    if isinstance(request.user, User) and chosen:
        User.objects.filter(pk=request.user.pk).update(**chosen)
    response = _back(request)
    for name, value in chosen.items():
        cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else name
        response.set_cookie(
            cookie, str(value), max_age=YEAR, samesite="Lax", secure=settings.PRODUCTION, httponly=True
        )
    return response


@require_POST
def choose_scope(request: Asked) -> HttpResponse:
    """Work for another of one's unions."""
    access.require(request.actor, "union.view")
    chosen = whole_number(request.POST.get("scope", ""))
    if chosen is None or not scope.choose(request, request.actor, chosen):
        messages.error(request, _("You have no right at this union."))
    return _back(request)


def jobs(request: Asked) -> HttpResponse:
    """The long work one has started: how far it is, and where its result lies."""
    access.require(request.actor, "union.view")
    rows = imports.mine(request.actor)
    unions = Union.objects.in_bulk({row.union_id for row in rows})
    shown = [{"row": row, "union": unions[row.union_id], "status": import_words.status(row)} for row in rows]
    made = exports.page(request.actor).rows
    names = dict(Union.objects.filter(pk__in={one.union_id for one in made}).values_list("pk", "name"))
    listed = [export_words.listed(one, names[one.union_id]) for one in made]
    may_import = "roster.import" in scope.rights(request, request.actor).permissions
    return render(request, "web/jobs.html", {"rows": shown, "exports": listed, "may_import": may_import})


def services(request: Asked) -> HttpResponse:
    """What a worker can do here today."""
    if request.actor.user_id is None:
        return redirect("accounts:login")
    words = request.GET.get("q", "")[:60]
    context = {
        "member": request.actor.person_id is not None,
        "words": words,
        "enterprise": representatives.employers(request.actor, days.now()).exists(),
        "groups": offered.groups(request.actor, words=words),
    }
    return render(request, "web/services.html", context)


def _back(request: Asked) -> HttpResponse:
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)
