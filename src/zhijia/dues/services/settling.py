"""Settling what sharing leaves owed: by a payment that is ordered once and released by two others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import codes
from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues.models import Outside
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.services.letters import LANGUAGE
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import keeping, paying
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.models import Union

SOURCE, FUND, ROLE = "dues_outside", "own", "other_payable"
NOTHING_OWED = _("Nothing is owed here. Somebody may have ordered it just now.")
SUM_CHANGED = _("The sum has changed meanwhile. Look at it again.")
MEANWHILE = frozenset({"nothing_owed", "sum_changed"})
"""Refusals because something happened meanwhile: what is owed has to be looked at anew."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a beneficiary outside is owed by a union now: how much (fen), and from how many runs."""

    beneficiary: str
    fen: int
    runs: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What is settled: of which beneficiary (`Outside`), posted for which role, and whose it is in words."""

    beneficiary: str
    role: str
    whose: str


def owed(union: Union) -> list[Owed]:
    """What the union owes outside and has ordered no payment of, in the order of the shares."""
    rows = list(unsettled(union).filter(partner_id=None))
    found = []
    for name in BENEFICIARIES:
        some = [one.amount for one in rows if one.beneficiary == name]
        if sum(some):
            found.append(Owed(name, sum(some), len(some)))
    return found


def settle(
    *, actor: Actor, at: datetime, union: Union, beneficiary: str, expected: int, payee: Payee
) -> Payment:
    """Order a payment of everything a beneficiary outside is owed, once: `expected` is the sum that was seen. Two
    others release it. Raises Refusal where nothing is owed, or no longer that sum."""
    actor = of_the_union(actor, union)
    with override(LANGUAGE):
        whose = codes.label("contribution_shares", beneficiary)
    debt = Debt(beneficiary, ROLE, whose)
    return order(actor=actor, at=at, union=union, debt=debt, expected=expected, payee=payee)


def of_the_union(actor: Actor, union: Union) -> Actor:
    """The actor, by a right they hold at the union itself: what it owes is ordered by who keeps its own money, never by
    a union above, which it may be owed to (DUE-06, DUE-07). Raises NotForYou."""
    if not own(actor, union):
        raise NotForYou(
            "not_own_union",
            _("What a union owes is ordered by its own treasurer, not by the union above it."),
        )
    return access.require(actor, SHARE, union.pk)


def own(actor: Actor, union: Union) -> bool:
    """Whether the actor shares contributions at the union itself, not only above it."""
    return any(one.pk == union.pk for one in access.unions_granted(actor, SHARE))


def may_order(actor: Actor, union: Union, at: datetime) -> bool:
    """Whether the actor would be let settle what the union owes: what a page offers."""
    kept_by = keeping.keepers(union, at)
    return own(actor, union) and keeping.reaches(access.rights_of(actor), paying.ORDER, kept_by)


def order(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    debt: Debt,
    expected: int,
    payee: Payee,
    partner_id: int | None = None,
) -> Payment:
    """The same for whatever sharing left owed, to a union where one is named."""
    rows = list(
        unsettled(union)
        .filter(beneficiary=debt.beneficiary, partner_id=partner_id)
        .select_for_update()
        .order_by("pk")
    )
    amount = sum(one.amount for one in rows)
    if amount <= 0:
        raise Refusal("nothing_owed", NOTHING_OWED)
    if amount != expected:
        raise Refusal("sum_changed", SUM_CHANGED)
    before = Payment.objects.filter(
        union_id=union.pk, source=SOURCE, purpose=debt.beneficiary, partner_id=partner_id
    ).count()
    payment = paying.order(
        actor=actor,
        at=at,
        union=union,
        source=source_of(rows, before),
        payee=payee,
        amount=amount,
        fund=FUND,
        spent_on=debt.role,
        title=title_of(debt.whose),
        partner_id=partner_id,
    )
    for one in rows:
        one.payment_id = payment.pk
    Outside.objects.bulk_update(rows, ["payment_id"], batch_size=1000)
    audit.record(
        actor=actor,
        at=at,
        action="dues.settle_outside" if partner_id is None else "dues.remit",
        subject="payment",
        subject_id=payment.pk,
        place=access.place_of(union),
        detail={"fen": amount, "runs": len(rows)},
    )
    return payment


def source_of(rows: Sequence[Outside], before: int) -> Source:
    """What the payment of these rows is for: the same rows again after a payment of them was stopped are another."""
    return Source(SOURCE, f"{rows[-1].pk}.{len(rows)}.{before}", rows[-1].beneficiary)


def title_of(whose: str) -> str:
    """What stands in the transfer and in the books, as banks here read it."""
    with override(LANGUAGE):
        return gettext("Share of contributions: %(whose)s") % {"whose": whose}


def settled(union: Union, *, rows: int) -> list[Payment]:
    """The payments that settle what sharing left owed, the latest first."""
    return list(Payment.objects.filter(union_id=union.pk, source=SOURCE).order_by("-pk")[:rows])


def unsettled(union: Union, *, using: str = "default") -> QuerySet[Outside]:
    """What no payment is ordered for; where one was stopped, it is owed again."""
    payments = Payment.objects.using(using)
    stopped = payments.filter(union_id=union.pk, source=SOURCE, state=Payment.State.STOPPED)
    return Outside.objects.using(using).filter(
        Q(payment_id__isnull=True) | Q(payment_id__in=stopped.values("pk")), union_id=union.pk
    )
