"""What a difference is called, and what to do about it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.payments.reconciliation.models import Difference

Kind = Difference.Kind


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of difference in words."""

    title: Any
    to_do: Any


WORDS: dict[str, Words] = {
    Kind.BANK_PAID: Words(
        _("The bank has paid; here it is not paid"),
        _("Take over what the bank says: then it is paid here too, and posted."),
    ),
    Kind.RETURNED: Words(
        _("The money came back"),
        _("Take over what the bank says. Then look at the account with the person, and pay anew."),
    ),
    Kind.BANK_NOT: Words(
        _("Here it is paid; the bank has not booked it"),
        _(
            "Ask the bank, naming the reference. Pay nothing again before it says in writing that nothing went out."
        ),
    ),
    Kind.AMOUNT: Words(
        _("The bank booked another amount"),
        _("Ask the bank to put the difference right, and write down what it answered."),
    ),
    Kind.TWICE: Words(
        _("The bank booked it twice"),
        _("Ask the bank for the second amount back, and write down by when it comes."),
    ),
    Kind.UNKNOWN_LINE: Words(
        _("The bank paid what nobody here ordered"),
        _(
            "Find out what it is: a fee, or a payment made elsewhere. Post a voucher, or have the bank take it back."
        ),
    ),
    Kind.NOT_ARRIVED: Words(
        _("Sent, but the bank's file does not have it"),
        _(
            "The platform goes on asking, and sends it again only when the bank never had it. Nothing to pay by hand."
        ),
    ),
}
