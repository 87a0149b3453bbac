"""All lists somebody sees, and the words that find something in all of them or in one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registers.queries import due, listing, searching
from zhijia.registers.services.lists import Kept
from zhijia.registers.views.asking import VIEW, kept_or_404
from zhijia.registry import access
from zhijia.registry.views import searched

FOUND = 50
DUE = 12


def index(request: Asked) -> HttpResponse:
    """The lists somebody sees, by area; with words, the rows of all of them that have these words."""
    access.require(request.actor, VIEW)
    at, key = days.now(), request.GET.get("s", "")
    words = searched.kept(request, key)
    offered = listing.offered(request.actor, at=at)
    context: dict[str, Any] = {
        "areas": _by_area(offered, words),
        "words": words,
        "rows": searching.everywhere(request.actor, words, most=FOUND) if words else [],
        "due": due.of(request.actor, at=at, most=DUE),
    }
    return render(request, "registers/index.html", context)


@require_POST
def search(request: Asked) -> HttpResponse:
    """What was typed never stands in an address: it is kept in the session under a random key."""
    access.require(request.actor, VIEW)
    return _with_words(request, reverse("registers:lists"))


@require_POST
def search_list(request: Asked, code: str) -> HttpResponse:
    """Words narrow one list."""
    kept = kept_or_404(request, code)
    return _with_words(request, reverse("registers:table", args=[kept.code]))


def _by_area(offered: list[Kept], words: str) -> list[tuple[str, list[Kept]]]:
    today = days.business_day(days.now())
    wanted = [kept for kept in offered if not words or _is_called(kept, words)]
    return [
        (label, here)
        for code, label in codes.options("areas", today)
        if (here := [kept for kept in wanted if kept.definition.group == code])
    ]


def _is_called(kept: Kept, words: str) -> bool:
    label = kept.definition.label
    said = " ".join((label.zh, label.en, *kept.definition.also_called)).casefold()
    return words.casefold() in said


def _with_words(request: Asked, address: str) -> HttpResponse:
    typed = request.POST.get("q", "").strip()
    response = redirect(address)
    if typed:
        response["Location"] += f"?s={searched.keep(request, typed)}"
    return response
