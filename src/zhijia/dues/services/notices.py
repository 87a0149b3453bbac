"""The payment notice of a bill (缴费通知): what is owed, by when, to which account, under which reference."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from zhijia.dues.models import Bill
from zhijia.dues.services import billing
from zhijia.dues.services.letters import LANGUAGE, printed
from zhijia.payments.services import bank_accounts
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import money


def paper(*, bill: Bill, at: datetime) -> bytes:
    """The notice as a PDF. Whoever calls it has asked whether the bill may be seen."""
    taker, left = billing.taker_of(bill), max(billing.owed(bill), 0)
    union = taker or Union.objects.get(pk=bill.union_id)
    with translation.override(LANGUAGE):
        month = f"{bill.month // 100}-{bill.month % 100:02d}"
        before = [
            gettext("The wages of %(staff)s people in %(month)s were %(wages)s yuan in all.")
            % {"staff": bill.declaration.staff, "month": month, "wages": money(bill.declaration.wages)}
        ]
        if taker is None:
            after = [gettext("The tax office collects it.")]
        else:
            bank, holder, number = bank_accounts.to_pay_into(taker.pk, at=at)
            after = [gettext("Paid to: %(union)s") % {"union": taker.name}]
            if number:
                after.append(
                    gettext("Account: %(holder)s, %(bank)s, %(number)s")
                    % {"holder": holder, "bank": bank, "number": number}
                )
            after.append(gettext("Write this into the transfer: %(number)s") % {"number": bill.reference})
        values = {
            "union": union.name,
            "title": gettext("Payment notice of the contribution"),
            "to": bill.employer.name,
            "before": before,
            "head": [
                gettext("Month"),
                gettext("Owed"),
                gettext("Due by"),
                gettext("Still to be paid (yuan)"),
            ],
            "rows": [[month, money(bill.amount), day_words(bill.due_on), money(left)]],
            "after": after,
            "day": day_words(at),
        }
        return printed(values, at)
