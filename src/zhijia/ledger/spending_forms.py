"""The forms of spending: a voucher as a treasurer of a small union thinks of it, its papers, flags, relatives."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.catalogue.spending_kinds import Spending
from zhijia.ledger.forms import MOST_YUAN, yuan_field
from zhijia.ledger.models import Account
from zhijia.ledger.queries import entries
from zhijia.ledger.services.spending.preparing import Draft, Wanted
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm

CENT = 100
EVERYBODY, LISTED = "everybody", "listed"
WHO = ((EVERYBODY, _("Every member of the union")), (LISTED, _("Those I write below")))
MARKS = re.compile(r"[\s,，、;；:：]+")
AMOUNT = re.compile(r"^\d{1,9}(\.\d{1,2})?$")


class DraftForm(OnceForm):
    """A voucher: what it is for, how it is given and paid, who gets what. Asks only what this spending needs."""

    day = DayField(label=_("Day of payment"))
    title = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        help_text=_("In a few words, without the names of persons."),
    )

    def __init__(
        self,
        *args: Any,
        spending: Spending,
        accounts: Sequence[Account],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spending = spending
        if spending.occasions:
            self.fields["occasion"] = forms.ChoiceField(
                label=_("Which holiday"), choices=[("", "—"), *codes.options(spending.occasions, today)]
            )
        self.fields["way"] = forms.ChoiceField(
            label=_("How it is given"),
            choices=[(way, codes.label("spending_ways", way)) for way in spending.ways],
        )
        self.fields["payee"] = forms.CharField(
            label=_("Who is paid"),
            max_length=100,
            required=False,
            help_text=_("The shop or the firm on the invoice. Relatives of officers raise an alarm."),
        )
        self.fields["paid_from"] = forms.TypedChoiceField(
            label=_("Paid from"),
            choices=entries.choices_of(accounts),
            coerce=int,
            empty_value=None,
        )
        if spending.winners:
            self.fields["participants"] = forms.IntegerField(
                label=_("How many took part"), min_value=1, max_value=10_000_000
            )
        if spending.roster:
            self._ask_for_a_roster()
        else:
            self.fields["amount"] = yuan_field(_("Amount (yuan)"))
            self.fields["amount"].required = True
        self.fields["decided"] = forms.CharField(
            label=_("Minutes of the decision"),
            max_length=60,
            required=False,
            help_text=_("Their number or day, where it was decided together."),
        )
        self._speak_plainly()

    def draft(self) -> Draft:
        """What was typed, as services take it; amounts in fen."""
        data = self.cleaned_data
        everybody = data.get("who") == EVERYBODY
        return Draft(
            category=self.spending.code,
            day=data["day"],
            title=data["title"],
            way=data["way"],
            paid_from=data["paid_from"],
            occasion=data.get("occasion", ""),
            payee=data["payee"],
            amount=_fen(data.get("amount")),
            participants=data.get("participants"),
            decided=data["decided"],
            roster=() if everybody else data.get("roster", ()),
            everybody=_fen(data.get("each")) if everybody else None,
        )

    def clean_roster(self) -> list[Wanted]:
        """One line a person: a name or a member number, and how much where it is not the same for all."""
        each = _fen(self.cleaned_data.get("each"))
        wanted = []
        for number, line in enumerate(self.cleaned_data["roster"].splitlines(), start=1):
            words = [word for word in MARKS.split(line) if word]
            if not words:
                continue
            fen = _typed_fen(words[-1]) if len(words) > 1 else None
            who = " ".join(words[:-1]) if fen is not None else " ".join(words)
            if fen is None and each is None:
                raise forms.ValidationError(
                    _("Line %(number)d says no amount. Write it behind the name, or above for all.")
                    % {"number": number}
                )
            wanted.append(Wanted(who, fen if fen is not None else each or 0))
        return wanted

    def clean(self) -> dict[str, Any]:
        """Everybody needs an amount for each, a list its lines."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("who") == EVERYBODY and data.get("each") is None and "each" not in self.errors:
            self.add_error("each", _("Say how much each of them gets."))
        if data.get("who") == LISTED and not data.get("roster") and "roster" not in self.errors:
            self.add_error("roster", _("Say who gets it: the roster is empty."))
        return data

    def _ask_for_a_roster(self) -> None:
        self.fields["who"] = forms.ChoiceField(
            label=_("Who gets it"), choices=WHO, widget=forms.RadioSelect, initial=LISTED
        )
        self.fields["each"] = yuan_field(_("How much each (yuan)"))
        self.fields["roster"] = forms.CharField(
            label=_("The roster"),
            required=False,
            max_length=200_000,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("One line a person: the name, or the member number where two have the name; then the amount,"
                        " where it is not the same for all."),
        )  # fmt: skip


class FileForm(Form):
    """A photo or PDF that goes with a voucher."""

    file = forms.FileField(
        label=_("Invoice, signed roster or another paper"),
        help_text=_("A photo or a PDF."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "data-shrink": True}
        ),
    )


class GiveBackForm(Form):
    """What is wrong with a voucher."""

    reason = forms.CharField(
        label=_("What is wrong"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class FlagForm(Form):
    """Which prohibition a voucher touches, and why."""

    prohibition = forms.ChoiceField(label=_("Which prohibition"))
    note = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a few words, without the names of persons."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["prohibition"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = codes.options("prohibitions", today)


class SettleForm(Form):
    """What came of a flag."""

    note = forms.CharField(
        label=_("What came of it"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class KinForm(Form):
    """A relative of an officer who sells to the union."""

    officer = forms.CharField(label=_("Officer (name or member number)"), max_length=100)
    relation = forms.ChoiceField(label=_("How they are related"))
    name = forms.CharField(label=_("Name of the relative"), max_length=100)
    works_for = forms.CharField(label=_("Shop or firm"), max_length=100, required=False)
    day = DayField(label=_("Declared on"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": today})
        super().__init__(*args, **kwargs)
        relation = self.fields["relation"]
        assert isinstance(relation, forms.ChoiceField)
        relation.choices = codes.options("kin_relations", today)


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * CENT)


def _typed_fen(text: str) -> int | None:
    """The amount somebody wrote behind a name, in fen; none where it is no amount, and for a member number."""
    if not AMOUNT.match(text):
        return None
    try:
        yuan = Decimal(text)
    except InvalidOperation:
        return None
    return int(yuan * CENT) if yuan <= MOST_YUAN else None
