"""One audit: where it stands, who does it, what was drawn and found, and the next step; for the audited union its
own part."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhijia.auditing.forms import AsideForm, DrawForm, ReasonForm, TeamForm, WordsForm
from zhijia.auditing.models import Engagement
from zhijia.auditing.queries import papers, risks
from zhijia.auditing.services import answering, planning, printing, sampling, stages
from zhijia.auditing.views.asking import audit_or_404, names_of, stops_of
from zhijia.catalogue import codes, definitions
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.queries import colleagues
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import done

State = Engagement.State
BEFORE = (State.PLANNED, State.NOTICED)


def audit(request: Asked, audit_id: UUID) -> HttpResponse:
    """The audit, from either side."""
    found, audits, answers = audit_or_404(request, audit_id)
    return _page(request, found, audits, answers)


@require_POST
def step(request: Asked, audit_id: UUID) -> HttpResponse:
    """Go a step on: the notice, the field, the draft, the report, the end; or call it off."""
    found, audits, answers = audit_or_404(request, audit_id)
    asked = request.POST.get("step", "")
    words = {"draft": WordsForm, "report": WordsForm, "call_off": ReasonForm}.get(asked)
    form = words(request.POST) if words else None
    if form is not None and not form.is_valid():
        return _page(request, found, audits, answers, **{asked: form})
    data = form.cleaned_data if form is not None else {}
    at = days.now()
    given: dict[str, Any] = {"actor": request.actor, "at": at, "engagement_id": found.pk}
    acts: dict[str, tuple[Any, str]] = {
        "notify": (lambda: stages.notify(**given), _("The union has been told.")),
        "begin": (lambda: stages.begin(**given), _("The fieldwork has begun.")),
        "draft": (
            lambda: stages.hand_over_draft(draft=data["words"], **given),
            _("The draft is with the union."),
        ),
        "report": (lambda: stages.report(opinion=data["words"], **given), _("The report is made.")),
        "close": (lambda: stages.close(**given), _("The audit has ended.")),
        "call_off": (
            lambda: planning.call_off(reason=data["reason"], **given),
            _("The audit is called off."),
        ),
    }
    if asked not in acts:
        nothing()
    if not done(request, *acts[asked], form) and form is not None:
        return _page(request, found, audits, answers, **{asked: form})
    return redirect("auditing:audit", found.pk)


@require_POST
def team(request: Asked, audit_id: UUID) -> HttpResponse:
    """Name a colleague, let one leave, or step aside."""
    found, audits, answers = audit_or_404(request, audit_id)
    given: dict[str, Any] = {"actor": request.actor, "at": days.now(), "engagement_id": found.pk}
    asked = request.POST.get("step", "")
    form = (
        AsideForm(request.POST) if asked == "aside" else TeamForm(request.POST) if asked == "name" else None
    )
    if form is not None and not form.is_valid():
        return _page(request, found, audits, answers, **{asked: form})
    data = form.cleaned_data if form is not None else {}
    acts: dict[str, tuple[Any, str]] = {
        "name": (lambda: planning.name(**given, **data), _("Your colleague is in the team.")),
        "aside": (lambda: planning.step_aside(**given, **data), _("You have stepped aside from this union.")),
    }
    if asked not in acts:
        nothing()
    if not done(request, *acts[asked], form):
        return _page(request, found, audits, answers, **{asked: form})
    return redirect("auditing:audit", found.pk)


@require_POST
def draw(request: Asked, audit_id: UUID) -> HttpResponse:
    """Draw a sample."""
    found, audits, answers = audit_or_404(request, audit_id)
    form = _draw_form(found, request.POST)
    made: list[Any] = []

    def act() -> None:
        made.append(
            sampling.draw(actor=request.actor, at=days.now(), engagement_id=found.pk, **form.cleaned_data)
        )

    if form.is_valid() and done(request, act, _("The sample is drawn, and stays as it is."), form):
        return redirect("auditing:sample", made[0].pk)
    return _page(request, found, audits, answers, draw=form)


@require_POST
def comment(request: Asked, audit_id: UUID) -> HttpResponse:
    """The audited union comments on the draft."""
    found, audits, answers = audit_or_404(request, audit_id)
    form = WordsForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: answering.comment(
            actor=request.actor, at=days.now(), engagement_id=found.pk, **form.cleaned_data
        ),
        _("Your comment is with the committee."),
        form,
    ):
        return redirect("auditing:audit", found.pk)
    return _page(request, found, audits, answers, comment=form)


@never_cache
def report(request: Asked, audit_id: UUID) -> HttpResponse:
    """The report as a PDF."""
    found, _audits, _answers = audit_or_404(request, audit_id)
    if found.report is None:
        nothing()
    content = printing.report(actor=request.actor, at=days.now(), engagement=found)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="audit-{found.number}.pdf"'
    return answer


def _draw_form(found: Engagement, typed: QueryDict | None = None) -> DrawForm:
    """What can be drawn from the books of the audited union."""
    today = days.business_day(days.now())
    return DrawForm(typed, accounts=papers.accounts_of(found.union_id), risks=risks.choices(today))


def _page(request: Asked, found: Engagement, audits: bool, answers: bool, **forms: Any) -> HttpResponse:
    """The page with the forms as they are; 422 where one has something wrong."""
    wrong = any(form.errors for form in forms.values() if form is not None)
    unions = names_of(found.union_id, found.other_union_id)
    members = list(found.team.filter(left_at__isnull=True).order_by("-lead", "pk"))
    names = colleagues.called(member.user_id for member in members)
    today = days.business_day(days.now())
    shown = audits or found.state not in (State.NOTICED, State.FIELDWORK)
    context: dict[str, Any] = {
        "audit": found,
        "union": unions[found.union_id],
        "auditor": unions[found.other_union_id],
        "stops": stops_of(found),
        "kind": codes.label("audit_kinds", found.kind),
        "fund": definitions.load().funds[found.fund].label if found.fund else "",
        "matters": [codes.label("audit_matters", matter) for matter in found.matters],
        "state": State(found.state).label,
        "findings": papers.findings_of(found, today) if shown else [],
        "words": found.words.filter(kind="comment").order_by("said_at", "id"),
        "audits": audits,
        "answers": answers,
        "in_team": any(member.user_id == request.actor.user_id for member in members),
        "members": [(member, names.get(member.user_id, "")) for member in members] if audits else [],
        "samples": papers.samples_of(found) if audits else [],
        "before": found.state in BEFORE,
        "may_report": found.comment_until is not None
        and (today > found.comment_until or found.words.filter(kind="comment").exists()),
        "day_after": found.comment_until + timedelta(days=1) if found.comment_until else None,
        "all_verified": not found.findings.filter(state="open").exists(),
        "forms": {
            "draft": forms.get("draft")
            or WordsForm(label=_("What the draft says"), initial={"words": found.draft}),
            "report": forms.get("report") or WordsForm(label=_("Opinion of the committee")),
            "comment": forms.get("comment") or WordsForm(label=_("Your comment")),
            "call_off": forms.get("call_off") or ReasonForm(),
            "name": forms.get("name") or TeamForm(),
            "aside": forms.get("aside") or AsideForm(),
            "draw": forms.get("draw") or _draw_form(found),
        },
    }
    return render(request, "auditing/audit.html", context, status=422 if wrong else 200)
