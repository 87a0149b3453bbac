"""Dues of members: reckoned from their wages, collected by their grassroots union, where they stay (DUE-05)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import MemberMonth
from zhijia.dues.rules import Paid
from zhijia.dues.services import keeping
from zhijia.dues.services.declaring import DECLARE
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union

SOURCE, FUND = "member_dues", "own"
HIGHEST = Union.Level.GRASSROOTS
"""Unions of this level and below have members who pay."""


def reckoned(*, union: Union, month: int, wages: Sequence[tuple[str, int]]) -> list[Paid]:
    """What each of these members owes for a month, by what holds where the union is."""
    day = rules.last_day(month)
    rate = Decimal(str(parameters.value("dues.member_rate", division=union.division, day=day)))
    step = int(parameters.value("dues.member_step", division=union.division, day=day))
    return rules.of_members(wages, rate, step)


def collect(
    *, actor: Actor, at: datetime, union: Union, month: int, paid: Sequence[Paid], once: UUID
) -> MemberMonth:
    """Write down what members paid for a month and post it as the union's own income, once for `once`. Raises Refusal
    for a month to come, for a union above the grassroots, and where nobody owes anything."""
    actor = access.require(actor, DECLARE, union.pk)
    if union.level < HIGHEST:
        raise Refusal(
            "not_grassroots", _("Dues of members stay with their grassroots union. Write them down there.")
        )
    if month > days.month_of(days.business_day(at)):
        raise Refusal("month_to_come", _("That month has not come yet."))
    amount = sum(one.dues for one in paid)
    if not amount:
        raise Refusal("nobody_owes", _("Nobody on the list owes anything."))
    made = MemberMonth(
        union_id=union.pk,
        county_id=union.stands_in,
        once=once,
        month=month,
        members=sum(one.dues > 0 for one in paid),
        amount=amount,
        user_id=actor.user_id,
        collected_at=at,
    )
    made, new = keeping.once(made, "month", "members", "amount")
    if not new:
        return made
    made.entry_id = _post(actor, at, union, made)
    made.save(update_fields=["entry_id"])
    facts.record(
        [
            NewFact(
                kind="dues.received",
                union_id=union.pk,
                county_id=union.stands_in,
                day=days.business_day(at),
                quantity=made.members,
                amount=amount,
                record="dues_member_month",
                record_id=made.pk,
            )
        ]
    )
    audit.record(
        actor=actor,
        at=at,
        action="dues.collect",
        subject="dues_member_month",
        subject_id=made.pk,
        place=access.place_of(union),
        detail={"month": month, "members": made.members, "fen": amount},
    )
    return made


def _post(actor: Actor, at: datetime, union: Union, made: MemberMonth) -> int:
    day = days.business_day(at)
    bank, income = (
        accounts.for_role(actor=actor, at=at, union=union, role=role, fund=FUND, day=day)
        for role in ("bank", "dues_income")
    )
    return posting.post(
        actor=actor,
        at=at,
        union=union,
        day=day,
        kind="member_dues",
        source=Source(SOURCE, str(made.pk)),
        lines=[Line(bank.pk, made.amount), Line(income.pk, -made.amount)],
        note=gettext("Dues of members for %(year)s-%(month)02d")
        % {"year": made.month // 100, "month": made.month % 100},
    )
