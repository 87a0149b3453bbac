"""The data standard for everybody: elements, code lists, and the files of each edition."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhijia.catalogue import purposes, standards
from zhijia.catalogue.element_rules import Element
from zhijia.catalogue.kinds import CodeList, as_written
from zhijia.kernel.requests import Asked
from zhijia.registry.services.standards import editions, files
from zhijia.registry.views.asking import nothing

CLASSES = ("all", "member", "union", "area", "no", "lists")
FOREVER = "public, max-age=31536000, immutable"


@require_GET
def overview(request: Asked) -> HttpResponse:
    """Public. Every element and code list, searched and by class."""
    words = request.GET.get("q", "").strip()[:60]
    chosen = request.GET.get("class", "all")
    chosen = chosen if chosen in CLASSES else "all"
    every = standards.elements()
    lists = [one for one in standards.lists() if _says(words, (one.code, one.label.zh, one.label.en))]
    found = [one for one in every if _says(words, _told(one)) and _in_class(one, chosen)]
    context = {
        "version": standards.version(),
        "issued": standards.content()["issued"],
        "words": words,
        "chosen": chosen,
        "tabs": _tabs(chosen, words, every),
        "elements": found if chosen != "lists" else [],
        "lists": lists if chosen in ("all", "lists") else [],
        "files": files.NAMES,
        "earlier": editions.earlier(),
    }
    return render(request, "registry/standards/overview.html", context)


@require_GET
def element(request: Asked, element: str) -> HttpResponse:
    """Public. One element: what it is, why it is asked, where it is held."""
    found = next((one for one in standards.elements() if one.code == element), None)
    if found is None:
        nothing()
    lists = {one.code: one for one in standards.lists()}
    context = {
        "element": found,
        "purpose": purposes.get(found.purpose) if found.purpose else None,
        "lists": [lists[column.code_list] for column in found.columns if column.code_list],
        "version": standards.version(),
    }
    return render(request, "registry/standards/element.html", context)


@require_GET
def code_list(request: Asked, listing: str) -> HttpResponse:
    """Public. One code list, with the standard it answers to and the elements that use it."""
    found = next((one for one in standards.lists() if one.code == listing), None)
    if found is None:
        nothing()
    context = {"list": found, "used_by": _using(found), "version": standards.version()}
    return render(request, "registry/standards/list.html", context)


@require_GET
def file(request: Asked, version: str, name: str) -> HttpResponse:
    """Public. A file of an edition, at an address that never changes what it says."""
    made = files.file(version, name)
    if made is None:
        nothing()
    content, media_type = made
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, f"zhijia-{version}-{name}") or ""
    response["Cache-Control"] = FOREVER
    return response


def _tabs(chosen: str, words: str, every: list[Element]) -> list[tuple[str, str, bool, int]]:
    labels = {
        "all": _("All elements"),
        "member": _("Of a member"),
        "union": _("Of a union"),
        "area": _("Only where needed"),
        "no": _("Not held"),
        "lists": _("Code lists"),
    }
    tabs = []
    for code, label in labels.items():
        query = urlencode({"class": code, **({"q": words} if words else {})})
        many = len(standards.lists()) if code == "lists" else sum(_in_class(one, code) for one in every)
        tabs.append((label, f"{reverse('registry:standards')}?{query}", code == chosen, many))
    return tabs


def _in_class(one: Element, chosen: str) -> bool:
    return chosen == "all" or chosen in (one.subject, one.held)


def _told(one: Element) -> tuple[str, ...]:
    return (str(one.number), one.code, one.label.zh, one.label.en, one.source, *(c.name for c in one.columns))


def _says(words: str, texts: Iterable[str]) -> bool:
    return not words or any(as_written(words) in as_written(text) for text in texts)


def _using(listed: CodeList) -> list[Element]:
    return [
        one for one in standards.elements() if any(column.code_list == listed.code for column in one.columns)
    ]
