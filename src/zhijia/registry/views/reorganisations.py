"""The wizard for reorganisations: choose, fill in, look at what follows, decide; the list of them; taking one back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.models import Parent, Reorganisation, Union
from zhijia.registry.queries import reorganisations as queries
from zhijia.registry.reorganisation_forms import FORMS, AnyPlanForm, DecideForm
from zhijia.registry.services.reorganisations import planning, plans, previews
from zhijia.registry.views import reorganisation_words as words
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.refusing import say

PERMISSION = planning.PERMISSION


def listing(request: Asked) -> HttpResponse:
    """What is planned, and what was done, stopped or taken back."""
    actor = access.require(request.actor, PERMISSION)
    rows = parameters.value("pages.rows", day=days.business_day(days.now()))
    after = _uuid(request.GET.get("after", ""))
    waiting = queries.page(actor, planned=True, after=None, rows=rows)
    over = queries.page(actor, planned=False, after=after, rows=rows)
    context = {
        "waiting": [_row(one) for one in waiting.rows] if after is None else [],
        "over": [_row(one) for one in over.rows],
        "next": over.after or "",
    }
    return render(request, "registry/reorganisations/list.html", context)


def choose(request: Asked, code: str) -> HttpResponse:
    """What shall happen to this union."""
    union = _union(request, code)
    kinds = [
        {"kind": kind, "title": title, "what": what}
        for kind, (title, what) in words.KINDS.items()
        if _may(request, union, kind)
    ]
    return render(request, "registry/reorganisations/choose.html", {"union": union, "kinds": kinds})


def prepare(request: Asked, code: str, kind: str) -> HttpResponse:
    """Fill the plan in, look at what follows, and decide. The unions and the day stand in the address until it is
    decided: nothing is kept before, and giving the password again loses nothing."""
    union = _union(request, code)
    if kind not in FORMS or not _may(request, union, kind):
        nothing()
    filled = "effective_on" in request.GET
    form = FORMS[kind](request.GET if filled else None, union=union)
    context: dict[str, Any] = {"union": union, "kind": kind, "title": words.KINDS[kind][0], "form": form}
    if not filled or not form.is_valid() or "change" in request.GET:
        return _form(request, context, wrong=filled and not form.is_valid())
    decision = DecideForm(request.POST or None)
    try:
        context.update(_preview(request, form), decision=decision)
        if request.method == "POST" and decision.is_valid():
            planned = _decided(request, form, decision)
            return redirect("registry:reorganisation", reorganisation_id=planned.pk)
        wrong = request.method == "POST"
        page = "registry/reorganisations/preview.html"
        return render(request, page, context, status=422 if wrong else 200)
    except NeedsStepUp:
        raise
    except NotForYou as refusal:
        request.refusal = refusal
        form.add_error(None, _("You may decide this only where all unions it changes are under yours."))
    except Refusal as refusal:
        say(request, refusal, form)
    return _form(request, context, wrong=True)


def detail(request: Asked, reorganisation_id: UUID) -> HttpResponse:
    """One reorganisation: what it is, where it stands, what was counted."""
    found = queries.find(request.actor, reorganisation_id)
    if found is None:
        nothing()
    plan = plans.read(found)
    names = {int(union): name for union, name in found.plan["names"].items()}
    context = {
        **_row(found),
        "stops": words.stops(found),
        "why": words.why_stopped(found),
        "unions": [
            (union, names[union.pk]) for union in Union.objects.filter(pk__in=plan.named).order_by("level")
        ],
        "may_undo": found.state == found.State.PLANNED
        and access.may(request.actor, PERMISSION, found.place_id),
        "counts": words.counted(found),
    }
    return render(request, "registry/reorganisations/detail.html", context)


@require_POST
def undo(request: Asked, reorganisation_id: UUID) -> HttpResponse:
    """Take a plan back before its day."""
    if queries.find(request.actor, reorganisation_id) is None:
        nothing()
    try:
        planning.undo(actor=request.actor, at=days.now(), reorganisation_id=reorganisation_id)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("The plan has been taken back. Nothing changes."))
    return redirect("registry:reorganisation", reorganisation_id=reorganisation_id)


def _decided(request: Asked, form: AnyPlanForm, decision: DecideForm) -> Reorganisation:
    return planning.plan(
        actor=request.actor,
        at=days.now(),
        plan=form.plan(),
        effective_on=form.cleaned_data["effective_on"],
        **decision.cleaned_data,
    )


def _preview(request: Asked, form: AnyPlanForm) -> dict[str, Any]:
    today = days.business_day(days.now())
    plan, day = form.plan(), form.cleaned_data["effective_on"]
    _actor, stands = planning.allowed(actor=request.actor, plan=plan, day=today)
    planning.check(plan, stands, effective_on=day, today=today)
    preview = previews.preview(plan=plan, stands=stands, day=day)
    codes = dict(Union.objects.filter(pk__in=preview.names).values_list("pk", "code"))
    return {
        "preview": preview,
        "sentences": words.sentences(preview.effects, preview.names),
        "before": words.nodes(preview.before, codes),
        "after": words.nodes(preview.after, codes),
        "day": day,
        "at_once": day == today,
        "back": f"{request.get_full_path()}&change=1",
        "step_up": ""
        if request.actor.stepped_up
        else f"{reverse('accounts:step_up')}?{urlencode({'next': request.get_full_path()})}",
        "others": [_row(one) for one in preview.others],
    }


def _form(request: Asked, context: dict[str, Any], *, wrong: bool) -> HttpResponse:
    return render(request, "registry/reorganisations/form.html", context, status=422 if wrong else 200)


def _row(found: Reorganisation) -> dict[str, Any]:
    return {
        "row": found,
        "status": words.status(found),
        "title": words.TITLES[found.kind],
        "never": found.state in (found.State.UNDONE, found.State.STOPPED),
    }


def _union(request: Asked, code: str) -> Union:
    """The union, for who may decide about it or under it."""
    union = union_or_404(request, code, "union.view")
    if not (_may(request, union, plans.Rename.kind) or _may(request, union, plans.Found.kind)):
        nothing()
    return union


def _may(request: Asked, union: Union, kind: str) -> bool:
    """Whether the actor may decide such a thing: at the union above, for a founding at the union itself."""
    if union.dissolved_on is not None:
        return False
    above = Parent.objects.filter(union=union, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True).first()
    place = union.pk if above is None or kind == plans.Found.kind else above.parent_id
    return access.may(request.actor, PERMISSION, place)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
