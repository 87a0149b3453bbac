"""The registry's forms for workers: few fields, one thing a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, fields
from zhijia.kernel import days
from zhijia.kernel.codes import normal_resident_id, resident_id_error
from zhijia.kernel.errors import Refusal
from zhijia.registry.services import corrections
from zhijia.registry.services.imports import words
from zhijia.ui.forms import Form


class JoinForm(Form):
    """What a worker gives to join (MEM-04); the phone is known already."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    id_number = forms.CharField(
        label=_("Identity card number"),
        help_text=_("18 characters, as on the card. It is kept under seal and shown with stars."),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    workplace = forms.CharField(
        label=_("Where you work"), max_length=120, help_text=_("The firm, site or platform.")
    )
    occupation = forms.ChoiceField(label=_("What you do"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["occupation"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Choose")), *codes.options("occupations", days.business_day(days.now()))]

    def clean_name(self) -> str:
        return _checked("name", self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        number = str(self.cleaned_data["id_number"])
        error = resident_id_error(number)
        if error:
            raise forms.ValidationError(str(words.CELLS[error]))
        return normal_resident_id(number)


class ClaimForm(Form):
    """A member whom a union registered says who they are."""

    name = forms.CharField(label=_("Your name"), max_length=100)
    id_number = forms.CharField(label=_("Identity card number"), max_length=32)


class CorrectionForm(Form):
    """What a field should be, and a photo that proves it."""

    value = forms.CharField(label=_("It should be"), max_length=200)
    proof = forms.FileField(
        label=_("Photo of a proof"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "data-shrink": ""}),
        help_text=_("For example your identity card or contract. Place and camera data are removed."),
    )

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field = field
        self.rule = fields.get(field)
        if self.rule.type == "code":
            listing = codes.options(self.rule.code_list, days.business_day(days.now()))
            self.fields["value"] = forms.ChoiceField(label=_("It should be"), choices=listing)

    def clean_value(self) -> str:
        return _checked(self.field, self.cleaned_data["value"])


def correctable() -> tuple[str, ...]:
    """The fields a member may ask to have put right."""
    return corrections.OWN


def _checked(field: str, value: str) -> str:
    try:
        return fields.checked(field, value, day=days.business_day(days.now()))
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
