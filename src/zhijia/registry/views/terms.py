"""Terms of office: what ends when, an election recorded and answered, posts, postponements, certificates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access, scope, term_rules
from zhijia.registry.forms import ReasonForm
from zhijia.registry.models import Body, Election, Post, Postponement, Term, Union
from zhijia.registry.queries import terms as queries
from zhijia.registry.queries import work
from zhijia.registry.services import terms
from zhijia.registry.services.terms.above import require_above
from zhijia.registry.term_forms import (
    MOST_ROWS,
    ROWS,
    CertificateForm,
    ElectionForm,
    EndPostForm,
    PostponeForm,
    ReplyForm,
)
from zhijia.registry.views.asking import nothing, union_or_404


def here(request: Asked) -> HttpResponse:
    """What ends when in the actor's unions, most urgent first, and what waits for their reply."""
    access.require(request.actor, "term.record")
    rights = scope.rights(request, request.actor)
    today = _today()
    when = request.GET.get("when", "")
    after = whole_number(request.GET.get("after", ""))
    size = parameters.value("pages.rows", day=today)
    found = list(queries.behind(queries.ending(rights, today, when), after)[: size + 1])
    shown = found[:size]
    elections = list(queries.elections_to_answer(rights)[: work.SHOWN])
    asked = list(queries.postponements_to_answer(rights)[: work.SHOWN])
    unions = queries.unions_of([*shown, *elections, *asked])
    context = {
        "rows": [{"term": term, "union": unions[term.union_id]} for term in shown],
        "next": shown[-1].pk if len(found) > size else "",
        "elections": [{"row": row, "union": unions[row.union_id]} for row in elections],
        "postponements": [{"row": row, "union": unions[row.union_id]} for row in asked],
        "tabs": _tabs(when),
        "today": today,
    }
    return render(request, "registry/terms/here.html", context)


def posts(request: Asked, code: str) -> HttpResponse:
    """Who holds which post in a union, by body, and who held one before."""
    union = union_or_404(request, code, "union.view")
    held = list(Post.objects.filter(union_id=union.pk).order_by("kind", "-term_from")[: 4 * work.SHOWN])
    names = work.names_of([post.person_id for post in held])
    now: list[dict[str, Any]] = []
    before: list[dict[str, Any]] = []
    for post in held:
        row = {"post": post, "name": names.get(post.person_id, "")}
        (before if post.ended_on else now).append(row)
    context = {
        "union": union,
        "now": now,
        "before": before,
        "earlier": queries.earlier(union),
        "may_record": access.may(request.actor, "term.record", union.pk),
    }
    return render(request, "registry/terms/posts.html", context)


def record(request: Asked, code: str, body: str) -> HttpResponse:
    """Record an election from its minutes."""
    union = union_or_404(request, code, "term.record")
    if body not in Body.values:
        nothing()
    rows = whole_number(request.GET.get("rows", "")) or ROWS
    form = ElectionForm(
        request.POST or None,
        union=union,
        body=body,
        rows=rows,
        find=lambda words: queries.candidates_named(union, words),
    )
    if request.method == "POST" and form.is_valid():
        try:
            election = terms.record_election(
                actor=request.actor,
                at=days.now(),
                once=form.cleaned_data["once"],
                union_id=union.pk,
                result=form.result(),
            )
        except Refusal as refusal:
            _say(request, form, refusal)
        else:
            messages.success(request, _("Recorded. The union above has been given it to reply to."))
            return redirect("registry:election", election_id=election.pk)
    more = "" if form.rows >= MOST_ROWS else f"?rows={form.rows * 2}"
    context = {"form": form, "union": union, "body": body, "more": more}
    return _form(request, "registry/terms/record.html", context)


def election(request: Asked, election_id: UUID) -> HttpResponse:
    """One election: its numbers, who was elected, and the reply."""
    found = _election(request, election_id)
    standing = list(found.candidates.order_by("-votes", "pk"))
    names = work.names_of([candidate.person_id for candidate in standing])
    union = Union.objects.get(pk=found.union_id)
    share = parameters.value("term.majority", division=union.division, day=found.held_on)
    context = {
        "election": found,
        "union": union,
        "candidates": [{"row": row, "name": names.get(row.person_id, "")} for row in standing],
        "needed": term_rules.votes_needed(entitled=found.entitled, share=tuple(share)),
        "open_seats": found.seats - found.filled,
        "may_decide": found.state == Election.State.REPORTED and _may_decide(request, found.union_id),
        "reply": ReplyForm(initial={"day": _today()}),
        "reason": ReasonForm(),
    }
    return render(request, "registry/terms/election.html", context)


@require_POST
def decide(request: Asked, election_id: UUID) -> HttpResponse:
    """Reply to an election, or say no with a reason."""
    found = _election(request, election_id)
    back = redirect("registry:election", election_id=found.pk)
    try:
        if request.POST.get("answer") == "refuse":
            reason = request.POST.get("reason", "")
            terms.refuse_election(actor=request.actor, at=days.now(), election_id=found.pk, reason=reason)
            messages.success(request, _("The union has been told, with your reason."))
            return back
        form = ReplyForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Give the number and the day of the reply."))
            return back
        terms.approve_election(
            actor=request.actor,
            at=days.now(),
            election_id=found.pk,
            number=form.cleaned_data["number"],
            day=form.cleaned_data["day"],
        )
        messages.success(request, _("Approved. The union has been told."))
    except Refusal as refusal:
        _tell(request, refusal)
    return back


def postpone(request: Asked, term_id: int) -> HttpResponse:
    """Ask the union above to let a term end later."""
    term = Term.objects.filter(pk=term_id).first()
    if term is None or not access.may(request.actor, "term.record", term.union_id):
        nothing()
    union = Union.objects.get(pk=term.union_id)
    months = parameters.value("term.postpone_months", division=union.division, day=_today())
    form = PostponeForm(request.POST or None, term=term, latest=term_rules.months_after(term.ends_on, months))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            terms.ask_postponement(
                actor=request.actor,
                at=days.now(),
                once=data["once"],
                term_id=term.pk,
                until=data["until"],
                reason=data["reason"],
            )
        except Refusal as refusal:
            _say(request, form, refusal)
        else:
            messages.success(request, _("The union above has been asked."))
            return redirect("registry:union", code=union.code)
    return _form(request, "registry/terms/postpone.html", {"form": form, "term": term, "union": union})


@require_POST
def decide_postponement(request: Asked, postponement_id: UUID) -> HttpResponse:
    """Agree to a postponement, or say no with a reason."""
    asked = Postponement.objects.filter(pk=postponement_id).first()
    if asked is None or not _may_decide(request, asked.union_id):
        nothing()
    approve = request.POST.get("answer") == "approve"
    try:
        terms.decide_postponement(
            actor=request.actor,
            at=days.now(),
            postponement_id=asked.pk,
            approve=approve,
            answer=request.POST.get("reason", ""),
        )
    except Refusal as refusal:
        _tell(request, refusal)
    else:
        messages.success(request, _("The union has been told."))
    return redirect("registry:terms_here")


def certificate(request: Asked, code: str) -> HttpResponse:
    """Record the certificate a federation issued to a union under it."""
    union = union_or_404(request, code, "union.view")
    if not _may_decide(request, union.pk):
        nothing()
    form = CertificateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            terms.record_certificate(
                actor=request.actor, at=days.now(), union_id=union.pk, **form.cleaned_data
            )
        except Refusal as refusal:
            _say(request, form, refusal)
        else:
            return redirect("registry:union", code=union.code)
    return _form(request, "registry/terms/certificate.html", {"form": form, "union": union})


def end_post(request: Asked, post_id: int) -> HttpResponse:
    """Record that somebody gives up a post before the term ends."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None or not access.may(request.actor, "term.record", post.union_id):
        nothing()
    union = Union.objects.get(pk=post.union_id)
    form = EndPostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            terms.end_post(actor=request.actor, at=days.now(), post_id=post.pk, **form.cleaned_data)
        except Refusal as refusal:
            _say(request, form, refusal)
        else:
            return redirect("registry:posts", code=union.code)
    name = work.names_of([post.person_id]).get(post.person_id, "")
    context = {"form": form, "union": union, "post": post, "name": name}
    return _form(request, "registry/terms/end_post.html", context)


def profile(request: Asked, union: Union) -> dict[str, Any]:
    """What a union's page shows of its bodies and terms."""
    return {
        "terms": queries.of_union(union, _today()),
        "may_record": access.may(request.actor, "term.record", union.pk),
        "may_certify": _may_decide(request, union.pk),
        "today": _today(),
    }


def _election(request: Asked, election_id: UUID) -> Election:
    found = Election.objects.filter(pk=election_id).first()
    if found is None or not access.may(request.actor, "union.view", found.union_id):
        nothing()
    return found


def _may_decide(request: Asked, union_id: int) -> bool:
    try:
        require_above(request.actor, union_id)
    except NotForYou:
        return False
    return True


def _tabs(when: str) -> list[tuple[str, str, bool, int | None]]:
    """Which terms the list shows, as addresses."""
    here = reverse("registry:terms_here")
    within = [(str(n), _("%(n)s days") % {"n": n}) for n in queries.windows(_today())]
    kinds = [("", _("All")), (queries.LATE, _("Overdue")), *within]
    return [(word, f"{here}?when={kind}" if kind else here, kind == when, None) for kind, word in kinds]


def _say(request: Asked, form: Any, refusal: Refusal) -> None:
    if isinstance(refusal, NotForYou):
        raise refusal
    request.refusal = refusal
    form.add_error(None, str(refusal))


def _tell(request: Asked, refusal: Refusal) -> None:
    if isinstance(refusal, NotForYou):
        raise refusal
    request.refusal = refusal
    messages.error(request, str(refusal))


def _form(request: Asked, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page of a form; 422 when something in it has to be mended."""
    return render(request, template, context, status=422 if context["form"].errors else 200)


def _today() -> Any:
    return days.business_day(days.now())
