"""One round for whoever holds it, step by step, with what is to be done next."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhijia.accounts.answered import once
from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Nomination, Round
from zhijia.appraisals.queries.rounds import desk as listed
from zhijia.appraisals.round_forms import JudgeForm, WordsForm
from zhijia.appraisals.rules.rounds import quotas
from zhijia.appraisals.rules.rounds.quotas import Counted, Unmet
from zhijia.appraisals.services.rounds import (
    allowances,
    batching,
    clearing,
    fitness,
    judging,
    naming,
    preparing,
    showing,
    voting,
)  # fmt: skip
from zhijia.appraisals.services.rounds.holding import HOLD, Held
from zhijia.appraisals.views.rounds import stops
from zhijia.appraisals.views.rounds.desk import KINDS
from zhijia.catalogue import codes, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.models import Union
from zhijia.registry.queries import colleagues
from zhijia.registry.views.asking import nothing, row_or_404
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done


def one(request: Asked, number: int) -> HttpResponse:
    """One round, with what is to be done next."""
    found, union = row_or_404(request, Round.objects.select_related("version"), number, HOLD)
    return _page(request, found, union)


@once
def act(request: Asked, number: int, act: str) -> HttpResponse:
    """Do one thing with a round: open its call, name a judge, close a stage, hang a notice, decide, name. Whoever comes
    back to the address of a form that was refused finds the round."""
    found, union = row_or_404(request, Round.objects.select_related("version"), number, HOLD)
    if request.method != "POST":
        return redirect("appraisals:round", number=found.pk)
    do = ACTS.get(act)
    if do is None:
        nothing()
    form = _form(act, request)
    able = form is None or form.is_valid()
    if able and (done(request, lambda: do(request, found, form), form=form) or form is None):
        return redirect("appraisals:round", number=found.pk)
    return _page(request, found, union, **{act: form})


def _page(request: Asked, found: Round, union: Union, **forms: Any) -> HttpResponse:
    asked = round_versions.definition(found.version)
    held = Held(found, asked, union, request.actor)
    now = days.now()
    day = days.business_day(now)
    rows = parameters.value("pages.rows", day=day)
    entries = list(listed.entries(found, after=whole_number(request.GET.get("after", "")))[: rows + 1])
    stage = next((one for one in asked.stages if one.code == found.stage), None)
    where = showing.WHERE.get(Round.State(found.state))
    scored = listed.scored(found) if stage else {}
    judges = list(found.judges.filter(out_at__isnull=True).order_by("pk"))
    staff = colleagues.called(one.user_id for one in judges if one.person_id is None)
    awards = list(Award.objects.filter(round=found).order_by("number")[:rows])
    lacking, paid = allowances.lacking(awards, day), allowances.paid(awards)
    chosen = (
        list(showing.chosen(found).select_related("standing"))
        if found.state in {"proposed", "decided"}
        else []
    )
    later = found.state in {"judging", "batch", "proposed", "decided", "named"}
    context: dict[str, Any] = {
        "round": found,
        "union": union,
        "asked": asked,
        "kind": KINDS[found.state],
        "taxonomy": codes.get(asked.taxonomy.code_list) if asked.taxonomy else None,
        "counts": listed.counts(found),
        "over": found.closes_at <= now,
        "stage": stage,
        "stops": stops.of_round(found, asked),
        "waits_for": judging.waits_for(held, day) if stage and not stage.questionnaire else None,
        "poll": voting.held_for(found, stage) if stage else None,
        "judges": [(one, staff.get(one.user_id, one.name), scored.get(one.pk, 0)) for one in judges],
        "entries": entries[:rows],
        "next": entries[rows - 1].number if len(entries) > rows else None,
        "standings": listed.standings(found) if later else {},
        "uncleared": listed.uncleared(held, entries[:rows], day) if asked.clearances else set(),
        "objections": list(listed.objections(found)[:rows]),
        "notice": showing.of_batch(found, where) if where else None,
        "shows": asked.showing(where) if where else None,
        "own_batch": found.proposed_by == request.actor.user_id,
        "chosen": chosen,
        "lines": _quotas(held, chosen, day),
        "later": _waits_for(held, now),
        "unmet": _unmet(held, day) if found.state in {"open", "judging", "batch"} else [],
        "awards": [(one, lacking[one.pk], one.monthly * one.months, paid[one.pk]) for one in awards],
        "judge": JudgeForm(),
        "stop": WordsForm(prefix="stop"),
        "send_back": WordsForm(prefix="back"),
        "withdraw": WordsForm(prefix="withdraw"),
    }
    context |= {key.replace("-", "_"): form for key, form in forms.items()}
    wrong = any(form is not None and form.errors for form in forms.values())
    return render(request, "appraisals/rounds/round.html", context, status=422 if wrong else 200)


def _quotas(held: Held, chosen: Sequence[Nomination], day: date) -> list[tuple[object, Counted]]:
    """Each quota over the batch that waits for its decision, for whoever decides it."""
    labels = {quota.code: quota.label for quota in held.asked.quotas}
    answers = {str(row.pk): row.answers for row in chosen}
    counted = quotas.counted(fitness.quotas_of(held, day), answers) if chosen else []
    return [(labels[line.quota.code], line) for line in counted]


def _waits_for(held: Held, now: datetime) -> str:
    """Why the batch cannot be decided, or named, yet; nothing where it can."""
    waits = {
        Round.State.PROPOSED: batching.refuse_before_decision,
        Round.State.DECIDED: naming.refuse_before_names,
    }
    refuse = waits.get(Round.State(held.round.state))
    try:
        if refuse is not None:
            refuse(held, now)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _unmet(held: Held, day: date) -> list[tuple[object, Unmet]]:
    """The quotas no full batch of those that are in can keep: said before anybody puts one together."""
    labels = {quota.code: quota.label for quota in held.asked.quotas}
    there = batching.in_question(held.round) or listed.inside(held.round)
    return [(labels[one.quota.code], one) for one in batching.look(held, there, (), day).unmet]


def _form(act: str, request: Asked) -> Form | None:
    if act == "judge":
        return JudgeForm(request.POST)
    prefix = {"stop": "stop", "send_back": "back", "withdraw": "withdraw"}.get(act)
    return WordsForm(request.POST, prefix=prefix) if prefix else None


def _words(form: Form | None) -> str:
    assert form is not None
    return str(form.cleaned_data["words"])


def _number(request: Asked, name: str) -> int:
    return whole_number(request.POST.get(name, "")) or 0


Act = Callable[[Asked, Round, Form | None], object]
ACTS: dict[str, Act] = {
    "open": lambda r, one, _f: preparing.open_call(actor=r.actor, at=days.now(), round_id=one.pk),
    "stop": lambda r, one, f: preparing.stop(actor=r.actor, at=days.now(), round_id=one.pk, reason=_words(f)),
    "judge": lambda r, one, f: judging.name_judge(
        actor=r.actor, at=days.now(), round_id=one.pk, who=f.cleaned_data["who"] if f else ""
    ),
    "judge_out": lambda r, _one, _f: judging.take_off(
        actor=r.actor, at=days.now(), judge_id=_number(r, "judge")
    ),
    "clear": lambda r, one, _f: clearing.ask(actor=r.actor, at=days.now(), round_id=one.pk),
    "begin": lambda r, one, _f: judging.begin(actor=r.actor, at=days.now(), round_id=one.pk),
    "vote": lambda r, one, _f: voting.prepare(actor=r.actor, at=days.now(), round_id=one.pk),
    "close": lambda r, one, _f: judging.close_stage(actor=r.actor, at=days.now(), round_id=one.pk),
    "show": lambda r, one, _f: showing.hang(actor=r.actor, at=days.now(), round_id=one.pk),
    "decide": lambda r, one, _f: batching.decide(actor=r.actor, at=days.now(), round_id=one.pk),
    "send_back": lambda r, one, f: batching.send_back(
        actor=r.actor, at=days.now(), round_id=one.pk, reason=_words(f)
    ),
    "name": lambda r, one, _f: naming.name(actor=r.actor, at=days.now(), round_id=one.pk),
    "withdraw": lambda r, _one, f: naming.withdraw(
        actor=r.actor, at=days.now(), award_id=_number(r, "award"), reason=_words(f)
    ),
    "pay": lambda r, _one, _f: allowances.order_by_hand(
        actor=r.actor, at=days.now(), award_id=_number(r, "award")
    ),
}
