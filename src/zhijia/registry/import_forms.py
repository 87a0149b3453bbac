"""The form that takes a roster."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.ui.forms import Form


class RosterForm(Form):
    """One file; what it is, is told by its bytes."""

    file = forms.FileField(
        label=_("Roster"),
        help_text=_(
            "An Excel file (xlsx, xls) or CSV, your own or our template. Columns may stand in any order."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        allow_empty_file=True,
    )
