"""What an officer fills in about the rows chosen from the list of data quality."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, fields
from zhijia.catalogue.quality import QualityRule
from zhijia.kernel import days
from zhijia.ui.forms import Form, OnceForm


class SetForm(Form):
    """One value for everybody chosen, of the field the rule names."""

    value = forms.CharField(max_length=200)

    def __init__(self, *args: Any, rule: QualityRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = fields.get(rule.field)
        if field.type == "code":
            options = codes.options(field.code_list, days.business_day(days.now()))
            self.fields["value"] = forms.ChoiceField(choices=options)
        self.fields["value"].label = str(field.label)


class AcceptForm(Form):
    """Why what looks wrong is right."""

    reason = forms.CharField(label=_("Why it is right as it is"), max_length=200)


class MatchForm(OnceForm):
    """One click, one run."""
