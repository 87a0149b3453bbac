"""Money a union gives to several below it at once: a pot shared by weights to the fen, and what small payers get back
(DUE-09, DUE-14). One prepares, a second decides, and each line becomes a payment of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.dues import shares
from zhijia.dues.models import Payout, PayoutLine
from zhijia.dues.services.distributing import SHARE
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments.services import payees, paying
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.queries import counts

DECIDE = "dues.decide"
SOURCE, FUND, ROLE = "dues_payout", "own", "subsidy_expenditure"
_REMITTED = """
SELECT u.id, coalesce(u.county_id, u.id), sum(s.amount - s.grassroots)::bigint
FROM dues_contribution c JOIN dues_split s ON s.contribution_id = c.id JOIN registry_union u ON u.id = c.other_union_id
WHERE c.paid_on BETWEEN %(first)s AND %(last)s AND u.tree_left >= %(left)s AND u.tree_left < %(right)s
GROUP BY u.id HAVING sum(s.amount - s.grassroots) > 0 AND sum(s.amount - s.grassroots) < %(below)s
ORDER BY u.id"""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a union weighs in a pot: so much for being there, for each member and for each worker of its units."""

    each: int = 0
    members: int = 0
    staff: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    union_id: int
    county_id: int
    basis: Mapping[str, int]
    amount: int


def prepare_subsidy(
    *, actor: Actor, at: datetime, union: Union, title: str, year: int, pot: int, weights: Weights
) -> Payout:
    """Share a pot (fen) among the unions of townships under this one. Raises Refusal where there is none, or none
    weighs anything."""
    actor = access.require(actor, SHARE, union.pk)
    if pot <= 0 or pot > shares.MOST_FEN:
        raise Refusal("pot_empty", _("Say how much there is to share."))
    found = list(
        Union.objects.filter(
            tree_left__gte=union.tree_left,
            tree_left__lt=union.tree_right,
            level=Union.Level.TOWNSHIP,
            dissolved_on__isnull=True,
        ).order_by("code")
    )
    told = [{"members": counts.members(one.pk, day=None), "staff": one.staff_count or 0} for one in found]
    weighed = [weights.each + weights.members * one["members"] + weights.staff * one["staff"] for one in told]
    if not sum(weighed):
        raise Refusal("nobody_weighs", _("No township union under yours weighs anything by these weights."))
    amounts = shares.by_weight(pot, weighed)
    parts = [
        _Part(one.pk, one.stands_in, {**basis, "weight": weight}, amount)
        for one, basis, weight, amount in zip(found, told, weighed, amounts, strict=True)
        if amount
    ]
    return _made(actor, at, union, Payout.Kind.SUBSIDY, title, year, parts, asdict(weights))


def prepare_refund(*, actor: Actor, at: datetime, union: Union, year: int) -> Payout:
    """List the unions under this one whose employers paid so little upward in a whole year that they get it back; what
    they got already is left out. Raises Refusal before the year is over, and for a year nobody decided about."""
    actor = access.require(actor, SHARE, union.pk)
    last = date(year, 12, 31)
    if last >= days.business_day(at):
        raise Refusal("year_not_over", _("The whole year decides. Wait until it is over."))
    below = parameters.value("dues.refund_below", division=union.division, day=last)
    share = Decimal(str(parameters.value("dues.refund_share", division=union.division, day=last)))
    values = {
        "first": date(year, 1, 1),
        "last": last,
        "left": union.tree_left,
        "right": union.tree_right,
        "below": below,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMITTED, values)
        rows = cursor.fetchall()
    had = set(
        PayoutLine.objects.filter(kind=Payout.Kind.REFUND, year=year, open=True).values_list(
            "other_union_id", flat=True
        )
    )
    parts = [
        _Part(payer, county, {"remitted": fen}, int(fen * share))
        for payer, county, fen in rows
        if payer not in had and int(fen * share)
    ]
    if not parts:
        raise Refusal("nobody_gets_it", _("No union under yours gets anything back for that year."))
    title = gettext("Contributions of %(year)s given back to small payers") % {"year": year}
    return _made(
        actor, at, union, Payout.Kind.REFUND, title, year, parts, {"below": below, "share": str(share)}
    )


def apply(*, actor: Actor, at: datetime, line_id: int, day: date) -> PayoutLine:
    """Write down that a union asked for its refund. Raises Refusal once it is decided."""
    line = PayoutLine.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise _no_payout()
    actor = access.require(actor, SHARE, line.union_id)
    if line.payout.state != Payout.State.DRAFT:
        raise Refusal("decided_already", _("This has been decided already."))
    if day > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    line.applied_on = day
    line.save(update_fields=["applied_on"])
    _trail(actor, at, "dues.payout_asked", line.payout)
    return line


def decide(*, actor: Actor, at: datetime, payout_id: int) -> Payout:
    """Decide what another prepared, and order a payment for each line; of a refund that has to be asked for, for those
    who asked. A union without an account at a bank here waits: a later call pays those that have one by then, and
    nobody twice. Raises Refusal for who prepared it."""
    payout = _held(payout_id)
    union = Union.objects.get(pk=payout.union_id)
    actor = access.require(actor, DECIDE, union.pk)
    if payout.state == Payout.State.DISCARDED:
        raise Refusal("put_aside", _("This was put aside. Prepare it anew."))
    if payout.made_by == actor.user_id:
        raise Refusal("second_person", _("You prepared this. A second person has to decide."))
    if payout.state == Payout.State.DRAFT:
        _decided(actor, at, payout, union)
    _pay(actor, at, payout, union)
    return payout


def _decided(actor: Actor, at: datetime, payout: Payout, union: Union) -> None:
    if _has_to_ask(payout, union):
        payout.lines.filter(applied_on=None).update(open=False)
    lines = payout.lines.filter(open=True)
    told = lines.aggregate(many=Count("pk"), fen=Sum("amount"))
    if not told["many"]:
        raise Refusal("nobody_asked", _("None of them has asked for it yet. Write down who did."))
    payout.state, payout.decided_by, payout.decided_at = Payout.State.DECIDED, actor.user_id, at
    payout.lines_count, payout.amount = told["many"], told["fen"]
    payout.save(update_fields=["state", "decided_by", "decided_at", "lines_count", "amount"])
    _trail(actor, at, "dues.payout_decided", payout)


def _pay(actor: Actor, at: datetime, payout: Payout, union: Union) -> None:
    """Order what is not ordered yet, to the accounts that are known. A union dissolved meanwhile is left out: the
    others do not wait for it."""
    over = Union.objects.filter(dissolved_on__isnull=False).values("pk")
    lines = list(
        payout.lines.filter(open=True, payment_id=None).exclude(other_union_id__in=over).order_by("pk")
    )
    named = payees.of_unions([one.other_union_id for one in lines])
    ordered = []
    for line in lines:
        if line.other_union_id not in named:
            continue
        payment = paying.ordered(
            actor=actor,
            at=at,
            union=union,
            source=Source(SOURCE, str(line.pk)),
            payee=Payee(named[line.other_union_id].holder),
            amount=line.amount,
            fund=FUND,
            spent_on=ROLE,
            title=payout.title,
            partner_id=line.other_union_id,
        )
        line.payment_id = payment.pk
        ordered.append(line)
    PayoutLine.objects.bulk_update(ordered, ["payment_id"], batch_size=1000)


def discard(*, actor: Actor, at: datetime, payout_id: int) -> Payout:
    """Put a draft aside; its unions can be listed again."""
    payout = _held(payout_id)
    actor = access.require(actor, SHARE, payout.union_id)
    if payout.state == Payout.State.DECIDED:
        raise Refusal("decided_already", _("This has been decided already."))
    payout.state = Payout.State.DISCARDED
    payout.save(update_fields=["state"])
    payout.lines.update(open=False)
    _trail(actor, at, "dues.payout_discarded", payout)
    return payout


def has_to_ask(payout: Payout) -> bool:
    """Whether a union has to ask for its line of this payout."""
    return _has_to_ask(payout, Union.objects.get(pk=payout.union_id))


def _has_to_ask(payout: Payout, union: Union) -> bool:
    if payout.kind != Payout.Kind.REFUND:
        return False
    day = date(payout.year, 12, 31)
    return bool(parameters.value("dues.refund_needs_application", division=union.division, day=day))


def _made(
    actor: Actor,
    at: datetime,
    union: Union,
    kind: str,
    title: str,
    year: int,
    parts: Sequence[_Part],
    weights: Mapping[str, Any],
) -> Payout:
    place = {"union_id": union.pk, "county_id": union.stands_in}
    try:
        with transaction.atomic():
            payout = Payout.objects.create(
                **place,
                kind=kind,
                title=title.strip()[:120],
                year=year,
                weights=dict(weights),
                lines_count=len(parts),
                amount=sum(part.amount for part in parts),
                made_by=actor.user_id,
                made_at=at,
            )
            PayoutLine.objects.bulk_create(
                [
                    PayoutLine(
                        **place,
                        payout=payout,
                        kind=kind,
                        year=year,
                        other_union_id=part.union_id,
                        other_county_id=part.county_id,
                        basis=dict(part.basis),
                        amount=part.amount,
                    )
                    for part in parts
                ],
                batch_size=5000,
            )
    except IntegrityError as error:
        if "refund_once_a_year" not in str(error):
            raise
        raise Refusal(
            "listed_already",
            _("Somebody listed one of these unions for that year already. Look at the drafts."),
        ) from None
    _trail(actor, at, "dues.payout_prepared", payout)
    return payout


def _held(payout_id: int) -> Payout:
    payout = Payout.objects.select_for_update().filter(pk=payout_id).first()
    if payout is None:
        raise _no_payout()
    return payout


def _no_payout() -> NotForYou:
    return NotForYou("no_such_payout", _("There is no such list at your union."))


def _trail(actor: Actor, at: datetime, action: str, payout: Payout) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="dues_payout",
        subject_id=payout.pk,
        place=audit.Place(payout.union_id, payout.county_id),
        detail={"lines": payout.lines_count, "fen": payout.amount},
    )
