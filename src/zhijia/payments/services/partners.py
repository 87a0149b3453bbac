"""Ordering payments to many other unions at once, each to the account it named: as `paying.ordered` does
for one, in as many statements for all of them as for one. On `bulk`, in the caller's transaction there, which names the
scope and has asked for the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhijia.audit import many as trail
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.ledger.services import accounts
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import events, payees, paying
from zhijia.payments.services.rosters import Spent
from zhijia.registry import access
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Due:
    """So much (fen) to a union, for this source, under this title."""

    partner_id: int
    source: Source
    amount: int
    title: str


def ordered(
    *, actor: Actor, at: datetime, union: Union, dues: Sequence[Due], spent: Spent
) -> dict[int, Payment]:
    """Have the union pay each of these unions; the payments by the union they go to. What is paid is owed already: no
    line of the budget is asked for. Raises KeyError for a union without an account."""
    named = payees.of_unions([due.partner_id for due in dues], using="bulk")
    chart = accounts.chart_on(days.business_day(at))
    code = spent.on if spent.on.isdigit() else accounts.code_for(spent.on, chart)
    paying.check_partners(union, {due.partner_id for due in dues}, accounts.mirrored(code, chart))
    for due in dues:
        paying.check(due.amount, spent.fund, due.title)
    made = Payment.objects.using("bulk").bulk_create(
        [
            Payment(
                union_id=union.pk, county_id=union.stands_in, source=due.source.kind, source_id=due.source.id,
                purpose=due.source.purpose, title=due.title[:120], amount=due.amount, fund=spent.fund, code=code,
                payee=named[due.partner_id], payee_name=named[due.partner_id].holder, partner_id=due.partner_id,
                ordered_by=actor.user_id, ordered_at=at,
            )
            for due in dues
        ],
        batch_size=5_000,
    )  # fmt: skip
    events.write(made, "ordered", at=at, user_id=actor.user_id, using="bulk")
    trail.record_each(
        actor=actor,
        at=at,
        action="payment.order",
        subject="payment",
        lines=[trail.Line(one.pk, access.place_of(union), {"fen": one.amount}) for one in made],
        using="bulk",
    )
    return {one.partner_id or 0: one for one in made}
