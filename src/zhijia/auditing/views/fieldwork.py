"""In the field and after: a sample, the working paper of an entry, a finding from both sides."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.auditing import rules
from zhijia.auditing.forms import FEN, FindingForm, LookForm, ProofForm, ReasonForm, VerifyForm, yuan
from zhijia.auditing.models import Engagement, Finding, Item, Sample
from zhijia.auditing.queries import candidates, papers, risks
from zhijia.auditing.services import answering, finding, rectifying, sampling
from zhijia.auditing.views.asking import audit_or_404, sent_file
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry.models import Union
from zhijia.registry.queries import colleagues
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import done

WRITING = (Engagement.State.FIELDWORK, Engagement.State.DRAFTED)


def sample(request: Asked, sample_id: UUID) -> HttpResponse:
    """A sample as it was drawn, what has been looked at, and how anybody draws it again."""
    found = Sample.objects.filter(pk=sample_id).first()
    audit, audits, _answers = audit_or_404(request, found.engagement_id if found else sample_id)
    if found is None or not audits:
        nothing()
    again: bool | None = None
    if request.GET.get("again") == "1":
        numbers = sampling.again(found, candidates.numbered(found.population, subject=found.subject))
        whole = rules.digest(found.population, found.amounts) == found.digest
        again = whole and sorted(numbers) == sorted(found.items.values_list("number", flat=True))
    rows = papers.items_of(found)
    today = days.business_day(days.now())
    context = {
        "audit": audit,
        "subject": Sample.Subject(found.subject).label,
        "risks": risks.told(found.terms.get("risks", {}), today, get_language() or ""),
        "union": Union.objects.get(pk=audit.union_id),
        "sample": found,
        "method": Sample.Method(found.method).label,
        "rows": rows,
        "looked": sum(row.item.result != Item.Result.WAITING for row in rows),
        "of": len(found.population),
        "money": sum(found.amounts),
        "drawn_money": sum(row.item.amount for row in rows),
        "again": again,
        "by": colleagues.called([found.drawn_by]).get(found.drawn_by, ""),
    }
    return render(request, "auditing/sample.html", context)


def item(request: Asked, number: int) -> HttpResponse:
    """The working paper of an entry."""
    found = Item.objects.filter(pk=number).select_related("sample__engagement").first()
    if found is None:
        nothing()
    audit, audits, _answers = audit_or_404(request, found.sample.engagement_id)
    if not audits:
        nothing()
    form = LookForm(request.POST or None, request.FILES or None, initial=_said(found))
    if request.method == "POST" and form.is_valid():
        content, name = sent_file(request, "page")
        data = form.cleaned_data
        if done(
            request,
            lambda: sampling.look(
                actor=request.actor, at=days.now(), item_id=found.pk, result=data["result"], note=data["note"],
                content=content, name=name,
            ),
            _("The working paper is kept."),
            form,
        ):  # fmt: skip
            return _after(found, data["result"])
    elif request.method == "GET":
        sampling.opened(actor=request.actor, at=days.now(), item=found)
    context = {
        "audit": audit,
        "item": found,
        "flags": papers.words_of(found.flags),
        **papers.seen_of(found),
        "form": form,
        "writing": audit.state == Engagement.State.FIELDWORK,
        "by": colleagues.called([found.looked_by or 0]).get(found.looked_by or 0, ""),
        "findings": list(found.findings.order_by("number")),
    }
    return render(request, "auditing/item.html", context, status=422 if form.errors else 200)


@once
def new_finding(request: Asked, audit_id: UUID) -> HttpResponse:
    """Write a finding down, of an entry of a sample where it is named."""
    audit, audits, _answers = audit_or_404(request, audit_id)
    if not audits:
        nothing()
    number = whole_number(request.GET.get("item", ""))
    about = Item.objects.filter(pk=number, sample__engagement=audit).first() if number else None
    typed = {"words": about.note, "yuan": yuan(about.amount), "matter": audit.matters[0]} if about else {}
    form = FindingForm(request.POST or None, today=days.business_day(days.now()), initial=typed)
    made: list[Finding] = []
    if request.method == "POST" and form.is_valid() and done(
        request,
        lambda: made.append(
            finding.add(
                actor=request.actor, at=days.now(), engagement_id=audit.pk, found=form.found(),
                item_id=about.pk if about else None,
            )
        ),
        _("The finding is written down."),
        form,
    ):  # fmt: skip
        return redirect("auditing:audit", audit.pk)
    context = {"audit": audit, "form": form, "about": about}
    return render(request, "auditing/new_finding.html", context, status=422 if form.errors else 200)


def finding_page(request: Asked, number: int) -> HttpResponse:
    """A finding: what it says, what was said of it, and what either side does next."""
    return _finding(request, _found(request, number))


@require_POST
def prove(request: Asked, number: int) -> HttpResponse:
    """The audited union says how it was put right."""
    found = _found(request, number)
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        content, name = sent_file(request, "page")
        data = form.cleaned_data
        if done(
            request,
            lambda: answering.prove(
                actor=request.actor, at=days.now(), finding_id=number, words=data["words"],
                amount=int(data["yuan"] * FEN), once=data["once"], content=content, name=name,
            ),
            _("It is with the committee, which verifies it."),
            form,
        ):  # fmt: skip
            return redirect("auditing:finding", number)
    return _finding(request, found, proof=form)


@require_POST
def decide(request: Asked, number: int) -> HttpResponse:
    """The committee verifies the proof, gives it back, or takes a finding out of its draft."""
    found = _found(request, number)
    asked = request.POST.get("step", "")
    given: dict[str, Any] = {"actor": request.actor, "at": days.now(), "finding_id": number}
    if asked == "remove":
        done(request, lambda: finding.remove(**given), _("The finding is out of the draft."))
        return redirect("auditing:audit", found[0].engagement_id)
    if asked == "give_back":
        form: Any = ReasonForm(request.POST)
        act: Any = lambda: rectifying.give_back(reason=form.cleaned_data["reason"], **given)  # noqa: E731
        words = _("The union reads what is missing.")
    else:
        form = VerifyForm(request.POST)
        act = lambda: rectifying.verify(  # noqa: E731
            corrected=int(form.cleaned_data["yuan"] * FEN), words=form.cleaned_data["words"], **given
        )
        words = _("Verified.")
    if form.is_valid() and done(request, act, words, form):
        return redirect("auditing:finding", number)
    return _finding(request, found, **{"give_back" if asked == "give_back" else "verify": form})


def _found(request: Asked, number: int) -> tuple[Finding, Engagement, bool, bool]:
    """The finding, its audit, and the sides of the actor; the audited union finds it once there is a draft."""
    found = Finding.objects.filter(pk=number).select_related("repeats__engagement").first()
    if found is None:
        nothing()
    audit, audits, answers = audit_or_404(request, found.engagement_id)
    if not audits and audit.state in (Engagement.State.NOTICED, Engagement.State.FIELDWORK):
        nothing()
    return found, audit, audits, answers


def _finding(request: Asked, found: tuple[Finding, Engagement, bool, bool], **forms: Any) -> HttpResponse:
    one, audit, audits, answers = found
    said = list(one.said.order_by("said_at", "id"))
    waits = rectifying.proof_of(one)
    reported = audit.state in (Engagement.State.RECTIFYING, Engagement.State.ESCALATED)
    today = days.business_day(days.now())
    context = {
        "finding": one,
        "audit": audit,
        "union": Union.objects.get(pk=audit.union_id),
        "kind": papers.kind_of(one),
        "said": said,
        "late": one.state == Finding.State.OPEN and one.due_on is not None and one.due_on < today,
        "today": today,
        "waits": waits,
        "may_prove": answers and reported and one.state == Finding.State.OPEN,
        "may_decide": audits and reported and waits is not None,
        "may_remove": audits and audit.state in WRITING,
        "proof": forms.get("proof") or ProofForm(),
        "verify": forms.get("verify")
        or VerifyForm(initial={"yuan": yuan(waits.amount if waits is not None else 0)}),
        "give_back": forms.get("give_back") or ReasonForm(),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "auditing/finding.html", context, status=422 if wrong else 200)


def _said(found: Item) -> dict[str, str]:
    """What the working paper says already."""
    result = found.result if found.result != Item.Result.WAITING else Item.Result.IN_ORDER
    return {"result": result, "note": found.note}


def _after(found: Item, result: str) -> HttpResponse:
    """On to the next entry nobody has looked at; after something found, to writing it down."""
    if result == Item.Result.FINDING:
        answer = redirect("auditing:new_finding", found.sample.engagement_id)
        answer["Location"] += f"?item={found.pk}"
        return answer
    coming = found.sample.items.filter(result=Item.Result.WAITING).order_by("place").first()
    return redirect("auditing:item", coming.pk) if coming else redirect("auditing:sample", found.sample.pk)
