"""The forms of contributions: wages of a month, a file of the tax office, months, whose it is, why it is taken back."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.dues import cells, rules
from zhijia.dues.services.giving import Promised
from zhijia.dues.services.goods_given import Goods
from zhijia.dues.services.payouts import Weights
from zhijia.registry.models import Employer
from zhijia.ui.calendar_fields import DayField, MonthField
from zhijia.ui.forms import Form, OnceForm, YuanField

MOST_YUAN = Decimal(rules.MOST_WAGES) / 100


class WagesForm(OnceForm):
    """The wages of all staff in a month; why, where the month was declared before."""

    staff = forms.IntegerField(
        label=_("Staff in the month"),
        min_value=0,
        max_value=10**7,
        help_text=_("Everybody who was paid, members or not."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    wages = YuanField(
        label=_("Their wages in all (yuan)"),
        min_value=0,
        max_value=MOST_YUAN,
        decimal_places=2,
        help_text=_("Before tax, with bonuses and allowances, as the statistics count total wages."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False)

    def __init__(self, *args: Any, declared: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not declared:
            del self.fields["reason"]

    @property
    def fen(self) -> int:
        """The wages in fen."""
        return int(self.cleaned_data["wages"] * 100)


class TaxFileForm(OnceForm):
    """What the tax office sent."""

    file = forms.FileField(
        label=_("File of the tax office"),
        help_text=format_lazy(
            _("xlsx, xls or csv. Headings: {headings}."),
            headings="、".join(names[0] for names in cells.COLUMNS.values()),
        ),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}),
    )


class MonthsForm(Form):
    """The months that are compared, and which differences."""

    since = MonthField(label=_("From"))
    until = MonthField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """The months run forward, over ten years at most."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and not 1 <= rules.many_months(since, until) <= 120:
            self.add_error("until", _("Choose a later month, at most ten years after the first."))
        return data


class TakeBackForm(OnceForm):
    """Why a share is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class WhoseForm(OnceForm):
    """The employer a contribution came from, by its code."""

    credit_code = forms.CharField(
        label=_("Unified social credit code of the payer"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_credit_code(self) -> Employer:
        """The employer of that code."""
        found = Employer.objects.filter(
            credit_code=cells.registration(self.cleaned_data["credit_code"])
        ).first()
        if found is None:
            raise forms.ValidationError(_("No employer in the register has this code. Check the digits."))
        return found


def whole_field(label: Any, **more: Any) -> forms.IntegerField:
    """A whole number typed as text."""
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=10**9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        **more,
    )


class SubsidyForm(OnceForm):
    """A pot, and what a union weighs in it."""

    title = forms.CharField(label=_("What it is for"), max_length=120)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    yuan = YuanField(
        label=_("To be shared in all (yuan)"),
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    each = whole_field(_("Weight of each union"), initial=100)
    members = whole_field(_("Weight of a member"), initial=1)
    staff = whole_field(
        _("Weight of a worker"), initial=0, help_text=_("The pot is shared by these weights, to the fen.")
    )

    def said(self) -> dict[str, Any]:
        """What the service is asked."""
        data = self.cleaned_data
        weights = Weights(data["each"], data["members"], data["staff"])
        pot = int(data["yuan"] * 100)
        return {"title": data["title"], "year": data["year"], "pot": pot, "weights": weights}


class RefundForm(OnceForm):
    """The year small payers get back."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class MembersForm(OnceForm):
    """The wages of members in a month, a line each: a name if you like, then the wage in yuan."""

    month = MonthField(label=_("Month"))
    wages = forms.CharField(
        label=_("Wages, one member a line"),
        max_length=200_000,
        help_text=_(
            "For example: Zhang San 5680. Post and grade pay, without bonuses and allowances. Not kept."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
    )

    def clean_wages(self) -> list[tuple[str, int]]:
        """Who and how many fen, in the order of the lines."""
        found = []
        for number, line in enumerate(self.cleaned_data["wages"].splitlines(), start=1):
            parts = line.replace("\t", " ").split()
            if not parts:
                continue
            fen = cells.fen(parts[-1])
            if fen is None or fen < 0:
                raise forms.ValidationError(
                    _("Line %(number)s does not end with a wage in yuan."), params={"number": number}
                )
            found.append((" ".join(parts[:-1]) or str(number), fen))
        if not found:
            raise forms.ValidationError(_("Write at least one wage."))
        return found


class DonationForm(OnceForm):
    """A donation that was promised."""

    donor = forms.CharField(label=_("Who gives"), max_length=120)
    yuan = YuanField(
        label=_("Amount (yuan)"),
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    fund = forms.ChoiceField(
        label=_("To which fund"), help_text=_("Money of one fund never pays for another.")
    )
    purpose = forms.CharField(
        label=_("What it may be used for"),
        max_length=200,
        help_text=_("As agreed with the donor, without the names of persons."),
    )

    def __init__(self, *args: Any, funds: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fund = self.fields["fund"]
        assert isinstance(fund, forms.ChoiceField)
        fund.choices = [("", "—"), *funds.items()]

    def promised(self) -> Promised:
        """What was typed, as services take it."""
        data = self.cleaned_data
        return Promised(data["donor"], int(data["yuan"] * 100), data["fund"], data["purpose"])


class GoodsForm(DonationForm):
    """Goods that were given."""

    name = forms.CharField(label=_("Which goods"), max_length=100, help_text=_("Rice, quilts, books …"))
    unit = forms.CharField(label=_("Unit"), max_length=10, help_text=_("Box, bag, piece …"))
    quantity = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=10_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    got_on = DayField(label=_("Came on"))
    field_order = ("donor", "name", "quantity", "unit", "yuan", "got_on", "fund", "purpose")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yuan"].label = _("Worth in all (yuan)")
        self.fields["yuan"].help_text = _("By the invoice, or what such goods cost.")

    def given(self) -> Goods:
        """The goods as they were typed."""
        data = self.cleaned_data
        return Goods(data["name"], data["unit"], data["quantity"], data["got_on"])


class PurposeForm(OnceForm):
    """Another use of a donation, and the donor's consent."""

    purpose = forms.CharField(label=_("What it may be used for"), max_length=200)
    consent = forms.CharField(
        label=_("The donor's consent"), max_length=200, help_text=_("When and how it was given.")
    )


class LookUpForm(Form):
    """What stands on the receipt of a donation."""

    number = forms.CharField(
        label=_("Number of the receipt"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Code on the receipt"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )


class SettleForm(OnceForm):
    """To which account a beneficiary outside is paid what it is owed; the sum and whose it is go along as they were
    seen."""

    beneficiary = forms.CharField(widget=forms.HiddenInput, max_length=20)
    expected = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Payee"), max_length=120)
    account = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank = forms.CharField(label=_("Bank of the payee"), max_length=80)


class RemitForm(OnceForm):
    """Which union is paid, and the sum that was seen."""

    partner = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    way = forms.CharField(widget=forms.HiddenInput, max_length=5)
    expected = forms.IntegerField(widget=forms.HiddenInput)


class RemitEachForm(OnceForm):
    """Which way all unions that can be are paid, and the sum that was seen."""

    way = forms.CharField(widget=forms.HiddenInput, max_length=5)
    expected = forms.IntegerField(widget=forms.HiddenInput)


class RemindForm(OnceForm):
    """A letter is made once for two clicks."""


class ServedForm(OnceForm):
    """On which day and how a letter arrived, and what proves it."""

    day = DayField(label=_("Arrived on"))
    how = forms.ChoiceField(
        label=_("How"),
        choices=[("hand", _("handed over")), ("post", _("by post")), ("mail", _("by e-mail"))],
    )
    proof = forms.FileField(
        label=_("Photo or scan that proves it"),
        required=False,
        widget=forms.FileInput({"accept": "image/*,.pdf", "data-shrink": True}),
    )
