"""Data quality: the figure with its definition, what waits rule by rule, and what is done about it for many at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhijia.catalogue import quality as rules
from zhijia.catalogue.definitions import UnknownDefinition
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access, scope
from zhijia.registry.models import AuthorityRun, Union
from zhijia.registry.quality_forms import AcceptForm, MatchForm, SetForm
from zhijia.registry.queries import quality as queries
from zhijia.registry.services import quality
from zhijia.registry.services.quality import matching
from zhijia.registry.views.asking import log_in_first, nothing, union_or_404
from zhijia.ui.refusing import say

RUNS = 3


def here(request: Asked) -> HttpResponse:
    """The data quality of the union one works for."""
    union = scope.current(request, request.actor)
    if union is None:
        access.require(request.actor, "quality.mend")
        nothing()
    return redirect("registry:quality", code=union.code)


def overview(request: Asked, code: str) -> HttpResponse:
    """The figure, how it is worked out, and what waits rule by rule."""
    union = union_or_404(request, code, "quality.mend")
    may_match = access.may(request.actor, "quality.match", union.pk)
    context = {
        "union": union,
        "figure": queries.figure(union),
        "found": queries.found(request.actor, union),
        "weights": [rule for rule in rules.all("person") if rule.weight],
        "whole_weight": queries.whole_weight(),
        "may_match": may_match and matching.available(),
        "match": MatchForm(),
        "runs": AuthorityRun.objects.filter(union_id=union.pk).order_by("-pk")[:RUNS] if may_match else [],
    }
    return render(request, "registry/quality/overview.html", context)


def rule(request: Asked, code: str, rule: str) -> HttpResponse:
    """Who breaks one rule, a page at a time, with what can be done about those chosen."""
    union = union_or_404(request, code, "quality.mend")
    chosen = _rule_or_404(rule)
    page = queries.page(request.actor, union, chosen.code, whole_number(request.GET.get("after", "")))
    names = queries.names(page.rows)
    unions = Union.objects.in_bulk({row.union_id for row in page.rows})
    context = {
        "union": union,
        "rule": chosen,
        "rows": [
            {
                "row": row,
                "name": names.get(row.person_id) if row.person_id else "",
                "union": unions[row.union_id],
            }
            for row in page.rows
        ],
        "next": page.after or "",
        "set": SetForm(rule=chosen) if chosen.field else None,
        "accept": AcceptForm() if "accept" in chosen.remedies else None,
    }
    return render(request, "registry/quality/rule.html", context)


@require_POST
def mend(request: Asked, code: str, rule: str) -> HttpResponse:
    """Do one thing about all the rows chosen."""
    union = union_or_404(request, code, "quality.mend")
    chosen = _rule_or_404(rule)
    ids = [number for text in request.POST.getlist("chosen") if (number := whole_number(text))]
    words: dict[str, Any] = {"actor": request.actor, "at": days.now(), "rule": chosen.code, "issue_ids": ids}
    ways: dict[str, Callable[[], int]] = {
        "ask": lambda: quality.ask(**words),
        "from_number": lambda: quality.take_from_number(**words),
        "set": lambda: quality.set_field(**words, value=request.POST.get("value", "")),
        "accept": lambda: quality.accept(**words, reason=request.POST.get("reason", "")),
    }
    way = ways.get(request.POST.get("do", ""))
    if way is None:
        nothing()
    back = redirect("registry:quality_rule", code=union.code, rule=chosen.code)
    if not ids:
        messages.info(request, _("Choose at least one row first."))
        return back
    try:
        done = way()
    except Refusal as refusal:
        say(request, refusal)
    else:
        said = ngettext("Done for %(n)s of those chosen.", "Done for %(n)s of those chosen.", done)
        messages.success(request, said % {"n": done})
    return back


@require_POST
def match(request: Asked, code: str) -> HttpResponse:
    """Have the members who agreed checked by the authority, or let a stopped check go on."""
    union = union_or_404(request, code, "quality.match")
    form = MatchForm(request.POST)
    form.is_valid()
    stopped = whole_number(request.POST.get("run", ""))
    try:
        if stopped:
            matching.go_on(actor=request.actor, at=days.now(), run_id=stopped)
        else:
            matching.ask_authority(
                actor=request.actor, at=days.now(), key=form.cleaned_data["once"], union_id=union.pk
            )
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("The check has begun. You can leave this page."))
    return redirect("registry:quality", code=union.code)


@require_POST
def confirm(request: Asked, issue_id: int) -> HttpResponse:
    """The member says that what the union asked about is right."""
    log_in_first(request.actor)
    try:
        quality.confirm_own(actor=request.actor, at=days.now(), issue_id=issue_id)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("Thank you. Your union sees that you have looked."))
    return redirect("registry:my_data")


def profile(union: Union) -> dict[str, Any]:
    """What a union's page shows of its data quality."""
    return {"quality": queries.figure(union)}


def _rule_or_404(code: str) -> rules.QualityRule:
    try:
        return rules.get(code)
    except UnknownDefinition:
        nothing()
