"""Ordering payments for the lines of a list: as `paying.ordered` does for one, in as many statements for all of them as
for one. Each line is an instalment of what the list is for, and is there once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from zhijia.audit import many as trail
from zhijia.audit.services import Place
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.ledger.services import accounts, holds
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import PayeeAccount, Payment
from zhijia.payments.services import events, payees, paying
from zhijia.registry.models import Union

_HELD = """
UPDATE payments_payment p SET hold_id = kept.hold
FROM unnest(%s::bigint[], %s::bigint[]) AS kept (payment, hold) WHERE p.id = kept.payment"""


@dataclass(frozen=True, slots=True)
class Due:
    """So much (fen) to a person, or to another union (`partner_id`), under this number of the list."""

    number: int
    person_id: UUID | None
    name: str
    amount: int
    partner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """On what: the fund, a role or a code of the chart, and what stands in the transfer."""

    fund: str
    on: str
    title: str


def ordered(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    source: Source,
    dues: Sequence[Due],
    spent: Spent,
    case_id: UUID | None = None,
) -> list[Payment]:
    """Have the union pay each of these persons or unions, once for a number of the list; what stands in the order of
    the numbers. The decision was the right to it. Raises Refusal where a number stands with another amount or
    receiver, and where the budget does not allow all of it: then nothing is ordered."""
    standing = {one.instalment: one for one in _of(source)}
    for due in dues:
        if due.number in standing:
            paying.same(standing[due.number], union, due.amount, due.person_id, due.partner_id)
    new = [due for due in dues if due.number not in standing]
    if new:
        _order(actor, at, union, source, new, spent, case_id)
    return [one for one in _of(source) if one.instalment in {due.number for due in dues}]


def _of(source: Source) -> list[Payment]:
    found = Payment.objects.filter(source=source.kind, source_id=source.id, purpose=source.purpose)
    return list(found.order_by("instalment"))


def _order(
    actor: Actor,
    at: datetime,
    union: Union,
    source: Source,
    dues: Sequence[Due],
    spent: Spent,
    case_id: UUID | None,
) -> None:
    today = days.business_day(at)
    for due in dues:
        paying.check(due.amount, spent.fund, due.name)
    chart = accounts.chart_on(today)
    code = spent.on if spent.on.isdigit() else accounts.code_for(spent.on, chart)
    unions = {due.partner_id for due in dues if due.partner_id is not None}
    if unions:
        paying.check_partners(union, unions, accounts.mirrored(code, chart))
    named = _accounts([due.person_id for due in dues if due.person_id is not None])
    theirs = payees.of_unions(unions)
    made = [
        Payment(
            union_id=union.pk, county_id=union.stands_in, source=source.kind, source_id=source.id,
            purpose=source.purpose, instalment=due.number, title=spent.title[:120], amount=due.amount,
            fund=spent.fund, code=code, payee=account,
            payee_name=(account.holder if due.partner_id and account else due.name).strip()[:120],
            person_id=due.person_id, partner_id=due.partner_id, case_id=case_id,
            ordered_by=actor.user_id, ordered_at=at,
        )
        for due in dues
        for account in (named.get(due.person_id) or theirs.get(due.partner_id or 0),)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Payment.objects.bulk_create(made, batch_size=5_000)
    except IntegrityError as error:
        raise paying.broken(error) from error
    _keep_budget(at, union, code, spent.fund, made)
    events.write(made, "ordered", at=at, user_id=actor.user_id)
    trail.record_each(
        actor=actor,
        at=at,
        action="payment.order",
        subject="payment",
        lines=[
            trail.Line(one.pk, Place(one.union_id, one.county_id, one.person_id), {"fen": one.amount})
            for one in made
        ],
    )
    unseen = [one.pk for one in made if one.payee is None]
    if unseen:  # the database may have found their accounts elsewhere
        waiting = Payment.objects.filter(pk__in=unseen, payee__isnull=True).order_by("pk")
        paying.ask_for_accounts(actor, at, list(waiting))


def _accounts(people: Sequence[UUID]) -> Mapping[UUID | None, PayeeAccount]:
    """The account each of these named last, as `payees.current`."""
    found = PayeeAccount.objects.filter(person_id__in=people).order_by("person_id", "-set_at", "-pk")
    return {one.person_id: one for one in found.distinct("person_id")}


def _keep_budget(at: datetime, union: Union, code: str, fund: str, made: Sequence[Payment]) -> None:
    """Keep the money of all of them in the budget of this year, where the books ask for one."""
    kept = holds.keep_each(
        at=at, union=union, day=days.business_day(at), code=code, fund=fund,
        wanted=[(Source(paying.SOURCE, f"{one.pk}.{one.round}"), one.amount) for one in made],
    )  # fmt: skip
    if kept:
        with connection.cursor() as cursor:
            cursor.execute(_HELD, [[one.pk for one in made], [hold.pk for hold in kept]])
