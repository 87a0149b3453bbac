"""What pages call the states of a payment, what happened to it, and alarms; and what a state means to its payee."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.payments.models import Alarm, Payment

REASONS = "bank_reasons"

STATES: dict[str, tuple[Promise, str]] = {
    Payment.State.WAITING: (_("waits to be released"), "waiting"),
    Payment.State.READY: (_("released"), "moving"),
    Payment.State.SENDING: (_("on its way to the bank"), "moving"),
    Payment.State.PAID: (_("paid out"), "done"),
    Payment.State.FAILED: (_("refused by the bank"), "late"),
    Payment.State.RETURNED: (_("given back by the bank"), "late"),
    Payment.State.UNKNOWN: (_("no answer yet"), "late"),
    Payment.State.STOPPED: (_("stopped"), "stopped"),
}
"""The word of a state, and its colour."""
HAPPENED: dict[str, Promise] = {
    "ordered": _("Ordered"),
    "refund": _("A refund of money that came in"),
    "named": _("The payee named an account"),
    "changed": _("The payee named another account"),
    "released": _("Released by two people"),
    "sending": _("Handed to the bank"),
    "accepted": _("The bank has it"),
    "paid": _("Paid"),
    "failed": _("The bank refused it"),
    "returned": _("The bank gave it back"),
    "unknown": _("The bank did not answer; it is asked, not sent again"),
    "not_found": _("The bank says that it never had it"),
    "again": _("The bank never had it and its file agrees: it goes again"),
    "died": _("The death of the payee became known: it is released anew, or stopped"),
    "followed": _("The union it was for was merged: it goes to the one that took it over"),
    "unwanted": _("What it is for does not want it any more: it does not go again"),
    "anew": _("To be paid anew, under a new reference"),
    "stopped": _("Stopped"),
}
ALARMS: dict[str, Promise] = {
    Alarm.Kind.CHANGED: _("The payee named another account after this was ordered."),
    Alarm.Kind.SHARED: _("Another name is paid to the same account."),
    Alarm.Kind.KIN: _("The payee is named among relatives of officers."),
    Alarm.Kind.DIED: _("The payee has died. Stop it, or say who gets it and by which paper."),
}
OWN: dict[str, Promise] = {
    Payment.State.WAITING: _("The union is about to pay you."),
    Payment.State.READY: _("Two people have released it; it goes to the bank now."),
    Payment.State.SENDING: _("It is on its way to the bank."),
    Payment.State.UNKNOWN: _("It is on its way to the bank."),
    Payment.State.PAID: _("Paid to your account."),
    Payment.State.FAILED: _("The bank could not pay it. Look whether your account is right."),
    Payment.State.RETURNED: _("The bank gave it back. Look whether your account is right."),
    Payment.State.STOPPED: _("It is not paid. Your union can tell you why."),
}
"""What a state means to whoever gets the money."""


def of_bank(said: str, at: datetime) -> str:
    """A bank's reason in the active language, where its words are among those we know; else nothing. Its own words
    stand beside it."""
    code = codes.read(REASONS, said, days.business_day(at)) if said else None
    return codes.label(REASONS, code) if code else ""
