"""The forms of the ledger: a voucher, an account, closing days and opening them again, taking an entry back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import definitions
from zhijia.catalogue.ledger_kinds import Chart
from zhijia.ledger.models import Account
from zhijia.ledger.queries import entries
from zhijia.ledger.rules import Line
from zhijia.ui.calendar_fields import DayField, MonthField
from zhijia.ui.forms import Form, OnceForm, YuanField
from zhijia.ui.templatetags.ui import money

ROWS, MOST_ROWS = 4, 40
MOST_YUAN = Decimal(10**12)
CENT = Decimal("0.01")


def yuan_field(label: Any) -> forms.DecimalField:
    """An amount in yuan with at most two places, above nothing."""
    return YuanField(
        label=label,
        required=False,
        min_value=CENT,
        max_value=MOST_YUAN,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a voucher, as bound fields."""

    account: BoundField
    debit: BoundField
    credit: BoundField

    def __iter__(self) -> Iterator[BoundField]:
        """The fields, in the order of the columns."""
        return iter((self.account, self.debit, self.credit))


class VoucherForm(OnceForm):
    """An entry by hand: its day, what it is for, and lines of which debits and credits are equal in each fund."""

    day = DayField(label=_("Day"))
    note = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        help_text=_("In a few words, without the names of persons."),
    )

    def __init__(
        self, *args: Any, accounts: Sequence[Account], today: date, rows: int = ROWS, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"day": today})
        super().__init__(*args, **kwargs)
        self.count = min(max(rows, ROWS), MOST_ROWS)
        self.fund_of = {account.pk: account.fund for account in accounts}
        funds = definitions.load().funds
        groups: dict[str, list[tuple[int, str]]] = {}
        for account in sorted(accounts, key=lambda one: funds[one.fund].earmarked):
            groups.setdefault(str(funds[account.fund].label), []).append(
                (account.pk, entries.name_of(account))
            )
        choices: list[Any] = [("", "—"), *groups.items()]
        for row in range(self.count):
            self.fields[f"account_{row}"] = forms.TypedChoiceField(
                label=_("Ledger account"), choices=choices, coerce=int, empty_value=None, required=False
            )
            self.fields[f"debit_{row}"] = yuan_field(_("Debit (yuan)"))
            self.fields[f"credit_{row}"] = yuan_field(_("Credit (yuan)"))

    def rows(self) -> list[Row]:
        """The lines to be drawn."""
        return [
            Row(self[f"account_{row}"], self[f"debit_{row}"], self[f"credit_{row}"])
            for row in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        """A line names its account and one amount, or nothing at all."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for row in range(self.count):
            account, debit, credit = (data.get(f"{name}_{row}") for name in ("account", "debit", "credit"))
            typed = any(self.data.get(f"{name}_{row}", "").strip() for name in ("debit", "credit"))
            if account is None and typed:
                self.add_error(f"account_{row}", _("Choose the account of this line."))
            elif account is not None and (debit is None) == (credit is None) and not self.errors:
                self.add_error(f"debit_{row}", _("Give a line either a debit or a credit."))
        if not self.errors:
            self._weigh()
        return data

    def _weigh(self) -> None:
        """Say in which fund debits and credits differ, and by how much."""
        funds = definitions.load().funds
        debits, others = Counter[str](), Counter[str]()
        for line in self.lines():
            (debits if line.amount > 0 else others)[self.fund_of[line.account_id]] += abs(line.amount)
        for fund in sorted(debits | others):
            if debits[fund] != others[fund]:
                self.add_error(
                    None,
                    _("%(fund)s: debits %(debit)s yuan, credits %(credit)s yuan. They have to be equal.")
                    % {
                        "fund": funds[fund].label,
                        "debit": money(debits[fund]),
                        "credit": money(others[fund]),
                    },
                )

    def lines(self) -> list[Line]:
        """The lines as they are posted, in fen."""
        found = []
        for row in range(self.count):
            account = self.cleaned_data.get(f"account_{row}")
            if account is not None:
                debit = self.cleaned_data.get(f"debit_{row}") or Decimal(0)
                credit = self.cleaned_data.get(f"credit_{row}") or Decimal(0)
                found.append(Line(account, int((debit - credit) * 100)))
        return found


class AccountForm(Form):
    """An account of the chart in force, in a fund."""

    code = forms.ChoiceField(label=_("Ledger account"))
    fund = forms.ChoiceField(label=_("Fund"), help_text=_("Money of one fund never pays for another."))
    title = forms.CharField(
        label=_("What tells it apart"),
        max_length=60,
        required=False,
        help_text=_("Where there are several of one kind: which bank, which union below."),
    )

    def __init__(self, *args: Any, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, fund = self.fields["code"], self.fields["fund"]
        assert isinstance(code, forms.ChoiceField)
        assert isinstance(fund, forms.ChoiceField)
        code.choices = [(one.code, f"{one.code} {one.label}") for one in chart.accounts]
        fund.choices = entries.fund_choices()


class CloseForm(Form):
    """The last day that is to be closed."""

    day = DayField(label=_("Close up to and including"))


class ReopenForm(Form):
    """The last day that stays closed, and why the later ones are opened again."""

    day = DayField(label=_("Stays closed up to and including"))
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class TakeBackForm(OnceForm):
    """The day of the counter-entry, and why."""

    day = DayField(label=_("Day of the counter-entry"))
    reason = forms.CharField(label=_("Why"), max_length=200)


class LineForm(Form):
    """What may be spent on one account in one fund in the year."""

    code = forms.ChoiceField(label=_("Ledger account"))
    fund = forms.ChoiceField(label=_("Fund"))
    yuan = YuanField(
        label=_("Amount (yuan)"),
        min_value=0,
        max_value=MOST_YUAN,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, fund = self.fields["code"], self.fields["fund"]
        assert isinstance(code, forms.ChoiceField)
        assert isinstance(fund, forms.ChoiceField)
        spending = [one for one in chart.accounts if one.element == "expenditure" and not one.part]
        code.choices = [(one.code, f"{one.code} {one.label}") for one in spending]
        fund.choices = entries.fund_choices()


class PaperForm(OnceForm):
    """The document a decision on a budget stands in."""

    document = forms.CharField(label=_("Number of the document"), max_length=60)


class RaiseForm(PaperForm):
    """How much more a line allows, by which document, and why."""

    yuan = yuan_field(_("How much more (yuan)"))
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yuan"].required = True


class MonthsForm(Form):
    """The months a trial balance is for."""

    since = MonthField(label=_("From"))
    until = MonthField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """The months run forward."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("Choose a month after the first, or the same."))
        return data
