"""Where a definition that is published is worked with: the list itself, or the page on which one of it is begun."""

from urllib.parse import urlencode

from django.urls import reverse

from zhijia.administration.services.kinds import Kind
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope

_BEGUN_AT = {
    "campaigns": ("campaigns:new", "campaign.open"),
    "questionnaires": ("questionnaires:new", "poll.hold"),
    "appraisals": ("appraisals:new", "appraisal.hold"),
    "rounds": ("appraisals:new_round", "round.hold"),
}
"""The page on which one of a kind is begun at a union, and who may."""
_LISTS = "list.view"


def used_at(request: Asked, kind: Kind, version: Version) -> str:
    """The page of a published version, for whoever may open it: that of the list, or the one where it is begun at the
    union they work for; empty where there is none."""
    if version.state != Version.State.PUBLISHED:
        return ""
    if kind.name == "registers" and _LISTS in access.permissions_of(request.actor):
        stands = version.since is not None and version.since <= days.business_day(days.now())
        return reverse("registers:table", args=[version.code]) if stands else reverse("registers:lists")
    page, permission = _BEGUN_AT.get(kind.name, ("", ""))
    unions = scope.rights(request, request.actor).unions(permission) if page else []
    if not unions:
        return ""
    current = scope.current(request, request.actor)
    here = current is not None and access.may(request.actor, permission, current.pk)
    union = current if current is not None and here else unions[0]
    return f"{reverse(page, args=[union.code])}?{urlencode({'of': version.code})}"
