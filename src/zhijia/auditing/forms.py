"""What is typed about audits."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.auditing.models import Item, Recusal, Sample
from zhijia.auditing.services.finding import Found
from zhijia.auditing.services.planning import OWN, Task
from zhijia.catalogue import codes
from zhijia.ledger.forms import MOST_YUAN
from zhijia.ledger.queries import entries
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm, YuanField

FEN = 100
LONG = forms.Textarea(attrs={"rows": 6})
SHORT = forms.Textarea(attrs={"rows": 3})
NONE = ("", "—")


def yuan(fen: int) -> str:
    """Fen as they are typed in a field: 30050 is 300.50."""
    return f"{Decimal(fen).scaleb(-2):.2f}"


def file_field(label: Any) -> forms.FileField:
    """A page that goes with it."""
    accept = {"accept": "image/*,application/pdf", "data-shrink": ""}
    return forms.FileField(label=label, required=False, widget=forms.ClearableFileInput(attrs=accept))


def yuan_field(label: Any, **more: Any) -> forms.DecimalField:
    """An amount in yuan, nothing included."""
    return YuanField(
        label=label,
        min_value=0,
        max_value=MOST_YUAN,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        **more,
    )


class TermForm(Form):
    """The days of a term in which every union below is audited once."""

    since = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))


class PlanForm(OnceForm):
    """What an audit is about."""

    kind = forms.ChoiceField(label=_("Kind of audit"))
    matters = forms.MultipleChoiceField(label=_("Matters"), widget=forms.CheckboxSelectMultiple)
    since = DayField(label=_("First day looked at"))
    until = DayField(label=_("Last day looked at"))
    plan_on = DayField(label=_("Planned for"))
    fund = forms.ChoiceField(label=_("Fund"), required=False, help_text=_("For the audit of a fund alone."))
    commission = forms.CharField(
        label=_("Document of the cadre department"),
        max_length=60,
        required=False,
        help_text=_("For the economic responsibility of a head: no audit without its written commission."),
    )
    post = forms.CharField(
        label=_("Post of the head"), max_length=60, required=False, help_text=_("The post, not the name.")
    )

    def __init__(self, *args: Any, own: bool, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = (
            {OWN, "fund"} if own else {code for code, _label in codes.options("audit_kinds", today)} - {OWN}
        )
        _choose(self, "kind", [pair for pair in codes.options("audit_kinds", today) if pair[0] in fitting])
        _choose(self, "matters", codes.options("audit_matters", today))
        _choose(self, "fund", [NONE, *entries.fund_choices()])

    def task(self) -> Task:
        """What was typed."""
        return Task(**{name: value for name, value in self.cleaned_data.items() if name != "once"})


class DrawForm(OnceForm):
    """How many entries or payments are drawn, and how."""

    subject = forms.ChoiceField(
        label=_("What is drawn"), choices=Sample.Subject.choices, widget=forms.RadioSelect
    )
    method = forms.ChoiceField(label=_("How"), choices=Sample.Method.choices, widget=forms.RadioSelect)
    chosen = forms.MultipleChoiceField(
        label=_("By these risks alone"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For a draw by risk; none chosen means all of them."),
    )
    size = forms.IntegerField(label=_("How many"), min_value=1, initial=20)
    accounts = forms.MultipleChoiceField(
        label=_("Of these accounts alone"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        accounts: Sequence[tuple[str, str]],
        risks: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"method": Sample.Method.RANDOM, "subject": Sample.Subject.ENTRY})
        super().__init__(*args, **kwargs)
        _choose(self, "accounts", accounts)
        _choose(self, "chosen", risks)


class LookForm(Form):
    """The working paper of an entry."""

    result = forms.ChoiceField(
        label=_("What you saw"),
        choices=[pair for pair in Item.Result.choices if pair[0] != Item.Result.WAITING],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=SHORT,
        help_text=_("Needed where something is not in order."),
    )
    page = file_field(_("A page for the working papers"))


class FindingForm(OnceForm):
    """What was found."""

    title = forms.CharField(label=_("Finding"), max_length=120)
    words = forms.CharField(label=_("What is wrong"), max_length=2000, widget=LONG)
    matter = forms.ChoiceField(label=_("Matter"))
    prohibition = forms.ChoiceField(
        label=_("Which of the eight prohibitions"), required=False, help_text=_("None, if it breaks none.")
    )
    yuan = yuan_field(_("Amount (yuan)"), initial=0)
    post = forms.CharField(
        label=_("Post that answers for it"), max_length=60, help_text=_("The post, not the name.")
    )

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "matter", codes.options("audit_matters", today))
        _choose(self, "prohibition", [NONE, *codes.options("prohibitions", today)])

    def found(self) -> Found:
        """What was typed, in fen."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        return Found(amount=int(data.pop("yuan") * FEN), **data)


class WordsForm(OnceForm):
    """Something said in words."""

    words = forms.CharField(label=_("In words"), max_length=2000, widget=LONG)

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["words"].label = label


class ProofForm(OnceForm):
    """How a finding was put right."""

    words = forms.CharField(label=_("What was done"), max_length=2000, widget=SHORT)
    yuan = yuan_field(_("Put right (yuan)"), initial=0)
    page = file_field(_("A page that proves it"))


class VerifyForm(Form):
    """Whether the proof does."""

    yuan = yuan_field(_("Put right (yuan)"))
    words = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=SHORT)


class TeamForm(Form):
    """Somebody of the committee."""

    login = forms.CharField(
        label=_("Log-in of the colleague"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AsideForm(Form):
    """Why somebody steps aside."""

    why = forms.ChoiceField(label=_("Because of"), choices=Recusal.Why.choices)
    words = forms.CharField(label=_("Note"), max_length=200, required=False)


class ReasonForm(Form):
    """Why it does not take place."""

    reason = forms.CharField(label=_("Why"), max_length=300)


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
