"""Employers' moves on pages: propose with a preview, the list, one with its lines and the answer; a member's own no."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhijia.kernel import days, masking
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access, scope
from zhijia.registry.forms import ReasonForm
from zhijia.registry.models import TransferBatch, Union
from zhijia.registry.move_forms import BatchForm, SendForm, employers_of
from zhijia.registry.queries import batches as queries
from zhijia.registry.queries import work
from zhijia.registry.services.batches import answering, proposing
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import say


def batch_list(request: Asked) -> HttpResponse:
    """What waits for one's answer, and every proposal of one's unions."""
    access.require(request.actor, queries.DECIDE)
    rights = scope.rights(request, request.actor)
    waiting = list(work.batches(rights).select_related("employer")[: work.SHOWN])
    rows, after = queries.page(queries.listed(rights), _key(request.GET.get("after", "")))
    ids = {union for row in [*waiting, *rows] for union in (row.union_id, row.other_union_id)}
    unions = Union.objects.in_bulk(ids)
    context = {
        "waiting": [_with_unions(row, unions) for row in waiting],
        "rows": [_with_unions(row, unions) for row in rows],
        "after": after,
        "today": days.business_day(days.now()),
    }
    return render(request, "registry/batches/list.html", context)


def propose(request: Asked) -> HttpResponse:
    """Choose the employer and the two unions; see what would follow; decide."""
    access.require(request.actor, queries.DECIDE)
    here = scope.current(request, request.actor)
    if request.method == "POST":
        return _send(request)
    asked = "employer" in request.GET
    form = BatchForm(
        request.GET if asked else None, initial={"leaving": here.name if here else "", "what": "moved"}
    )
    if asked and form.is_valid():
        return _preview(request, form)
    context = {"form": form, "employers": employers_of(here)}
    return render(request, "registry/batches/propose.html", context, status=422 if asked else 200)


def batch(request: Asked, batch_id: UUID) -> HttpResponse:
    """One proposal with the lines of one's own side, and what one can do with it."""
    return _batch_page(request, batch_id, ReasonForm())


@require_POST
def answer(request: Asked, batch_id: UUID) -> HttpResponse:
    """Refuse the ticked lines, agree to the others or refuse the whole; or take one's own proposal back."""
    if queries.find(request.actor, batch_id) is None:
        nothing()
    form = ReasonForm(request.POST)
    form.fields["reason"].required = False  # the service says where it is missing
    if not form.is_valid():
        return _batch_page(request, batch_id, form, status=422)
    try:
        messages.success(request, _act(request, batch_id, form.cleaned_data["reason"]))
    except Refusal as refusal:
        say(request, refusal, form)
        return _batch_page(request, batch_id, form, status=409)
    return redirect("registry:batch", batch_id=batch_id)


@require_POST
def stay(request: Asked, leg_id: int) -> HttpResponse:
    """The member does not follow the employer."""
    log_in_first(request.actor)
    try:
        answering.stay(actor=request.actor, at=days.now(), leg_id=leg_id)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("You stay where you are. Both unions see it."))
    return redirect("registry:my_data")


def _act(request: Asked, batch_id: UUID, reason: str) -> str:
    actor, at = request.actor, days.now()
    asked = request.POST.get("do")
    if asked == "withdraw":
        proposing.withdraw(actor=actor, at=at, batch_id=batch_id)
        return _("Taken back. Every member stays and is told.")
    if asked == "lines":
        ticked = [leg for leg in map(whole_number, request.POST.getlist("chosen")) if leg is not None]
        if not ticked:
            raise Refusal("no_lines", _("Tick the members you do not take."))
        many = answering.refuse_lines(actor=actor, at=at, batch_id=batch_id, leg_ids=ticked, reason=reason)
        return ngettext(
            "%(n)s member refused. The others wait for your answer.",
            "%(n)s members refused. The others wait for your answer.",
            many,
        ) % {"n": many}
    answering.answer(actor=actor, at=at, batch_id=batch_id, agree=asked == "agree", reason=reason)
    if asked == "agree":
        return _("Agreed. They move when the members' time to object is over.")
    return _("Refused. Every member stays and is told, with your reason.")


def _preview(
    request: Asked, form: BatchForm, send: SendForm | None = None, status: int = 200
) -> HttpResponse:
    """What would follow, by count; by name for the members' own union."""
    said = form.cleaned_data
    side = proposing.side_of(request.actor, said["leaving"], said["receiving"])
    counts = proposing.counts(said["leaving"], said["receiving"], said["employer"])
    named = queries.followers(said["leaving"], said["employer"]) if side == "out" else []
    choosing = side == "out" and 0 < sum(counts.values()) <= queries.MOST_NAMED
    context = {
        "form": form,
        "said": said,
        "side": side,
        "able": counts.get("", 0),
        "blocked": [(obstacle, many) for obstacle, many in counts.items() if obstacle],
        "obstacles": sum(many for obstacle, many in counts.items() if obstacle),
        "named": named,
        "choosing": choosing,
        "send": send or SendForm(choosing=choosing),
        "chosen": set(request.POST.getlist("chosen")),
    }
    return render(request, "registry/batches/preview.html", context, status=status)


def _send(request: Asked) -> HttpResponse:
    form = BatchForm(request.POST)
    if not form.is_valid():
        return render(request, "registry/batches/propose.html", {"form": form, "employers": []}, status=422)
    said = form.cleaned_data
    send = SendForm(request.POST, choosing="who" in request.POST)
    if not send.is_valid():
        return _preview(request, form, send, status=422)
    chosen = None
    if send.cleaned_data.get("who") == "chosen":
        chosen = [key for key in map(_key, request.POST.getlist("chosen")) if key is not None]
    wish = proposing.Wish(
        leaving=said["leaving"],
        receiving=said["receiving"],
        employer=said["employer"],
        closed=said["what"] == "closed",
        reason=send.cleaned_data["reason"],
        once=send.cleaned_data["once"],
        chosen=chosen,
    )
    try:
        done = proposing.propose(actor=request.actor, at=days.now(), wish=wish)
    except Refusal as refusal:
        say(request, refusal, send)
        return _preview(request, form, send, status=409)
    messages.success(request, _("Proposed. The members are asked, and the other union answers."))
    return redirect("registry:batch", batch_id=done.pk)


def _batch_page(request: Asked, batch_id: UUID, form: ReasonForm, status: int = 200) -> HttpResponse:
    seen = queries.find(request.actor, batch_id)
    if seen is None:
        nothing()
    found = seen.batch
    rows, after = queries.lines_page(
        queries.lines(found, seen.side), whole_number(request.GET.get("after", ""))
    )
    is_open = found.state == TransferBatch.State.OPEN
    own = found.user_id == request.actor.user_id
    context: dict[str, Any] = {
        "seen": seen,
        "batch": found,
        "lines": [{"leg": leg, "name": masking.name(leg.name)} for leg in rows],
        "after": after,
        "may_answer": is_open and seen.side == found.answering and not own,
        "may_withdraw": found.state in ("preparing", "open")
        and access.may(request.actor, queries.DECIDE, found.proposing_union),
        "form": form,
        "today": days.business_day(days.now()),
    }
    return render(request, "registry/batches/detail.html", context, status=status)


def _with_unions(row: TransferBatch, unions: dict[int, Union]) -> dict[str, Any]:
    return {"row": row, "leaving": unions[row.union_id], "receiving": unions[row.other_union_id]}


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
