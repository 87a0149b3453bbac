"""Donations: written down, expected, received through the bank like any money in, used as agreed (DUE-19)."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import definitions
from zhijia.dues.models import Gift, GiftAgreement
from zhijia.dues.services import letters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import with_check_digit
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Book
from zhijia.ledger.services import posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Receipt, Receivable
from zhijia.payments.services import paying_in
from zhijia.payments.services.paying_in import Payer
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import money
from zhijia.vault import services as vault

SOURCE, ROLE, GROUP = "donation", "donation_income", "donation"
CODE = "dues.gift"
CODE_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Promised:
    """What somebody gives: who, how much (fen), to which fund, and what it may be used for."""

    donor: str
    amount: int
    fund: str
    purpose: str


def funds() -> dict[str, str]:
    """The funds donations may be given to, by their code."""
    return {code: str(fund.label) for code, fund in definitions.load().funds.items() if fund.group == GROUP}


def promise(*, actor: Actor, at: datetime, union: Union, promised: Promised, once: UUID) -> Gift:
    """Write a donation down and expect its money under a reference, once for `once`. Raises Refusal for a fund no
    donation goes to, and where the union keeps no books."""
    actor = access.require(actor, posting.POST, union.pk)
    stands = Gift.objects.filter(once=once).first()
    if stands is not None:
        return stands
    if promised.fund not in funds():
        raise Refusal("no_fund_for_gifts", _("Donations do not go to this fund. Choose another one."))
    if promised.amount <= 0 or not promised.purpose.strip() or not promised.donor.strip():
        raise Refusal("gift_unclear", _("Say who gives how much, and what it may be used for."))
    if not Book.objects.filter(pk=union.pk).exists():
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    made = Gift.objects.create(
        once=once,
        number=_number(at),
        fund=promised.fund,
        purpose=promised.purpose.strip()[:200],
        donor=promised.donor.strip()[:120],
        amount=promised.amount,
        made_by=actor.user_id,
        made_at=at,
        union_id=union.pk,
        county_id=union.stands_in,
    )
    expected = paying_in.expect(
        actor=actor,
        at=at,
        union=union,
        source=Source(SOURCE, str(made.pk)),
        payer=Payer(made.donor),
        amount=made.amount,
        fund=made.fund,
        role=ROLE,
        title=gettext("Donation %(number)s") % {"number": made.number},
    )
    made.receivable_id, made.reference = expected.pk, expected.reference
    made.save(update_fields=["receivable_id", "reference"])
    _trail(actor, at, "gift.promise", made)
    return made


def came_in(*, actor: Actor, at: datetime, receivable: Receivable, receipt: Receipt, **_more: Any) -> None:
    """Money of a donation was matched (`payments.received.donation`): what came of it so far."""
    gift = Gift.objects.select_for_update().get(pk=int(receivable.source_id))
    gift.received = receivable.received
    gift.received_on = gift.received_on or receipt.day
    gift.save(update_fields=["received", "received_on"])
    _trail(actor, at, "gift.received", gift)


def change_purpose(*, actor: Actor, at: datetime, gift_id: int, purpose: str, consent: str) -> Gift:
    """It may be used for something else, because the donor agreed: `consent` says when and how. Stands beside what was
    agreed before; the same again is once. Raises Refusal without consent."""
    gift = held(gift_id)
    actor = access.require(actor, posting.POST, gift.union_id)
    if not consent.strip() or not purpose.strip():
        raise Refusal(
            "consent_missing", _("Another use needs the donor’s consent. Say when and how it was given.")
        )
    said = purpose.strip()[:200], consent.strip()[:200]
    last = gift.agreements.order_by("-pk").first()
    if last is not None and (last.purpose, last.consent) == said:
        return gift
    GiftAgreement.objects.create(
        gift=gift,
        purpose=said[0],
        consent=said[1],
        made_by=actor.user_id,
        made_at=at,
        union_id=gift.union_id,
        county_id=gift.county_id,
    )
    _trail(actor, at, "gift.change_purpose", gift, reason=said[1])
    return gift


def use_of(gift: Gift, agreed: Sequence[GiftAgreement]) -> str:
    """What the gift may be used for now, by what was agreed of it, the first first."""
    return agreed[-1].purpose if agreed else gift.purpose


def code_of(number: str) -> str:
    """What is printed on the receipt beside its number, so that nobody else reads what became of the gift."""
    return vault.digest(CODE, number)[:CODE_LETTERS]


def spelled(number: str) -> str:
    """The code as it is printed, four letters at a time."""
    code = code_of(number)
    return "-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def is_code(number: str, code: str) -> bool:
    """Whether the code belongs to the number; as long for every answer."""
    return hmac.compare_digest(code_of(number).encode(), code.strip().lower().replace("-", "").encode())


def paper(*, actor: Actor, at: datetime, gift_id: int) -> bytes:
    """The donor's receipt as a PDF. Raises Refusal before anything has come in."""
    gift = held(gift_id)
    actor = access.require(actor, posting.POST, gift.union_id)
    kept = gift.received - given_back(gift)
    if kept <= 0:
        raise Refusal("nothing_received", _("A receipt is printed once the money has come in."))
    union = Union.objects.get(pk=gift.union_id)
    _trail(actor, at, "gift.receipt.export", gift)
    with translation.override(letters.LANGUAGE):
        values = {
            "union": union.name,
            "title": gettext("Receipt of a donation"),
            "to": gift.donor,
            "before": [gettext("Thank you. We have received your donation and use it as you wish.")],
            "head": [gettext("Number"), gettext("Received on"), gettext("Fund"), gettext("Amount (yuan)")],
            "rows": [[gift.number, day_words(gift.received_on), funds()[gift.fund], money(kept)]],
            "after": [
                gettext("To be used for: %(purpose)s")
                % {"purpose": use_of(gift, list(gift.agreements.order_by("pk")))},
                gettext("See what became of it at %(address)s with the number and this code: %(code)s")
                % {
                    "address": f"{settings.ADDRESS}{reverse('dues:gifts')}",
                    "code": spelled(gift.number),
                },
            ],
            "day": day_words(at),
        }
    return letters.printed(values, at)


def given_back(gift: Gift) -> int:
    """How much of what came in (fen) went back to the donor, or is ordered to."""
    receipts = Receipt.objects.filter(receivable_id=gift.receivable_id or 0)
    return int(receipts.aggregate(fen=Sum("refunded", default=0))["fen"])


def held(gift_id: int) -> Gift:
    """The gift, locked. Raises NotForYou for one the actor does not see."""
    gift = Gift.objects.select_for_update().filter(pk=gift_id).first()
    if gift is None:
        raise NotForYou("no_such_gift", _("There is no such donation at your union."))
    return gift


def _number(at: datetime) -> str:
    """The year and ten digits by chance with a check digit, so that nobody counts on from their own."""
    return f"{days.business_day(at).year}" + with_check_digit(
        "".join(secrets.choice("0123456789") for _place in range(10))
    )


def _trail(actor: Actor, at: datetime, action: str, gift: Gift, reason: str = "") -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="dues_gift",
        subject_id=gift.pk,
        place=audit.Place(gift.union_id, gift.county_id),
        reason=reason,
        detail={"fen": gift.amount, "received": gift.received},
    )
