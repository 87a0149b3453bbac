"""Asking for something and seeing where it is: the member's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.answers import Wrong
from zhijia.matters.forms import AnswersForm, MaterialForm, ReasonForm, SubmitForm
from zhijia.matters.models import Case
from zhijia.matters.queries import choices, lines, offered, qualifying
from zhijia.matters.queries import mine as queries
from zhijia.matters.services import (
    appealing,
    asking,
    grounds,
    handing_in,
    lacking,
    materials,
    opening,
    versions,
)
from zhijia.registry.models import Union


def mine(request: Asked) -> HttpResponse:
    """My requests, the one that moved last first."""
    _log_in_first(request)
    rows = queries.page(request.actor, at=days.now(), before=_moment(request.GET.get("before", "")))
    more = rows[queries.ROWS - 1].case.changed_at if len(rows) > queries.ROWS else None
    return render(request, "matters/member/mine.html", {"rows": rows[: queries.ROWS], "more": more})


def matter(request: Asked, code: str) -> HttpResponse:
    """What can be asked for here, who decides, and the button to begin."""
    found = offered.find(request.actor, code)
    if found is None:
        raise Http404
    if request.method == "POST":
        _log_in_first(request)
        union = Union.objects.filter(code=request.POST.get("union", "")).first()
        try:
            case = asking.start(actor=request.actor, at=days.now(), code=code, union=union)
        except Refusal as refusal:
            return _refused(request, refusal, "matters:matter", code)
        return redirect("matters:form", case.pk)
    finding = qualifying.of_matter(found, request.actor.person_id, days.now())
    context = {
        "draft": queries.draft(request.actor, code),
        "matter": found,
        "stops": lines.of_matter(found),
        "finding": finding,
    }
    return render(request, "matters/member/matter.html", context)


def form(request: Asked, case_id: UUID) -> HttpResponse:
    """The questions; whatever is typed is kept, whether it is right or not is said beside it."""
    case, about = _mine(request, case_id)
    wrong: Sequence[Wrong] = ()
    if request.method == "POST":
        typed = {
            question.name: request.POST.getlist(question.name)
            if question.type == "choices"
            else request.POST.get(question.name)
            for question in about.form
            if question.name in request.POST or f"asked-{question.name}" in request.POST
        }
        typed = {name: value for name, value in typed.items() if value or not _sealed(about, name)}
        try:
            asking.keep(actor=request.actor, at=days.now(), case_id=case.pk, typed=typed)
        except lacking.NotComplete as incomplete:
            wrong = incomplete.wrong
        except Refusal as refusal:
            return _refused(request, refusal, "matters:case", case.pk)
        drawn_before = {key.removeprefix("asked-") for key in request.POST if key.startswith("asked-")}
        asked_now = _asked(case, about)
        if request.htmx and asked_now == drawn_before:
            return HttpResponse(status=204)
        if not wrong and not request.htmx and asked_now <= drawn_before:
            return redirect("matters:check", case.pk)
    drawn = _drawn(request, case, about, wrong)
    context = {
        "case": case,
        "matter": about,
        "form": drawn,
        "asked": list(drawn.fields),
        "at_desk": _at_desk(request, case),
        "staff": _at_work(request, case, about),
    }
    template = "matters/member/_form.html" if request.htmx else "matters/member/form.html"
    return render(request, template, context, status=422 if wrong and not request.htmx else 200)


def check(request: Asked, case_id: UUID) -> HttpResponse:
    """Everything once more before it is handed in; documents are added here, those chosen last with the button that
    hands it in."""
    case, about = _mine(request, case_id)
    once = SubmitForm(request.POST or None)
    wrong: tuple[object, ...] = ()
    if request.method == "POST" and once.is_valid():
        try:
            for material in about.materials:
                for sent in request.FILES.getlist(f"file-{material.code}"):
                    _take(request, case, material.code, sent)
            if case.state == Case.State.PAUSED:
                handing_in.complete(actor=request.actor, at=days.now(), case_id=case.pk)
            else:
                handing_in.submit(
                    actor=request.actor, at=days.now(), case_id=case.pk, key=once.cleaned_data["once"]
                )
            return redirect("matters:case", case.pk)
        except lacking.NotComplete as incomplete:
            wrong = incomplete.wrong
        except NeedsStepUp:
            raise
        except Refusal as refusal:
            return _refused(request, refusal, "matters:check", case.pk)
    context = {
        "case": case, "matter": about, "answers": queries.answers(case, about), "wrong": wrong, "form": SubmitForm(),
        "at_desk": _at_desk(request, case), "staff": _at_work(request, case, about),
        "finding": qualifying.of_matter(about, case.person_id, days.now()),
        "materials": [
            (material, MaterialForm(material=material, auto_id=f"{material.code}-%s"),
             [kept for kept in case.materials.order_by("pk") if kept.code == material.code])
            for material in about.materials
        ],
    }  # fmt: skip
    return render(request, "matters/member/check.html", context, status=422 if wrong else 200)


@require_POST
def add_material(request: Asked, case_id: UUID, code: str) -> HttpResponse:
    """Add a photo or PDF."""
    case, _about = _mine(request, case_id)
    sent = request.FILES.get(f"file-{code}")
    try:
        if sent is None:
            raise Refusal("file_missing", _("Please add a file."))
        _take(request, case, code, sent)
    except NeedsStepUp:
        raise
    except Refusal as refusal:
        return _refused(request, refusal, "matters:check", case.pk)
    return redirect("matters:check", case.pk)


@require_POST
def remove_material(request: Asked, case_id: UUID, material_id: int) -> HttpResponse:
    """Take a file away again."""
    case, _about = _mine(request, case_id)
    try:
        materials.remove(actor=request.actor, at=days.now(), case_id=case.pk, material_id=material_id)
    except Refusal as refusal:
        return _refused(request, refusal, "matters:check", case.pk)
    return redirect("matters:check", case.pk)


def case(request: Asked, case_id: UUID) -> HttpResponse:
    """One of my requests: where it is, who has it, by when; what was said; what I can do."""
    found, about = _mine(request, case_id)
    if found.state == Case.State.DRAFT:
        return redirect("matters:form", found.pk)
    context = {
        "case": found, "matter": about, "stops": queries.line(found, about, days.now()),
        "said": queries.said(found, about), "answers": queries.answers(found, about),
        "files": found.materials.order_by("pk"), "form": ReasonForm(),
        "may_object": appealing.is_open(found, about, days.now()), "until": appealing.until(found, about),
        "at_desk": _at_desk(request, found), "staff": _at_work(request, found, about),
    }  # fmt: skip
    return render(request, "matters/member/case.html", context)


@require_POST
def withdraw(request: Asked, case_id: UUID) -> HttpResponse:
    """Take my request back."""
    found, _about = _mine(request, case_id)
    try:
        handing_in.withdraw(
            actor=request.actor, at=days.now(), case_id=found.pk, reason=request.POST.get("reason", "")[:1000]
        )
    except Refusal as refusal:
        return _refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("You have taken your request back."))
    return redirect("matters:case", found.pk)


@require_POST
def open_up(request: Asked, case_id: UUID) -> HttpResponse:
    """Let my own union read what I asked for against my employer."""
    found, _about = _mine(request, case_id)
    try:
        opening.open_up(actor=request.actor, at=days.now(), case_id=found.pk)
    except Refusal as refusal:
        return _refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("Your own union can read this request now."))
    return redirect("matters:case", found.pk)


@require_POST
def appeal(request: Asked, case_id: UUID) -> HttpResponse:
    """Object to the answer."""
    found, _about = _mine(request, case_id)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(
                "reason_missing", _("Say why you object, so that the union above knows what to look at.")
            )
        objection = appealing.appeal(
            actor=request.actor,
            at=days.now(),
            case_id=found.pk,
            key=form.cleaned_data["once"],
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        return _refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("The union above looks at it anew."))
    return redirect("matters:case", objection.pk)


@require_POST
def discard(request: Asked, case_id: UUID) -> HttpResponse:
    """Throw my draft away."""
    found, _about = _mine(request, case_id)
    try:
        asking.discard(actor=request.actor, at=days.now(), case_id=found.pk)
    except Refusal as refusal:
        return _refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("matters:desk" if _at_desk(request, found) else "matters:mine")


def _at_desk(request: Asked, case: Case) -> bool:
    """Whether an officer reads what they typed in for somebody."""
    return case.desk_user_id is not None and case.desk_user_id == request.actor.user_id


def _at_work(request: Asked, case: Case, about: Matter) -> bool:
    """Whether an officer reads it at work: typed in at a desk, or asked for by their union."""
    return _at_desk(request, case) or about.subject == "union"


def _take(request: Asked, case: Case, code: str, sent: "UploadedFile[bytes]") -> None:
    materials.add(
        actor=request.actor,
        at=days.now(),
        case_id=case.pk,
        code=code,
        content=cast(BinaryIO, sent),
        name=sent.name or "",
    )


def _drawn(request: Asked, case: Case, about: Matter, wrong: Sequence[Wrong]) -> AnswersForm:
    drawn = AnswersForm(
        matter=about,
        values=grounds.values_of(case),
        asked=_asked(case, about),
        day=days.business_day(days.now()),
        choices=choices.of(about, Union.objects.get(pk=case.union_id), days.business_day(days.now())),
        typed=request.POST if wrong else None,
    )
    if wrong:
        drawn.mark(wrong)
    return drawn


def _asked(case: Case, about: Matter) -> set[str]:
    division = Union.objects.values_list("division", flat=True).get(pk=case.union_id)
    return lacking.asked(about, grounds.values_of(case), at=days.now(), division=division)


def _sealed(about: Matter, name: str) -> bool:
    return any(question.sealed for question in about.form if question.name == name)


def _mine(request: Asked, case_id: UUID) -> tuple[Case, Matter]:
    """My case and its definition, or 404."""
    _log_in_first(request)
    found = queries.find(request.actor, case_id)
    if found is None:
        raise Http404
    return found, versions.definition(found.version)


def _moment(text: str) -> datetime | None:
    """The moment an address names; none for anything else."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _log_in_first(request: Asked) -> None:
    if request.actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))


def _refused(request: Asked, refusal: Refusal, page: str, *arguments: object) -> HttpResponse:
    """Say the refusal on the page one was at."""
    request.refusal = refusal
    messages.error(request, str(refusal))
    return redirect(page, *arguments)
