"""Paying other unions what sharing leaves owed to them, upward before all: to the account they keep in payments, once,
released by two others; one by one, or all of them at once. What arrives stands in the books of both
(`payments.services.arriving`)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.dues.models import Outside
from zhijia.dues.services import settling
from zhijia.dues.services.settling import Debt
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Payment
from zhijia.payments.services import keeping, partners, payees, paying
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.rosters import Spent
from zhijia.registry import access
from zhijia.registry.models import Union

_SETTLES = """
UPDATE dues_outside o SET payment_id = told.payment FROM unnest(%s::bigint[], %s::bigint[]) AS told (id, payment)
WHERE o.id = told.id"""
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
    known = payees.of_unions(numbers)
    told = [
        Due(partners[one["partner_id"]], way, one["fen"], one["runs"], one["partner_id"] in known)
        for one in shown
    ]
    return told, numbers[-1] if len(found) > rows else None


def remit(*, actor: Actor, at: datetime, union: Union, partner_id: int, way: str, expected: int) -> Payment:
    """Order a payment of everything another union is owed, to its own account, once: `expected` is the sum that was
    seen. Raises Refusal where nothing is owed or no longer that sum, and where it keeps no account here."""
    actor = settling.of_the_union(actor, union)
    partner = Union.objects.using("bulk").filter(pk=partner_id).first()
    if partner is None or way not in ROLES:
        raise NotForYou("no_such_union", _("There is no such union."))
    if partner.pk not in payees.of_unions([partner.pk]):
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
        payee=Payee(partner.name),
        partner_id=partner.pk,
    )


@dataclass(frozen=True, slots=True)
class All:
    """What can be ordered at once: to how many unions, and how much together (fen)."""

    unions: int
    fen: int


def payable(union: Union, *, way: str) -> All:
    """What the union owes others one way that have an account at a bank, together."""
    owed = [sum(one.amount for one in rows) for rows in _payable(union, way, using="default").values()]
    return All(len(owed), sum(owed))


def remit_each(*, actor: Actor, at: datetime, union: Union, way: str, expected: int) -> list[int]:
    """Order the payments of everything that other unions with an account are owed one way, at once and once each:
    `expected` is the sum that was seen. The numbers of the payments. All or nothing, on `bulk`, in as many statements
    for many unions as for one. Raises Refusal where nothing is owed, or no longer that sum."""
    actor = settling.of_the_union(actor, union)
    keeping.required(actor, paying.ORDER, union.pk, at)
    if way not in ROLES:
        raise NotForYou("no_such_union", _("There is no such union."))
    with whole() as cursor:
        rows = _payable(union, way, using="bulk", lock=True)
        fen = sum(one.amount for some in rows.values() for one in some)
        if fen <= 0:
            raise Refusal("nothing_owed", settling.NOTHING_OWED)
        if fen != expected:
            raise Refusal("sum_changed", settling.SUM_CHANGED)
        made = partners.ordered(
            actor=actor,
            at=at,
            union=union,
            dues=_dues(union, way, rows),
            spent=Spent(settling.FUND, ROLES[way], ""),
        )
        settles = [(one.pk, made[partner].pk) for partner, some in rows.items() for one in some]
        cursor.execute(_SETTLES, [[row for row, _payment in settles], [payment for _row, payment in settles]])
        audit.record(
            actor=actor,
            at=at,
            action="dues.remit_each",
            subject="union",
            subject_id=union.pk,
            place=access.place_of(union),
            detail={"fen": fen, "unions": len(made)},
            using="bulk",
        )
    return sorted(one.pk for one in made.values())


def _payable(union: Union, way: str, *, using: str, lock: bool = False) -> dict[int, list[Outside]]:
    """What is owed one way to each union that has an account and is owed something, by the union. One that is dissolved
    is left out: the others do not wait for it."""
    owed = settling.unsettled(union, using=using).filter(beneficiary=way).order_by("pk")
    found: dict[int, list[Outside]] = defaultdict(list)
    for one in owed.select_for_update(of=("self",)) if lock else owed:
        found[one.partner_id or 0].append(one)
    kept = payees.of_unions(found, using=using)
    over = Union.objects.using(using).filter(pk__in=list(found), dissolved_on__isnull=False)
    payable = kept.keys() - over.values_list("pk", flat=True)
    return {
        partner: rows
        for partner, rows in found.items()
        if partner in payable and sum(one.amount for one in rows) > 0
    }


def _dues(union: Union, way: str, rows: Mapping[int, Sequence[Outside]]) -> list[partners.Due]:
    before = Payment.objects.using("bulk").filter(
        union_id=union.pk, source=settling.SOURCE, purpose=way, partner_id__in=list(rows)
    )
    many = dict(before.values("partner_id").annotate(many=Count("pk")).values_list("partner_id", "many"))
    names = dict(Union.objects.using("bulk").filter(pk__in=list(rows)).values_list("pk", "name"))
    return [
        partners.Due(
            partner,
            settling.source_of(some, many.get(partner, 0)),
            sum(one.amount for one in some),
            settling.title_of(names[partner]),
        )
        for partner, some in rows.items()
    ]
