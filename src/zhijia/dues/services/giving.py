"""Donations: written down, expected, received through the bank like any money in, used as agreed (DUE-19)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import definitions
from zhijia.dues.models import Donation, DonationAgreement
from zhijia.dues.services import keeping
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

SOURCE, ROLE, GROUP = "donation", "donation_income", "donation"
SAID = ("donor", "amount", "fund", "purpose")
"""What makes two that are sent under one key the same donation."""


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


def promise(*, actor: Actor, at: datetime, union: Union, promised: Promised, once: UUID) -> Donation:
    """Write a donation down and expect its money under a reference, once for `once`. Raises Refusal for a fund no
    donation goes to, where the union keeps no books, and for another donation under the same key."""
    actor = access.require(actor, posting.POST, union.pk)
    made, new = keeping.once(said(actor, at, union, promised, once), *SAID)
    if not new:
        return made
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
    trail(actor, at, "donation.promise", made)
    return made


def said(actor: Actor, at: datetime, union: Union, promised: Promised, once: UUID, **more: Any) -> Donation:
    """The donation as it is to be written down. Raises Refusal for a fund no donation goes to, and where the union
    keeps no books."""
    if promised.fund not in funds():
        raise Refusal("no_fund_for_donations", _("Donations do not go to this fund. Choose another one."))
    if promised.amount <= 0 or not promised.purpose.strip() or not promised.donor.strip():
        raise Refusal("donation_unclear", _("Say who gives how much, and what it may be used for."))
    if not Book.objects.filter(pk=union.pk).exists():
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    return Donation(
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
        **more,
    )


def came_in(*, actor: Actor, at: datetime, receivable: Receivable, receipt: Receipt, **_more: Any) -> None:
    """Money of a donation was matched (`payments.received.donation`): what came of it so far."""
    donation = Donation.objects.select_for_update().get(pk=int(receivable.source_id))
    donation.received = receivable.received
    donation.received_on = donation.received_on or receipt.day
    donation.save(update_fields=["received", "received_on"])
    trail(actor, at, "donation.received", donation)


def change_purpose(*, actor: Actor, at: datetime, donation_id: int, purpose: str, consent: str) -> Donation:
    """It may be used for something else, because the donor agreed: `consent` says when and how. Stands beside what was
    agreed before; the same again is once. Raises Refusal without consent."""
    donation = held(donation_id)
    actor = access.require(actor, posting.POST, donation.union_id)
    if not consent.strip() or not purpose.strip():
        raise Refusal(
            "consent_missing", _("Another use needs the donor's consent. Say when and how it was given.")
        )
    said = purpose.strip()[:200], consent.strip()[:200]
    last = donation.agreements.order_by("-pk").first()
    if last is not None and (last.purpose, last.consent) == said:
        return donation
    DonationAgreement.objects.create(
        donation=donation,
        purpose=said[0],
        consent=said[1],
        made_by=actor.user_id,
        made_at=at,
        union_id=donation.union_id,
        county_id=donation.county_id,
    )
    trail(actor, at, "donation.change_purpose", donation, reason=said[1])
    return donation


def use_of(donation: Donation, agreed: Sequence[DonationAgreement]) -> str:
    """What the donation may be used for now, by what was agreed of it, the first first."""
    return agreed[-1].purpose if agreed else donation.purpose


def given_back(donation: Donation, *, using: str = "default") -> int:
    """How much of what came in (fen) went back to the donor, or is ordered to."""
    expected = Receivable.objects.using(using).filter(pk=donation.receivable_id or 0)
    return expected.values_list("given_back", flat=True).first() or 0


def held(donation_id: int) -> Donation:
    """The donation, locked. Raises NotForYou for one the actor does not see."""
    donation = Donation.objects.select_for_update().filter(pk=donation_id).first()
    if donation is None:
        raise NotForYou("no_such_donation", _("There is no such donation at your union."))
    return donation


def _number(at: datetime) -> str:
    """The year and ten digits by chance with a check digit, so that nobody counts on from their own."""
    return f"{days.business_day(at).year}" + with_check_digit(
        "".join(secrets.choice("0123456789") for _place in range(10))
    )


def trail(actor: Actor, at: datetime, action: str, donation: Donation, reason: str = "") -> None:
    """A line of the trail about a donation."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="dues_donation",
        subject_id=donation.pk,
        place=audit.Place(donation.union_id, donation.county_id),
        reason=reason,
        detail={"fen": donation.amount, "received": donation.received},
    )
