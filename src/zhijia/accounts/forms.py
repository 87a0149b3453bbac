"""Forms of the account pages: shape only. What is right is decided by the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.ui.forms import Form, OnceForm

CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "text",
    "autocapitalize": "characters",
    "spellcheck": "false",
}
SMS_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class LoginForm(Form):
    name = forms.CharField(
        label=_("User name or phone"), max_length=60, widget=forms.TextInput({"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    own_device = forms.BooleanField(
        label=_("This is my own device: keep me logged in"),
        required=False,
        help_text=_("For members. Leave it empty on a shared computer."),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class PhoneForm(Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class PhoneCodeForm(Form):
    phone = forms.CharField(max_length=20, widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code from the SMS"), max_length=12, widget=forms.TextInput(SMS_CODE))
    own_device = forms.BooleanField(
        label=_("This is my own device: keep me logged in"),
        required=False,
        help_text=_("For members. Leave it empty on a shared computer."),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class SecondFactorForm(Form):
    code = forms.CharField(
        label=_("Code from your authenticator app"),
        max_length=20,
        help_text=_("6 digits, new every 30 seconds. Phone lost? Type one of your recovery codes."),
        widget=forms.TextInput(CODE),
    )


class EnrolForm(Form):
    code = forms.CharField(
        label=_("Code from your authenticator app"),
        max_length=20,
        help_text=_("6 digits, new every 30 seconds."),
        widget=forms.TextInput(SMS_CODE),
    )
    offer = forms.CharField(widget=forms.HiddenInput)


class NewPasswordForm(Form):
    new = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("The two new passwords are not the same."))
        return given


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("old", "new", "again")


class StepUpForm(Form):
    """Password, and the second factor where the account has one."""

    password = LoginForm.base_fields["password"]
    code = SecondFactorForm.base_fields["code"]
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, *args: Any, second_factor: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        if not second_factor:
            del self.fields["code"]


class StepUpCodeForm(Form):
    code = forms.CharField(label=_("Code from the SMS"), max_length=12, widget=forms.TextInput(SMS_CODE))
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class TokenForm(OnceForm):
    name = forms.CharField(label=_("What is it for?"), max_length=60)
    days = forms.IntegerField(label=_("Days it lives"), min_value=1)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, permissions: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = permissions
