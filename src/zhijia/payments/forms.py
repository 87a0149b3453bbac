"""The forms of payments: an order by hand, a bank account, one's own account, a reason."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.ledger_kinds import Chart
from zhijia.ledger.forms import yuan_field
from zhijia.ledger.queries import entries
from zhijia.payments import channels
from zhijia.payments.models import BankAccount, Receipt
from zhijia.ui.forms import Form, OnceForm

NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
CHANNELS = {
    "http": _("Straight to the bank"),
    "csv": _("By a file (csv)"),
    "fixed": _("By a file (fixed width)"),
}


class OrderForm(OnceForm):
    """A payment to a firm or another body, by hand."""

    name = forms.CharField(label=_("Payee"), max_length=120)
    account = forms.CharField(label=_("Account number"), max_length=40, widget=NUMBER)
    bank = forms.CharField(label=_("Bank of the payee"), max_length=80)
    yuan = yuan_field(_("Amount (yuan)"))
    title = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("In a few words, without the names of persons."),
    )
    code = forms.ChoiceField(label=_("Spent on"))
    fund = forms.ChoiceField(label=_("Fund"), help_text=_("Money of one fund never pays for another."))

    def __init__(self, *args: Any, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yuan"].required = True
        code, fund = self.fields["code"], self.fields["fund"]
        assert isinstance(code, forms.ChoiceField)
        assert isinstance(fund, forms.ChoiceField)
        code.choices = [
            (one.code, f"{one.code} {one.label}") for one in chart.accounts if one.element == "expenditure"
        ]
        fund.choices = entries.fund_choices()


class RefundForm(OnceForm):
    """So much of what came in goes back: to the account a person named themselves, or to the one that is typed."""

    name = forms.CharField(label=_("Payee"), max_length=120)
    account = forms.CharField(label=_("Account number"), max_length=40, widget=NUMBER)
    bank = forms.CharField(label=_("Bank of the payee"), max_length=80)
    yuan = yuan_field(_("Amount (yuan)"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Why the money goes back, so that the auditor can understand."),
    )

    def __init__(self, *args: Any, receipt: Receipt, **kwargs: Any) -> None:
        left = Decimal(receipt.amount - receipt.refunded).scaleb(-2)
        kwargs.setdefault("initial", {"name": receipt.payer_name, "yuan": left})
        super().__init__(*args, **kwargs)
        self.fields["yuan"].required = True
        if receipt.person_id is not None:
            for name in ("name", "account", "bank"):
                del self.fields[name]


class TogetherForm(OnceForm):
    """From which of the union's bank accounts a batch is paid."""

    account = forms.TypedChoiceField(label=_("From which bank account"), coerce=int)

    def __init__(self, *args: Any, accounts: Sequence[BankAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [(one.pk, f"{one.bank} ****{one.tail} {one.title}".strip()) for one in accounts]


class BankAccountForm(OnceForm):
    """An account of the union at a bank."""

    bank = forms.CharField(label=_("Bank"), max_length=80)
    holder = forms.CharField(label=_("Name of the account"), max_length=120)
    number = forms.CharField(label=_("Account number"), max_length=40, widget=NUMBER)
    channel = forms.ChoiceField(label=_("How payments get there"))
    title = forms.CharField(
        label=_("What tells it apart"),
        max_length=60,
        required=False,
        help_text=_("Only where the union has several: as the books call it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [(name, CHANNELS.get(name, name)) for name in channels.names()]


class ReceiveOnForm(OnceForm):
    """On which of its bank accounts the union is paid from now on."""

    account = forms.TypedChoiceField(
        label=_("Money for the union comes to"), coerce=int, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Why, so that the auditor can understand.")
    )

    def __init__(self, *args: Any, accounts: Sequence[BankAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [(one.pk, f"{one.bank} ****{one.tail} {one.title}".strip()) for one in accounts]


class OwnAccountForm(Form):
    """The account somebody wants to be paid on."""

    bank = forms.CharField(label=_("Your bank"), max_length=80, help_text=_("As it stands on the card."))
    account = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=NUMBER,
        required=False,
        help_text=_("Of an account in your own name. It is kept sealed; people see the last four digits."),
    )
    held = forms.BooleanField(label=_("Use the account the union holds already"), required=False)
    agreed = forms.BooleanField(label=_("I agree that the union keeps this number to pay me."))

    def __init__(self, *args: Any, holds: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if holds:
            self.fields["held"].help_text = holds
        else:
            del self.fields["held"]
            self.fields["account"].required = True

    def clean(self) -> dict[str, Any]:
        """A number is typed, or the one that is held is taken."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "held" in self.fields and not data.get("held") and not data.get("account", "").strip():
            self.add_error("account", _("Please fill this in."))
        return data


class PayeeForm(OnceForm):
    """The account of a member, typed in by an officer they asked."""

    holder = forms.CharField(label=_("Name of the account"), max_length=120)
    bank = forms.CharField(label=_("Bank"), max_length=80, help_text=_("As it stands on the card."))
    account = forms.CharField(label=_("Account number"), max_length=40, widget=NUMBER)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("How they asked, and how you know that it is them.")
    )


class ResultForm(OnceForm):
    """The file in which the bank says what became of a batch."""

    file = forms.FileField(label=_("The bank's result file"))


class ReasonForm(OnceForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
