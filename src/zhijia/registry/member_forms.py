"""The registry's forms for workers: few fields, one thing a page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.ui.forms import Form


class ClaimForm(Form):
    """A member whom a union registered says who they are."""

    name = forms.CharField(label=_("Your name"), max_length=100)
    id_number = forms.CharField(label=_("Identity card number"), max_length=32)
