"""Serving something on an outside party, and the page on which they answer with their link alone."""

from typing import BinaryIO, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.models import Step
from zhijia.matters.queries import file, papers
from zhijia.matters.services import serving, versions
from zhijia.ui.forms import Form
from zhijia.ui.refusing import say


class ServeForm(Form):
    """On whom."""

    party_name = forms.CharField(label=gettext_lazy("On whom it is served"), max_length=120)


class ProofForm(Form):
    """What proves it."""

    proof = forms.FileField(
        label=gettext_lazy("Proof that it was served"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf", "data-shrink": ""}),
    )


class ReplyForm(Form):
    """What the party says."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=serving.LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


@never_cache
def serve(request: Asked, case_id: UUID) -> HttpResponse:
    """Serve the step's paper; the link and its code are shown this once."""
    case = file.find(request.actor, case_id)
    step = case.steps.filter(state=Step.State.ACTIVE).first() if case else None
    if case is None or step is None:
        raise Http404
    matter = versions.definition(case.version)
    form, proof, address = ServeForm(request.POST or None), ProofForm(), ""
    try:
        if "proof" in request.FILES:
            sent = request.FILES["proof"]
            assert not isinstance(sent, list)
            serving.add_proof(
                actor=request.actor,
                at=days.now(),
                step_id=step.pk,
                content=cast(BinaryIO, sent.file),
                name=sent.name or "",
            )
            messages.success(request, _("The proof is kept with the case."))
            return redirect("matters:serve", case.pk)
        if request.method == "POST" and form.is_valid():
            token = serving.serve(
                actor=request.actor,
                at=days.now(),
                step_id=step.pk,
                party_name=form.cleaned_data["party_name"],
            )
            address = request.build_absolute_uri(reverse("matters:reply", args=[token]))
    except Refusal as refusal:
        say(request, refusal)
    context = {
        "case": case, "matter": matter, "rule": matter.step(step.code), "form": form, "proof": proof,
        "address": address, "served": serving.of_step(step),
        "papers": [shown for shown in papers.of(case, matter) if shown.paper.step_id == step.pk],
    }  # fmt: skip
    return render(request, "matters/staff/serve.html", context)


@never_cache
@sensitive_variables("token")
def reply(request: Asked, token: str) -> HttpResponse:
    """The party's page: what the union asks, by when, and one field for the answer."""
    form = ReplyForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            serving.answer(actor=request.actor, at=days.now(), token=token, text=form.cleaned_data["answer"])
            return redirect("matters:reply", token)
        letter = serving.letter(actor=request.actor, token=token)
    except NotForYou:
        raise Http404 from None
    response = render(request, "matters/reply.html", {"letter": letter, "form": form})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
