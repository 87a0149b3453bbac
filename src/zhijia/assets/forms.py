"""The forms of assets and goods."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.assets.models import Card
from zhijia.assets.services import cards, goods, leasing, returning
from zhijia.assets.services.asked_for import AskedFor
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.spending_kinds import Spending
from zhijia.ledger.forms import yuan_field
from zhijia.ledger.models import Account
from zhijia.ledger.queries import entries
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm

CENT = 100
LAST_DUE = 28


class ComingForm(OnceForm):
    """What comes to the union: bought from an account, or given for a purpose."""

    name = forms.CharField(label=_("What it is called"), max_length=100)
    came = forms.ChoiceField(label=_("How it was acquired"))
    got_on = DayField(label=_("Day it came"))
    yuan = yuan_field(_("What it is worth (yuan)"))
    paid_from = forms.TypedChoiceField(
        label=_("Paid from"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Where it was bought: the account the money left."),
    )
    fund = forms.ChoiceField(
        label=_("Fund"), required=False, help_text=_("Where it was not bought: the fund it belongs to.")
    )
    donor = forms.CharField(label=_("Who gave it"), max_length=100, required=False)
    purpose = forms.CharField(
        label=_("What it was given for"),
        max_length=200,
        required=False,
        help_text=_("What a donor gave is used for that alone."),
    )

    ways: Sequence[str] = tuple(Card.Came.values)

    def __init__(self, *args: Any, accounts: Sequence[Account], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yuan"].required = True
        self._choose("came", [one for one in codes.options("asset_came", today) if one[0] in self.ways])
        self._choose("paid_from", [("", "—"), *entries.choices_of(accounts)])
        self._choose("fund", [("", "—"), *entries.fund_choices()])
        self._speak_plainly()

    def _choose(self, name: str, choices: Sequence[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Where it was bought the account is named, where not the fund."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("came") == Card.Came.BOUGHT and data.get("paid_from") is None:
            self.add_error("paid_from", _("Choose the account of the bank or of cash."))
        elif data.get("came") and data["came"] != Card.Came.BOUGHT and not data.get("fund"):
            self.add_error("fund", _("Choose the fund it belongs to."))
        return data


class CardForm(ComingForm):
    """An asset for the register."""

    kind = forms.ChoiceField(label=_("Kind"))
    place = forms.CharField(label=_("Where it is kept"), max_length=100, required=False)
    field_order = ("name", "kind", "came", "got_on", "yuan", "paid_from", "fund", "donor", "purpose", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = definitions.load().asset_kinds.values()
        self._choose("kind", [(one.code, str(one.label)) for one in kinds])

    def new(self) -> cards.New:
        """What was typed, as services take it."""
        data = self.cleaned_data
        return cards.New(
            name=data["name"], kind=data["kind"], came=data["came"], got_on=data["got_on"],
            cost=int(data["yuan"] * CENT), place=data["place"], donor=data["donor"], purpose=data["purpose"],
            fund=data["fund"], paid_from=data["paid_from"],
        )  # fmt: skip


class LotForm(ComingForm):
    """Goods that come."""

    unit = forms.CharField(label=_("Unit"), max_length=10, help_text=_("Box, bag, piece …"))
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000_000)
    ways = (Card.Came.BOUGHT, Card.Came.DONATED)
    field_order = (
        "name",
        "unit",
        "quantity",
        "came",
        "got_on",
        "yuan",
        "paid_from",
        "fund",
        "donor",
        "purpose",
    )

    def new(self) -> goods.New:
        """What was typed, as services take it."""
        data = self.cleaned_data
        return goods.New(
            name=data["name"], unit=data["unit"], came=data["came"], got_on=data["got_on"],
            quantity=data["quantity"], cost=int(data["yuan"] * CENT), donor=data["donor"],
            purpose=data["purpose"], fund=data["fund"], paid_from=data["paid_from"],
        )  # fmt: skip


class ChangeForm(Form):
    """What may change on a card."""

    name = forms.CharField(label=_("What it is called"), max_length=100)
    place = forms.CharField(label=_("Where it is kept"), max_length=100, required=False)
    idle = forms.BooleanField(label=_("Nobody uses it at present"), required=False)


class LeaseForm(OnceForm):
    """To whom it is let."""

    tenant = forms.CharField(label=_("Who rents it"), max_length=100)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    rent = yuan_field(_("Rent a month (yuan)"))
    due_day = forms.IntegerField(
        label=_("Due on which day of the month"), min_value=1, max_value=LAST_DUE, initial=5
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rent"].required = True
        self._speak_plainly()

    def terms(self) -> leasing.Terms:
        """What was typed, as services take it."""
        data = self.cleaned_data
        return leasing.Terms(
            data["tenant"], data["since"], data["until"], int(data["rent"] * CENT), data["due_day"]
        )


class MoneyForm(Form):
    """Money that came: on which day, to which account."""

    day = DayField(label=_("Day"))
    into = forms.TypedChoiceField(label=_("Came to"), coerce=int, empty_value=None)

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = entries.choices_of(accounts)


class IncomeForm(OnceForm, MoneyForm):
    """What it was sold for."""

    yuan = yuan_field(_("Amount (yuan)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yuan"].required = True
        self._speak_plainly()


class DayForm(Form):
    """A day."""

    day = DayField(label=_("Day"))


class IssueForm(OnceForm):
    """Goods that go out: to people, or to a union below."""

    day = DayField(label=_("Day"))
    asked = forms.ChoiceField(
        label=_("For which drive"),
        required=False,
        help_text=_("Chosen here, it counts for that drive alone, for whoever stands on its roster."),
    )
    what_for = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        required=False,
        help_text=_("In a few words, without the names of persons. For a drive the drive says it."),
    )
    who = forms.CharField(
        label=_("Who gets it"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One line a person: the name, or the member number where two have the name."),
    )
    category = forms.ChoiceField(
        label=_("What it counts as"),
        required=False,
        help_text=_(
            "What members are given in a year is limited by this, in goods as in money."
            " Needed for goods that were bought."
        ),
    )
    occasion = forms.ChoiceField(
        label=_("Which holiday"), required=False, help_text=_("For holiday goods alone.")
    )
    each = forms.IntegerField(label=_("How many each"), min_value=1, max_value=1_000_000, initial=1)
    to_union = forms.CharField(label=_("Or to a union below (its code)"), max_length=16, required=False)
    quantity = forms.IntegerField(
        label=_("How many for the union"), min_value=1, max_value=10_000_000, required=False
    )
    consent = forms.CharField(
        label=_("Paper the donor agreed by"),
        max_length=60,
        required=False,
        help_text=_("Only where it is used for something else than it was given for."),
    )

    def __init__(
        self,
        *args: Any,
        categories: Sequence[Spending],
        asked: Sequence[AskedFor],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        occasions = dict.fromkeys(one.occasions for one in categories if one.occasions)
        choices = {
            "asked": [(one.key, one.label) for one in asked],
            "category": [(one.code, str(one.label)) for one in categories],
            "occasion": [pair for name in occasions for pair in codes.options(name, today)],
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "—"), *options]
        if not asked:
            del self.fields["asked"]
            self.fields["what_for"].help_text = _("In a few words, without the names of persons.")

    def out(self) -> goods.Out:
        """What was typed, as services take it."""
        data = self.cleaned_data
        return goods.Out(
            day=data["day"], what_for=data["what_for"], each=data["each"],
            who=[" ".join(line.split()) for line in data["who"].splitlines() if line.strip()],
            to_union=data["to_union"], quantity=data["quantity"] or 0, consent=data["consent"],
            category=data["category"], occasion=data["occasion"], asked=data.get("asked", ""),
        )  # fmt: skip


class BackForm(OnceForm):
    """Goods that come back: from whom on the roster, where there was one; on which day, and why."""

    lines = forms.TypedMultipleChoiceField(
        label=_("Who gives it back"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    day = DayField(label=_("Day it came back"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("In a few words, without the names of persons.")
    )

    def __init__(self, *args: Any, lines: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if lines:
            field = self.fields["lines"]
            assert isinstance(field, forms.TypedMultipleChoiceField)
            field.choices = lines
        else:
            del self.fields["lines"]

    def back(self) -> returning.Back:
        """What was typed, as services take it."""
        data = self.cleaned_data
        return returning.Back(data["day"], data["reason"], data.get("lines", ()))
