"""Holding a poll: from a definition to the roll, the candidates, opening, papers and the count."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.questionnaires import versions
from zhijia.questionnaires.forms import (
    CandidateForm,
    ElectForm,
    NewPollForm,
    PaperForm,
    PapersForm,
    RollForm,
    SlipsForm,
    ThingForm,
    WhyForm,
)
from zhijia.questionnaires.models import Poll, Voter
from zhijia.questionnaires.queries import box, contests
from zhijia.questionnaires.queries import polls as listed
from zhijia.questionnaires.services import counting, electing, papers, preparing, rolls, slips
from zhijia.questionnaires.services.preparing import HOLD
from zhijia.registry.models import Union
from zhijia.registry.views.asking import at_work, nothing, row_or_404, union_or_404
from zhijia.ui.calendar_fields import MOMENT
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done, say

KINDS = {"draft": "idle", "open": "moving", "counted": "done", "stopped": "stopped"}


def here(request: Asked) -> HttpResponse:
    """The polls of the union the actor works for now."""
    return at_work(request, HOLD, "questionnaires:polls")


def polls(request: Asked, code: str) -> HttpResponse:
    """The polls held at a union, a page at a time."""
    union = union_or_404(request, code, HOLD)
    rows = parameters.value("pages.rows", day=days.business_day(days.now()))
    found = list(listed.at_union(union.pk, after=whole_number(request.GET.get("after", "")))[: rows + 1])
    context = {
        "union": union,
        "rows": [(poll, versions.definition(poll.version), KINDS[poll.state]) for poll in found[:rows]],
        "next": found[rows - 1].pk if len(found) > rows else None,
    }
    return render(request, "questionnaires/polls.html", context)


@once
def new(request: Asked, code: str) -> HttpResponse:
    """Choose what is asked, then say from when to when: as long as its definition says, unless said otherwise."""
    union = union_or_404(request, code, HOLD)
    now = days.now()
    today = days.business_day(now)
    offered = {key: one for key, one in versions.all_in_force(day=today).items() if one.sort != "rating"}
    asked = offered.get(request.GET.get("of", ""))
    if asked is None:
        rows = sorted(offered.values(), key=lambda one: (one.sort, one.code))
        return render(request, "questionnaires/choose.html", {"union": union, "offered": rows})
    lasts = parameters.value(asked.days, division=union.division, day=today)
    begins = now.astimezone(days.SHANGHAI).replace(second=0, microsecond=0)
    initial = {
        "opens_at": begins.strftime(MOMENT),
        "closes_at": (begins + timedelta(days=lasts)).strftime(MOMENT),
    }
    form = NewPollForm(request.POST or None, asked=asked, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            poll = preparing.make(
                actor=request.actor, at=now, union=union, code=asked.code, **form.cleaned_data
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("questionnaires:desk", number=poll.pk)
    context = {"union": union, "asked": asked, "form": form}
    return render(request, "questionnaires/new.html", context, status=422 if form.errors else 200)


def desk(request: Asked, number: int) -> HttpResponse:
    """One poll, with what is to be done next."""
    poll, union = row_or_404(request, Poll.objects.select_related("version"), number, HOLD)
    return _page(request, poll, union)


@require_POST
def act(request: Asked, number: int, act: str) -> HttpResponse:
    """Do one thing with a poll: write down the roll, somebody stands, open, hand out a paper, count."""
    poll, union = row_or_404(request, Poll.objects.select_related("version"), number, HOLD)
    asked = versions.definition(poll.version)
    form = _form(act, poll, union, asked, request)
    if act not in ACTS or (act in NEEDS_FORM and form is None):
        nothing()
    if form is None or form.is_valid():
        words: list[str] = []

        def do() -> None:
            words.extend(ACTS[act](request, poll, asked, form) or [])

        if done(request, do, form=form):
            for word in words:
                messages.warning(request, word)
            return redirect("questionnaires:desk", number=poll.pk)
        if form is None:
            return redirect("questionnaires:desk", number=poll.pk)
    return _page(request, poll, union, **{act.replace("-", "_"): form})


def print_slips(request: Asked, number: int) -> HttpResponse:
    """New slips, to be printed at once: what answers holds their codes, and nothing else does. Whoever comes back to
    this address is led to the desk."""
    poll, union = row_or_404(request, Poll.objects.select_related("version"), number, HOLD)
    if request.method != "POST":
        return redirect("questionnaires:desk", number=poll.pk)
    form = SlipsForm(request.POST)
    codes: list[str] = []

    def do() -> None:
        codes.extend(slips.make(actor=request.actor, at=days.now(), poll_id=poll.pk, **form.cleaned_data))

    if not form.is_valid():
        return _page(request, poll, union, slips=form)
    if not done(request, do):
        return redirect("questionnaires:desk", number=poll.pk)
    address = request.build_absolute_uri(reverse("questionnaires:slip", args=[poll.pk]))
    context = {"poll": poll, "union": union, "codes": codes, "address": address}
    return render(request, "questionnaires/slips.html", context)


def _page(request: Asked, poll: Poll, union: Union, **forms: Any) -> HttpResponse:
    asked = versions.definition(poll.version)
    is_open, drafted = poll.state == Poll.State.OPEN, poll.state == Poll.State.DRAFT
    handed = poll.voters.filter(way=Voter.Way.PAPER).count() if poll.on_paper else 0
    body = asked.decides.body if asked.decides else ""
    counted = poll.state == Poll.State.COUNTED
    context: dict[str, Any] = {
        "poll": poll,
        "union": union,
        "asked": asked,
        "kind": KINDS[poll.state],
        "candidates": list(poll.candidates.order_by("number")),
        "in_box": box.count(poll.pk) if is_open else None,
        "handed": handed,
        "counts": poll.paper_counts.count() if poll.on_paper else 0,
        "counted_own": poll.paper_counts.filter(user_id=request.actor.user_id or 0).exists(),
        "over": poll.closes_at <= days.now(),
        "quiz": asked.sort == "quiz",
        "contest": contests.of(poll, asked, division=union.division, at=days.now()),
        "may_elect": bool(counted and body and poll.election_id is None and poll.result.get("stands")),
        "stop": WhyForm(prefix="stop"),
    }
    if drafted and asked.candidates:
        context["candidate"] = CandidateForm(asked=asked) if asked.sort == "ballot" else ThingForm()
    if drafted and asked.asks == "delegates":
        context["roll"] = RollForm()
    if is_open and slips.takes(asked) and not context["over"]:
        context["slips"] = SlipsForm()
        context["printed"] = poll.slips.count()
    if is_open and poll.on_paper:
        context["paper"] = PaperForm()
        context["papers"] = _papers(poll, asked, None)
    if context["may_elect"]:
        context["elect"] = ElectForm(union=union, poll=poll, body=body)
    context |= forms
    wrong = any(form is not None and form.errors for form in forms.values())
    return render(request, "questionnaires/desk.html", context, status=422 if wrong else 200)


def _papers(poll: Poll, asked: Questionnaire, data: Any) -> PapersForm:
    return PapersForm(data, questions=asked.questions, candidates=list(poll.candidates.order_by("number")))


def _form(act: str, poll: Poll, union: Union, asked: Questionnaire, request: Asked) -> Form | None:
    """The form of what is done, where it has one."""
    data = request.POST
    if act == "candidate":
        return CandidateForm(data, asked=asked) if asked.sort == "ballot" else ThingForm(data)
    if act == "roll" and asked.asks == "delegates":
        return RollForm(data)
    if act == "paper":
        return PaperForm(data)
    if act == "papers":
        return _papers(poll, asked, data)
    if act == "stop":
        return WhyForm(data, prefix="stop")
    if act == "elect" and asked.decides:
        return ElectForm(data, union=union, poll=poll, body=asked.decides.body)
    return None


def _candidate(request: Asked, poll: Poll, _asked: Questionnaire, form: Form | None) -> None:
    assert form is not None
    preparing.add_candidate(actor=request.actor, at=days.now(), poll_id=poll.pk, **form.cleaned_data)


def _out(request: Asked, poll: Poll, _asked: Questionnaire, _form: Form | None) -> None:
    number = whole_number(request.POST.get("number", "")) or 0
    preparing.take_out(actor=request.actor, at=days.now(), poll_id=poll.pk, number=number)


def _roll(request: Asked, poll: Poll, _asked: Questionnaire, form: Form | None) -> None:
    numbers = form.cleaned_data["numbers"] if form else ()
    rolls.write_down(actor=request.actor, at=days.now(), poll_id=poll.pk, numbers=numbers)


def _open(request: Asked, poll: Poll, _asked: Questionnaire, _form: Form | None) -> None:
    preparing.open_poll(actor=request.actor, at=days.now(), poll_id=poll.pk)


def _stop(request: Asked, poll: Poll, _asked: Questionnaire, form: Form | None) -> None:
    assert form is not None
    preparing.stop(actor=request.actor, at=days.now(), poll_id=poll.pk, reason=form.cleaned_data["reason"])


def _paper(request: Asked, poll: Poll, _asked: Questionnaire, form: Form | None) -> None:
    assert form is not None
    papers.hand_out(actor=request.actor, at=days.now(), poll_id=poll.pk, **form.cleaned_data)


def _count_papers(request: Asked, poll: Poll, _asked: Questionnaire, form: Form | None) -> list[str]:
    assert isinstance(form, PapersForm)
    said = {
        "papers": form.cleaned_data["papers"],
        "invalid": form.cleaned_data["invalid"],
        "said": form.said(),
    }
    differing = papers.count(actor=request.actor, at=days.now(), poll_id=poll.pk, **said)
    if not differing:
        return []
    return [_("The two counts do not agree. Both officers count the papers again, each on their own.")]


def _count(request: Asked, poll: Poll, _asked: Questionnaire, _form: Form | None) -> None:
    counting.count(actor=request.actor, at=days.now(), poll_id=poll.pk)


def _elect(request: Asked, poll: Poll, _asked: Questionnaire, form: Form | None) -> None:
    assert form is not None
    said = {"declared": (), **form.cleaned_data}
    electing.report(actor=request.actor, at=days.now(), poll_id=poll.pk, **said)


ACTS: dict[str, Callable[[Asked, Poll, Questionnaire, Form | None], list[str] | None]] = {
    "candidate": _candidate,
    "out": _out,
    "roll": _roll,
    "open": _open,
    "stop": _stop,
    "paper": _paper,
    "papers": _count_papers,
    "count": _count,
    "elect": _elect,
}
NEEDS_FORM = {"candidate", "paper", "papers", "stop", "elect"}
