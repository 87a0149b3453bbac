"""The forms of officers: what they say at a step, and asking at a desk."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_steps import Step as StepRule
from zhijia.matters.forms import ReasonForm
from zhijia.matters.services.presence import AGREED
from zhijia.ui.forms import Form, YuanField

_REASON = forms.Textarea({"rows": 2})


class FilterForm(Form):
    """Which matter the list keeps to."""

    matter = forms.ChoiceField(label=_("Matter"), required=False)

    def __init__(self, *args: Any, matters: Iterable[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decided = [matter for matter in matters if matter.steps]
        self.fields["matter"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((matter.code, matter.label) for matter in sorted(decided, key=lambda one: str(one.label))),
        ]


class AgreeForm(Form):
    """Agree, with what is granted where the matter has an amount, and a word if one likes."""

    amount = YuanField(
        label=_("Granted (yuan)"),
        max_digits=15,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=_("A word to go with it"), max_length=1000, required=False, widget=_REASON)

    def __init__(self, *args: Any, fen: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fen is None:
            del self.fields["amount"]
        else:
            self.fields["amount"].initial = f"{Decimal(fen).scaleb(-2):.2f}"

    def fen(self) -> int | None:
        """What is granted, in fen; none where it is as asked for."""
        amount = self.cleaned_data.get("amount")
        return None if amount is None else int(amount * 100)


class BackForm(ReasonForm):
    """Send back to an earlier step."""

    to = forms.ChoiceField(label=_("Back to"), widget=forms.RadioSelect)
    field_order = ("to", "reason")

    def __init__(self, *args: Any, steps: Sequence[StepRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(step.code, step.label) for step in steps]  # type: ignore[attr-defined]


class ColleagueForm(ReasonForm):
    """Hand the step to a colleague."""

    colleague = forms.ChoiceField(label=_("Colleague"))
    field_order = ("colleague", "reason")

    def __init__(self, *args: Any, colleagues: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].choices = list(colleagues)  # type: ignore[attr-defined]


class SignerForm(ColleagueForm):
    """Have a colleague sign as well."""

    place = forms.ChoiceField(
        label=_("When"),
        choices=[("before", _("Before me")), ("after", _("After me"))],
        widget=forms.RadioSelect,
        initial="before",
    )
    field_order = ("colleague", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class LinkForm(Form):
    """Put another case into the same dossier."""

    number = forms.CharField(
        label=_("Number of the other case"), max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )
    why = forms.CharField(label=_("Why they belong together"), max_length=200)


class FindForm(Form):
    """Who stands at the desk."""

    number = forms.CharField(
        label=_("Identity number, phone or card number of the member"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class DeskForm(Form):
    """What they ask for, and how they agreed that an officer types it in."""

    code = forms.ChoiceField(label=_("What they ask for"))
    agreed = forms.ChoiceField(label=_("Consent"), choices=list(AGREED.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, matters: Iterable[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Choose")), *((matter.code, matter.label) for matter in matters)]
        self.fields["code"].choices = offered  # type: ignore[attr-defined]


class PresentForm(ReasonForm):
    """The member is at the desk again: how they agree, and what they want to do."""

    agreed = forms.ChoiceField(label=_("Consent"), choices=list(AGREED.items()), widget=forms.RadioSelect)
    field_order = ("agreed", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What the member wants to do")
