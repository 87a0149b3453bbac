"""The forms of reconciliation: a statement that is read in, and why a difference is all right."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.payments.models import BankAccount
from zhijia.ui.forms import Form, OnceForm

PROFILES = (("csv", _("csv (UTF-8, commas)")), ("fixed", _("fixed (GB18030, columns)")))


class StatementForm(Form):
    """The bank's file of a day: of which account, and how it is written."""

    account = forms.TypedChoiceField(label=_("Bank account"), coerce=int)
    profile = forms.ChoiceField(label=_("How the file is written"), choices=PROFILES)
    file = forms.FileField(label=_("The bank's statement of one day"))

    def __init__(self, *args: Any, accounts: Sequence[BankAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one.pk, name_of(one)) for one in accounts]


class ExplainForm(OnceForm):
    """What somebody found out about a difference."""

    reason = forms.CharField(label=_("What you found out"), max_length=300)


def name_of(account: BankAccount) -> str:
    """The account as people know it: its bank, its title and its last four digits."""
    return " ".join(part for part in (account.bank, account.title, f"**** {account.tail}") if part)
