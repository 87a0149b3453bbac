"""Asking for a member at a desk, and a request on paper."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.desk_forms import DeskForm, FindForm, PresentForm
from zhijia.matters.queries import file as files
from zhijia.matters.queries import mine, offered
from zhijia.matters.services import desk as services
from zhijia.matters.services import presence, printing, versions
from zhijia.matters.views import own
from zhijia.registry import access
from zhijia.registry.queries import people
from zhijia.registry.services import finding
from zhijia.ui.refusing import say


def desk(request: Asked) -> HttpResponse:
    """Who stands here, and what do they ask for? The number is typed into a form and never stands in an address."""
    access.require(request.actor, "matter.desk")
    form = FindForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        person = finding.by_number(actor=request.actor, at=days.now(), typed=form.cleaned_data["number"])
        context |= {
            "looked": True,
            "profile": people.profile(request.actor, person) if person else None,
            "ask": DeskForm(auto_id="ask-%s", matters=offered.at_desk()),
        }
    return render(request, "matters/staff/desk.html", context)


@require_POST
def begin(request: Asked, person_id: UUID) -> HttpResponse:
    """Begin what they ask for."""
    access.require(request.actor, "matter.desk")
    person = people.find(request.actor, person_id)
    if person is None:
        raise Http404
    form = DeskForm(request.POST, auto_id="ask-%s", matters=offered.at_desk())
    if not form.is_valid():
        context = {
            "form": FindForm(),
            "looked": True,
            "ask": form,
            "profile": people.profile(request.actor, person),
        }
        return render(request, "matters/staff/desk.html", context, status=422)
    said = form.cleaned_data
    try:
        case = services.begin(
            actor=request.actor,
            at=days.now(),
            code=said["code"],
            person_id=person.pk,
            agreed=said["agreed"],
        )
    except Refusal as refusal:
        say(request, refusal)
        return redirect("matters:desk")
    return redirect("matters:form", case.pk)


@require_POST
def again(request: Asked, case_id: UUID) -> HttpResponse:
    """The member whose request was typed in here is at the desk again and agrees."""
    case, _matter = own.found(request, case_id)
    form = PresentForm(request.POST, auto_id="present-%s")
    try:
        if not form.is_valid():
            raise Refusal("not_understood", next(iter(form.errors.values()))[0])
        said = form.cleaned_data
        presence.confirm(
            actor=request.actor, at=days.now(), case_id=case.pk, agreed=said["agreed"], reason=said["reason"]
        )
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:case", case.pk)
    return redirect("matters:case", case.pk)


@never_cache
def paper(request: Asked, case_id: UUID) -> HttpResponse:
    """The request on paper, for whoever asked and for those who decide it."""
    case = mine.find(request.actor, case_id)
    if case is None and request.actor.user_id is not None:
        case = files.find(request.actor, case_id)
    if case is None:
        raise Http404
    try:
        content = printing.paper(
            actor=request.actor,
            at=days.now(),
            case=case,
            matter=versions.of(case, at=days.now()),
            address=request.build_absolute_uri(reverse("matters:go", args=[case.pk])),
        )
    except Refusal as refusal:
        say(request, refusal)
        return redirect("matters:go", case.pk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.number or "request"}.pdf"'
    return response


def go(request: Asked, case_id: UUID) -> HttpResponse:
    """Where the QR on paper leads: to one's own request, or to the file."""
    if mine.find(request.actor, case_id) is not None:
        return redirect("matters:case", case_id)
    if request.actor.user_id is None or files.find(request.actor, case_id) is None:
        raise Http404
    return redirect("matters:file", case_id)
