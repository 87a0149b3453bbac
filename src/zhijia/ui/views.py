"""`/ui`: every part of the design in every state, in both languages, in light, dark and elder mode."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhijia.ui import samples

ERRORS = (400, 403, 404, 429, 500, 503)
LANGUAGES = ("zh-hans", "en")
MODES = {"light": ("normal", "light"), "dark": ("normal", "dark"), "elder": ("elder", "light")}


def _shell(request: HttpRequest, *, member: bool) -> dict[str, Any]:
    size, theme = MODES.get(request.GET.get("mode", ""), ("", ""))
    return {
        "home_url": reverse("ui:member" if member else "ui:gallery"),
        "menu": samples.member_menu() if member else [],
        "parts": [] if member else samples.staff_menu(),
        "scopes": [] if member else samples.scopes(),
        "user_name": _("Wang *ying"),
        "unread": 2,
        "jobs": 1,
        "language": translation.get_language(),
        "text_size": size or request.COOKIES.get("text_size", "normal"),
        "theme": theme or request.COOKIES.get("theme", "system"),
        "member": member,
    }


def _page(
    request: HttpRequest, template: str, *, member: bool = False, opened: str = "luyang", **more: Any
) -> HttpResponse:
    """A page of samples in the language and mode the address asks for (`?language=en&mode=dark`)."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in LANGUAGES else translation.get_language()):
        context = {"shell": _shell(request, member=member), "modes": MODES, "errors": ERRORS}
        return render(request, template, context | samples.everything(opened) | more)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """The staff shell with every component in every state."""
    return _page(request, "ui/gallery/staff.html")


@require_GET
def member(request: HttpRequest) -> HttpResponse:
    """The member shell: a home as a worker would see it."""
    return _page(request, "ui/gallery/member.html", member=True)


@require_GET
def plain(request: HttpRequest) -> HttpResponse:
    """The plain shell: a form with and without errors."""
    return _page(request, "ui/gallery/plain.html")


@require_GET
def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page as a visitor meets it, with a reference that names nothing."""
    if status not in ERRORS:
        raise Http404
    return _page(
        request, f"ui/errors/{status}.html", reference="0198f7c2-3a41-7c55-9d10-5e2f6b7a8c90", retry_after=60
    )


def _fragment(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


@require_GET
def branch(request: HttpRequest, code: str) -> HttpResponse:
    """The next level of the sample tree: a fragment for htmx, the whole page without it."""
    if _fragment(request):
        return _page(request, "ui/gallery/_branch.html", nodes=samples.branch(code))
    return _page(request, "ui/gallery/staff.html", opened=code)


@require_GET
def code(request: HttpRequest) -> HttpResponse:
    """The next sample code of the membership card, as the fragment that its polling asks for."""
    return _page(request, "ui/gallery/_code.html")


@require_GET
def clear(request: HttpRequest) -> HttpResponse:
    """A made-up value, shown; it hides again by itself."""
    return _page(request, "ui/gallery/_clear.html")


@require_GET
def panel(request: HttpRequest) -> HttpResponse:
    """The side panel of a sample row: a fragment for htmx, the whole page without it."""
    return _page(request, f"ui/gallery/{'_panel' if _fragment(request) else 'staff'}.html", panel_open=True)
