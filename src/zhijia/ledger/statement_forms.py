"""Which statement, of which days, unions and fund: from the address of the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.ledger.queries import entries
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form

KINDS = (
    ("balance", _("Balance sheet")),
    ("result", _("Income and expenditure")),
    ("budget", _("Budget execution")),
)


class StatementForm(Form):
    """A statement; `below` is asked where there are unions below."""

    kind = forms.ChoiceField(choices=KINDS, widget=forms.HiddenInput)
    since = DayField(label=_("From"))
    until = DayField(label=_("To the end of"))
    fund = forms.ChoiceField(label=_("Fund"), required=False)
    below = forms.BooleanField(label=_("With all unions below, merged"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fund = self.fields["fund"]
        assert isinstance(fund, forms.ChoiceField)
        fund.choices = [("", _("All funds")), *entries.fund_choices()]
        if self.data.get("kind") != "result":
            self.fields["since"].widget = forms.HiddenInput()

    @classmethod
    def over(cls, typed: Mapping[str, str], *, today: date, below: bool) -> Self:
        """The form with what the address says; the year so far where it says nothing. `below` where there are unions
        to merge."""
        usual = {
            "kind": "balance",
            "since": today.replace(month=1, day=1).isoformat(),
            "until": today.isoformat(),
            "fund": "",
            "below": "",
        }
        form = cls({name: typed.get(name) or value for name, value in usual.items()})
        if not below:
            form.fields["below"].widget = forms.HiddenInput()
        return form

    def address(self, **other: str) -> str:
        """The same statement as a query of the address, but for what is named."""
        return urlencode({name: value for name, value in (dict(self.data) | other).items() if value})

    def clean(self) -> dict[str, Any]:
        """The days run forward."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is not before the first."))
        return data
