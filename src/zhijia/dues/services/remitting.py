"""Paying other unions what sharing leaves owed to them, upward before all: to the account they keep in payments, once,
released by two others. What arrives stands in the books of both (`payments.services.arriving`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from zhijia.dues.models import Outside
from zhijia.dues.services import settling
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.services.settling import Debt
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import BankAccount, Payment
from zhijia.payments.services import bank_accounts
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.models import Union

ROLES = {Outside.ABOVE: "due_to_upper", Outside.BELOW: "due_to_lower"}


@dataclass(frozen=True, slots=True)
class Due:
    """What another union is owed now: how much (fen; below nothing where more was paid than is owed), from how many
    runs, and whether an account of its own at a bank is known."""

    partner: Union
    way: str
    fen: int
    runs: int
    has_account: bool


def due(union: Union, *, way: str, after: int = 0, rows: int) -> tuple[Sequence[Due], int | None]:
    """What the union owes others and has ordered no payment of, one way (`Outside.ABOVE`, `Outside.BELOW`), and where
    the next page begins."""
    found = list(
        settling.unsettled(union)
        .filter(beneficiary=way, partner_id__gt=after)
        .values("partner_id")
        .annotate(fen=Sum("amount"), runs=Count("pk"))
        .exclude(fen=0)
        .order_by("partner_id")[: rows + 1]
    )
    shown = found[:rows]
    numbers = [one["partner_id"] for one in shown if one["partner_id"] is not None]
    partners = Union.objects.using("bulk").in_bulk(numbers)
    known = set(
        BankAccount.objects.using("bulk")
        .filter(union_id__in=numbers, closed_at=None)
        .values_list("union_id", flat=True)
    )
    told = [
        Due(partners[one["partner_id"]], way, one["fen"], one["runs"], one["partner_id"] in known)
        for one in shown
    ]
    return told, numbers[-1] if len(found) > rows else None


def remit(*, actor: Actor, at: datetime, union: Union, partner_id: int, way: str, expected: int) -> Payment:
    """Order a payment of everything another union is owed, to its own account, once: `expected` is the sum that was
    seen. Raises Refusal where nothing is owed or no longer that sum, and where it keeps no account here."""
    actor = access.require(actor, SHARE, union.pk)
    partner = Union.objects.using("bulk").filter(pk=partner_id).first()
    if partner is None or way not in ROLES:
        raise NotForYou("no_such_union", _("There is no such union."))
    bank, holder, number = bank_accounts.to_pay_into(partner.pk)
    if not number:
        raise Refusal(
            "partner_without_account",
            _(
                "%(union)s has written down no account at a bank yet. Ask it to do so under its payments; until then"
                " what it is owed stays in the books."
            )
            % {"union": partner.name},
        )
    return settling.order(
        actor=actor,
        at=at,
        union=union,
        debt=Debt(way, ROLES[way], partner.name),
        expected=expected,
        payee=Payee(holder, number, bank),
        partner_id=partner.pk,
    )
