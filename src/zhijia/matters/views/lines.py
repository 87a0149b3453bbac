"""The lines of a roster on an officer's desk: an answer to each, the rest as asked."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.queries import file as files
from zhijia.matters.queries import roster as queries
from zhijia.matters.roster_forms import fen
from zhijia.matters.services import line_answers, looking, versions
from zhijia.ui.refusing import say


@dataclass(frozen=True, slots=True)
class Answered:
    """A line with what stands in its answer."""

    row: queries.Row
    verdict: str
    amount: str
    reason: str


def answer(request: Asked, case_id: UUID) -> HttpResponse:
    """The lines a page at a time; what is said of those on the page is kept together."""
    case = files.find(request.actor, case_id) if request.actor.user_id is not None else None
    if case is None:
        raise Http404
    at, matter = days.now(), versions.definition(case.version)
    after = whole_number(request.GET.get("after", "")) or 0
    shown = queries.page(case, matter, after=after)
    if shown is None:
        raise Http404
    step = files.here(case)
    ways = files.ways(request.actor, case, matter, step)
    writes = ways is not None and "approve" in ways.may and case.closed_at is None
    status = 200
    if request.method == "POST":
        if step is None or not writes or request.POST.get("step") != str(step.pk):
            messages.error(request, _("Somebody has answered here meanwhile. Nothing was changed."))
            return redirect("matters:file", case.pk)
        try:
            line_answers.say(actor=request.actor, at=at, step_id=step.pk, said=_said(request, shown))
            messages.success(
                request, _("The answers to these lines are kept. Agree to the request when all are.")
            )
            there = reverse("matters:answer_lines", args=[case.pk])
            return redirect(
                f"{there}?after={shown.after}" if shown.after else reverse("matters:file", args=[case.pk])
            )
        except (NeedsStepUp, NotForYou):
            raise
        except Refusal as refusal:
            say(request, refusal)
            status = 422
    else:
        looking.look(actor=request.actor, at=at, case=case)
    context = {
        "case": case, "matter": matter, "shown": shown, "step": step, "writes": writes, "after": after,
        "rows": [_row(request, row) for row in shown.rows],
    }  # fmt: skip
    return render(request, "matters/roster/answer.html", context, status=status)


def _said(request: Asked, shown: queries.Shown) -> list[line_answers.Said]:
    """What was said of the lines of this page; whatever else was sent is nobody's."""
    found = []
    for row in shown.rows:
        verdict = request.POST.get(f"verdict-{row.line.pk}", "")
        if verdict:
            amount, reason = _typed(request, row.line.pk)
            found.append(
                line_answers.Said(
                    row.line.pk, verdict, granted=fen(amount) if verdict == "less" else None, reason=reason
                )
            )
    return found


def _row(request: Asked, row: queries.Row) -> Answered:
    if request.method == "POST":
        return Answered(row, request.POST.get(f"verdict-{row.line.pk}", ""), *_typed(request, row.line.pk))
    amount = queries.yuan(row.line.granted) if row.line.verdict == "less" else ""
    return Answered(row, row.line.verdict, amount, row.line.reason)


def _typed(request: Asked, line_id: UUID) -> tuple[str, str]:
    return request.POST.get(f"amount-{line_id}", "")[:40], request.POST.get(f"reason-{line_id}", "")[:300]
