"""The forms of employers' moves and of members who may have left. Services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Coverage, Employer, Union
from zhijia.registry.reorganisation_forms import MOST, UnionField
from zhijia.registry.services.batches import proposing
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm


class EmployerField(forms.CharField):
    """An employer by its credit code or its full name."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=120, **named)

    def clean(self, value: Any) -> Any:
        """The employer. Raises ValidationError when there is none or when several have the name."""
        words = str(super().clean(value)).strip()
        found = list(Employer.objects.filter(credit_code=words.upper())[:1])
        found = found or list(Employer.objects.filter(name=words)[:2])
        if not found:
            raise forms.ValidationError(_("There is no employer with this credit code or name."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several employers have this name. Write the credit code instead."))
        return found[0]


class BatchForm(Form):
    """Which employer's members leave which union for which. It stands in the address: no person does."""

    employer = EmployerField(
        label=_("Employer"),
        help_text=_("Its credit code or its full name."),
        widget=forms.TextInput(attrs={"list": "employers"}),
    )
    what = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            ("moved", _("It belongs to another union now: its members follow")),
            ("closed", _("It has closed: the union above keeps its members")),
        ],
        widget=forms.RadioSelect,
        initial="moved",
    )
    leaving = UnionField(label=_("Union they leave"))
    receiving = UnionField(label=_("Union they come to"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            try:
                proposing.check(values["leaving"], values["receiving"], closed=values["what"] == "closed")
            except Refusal as refusal:
                self.add_error("receiving", str(refusal))
        return values

    @property
    def said(self) -> dict[str, str]:
        """What was filled in, to be sent along with the last step."""
        return {name: str(self.data.get(name, "")) for name in self.fields}


class SendForm(OnceForm):
    """The last step: whether all follow or those chosen, and why."""

    who = forms.ChoiceField(
        label=_("Who follows"),
        choices=[("all", _("All who can")), ("chosen", _("Only those I tick below"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The other side can read it."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, choosing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not choosing:
            del self.fields["who"]


class SilentForm(Form):
    """Since when nothing was heard of a member, and how one knows."""

    since = DayField(
        label=_("Nothing paid and nothing heard since"),
    )
    words = forms.CharField(
        label=_("What you looked at"),
        help_text=_("The dues book, calls, visits. The member can read it."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def employers_of(union: Union | None) -> list[str]:
    """The names of the employers a union covers, for the box to offer."""
    if union is None:
        return []
    covered = Coverage.objects.filter(union=union, valid_to__isnull=True).order_by("employer__name")
    return list(covered.values_list("employer__name", flat=True)[:MOST])
