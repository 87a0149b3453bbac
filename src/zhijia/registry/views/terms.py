"""Terms of office: what ends when, posts, postponements, certificates."""

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
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.registry import access, scope, term_rules
from zhijia.registry.models import Post, Postponement, Term, Union
from zhijia.registry.queries import terms as queries
from zhijia.registry.queries import work
from zhijia.registry.services import terms
from zhijia.registry.term_forms import (
    CertificateForm,
    EndPostForm,
    PostponeForm,
)
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.registry.views.elections import form_page, may_decide
from zhijia.ui.refusing import say


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
        "may_record": union.dissolved_on is None and access.may(request.actor, "term.record", union.pk),
    }
    return render(request, "registry/terms/posts.html", context)


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
            say(request, refusal, form)
        else:
            messages.success(request, _("The union above has been asked."))
            return redirect("registry:union", code=union.code)
    return form_page(request, "registry/terms/postpone.html", {"form": form, "term": term, "union": union})


@require_POST
def decide_postponement(request: Asked, postponement_id: UUID) -> HttpResponse:
    """Agree to a postponement, or say no with a reason."""
    asked = Postponement.objects.filter(pk=postponement_id).first()
    if asked is None or not may_decide(request, asked.union_id):
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
        say(request, refusal)
    else:
        messages.success(request, _("The union has been told."))
    return redirect("registry:terms_here")


def certificate(request: Asked, code: str) -> HttpResponse:
    """Record the certificate a federation issued to a union under it."""
    union = union_or_404(request, code, "union.view")
    if not may_decide(request, union.pk):
        nothing()
    form = CertificateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            terms.record_certificate(
                actor=request.actor, at=days.now(), union_id=union.pk, **form.cleaned_data
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("registry:union", code=union.code)
    return form_page(request, "registry/terms/certificate.html", {"form": form, "union": union})


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
            say(request, refusal, form)
        else:
            return redirect("registry:posts", code=union.code)
    name = work.names_of([post.person_id]).get(post.person_id, "")
    context = {"form": form, "union": union, "post": post, "name": name}
    return form_page(request, "registry/terms/end_post.html", context)


def profile(request: Asked, union: Union) -> dict[str, Any]:
    """What a union's page shows of its bodies and terms; of one that ended, the terms it had."""
    if union.dissolved_on is not None:
        return {"earlier": queries.earlier(union)}
    return {
        "terms": queries.of_union(union, _today()),
        "may_record": access.may(request.actor, "term.record", union.pk),
        "may_certify": may_decide(request, union.pk),
        "today": _today(),
    }


def _tabs(when: str) -> list[tuple[str, str, bool, int | None]]:
    """Which terms the list shows, as addresses."""
    here = reverse("registry:terms_here")
    within = [(str(n), _("%(n)s days") % {"n": n}) for n in queries.windows(_today())]
    kinds = [("", _("All")), (queries.LATE, _("Overdue")), *within]
    return [(word, f"{here}?when={kind}" if kind else here, kind == when, None) for kind, word in kinds]


def _today() -> Any:
    return days.business_day(days.now())
