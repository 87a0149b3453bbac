"""The forms of administration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.catalogue import codes, roles
from zhijia.kernel import days
from zhijia.registry.models import Union
from zhijia.ui.forms import Form


class GrantForm(Form):
    """Who gets which role where, and until when."""

    login = forms.CharField(label=_("User name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"))
    union = forms.CharField(
        label=_("Code of the union"), max_length=16, help_text=_("As on the union's page.")
    )
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(role.code, str(role.label)) for role in roles.all() if role.staff]

    def clean_login(self) -> User:
        user = User.objects.filter(
            login=self.cleaned_data["login"].strip(), is_active=True, staff=True
        ).first()
        if user is None:
            raise forms.ValidationError(_("There is no staff account of this name."))
        return user

    def clean_union(self) -> Union:
        union = Union.objects.filter(code=self.cleaned_data["union"].strip()).first()
        if union is None:
            raise forms.ValidationError(_("There is no union of this code."))
        return union


class TrailForm(Form):
    """What to look for on the trail."""

    action = forms.ChoiceField(label=_("What was done"), required=False)
    subject_id = forms.CharField(label=_("Number of the record"), max_length=60, required=False)
    request_id = forms.CharField(label=_("Number of the request"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["action"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("All")), *codes.options("trail_actions", days.business_day(days.now()))]


class AccountForm(Form):
    """A new staff account."""

    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$",
        label=_("User name"),
        help_text=_("3 to 40 letters, digits, dots or dashes, for example the name in pinyin."),
        error_messages={"invalid": _("Use 3 to 40 letters, digits, dots or dashes.")},
    )
