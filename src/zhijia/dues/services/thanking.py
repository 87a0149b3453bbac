"""The donor's receipt, and the code on it by which the donor reads what became of the donation (DUE-19)."""

import hmac
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.assets.models import Lot
from zhijia.dues.models import Donation
from zhijia.dues.services import giving, letters
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import posting
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import money
from zhijia.vault import services as vault

CODE = "dues.donation"
CODE_LETTERS = 12


def code_of(number: str) -> str:
    """What is printed on the receipt beside its number, so that nobody else reads what became of the donation."""
    return vault.digest(CODE, number)[:CODE_LETTERS]


def spelled(number: str) -> str:
    """The code as it is printed, four letters at a time."""
    code = code_of(number)
    return "-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def is_code(number: str, code: str) -> bool:
    """Whether the code belongs to the number; as long for every answer."""
    return hmac.compare_digest(code_of(number).encode(), code.strip().lower().replace("-", "").encode())


def paper(*, actor: Actor, at: datetime, donation_id: int) -> bytes:
    """The donor's receipt as a PDF: of goods with what they are worth. Raises Refusal before anything has come in, and
    where everything went back."""
    donation = giving.held(donation_id)
    actor = access.require(actor, posting.POST, donation.union_id)
    kept = donation.received - giving.given_back(donation)
    if kept <= 0:
        raise Refusal("nothing_received", _("A receipt is printed once the money has come in."))
    union = Union.objects.get(pk=donation.union_id)
    giving.trail(actor, at, "donation.receipt.export", donation)
    with translation.override(letters.LANGUAGE):
        purpose = giving.use_of(donation, list(donation.agreements.order_by("pk")))
        values = {
            "union": union.name,
            "title": gettext("Receipt of a donation"),
            "to": donation.donor,
            "before": [gettext("Thank you. We have received your donation and use it as you wish.")],
            **_table(donation, kept),
            "after": [
                gettext("To be used for: %(purpose)s") % {"purpose": purpose},
                gettext("See what became of it at %(address)s with the number and this code: %(code)s")
                % {
                    "address": f"{settings.ADDRESS}{reverse('dues:donations')}",
                    "code": spelled(donation.number),
                },
            ],
            "day": day_words(at),
        }
    return letters.printed(values, at)


def _table(donation: Donation, kept: int) -> dict[str, list[object]]:
    fund = giving.funds()[donation.fund]
    head, row = (
        [gettext("Number"), gettext("Received on")],
        [donation.number, day_words(donation.received_on)],
    )
    if donation.lot_id is None:
        return {
            "head": [*head, gettext("Fund"), gettext("Amount (yuan)")],
            "rows": [[*row, fund, money(kept)]],
        }
    lot = Lot.objects.get(pk=donation.lot_id)
    return {
        "head": [*head, gettext("Goods"), gettext("How many"), gettext("Worth (yuan)")],
        "rows": [[*row, lot.name, f"{lot.quantity} {lot.unit}", money(kept)]],
    }
