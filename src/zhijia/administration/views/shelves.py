"""The shelves of definitions: what is being written, what is in force and can be copied, and the copy."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from zhijia.administration.forms import CopyForm
from zhijia.administration.services import designing, filling, outlining
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.services.offers import Offers
from zhijia.catalogue import codes, written
from zhijia.catalogue.kinds import Definition
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked


def shelves(request: Asked) -> HttpResponse:
    """The kinds there are, and what is being written."""
    found = [(kind, designing.shelf(request.actor, kind, at=days.now())) for kind in KINDS.values()]
    underway = [
        (kind, version, filling.called(version)) for kind, shelf in found for version in shelf.underway
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
        "underway": [(chosen, version, filling.called(version)) for version in shelf.underway],
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
    copied = shelf.in_force[code]
    context = {"kind": chosen, "copied": copied, "form": form, "outline": _outline(chosen, copied)}
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


def _outline(kind: Kind, definition: Definition) -> outlining.Outline | None:
    """What a definition says, to be looked at before it is copied."""
    content = filling.content_of(kind, written.text_of(definition))
    if content is None:
        return None
    return outlining.outline(kind, content, Offers(kind.name, content, days.business_day(days.now())), ())


def _group(one: Any) -> str:
    group = getattr(one, "group", "")
    return codes.label("areas", group) if group else ""
