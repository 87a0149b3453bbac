"""The registry's forms for staff. Each says what is expected; services decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, divisions
from zhijia.kernel import days
from zhijia.kernel.codes import union_code_error
from zhijia.registry.models import Union
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form

ANY = [("", _("All"))]


class DocumentForm(Form):
    """What an officer reads off a document."""

    number = forms.CharField(
        label=_("Number on the document"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    same = forms.BooleanField(label=_("Name and picture are those of the person before me"))


class FoundForm(Form):
    """What is needed to found a union under another (ORG-05)."""

    name = forms.CharField(label=_("Name of the union"), max_length=120)
    type = forms.ChoiceField(label=_("Kind of union"))
    division = forms.ChoiceField(label=_("Where it is"))
    founded_on = DayField(label=_("Approved on"))
    approval_number = forms.CharField(label=_("Number of the approval"), max_length=60, required=False)
    credit_code = forms.CharField(
        label=_("Credit code"),
        help_text=_("18 characters, beginning with 81 or 89. Leave it empty while there is none."),
        max_length=18,
        required=False,
    )
    holding_pool = forms.BooleanField(
        label=_("It holds gig workers who have no unit yet (holding pool)"), required=False
    )

    def __init__(self, *args: Any, parent: Union, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = days.business_day(days.now())
        kinds, places = self.fields["type"], self.fields["division"]
        assert isinstance(kinds, forms.ChoiceField)
        assert isinstance(places, forms.ChoiceField)
        kinds.choices = [
            option for option in codes.options("union_types", today) if option[0] not in ("10", "20")
        ]
        below = [(child.code, child.name) for child in divisions.children(parent.division)]
        places.choices = [(parent.division, divisions.name(parent.division)), *below]
        self.parent = parent

    def clean_credit_code(self) -> str:
        code = str(self.cleaned_data["credit_code"]).strip().upper()
        if code and union_code_error(code):
            raise forms.ValidationError(
                _("This is not the credit code of a union. It has 18 characters and begins with 81 or 89.")
            )
        return code

    def clean_founded_on(self) -> Any:
        day = self.cleaned_data["founded_on"]
        if day > days.business_day(days.now()):
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def fields_of_union(self) -> dict[str, Any]:
        """What the service takes."""
        level = Union.Level.TOWNSHIP if self.cleaned_data["type"] in ("30", "31") else Union.Level.GRASSROOTS
        if self.parent.level >= Union.Level.GRASSROOTS:
            level = Union.Level.BRANCH
        return {**self.cleaned_data, "level": level}


@dataclass(frozen=True, slots=True)
class Then:
    """Which tree, as it was on which day."""

    day: date
    tree: str

    def urlencode(self) -> str:
        """The same question in an address."""
        return urlencode({"on": self.day.isoformat(), "tree": self.tree})


class DayForm(Form):
    """The switch between today and a day before: as it was."""

    on = DayField(label=_("As it was on"))
    tree = forms.ChoiceField(
        label=_("Tree"),
        choices=[("organisation", _("Organisation")), ("fund", _("Funds")), ("industry", _("Industry"))],
        required=False,
    )

    @classmethod
    def asked(cls, said: Mapping[str, Any]) -> Then | None:
        """What the address asks for; None for today and for what is no day, or none that has been."""
        form = cls(said)
        if "on" not in said or not form.is_valid():
            return None
        day = form.cleaned_data["on"]
        today = days.business_day(days.now())
        return Then(day, form.cleaned_data["tree"] or "organisation") if day <= today else None

    @classmethod
    def filled(cls, then: Then | None) -> "DayForm":
        """The form as it shows what was asked for."""
        return cls(initial={"on": then.day.isoformat(), "tree": then.tree} if then else {})


class EmployerForm(Form):
    """An employer the union covers."""

    name = forms.CharField(label=_("Name of the employer"), max_length=120)
    credit_code = forms.CharField(
        label=_("Credit code"),
        help_text=_("18 characters from the business licence. Leave it empty while you do not know it."),
        max_length=18,
        required=False,
    )


class FilterForm(Form):
    """What the members table is narrowed to, the name apart: that is searched by its own form."""

    status = forms.ChoiceField(label=_("Membership"), required=False)
    group = forms.ChoiceField(label=_("New-form worker group"), required=False)
    here_only = forms.BooleanField(label=_("Only this union itself"), required=False)
    left = forms.BooleanField(label=_("Also those who left"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = days.business_day(days.now())
        for field, listing in (("status", "membership_statuses"), ("group", "gig_groups")):
            choice = self.fields[field]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = [*ANY, *codes.options(listing, today)]


class ReasonForm(Form):
    """Why: for looks at masked values, refusals, leavings."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class CardForm(Form):
    """What a member's QR holds."""

    code = forms.CharField(
        label=_("Code of the card"),
        max_length=100,
        help_text=_("Scan the QR on the member's phone with a scanner, or type what it says."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": ""}),
    )
