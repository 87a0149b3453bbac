"""Who has reached the statutory age, and keeping a membership for somebody who does not work."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access, rules, scope
from zhijia.registry.forms import ReasonForm
from zhijia.registry.queries import people, retirement
from zhijia.registry.services import retaining
from zhijia.registry.views.asking import nothing, person_or_404
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form
from zhijia.ui.refusing import say


class RetainForm(Form):
    """Why and since when a membership is retained."""

    status = forms.ChoiceField(label=gettext_lazy("Why it is retained"), widget=forms.RadioSelect)
    since = DayField(
        label=gettext_lazy("Not working since"),
        help_text=gettext_lazy("The day the member really stopped working, not the statutory one."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What the member showed or said"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["status"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, codes.label("membership_statuses", code)) for code in rules.RETAINED]


def reached(request: Asked) -> HttpResponse:
    """Members who have reached the statutory age and are still active; somebody asks each before anything changes."""
    access.require(request.actor, retirement.RETAIN)
    today = days.business_day(days.now())
    found = retirement.reached(scope.rights(request, request.actor), today)
    page = retirement.page(found, _key(request.GET.get("after", "")))
    return render(request, "registry/retired.html", {"page": page})


def retain(request: Asked, person_id: UUID) -> HttpResponse:
    """Keep the membership of somebody who retired, lost work or whose unit closed."""
    return _turn(
        request,
        person_id,
        rules.ACTIVE,
        RetainForm,
        _("The membership is retained. The member has been told."),
    )


def make_active(request: Asked, person_id: UUID) -> HttpResponse:
    """The member works again."""
    return _turn(
        request,
        person_id,
        rules.RETAINED,
        ReasonForm,
        _("The membership is active again. The member has been told."),
    )


def _turn(
    request: Asked, person_id: UUID, states: tuple[str, ...], kind: type[Form], told: str
) -> HttpResponse:
    person = person_or_404(request, person_id)
    actor = access.require(request.actor, "membership.edit", person.union_id)
    profile = people.profile(actor, person)
    if profile.membership is None or profile.membership.status not in states:
        nothing()
    form = kind(request.POST or None)
    retaining_one = kind is RetainForm
    if request.method == "POST" and form.is_valid():
        asked = {
            "actor": actor,
            "at": days.now(),
            "membership_id": profile.membership.pk,
            **form.cleaned_data,
        }
        try:
            (retaining.retain if retaining_one else retaining.make_active)(**asked)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, told)
            return redirect("registry:person", person_id=person.pk)
    template = "registry/retain.html" if retaining_one else "registry/make_active.html"
    return render(request, template, {"profile": profile, "form": form})


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
