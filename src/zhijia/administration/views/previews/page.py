"""The page of a preview: what every kind shares."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhijia.administration.services import designing, filling, kinds, outlining
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.services.offers import Offers
from zhijia.administration.views.previews import (
    appraisals,
    campaigns,
    questionnaires,
    registers,
    rounds,
    splits,
)
from zhijia.administration.views.previews.asking import Looked, Shown, place
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.requests import Asked

SHOWN: Mapping[str, Callable[[Looked], Shown]] = {
    "registers": registers.show,
    "rounds": rounds.show,
    "campaigns": campaigns.show,
    "appraisals": appraisals.show,
    "questionnaires": questionnaires.show,
    "splits": splits.show,
}
"""The kinds that are shown on a page of their own. A matter and a rule are tried on the page they are written on."""


def address(kind: Kind, version: Version) -> str:
    """Where the version is looked at; empty for a kind that is tried on the page it is written on."""
    return (
        reverse("administration:preview_design", args=[kind.name, version.pk]) if kind.name in SHOWN else ""
    )


def preview(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """What people will see of a definition and what would happen. A post checks what was made up; nothing is kept."""
    if kind not in KINDS:
        raise Http404
    chosen = KINDS[kind]
    version = designing.find(request.actor, chosen, version_id)
    if kind not in SHOWN:
        return redirect("administration:design", kind, version_id)
    at = days.now()
    definition, wrong = kinds.usable(chosen, version, version.text, on=days.business_day(at))
    context: dict[str, Any] = {"kind": chosen, "version": version, "definition": definition, "wrong": wrong}
    status = 200
    if definition is not None and not wrong:
        form, union = place(request)
        shown = SHOWN[kind](Looked(request, version, definition, union, at))
        content = filling.content_of(chosen, version.text) or {}
        offers = Offers(chosen.name, content, days.business_day(at))
        context |= {"conditions": outlining.conditions(chosen, content, offers)}
        context |= {"union": union, "place": form, "here": request.get_full_path(), **shown.context}
        status = 422 if shown.wrong or form.errors else 200
    return render(request, f"administration/previews/{kind}.html", context, status=status)
