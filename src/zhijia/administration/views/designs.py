"""Definitions written in the program: copy one, change it, try it, have a second person publish it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.queries import staff_logins
from zhijia.administration.forms import AtUnionForm, BudgetForm, GiveBackForm, ProposeForm, TextForm
from zhijia.administration.services import comparing, designing, filling, kinds, previewing, trying
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.views.design_parts import outline_of
from zhijia.administration.views.previews.page import address
from zhijia.administration.views.used import used_at
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.versions import Version
from zhijia.catalogue.written import Placed
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.forms import AnswersForm
from zhijia.matters.queries.lines import of_matter
from zhijia.registry import access
from zhijia.rules.comparing import Way
from zhijia.rules.problems import RuleRefused
from zhijia.rules.understanding import of_definition

PAGE = "administration:design"
_WAYS: dict[str, Way] = {"in": "in", "out": "out"}


def design(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """One definition: drawn, in words, with what is wrong at its place. A post keeps what was typed."""
    chosen, version = _found(request, kind, version_id)
    if request.method != "POST":
        return _page(request, chosen, version)
    form = TextForm(request.POST)
    form.is_valid()
    try:
        filling.put_text(
            actor=request.actor,
            at=days.now(),
            kind=chosen,
            version_id=version_id,
            text=form.cleaned_data["text"].replace("\r\n", "\n"),
            made_from=request.POST.get("made_from", ""),
        )
    except NotForYou:
        raise
    except Refusal as refusal:
        if version.state != Version.State.DRAFT:
            raise
        request.refusal = refusal
        form.add_error(None, str(refusal))
        return _page(request, chosen, version, form=form)
    messages.success(request, _("Kept."))
    return redirect(f"{reverse(PAGE, args=[kind, version_id])}?as=text")


@require_POST
def attempt(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """Try a matter with a made-up applicant; nothing is written."""
    chosen, version = _found(request, kind, version_id)
    definition, wrong = kinds.read(chosen, version, version.text, on=days.business_day(days.now()))
    if wrong or not isinstance(definition, Matter):
        raise Http404
    at_union = AtUnionForm(request.POST, actor=request.actor)
    tried = None
    typed = {
        question.name: request.POST.getlist(question.name)
        if question.type == "choices"
        else request.POST.get(question.name)
        for question in definition.form
    }
    answers = _answers(definition, typed)
    if at_union.is_valid():
        union = at_union.cleaned_data["tried_at"]
        tried = trying.attempt(
            actor=request.actor, at=days.now(), matter=definition, union=union, typed=typed
        )
        answers.mark(tried.wrong)
    return _page(request, chosen, version, at_union=at_union, answers=answers, tried=tried)


@require_POST
def propose(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """Hand it to a second person."""
    chosen, version = _found(request, kind, version_id)
    form = _propose_form(chosen)(request.POST)
    if form.is_valid():
        budget = form.cleaned_data.get("budget")
        try:
            designing.propose(
                actor=request.actor,
                at=days.now(),
                kind=chosen,
                version_id=version_id,
                since=form.cleaned_data["since"],
                budget=None if budget is None else int(budget * 100),
            )
        except NotForYou:
            raise
        except Refusal as refusal:
            request.refusal = refusal
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. A second person publishes it."))
            return redirect(PAGE, kind, version_id)
    return _page(request, chosen, version, propose=form)


@require_POST
def publish(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """Let it be in force."""
    seen = partial(designing.publish, seen=request.POST.get("seen", ""))
    return _done(request, kind, version_id, seen, _("Published."))


@require_POST
def take_back(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """Make a draft of one's own proposal again."""
    return _done(request, kind, version_id, designing.take_back, _("It is a draft again."))


@require_POST
def give_back(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """Make a draft of somebody's proposal again, with the reason."""
    chosen, form = _kind(kind), GiveBackForm(request.POST)
    if not form.is_valid():
        version = designing.find(request.actor, chosen, version_id)
        return _page(request, chosen, version, give_back=form)
    _do(
        request,
        designing.give_back,
        _("Given back. Whoever proposed it reads why."),
        kind=chosen,
        version_id=version_id,
        reason=form.cleaned_data["reason"],
    )
    return redirect("administration:designs")


@require_POST
def discard(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """Throw a draft away, once it was asked whether that is meant."""
    if not request.POST.get("sure"):
        chosen, version = _found(request, kind, version_id)
        context = {"kind": chosen, "version": version, "called": filling.called(version)}
        return render(request, "administration/discard.html", context)
    designing.discard(actor=request.actor, at=days.now(), kind=_kind(kind), version_id=version_id)
    messages.success(request, _("The draft is gone."))
    return redirect("administration:designs")


def _done(request: Asked, kind: str, version_id: int, act: Any, words: str) -> HttpResponse:
    _do(request, act, words, kind=_kind(kind), version_id=version_id)
    return redirect(PAGE, kind, version_id)


def _do(request: Asked, act: Any, words: str, **named: Any) -> None:
    """Have it done, and say on the next page that it was, or why not."""
    try:
        act(actor=request.actor, at=days.now(), **named)
    except NotForYou:
        raise
    except Refusal as refusal:
        request.refusal = refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)


def _page(request: Asked, kind: Kind, version: Version, **more: Any) -> HttpResponse:
    today = days.business_day(days.now())
    definition, wrong = kinds.read(kind, version, version.text, on=today)
    mine = version.made_by == request.actor.user_id
    draft, proposed = version.state == Version.State.DRAFT, version.state == Version.State.PROPOSED
    may_publish = proposed and not mine and designing.may_publish(request.actor)
    people = staff_logins([user for user in (version.made_by, version.published_by) if user])
    context: dict[str, Any] = {
        "kind": kind,
        "version": version,
        "called": filling.called(version),
        "used_at": used_at(request, kind, version),
        "definition": definition,
        "lines": _lines(version.text, wrong),
        "wrong": wrong,
        "mine": mine,
        "draft": draft,
        "proposed": proposed,
        "proposal": designing.proposal(version),
        "may_publish": may_publish,
        "give_back": GiveBackForm() if may_publish else None,
        "preview_url": address(kind, version) if definition else "",
        "compared": _compared(kind, version, definition),
        "made_by": people.get(version.made_by or 0, ""),
        "published_by": people.get(version.published_by or 0, ""),
        "form": TextForm(initial={"text": version.text}),
        "made_from": filling.digest_of(version.text),
        "propose": _propose_form(kind)(initial={"since": today}) if draft and mine and not wrong else None,
    }
    if request.GET.get("as") != "text" and "form" not in more:
        context |= outline_of(kind, version, wrong)
    if isinstance(definition, Matter) and not wrong:
        context |= {
            "stops": of_matter(definition),
            "at_union": AtUnionForm(initial={"tried_at": _a_union(request)}, actor=request.actor),
            "answers": _answers(definition),
        }
    if isinstance(definition, RuleDefinition) and not wrong:
        context |= _rule(request, definition, version)
    name = "administration/_design.html" if request.htmx else "administration/design.html"
    return render(request, name, {**context, **more}, status=_status(more))


def _compared(kind: Kind, version: Version, definition: Any) -> comparing.Compared | None:
    """What a version that is not in force yet says otherwise, once it reads."""
    if definition is None or version.state == Version.State.PUBLISHED:
        return None
    return comparing.compared(kind, version, definition, on=days.business_day(days.now()))


def _rule(request: Asked, definition: RuleDefinition, version: Version) -> dict[str, Any]:
    on = version.since or days.business_day(days.now())
    try:
        seen = of_definition(definition, on=on)
    except RuleRefused:
        return {}
    chinese = (get_language() or "zh").startswith("zh")
    said = [(one.zh if chinese else one.en) for one in (seen.main, seen.amount) if one]
    preview = getattr(version, "preview", {})
    context = {
        "words": [clause.lines() for clause in said],
        "sql": seen.main.sql,
        "preview": preview,
        "told": previewing.told(preview, on),
        "counting": version.state == Version.State.PROPOSED and not preview,
        "warnings": [previewing.WARNINGS[code] for code in preview.get("warnings", ())],
    }
    way = _WAYS.get(request.GET.get("who", ""))
    if preview and way:
        context["who"] = way
        context["people"] = previewing.samples(
            actor=request.actor, at=days.now(), definition=definition, way=way, since=on
        )
    return context


def _lines(text: str, wrong: Sequence[Placed]) -> list[tuple[int, str, list[Placed]]]:
    """The lines in which something is wrong, with what."""
    rows = text.splitlines() or [""]
    numbers = sorted({min(max(one.line, 1), len(rows)) for one in wrong})
    return [
        (number, rows[number - 1], [one for one in wrong if min(max(one.line, 1), len(rows)) == number])
        for number in numbers
    ]


def _answers(matter: Matter, typed: Mapping[str, Any] | None = None) -> AnswersForm:
    return AnswersForm(
        matter=matter,
        values={},
        asked=[question.name for question in matter.form],
        day=days.business_day(days.now()),
        typed=typed or {},
    )


def _propose_form(kind: Kind) -> type[ProposeForm]:
    return BudgetForm if kind.name == "rules" else ProposeForm


def _status(more: dict[str, Any]) -> int:
    forms = (more.get("form"), more.get("propose"), more.get("at_union"), more.get("give_back"))
    return 422 if any(form is not None and form.errors for form in forms) else 200


def _a_union(request: Asked) -> str:
    unions = access.unions_granted(request.actor, designing.MAY)
    return unions[0].code if unions else ""


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _found(request: Asked, kind: str, version_id: int) -> tuple[Kind, Version]:
    chosen = _kind(kind)
    return chosen, designing.find(request.actor, chosen, version_id)
