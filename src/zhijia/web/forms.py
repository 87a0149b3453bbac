"""The forms of the homes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.ui.forms import Form


class LookupForm(Form):
    """A caller's number: phone or identity number."""

    number = forms.CharField(
        label=_("Phone or identity number of the caller"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )


class SampleForm(Form):
    """What to draw from the trail: so many of each kind of entry, from the last days, by a seed."""

    past_days = forms.IntegerField(label=_("Of the last days"), min_value=1, max_value=366, initial=30)
    each = forms.IntegerField(label=_("Of each kind"), min_value=1, initial=2)
    seed = forms.CharField(
        label=_("Seed"),
        max_length=40,
        initial="2026-1",
        help_text=_("The same seed draws the same sample again."),
    )

    def clean_each(self) -> int:
        each = int(self.cleaned_data["each"])
        most = parameters.value("audit.sample_max", day=days.business_day(days.now()))
        if each > most:
            raise forms.ValidationError(_("At most %(most)s of each kind.") % {"most": most})
        return each
