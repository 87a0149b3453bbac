"""Writing a request: the form, the documents, everything once more before it is handed in."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.forms import AnswersForm, MaterialForm, SubmitForm
from zhijia.matters.models import Case
from zhijia.matters.queries import choices, mine, qualifying, roster
from zhijia.matters.services import asking, handing_in, lacking, materials
from zhijia.matters.views import own
from zhijia.registry.models import Union


def form(request: Asked, case_id: UUID) -> HttpResponse:
    """The questions; whatever is typed is kept, whether it is right or not is said beside it. While somebody types,
    script asks for what is still to do alone (`quiet`)."""
    case, about = own.found(request, case_id)
    if case.state not in lacking.WRITES:
        return _written(request, case)
    drawn_before: set[str] = set()
    if request.method == "POST":
        try:
            asking.keep(actor=request.actor, at=days.now(), case_id=case.pk, typed=_typed(request, about))
        except lacking.NotComplete:
            pass  # what is wrong is kept and said below
        except Refusal as refusal:
            return own.refused(request, refusal, "matters:case", case.pk)
        drawn_before = {key.removeprefix("asked-") for key in request.POST if key.startswith("asked-")}
    given = lacking.Given(case, about, days.now())
    wrong, questions = given.mistaken(), given.asked()
    asked = {one.name for one in about.form if one.is_typed and one.name in questions}
    still = {"still": [one for one in given.lacking() if one.name in asked]}
    if request.htmx and (asked == drawn_before or "quiet" in request.POST):
        return reswap(retarget(render(request, "matters/member/_still.html", still), "#still"), "outerHTML")
    if request.method == "POST" and not request.htmx and not wrong and asked <= drawn_before:
        empty = about.roster is not None and not case.lines.exists()
        return redirect("matters:lines" if empty else "matters:check", case.pk)
    drawn = _drawn(request, given)
    drawn.mark(wrong)
    context = {
        "case": case, "matter": about, "awaited": mine.awaited(case, about), "form": drawn,
        "asked": list(drawn.fields), "held": given.shown(), **still,
        "roster": roster.page(case, about),
        "at_desk": own.at_desk(request, case), "staff": own.at_work(request, case),
    }  # fmt: skip
    template = "matters/member/_form.html" if request.htmx else "matters/member/form.html"
    failed = wrong and request.method == "POST" and not request.htmx
    return render(request, template, context, status=422 if failed else 200)


def check(request: Asked, case_id: UUID) -> HttpResponse:
    """Everything once more before it is handed in; documents are added here, those chosen last with the button that
    hands it in."""
    case, about = own.found(request, case_id)
    once = SubmitForm(request.POST or None)
    if case.state not in lacking.WRITES and (request.method != "POST" or not _is_this(once, case)):
        return _written(request, case)
    if request.method == "POST" and once.is_valid():
        try:
            for material in about.materials:
                for sent in request.FILES.getlist(f"file-{material.code}"):
                    _take(request, case, material.code, sent)
            with transaction.atomic():
                _hand_in(request, case, once.cleaned_data["once"])
            return redirect("matters:case", case.pk)
        except lacking.NotComplete:
            case, about = own.found(
                request, case_id
            )  # what it lacks by the definition of today is said below
        except NeedsStepUp:
            raise
        except Refusal as refusal:
            if not request.FILES or isinstance(refusal, NotForYou):
                return own.refused(request, refusal, "matters:check", case.pk)
            messages.error(request, str(refusal))  # what was chosen stays, whatever else is wrong
            return redirect("matters:check", case.pk)
    given = lacking.Given(case, about, days.now())
    asked = given.asked()
    context = {
        "case": case, "matter": about, "answers": mine.answers(case, about, days.now()), "form": SubmitForm(),
        "roster": roster.page(case, about),
        "still": [(one, one.name in asked) for one in given.lacking()], "tried": request.method == "POST",
        "at_desk": own.at_desk(request, case), "staff": own.at_work(request, case),
        "finding": qualifying.of_matter(about, case.person_id, days.now()),
        "materials": [
            (material, MaterialForm(material=material, auto_id=f"{material.code}-%s"),
             [kept for kept in case.materials.order_by("pk") if kept.code == material.code])
            for material in about.materials
            if material.at == given.part
        ],
    }  # fmt: skip
    return render(
        request, "matters/member/check.html", context, status=422 if request.method == "POST" else 200
    )


def _hand_in(request: Asked, case: Case, once: UUID) -> None:
    """Hand in a draft, or what a paused request waited for."""
    if case.state == Case.State.PAUSED:
        handing_in.complete(actor=request.actor, at=days.now(), case_id=case.pk)
    else:
        handing_in.submit(actor=request.actor, at=days.now(), case_id=case.pk, key=once)


@require_POST
def add_material(request: Asked, case_id: UUID, code: str) -> HttpResponse:
    """Add a photo or PDF."""
    case, _about = own.found(request, case_id)
    sent = request.FILES.get(f"file-{code}")
    try:
        if sent is None:
            raise Refusal("file_missing", _("Please add a file."))
        _take(request, case, code, sent)
    except NeedsStepUp:
        raise
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:check", case.pk)
    return redirect("matters:check", case.pk)


@require_POST
def remove_material(request: Asked, case_id: UUID, material_id: int) -> HttpResponse:
    """Take a file away again."""
    case, _about = own.found(request, case_id)
    try:
        materials.remove(actor=request.actor, at=days.now(), case_id=case.pk, material_id=material_id)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:check", case.pk)
    return redirect("matters:check", case.pk)


@require_POST
def discard(request: Asked, case_id: UUID) -> HttpResponse:
    """Throw my draft away."""
    found, _about = own.found(request, case_id)
    try:
        asking.discard(actor=request.actor, at=days.now(), case_id=found.pk)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:case", found.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("matters:desk" if own.at_desk(request, found) else "matters:mine")


def _written(request: Asked, case: Case) -> HttpResponse:
    """Whoever comes back to a form that was handed in (another tab, the button Back) sees where the request is."""
    messages.info(request, _("This request has been handed in already. Here you see where it is."))
    return redirect("matters:case", case.pk)


def _is_this(once: SubmitForm, case: Case) -> bool:
    """Whether the form is the one that was handed in, sent a second time."""
    return once.is_valid() and once.cleaned_data["once"] == case.posted_key


def _take(request: Asked, case: Case, code: str, sent: "UploadedFile[bytes]") -> None:
    materials.add(
        actor=request.actor,
        at=days.now(),
        case_id=case.pk,
        code=code,
        content=cast(BinaryIO, sent),
        name=sent.name or "",
    )


def _typed(request: Asked, about: Matter) -> dict[str, Any]:
    """What stands in the questions that were drawn; an empty field of a sealed answer leaves it as it is."""
    typed = {
        question.name: request.POST.getlist(question.name)
        if question.type == "choices"
        else request.POST.get(question.name)
        for question in about.form
        if question.name in request.POST or f"asked-{question.name}" in request.POST
    }
    sealed = {question.name for question in about.form if question.sealed}
    return {name: value for name, value in typed.items() if value or name not in sealed}


def _drawn(request: Asked, given: lacking.Given) -> AnswersForm:
    """The form as it stands; of a sealed answer what was typed just now and cannot be taken, once."""
    now = days.business_day(given.at)
    typed = {name: answer.typed for name, answer in given.kept.items() if answer.typed}
    sealed = {question.name for question in given.matter.form if question.sealed}
    echoed = {name: request.POST.get(name, "") for name in typed.keys() & sealed}
    return AnswersForm(
        matter=given.matter,
        values=given.values,
        typed=typed | echoed,
        asked=given.asked(),
        day=now,
        choices=choices.of(given.matter, Union.objects.get(pk=given.case.union_id), now),
    )
