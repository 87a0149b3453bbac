"""The shelves of definitions: what is being written, what is in force and can be copied, and the copy."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from zhijia.administration.forms import CopyForm
from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.catalogue import codes, written
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked


def shelves(request: Asked) -> HttpResponse:
    """The kinds there are, and what is being written."""
    found = [(kind, designing.shelf(request.actor, kind, at=days.now())) for kind in KINDS.values()]
    underway = [
        (kind, version, _called(kind, version)) for kind, shelf in found for version in shelf.underway
    ]
    return render(request, "administration/designs.html", {"shelves": found, "underway": underway})


def shelf(request: Asked, kind: str) -> HttpResponse:
    """One kind: what of it is being written, and those in force, narrowed by the words `q`."""
    chosen = _kind(kind)
    shelf = designing.shelf(request.actor, chosen, at=days.now())
    words = request.GET.get("q", "").strip()
    groups: dict[str, list[Definition]] = {}
    for one in _named(shelf.in_force, words):
        groups.setdefault(_group(one), []).append(one)
    context = {
        "kind": chosen,
        "words": words,
        "underway": [(chosen, version, _called(chosen, version)) for version in shelf.underway],
        "groups": sorted(groups.items()),
    }
    return render(request, "administration/shelf.html", context)


def copy(request: Asked, kind: str, code: str) -> HttpResponse:
    """One in force, to be copied. A post copies it."""
    chosen = _kind(kind)
    shelf = designing.shelf(request.actor, chosen, at=days.now())
    if code not in shelf.in_force:
        raise Http404
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.name
        try:
            version = designing.start(
                actor=request.actor,
                at=days.now(),
                kind=chosen,
                code=code,
                new_code=form.cleaned_data["new_code"] if name else "",
                name=name,
            )
        except NotForYou:
            raise
        except Refusal as refusal:
            request.refusal = refusal
            form.add_error("new_code" if refusal.code == "code_taken" else None, str(refusal))
        else:
            return redirect("administration:design", kind, version.pk)
    context = {"kind": chosen, "copied": shelf.in_force[code], "form": form}
    return render(request, "administration/copy.html", context, status=422 if form.errors else 200)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _named(known: Mapping[str, Definition], words: str) -> Sequence[Definition]:
    """Those whose names hold the words, by their names."""
    sought = words.casefold()
    found = [one for one in known.values() if any(sought in name.casefold() for name in _names(one))]
    return sorted(found, key=lambda one: str(one.label))


def _names(one: Any) -> Sequence[str]:
    return (one.code, one.label.zh, one.label.en, *getattr(one, "also_called", ()))


def _group(one: Any) -> str:
    group = getattr(one, "group", "")
    return codes.label("areas", group) if group else ""


def _called(kind: Kind, version: Version) -> str:
    """What somebody called it; its code where that cannot be read."""
    found, _wrong = written.read(kind.definition, version.text)
    return str(found.label) if found else version.code
