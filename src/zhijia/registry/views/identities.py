"""One person once, on pages: the work list, two registrations side by side, merges and their undoing."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope
from zhijia.registry.models import Pair, Union
from zhijia.registry.queries import identities as queries
from zhijia.registry.queries import work
from zhijia.registry.queries.merged import other_numbers
from zhijia.registry.services.identities import deciding
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.forms import Form
from zhijia.ui.refusing import say

MERGES_SHOWN = 50


class WhyForm(Form):
    """Why two registrations are one person, or two."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy(
            "What you looked at: the document, a call, the employer. The person can read it."
        ),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def pair_list(request: Asked) -> HttpResponse:
    """Registrations that may be one person, those that say most first, a page at a time."""
    access.require(request.actor, deciding.DECIDE)
    rights = scope.rights(request, request.actor)
    within = request.GET.get("within") == "1"
    page = queries.page(queries.waiting(rights, within=within), _key(request.GET.get("after", "")))
    return render(
        request,
        "registry/identities/list.html",
        {
            "page": page,
            "within": within,
            "above": queries.above_counties(rights),
            "cut": queries.cut(),
            "objections": queries.merges(rights)
            .filter(objected_at__isnull=False, undone_at__isnull=True)
            .count(),
        },
    )


def pair(request: Asked, pair_id: UUID) -> HttpResponse:
    """Two registrations side by side; one decides whether they are one person."""
    return _pair_page(request, pair_id, WhyForm())


@require_POST
def decide_pair(request: Asked, pair_id: UUID) -> HttpResponse:
    """Merge them, or say that they are two people."""
    found = queries.side_by_side(request.actor, pair_id)
    if found is None:
        nothing()
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _pair_page(request, pair_id, form, status=422)
    actor, at, reason = request.actor, days.now(), form.cleaned_data["reason"]
    try:
        if request.POST.get("answer") == "different":
            deciding.keep_apart(actor=actor, at=at, pair_id=pair_id, reason=reason)
            messages.success(request, _("They stay two people and are not proposed again."))
            return redirect("registry:pairs")
        stays = _key(request.POST.get("stays", "")) or UUID(int=0)
        done = deciding.merge(actor=actor, at=at, pair_id=pair_id, stays=stays, reason=reason)
    except Refusal as refusal:
        say(request, refusal, form)
        return _pair_page(request, pair_id, form, status=409)
    messages.success(request, _("The two are one registration now. The person has been told."))
    return redirect("registry:merge", merge_id=done.pk)


def merge_list(request: Asked) -> HttpResponse:
    """Merges done, those somebody objects to first."""
    access.require(request.actor, deciding.DECIDE)
    rows = list(queries.merges(scope.rights(request, request.actor))[:MERGES_SHOWN])
    unions = Union.objects.in_bulk({row.union_id for row in rows})
    names = work.names_of([row.person_id for row in rows])
    shown = [
        {"row": row, "union": unions[row.union_id], "name": names.get(row.person_id, "")} for row in rows
    ]
    return render(request, "registry/identities/merges.html", {"rows": shown, "most": MERGES_SHOWN})


def merge(request: Asked, merge_id: UUID) -> HttpResponse:
    """One merge: why, what the person says to it, and the way back."""
    return _merge_page(request, merge_id, WhyForm())


@require_POST
def undo_merge(request: Asked, merge_id: UUID) -> HttpResponse:
    """Put both registrations back as they were."""
    if queries.merge_of(request.actor, merge_id) is None:
        nothing()
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _merge_page(request, merge_id, form, status=422)
    try:
        deciding.undo(
            actor=request.actor, at=days.now(), merge_id=merge_id, reason=form.cleaned_data["reason"]
        )
    except Refusal as refusal:
        say(request, refusal, form)
        return _merge_page(request, merge_id, form, status=409)
    messages.success(request, _("Both registrations are as they were before. The person has been told."))
    return redirect("registry:merge", merge_id=merge_id)


@require_POST
def object_to_merge(request: Asked, merge_id: UUID) -> HttpResponse:
    """The person says that the merged registrations are not all theirs."""
    log_in_first(request.actor)
    try:
        deciding.object_to(
            actor=request.actor, at=days.now(), merge_id=merge_id, words=request.POST.get("words", "")
        )
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("Thank you. An officer will look at it and answer you."))
    return redirect("registry:my_data")


def _pair_page(request: Asked, pair_id: UUID, form: WhyForm, status: int = 200) -> HttpResponse:
    found = queries.side_by_side(request.actor, pair_id)
    if found is None:
        nothing()
    context = {
        "found": found,
        "form": form,
        "chosen": request.POST.get("stays") or str(found.sides[0].person.pk),
        "open": found.pair.state == Pair.State.OPEN,
        "stepped_up": request.actor.stepped_up,
    }
    return render(request, "registry/identities/pair.html", context, status=status)


def _merge_page(request: Asked, merge_id: UUID, form: WhyForm, status: int = 200) -> HttpResponse:
    done = queries.merge_of(request.actor, merge_id)
    if done is None:
        nothing()
    context = {
        "merge": done,
        "union": Union.objects.get(pk=done.union_id),
        "name": work.names_of([done.person_id]).get(done.person_id, ""),
        "pair_open": Pair.objects.filter(pk=done.pair_id, state=Pair.State.OPEN).exists(),
        "numbers": other_numbers([done]) if done.undone_at is None else [],
        "form": form,
        "stepped_up": request.actor.stepped_up,
    }
    return render(request, "registry/identities/merge.html", context, status=status)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, ValidationError):
        return None
