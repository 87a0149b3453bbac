"""Payments as pages show them. Row policies hold; views have asked for the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise

from zhijia.kernel.actors import Actor
from zhijia.payments import rules, words
from zhijia.payments.models import Alarm, BankAccount, Batch, Event, Payment
from zhijia.payments.services.batching import can_go

State = Payment.State
MOST_SHOWN = 20
TROUBLED = (State.UNKNOWN, State.FAILED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A payment, the word and colour of its state, and what it waits for."""

    payment: Payment
    word: Promise
    kind: str
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some payments, and where the next page begins."""

    rows: Sequence[Shown]
    after: str


def waiting(union_id: int, *, at: datetime, after: str = "", rows: int) -> Page:
    """What waits at the union and is in no batch yet, the oldest first."""
    found = Payment.objects.filter(union_id=union_id, state=State.WAITING, batch__isnull=True)
    return _page(found, at, after, rows)


def of_batch(batch: Batch, *, at: datetime, after: str = "", rows: int) -> Page:
    """The payments of a batch in their order."""
    return _page(Payment.objects.filter(batch=batch), at, after, rows)


def troubled(union_id: int) -> list[Shown]:
    """What somebody has to look at: no answer, refused, given back, paid but not in the books. The first hundred."""
    found = Payment.objects.filter(union_id=union_id).filter(
        Q(state__in=TROUBLED) | Q(state=State.PAID) & ~Q(unposted="")
    )
    return [shown(one) for one in found.select_related("payee").order_by("pk")[:100]]


def sums(union_id: int, *, at: datetime) -> dict[str, Any]:
    """How many and how much wait at the union in no batch, and how much of it can go now."""
    found = Payment.objects.filter(union_id=union_id, state=State.WAITING, batch__isnull=True)
    return found.aggregate(
        many=Count("pk"),
        fen=Sum("amount"),
        can=Count("pk", can_go(at)),
        can_fen=Sum("amount", filter=can_go(at)),
    )


def for_me(union_id: int, user_id: int | None) -> int:
    """How many batches of a union whoever asks has not released yet, and may be the next to: of none did they order a
    payment, or name an account."""
    own = Payment.objects.filter(Q(ordered_by=user_id) | Q(account_by=user_id), batch=OuterRef("pk"))
    found = Batch.objects.filter(~Exists(own), union_id=union_id)
    return found.filter(Q(state=Batch.State.OPEN) | Q(state=Batch.State.HALF) & ~Q(first_by=user_id)).count()


def batches(union_id: int, *, open_ones: bool) -> list[Batch]:
    """The batches of a union that are to be released, or the latest that were; with how many and how much."""
    states = [Batch.State.OPEN, Batch.State.HALF] if open_ones else [Batch.State.RELEASED]
    found = Batch.objects.filter(union_id=union_id, state__in=states).select_related("bank_account")
    return list(found.annotate(many=Count("payments"), fen=Sum("payments__amount")).order_by("-pk")[:50])


def totals(batch: Batch) -> list[dict[str, Any]]:
    """How many and how much of a batch stand in each state."""
    found = batch.payments.values("state").annotate(many=Count("pk"), fen=Sum("amount")).order_by("state")
    return [
        {**row, "word": words.STATES[row["state"]][0], "kind": words.STATES[row["state"]][1]} for row in found
    ]


def alarms(batch: Batch) -> list[Alarm]:
    """What rang in a batch, what is not answered first."""
    found = Alarm.objects.filter(payment__batch=batch).select_related("payment", "payee")
    return list(found.order_by(F("answered_at").asc(nulls_first=True), "pk")[:200])


def left(batch: Batch) -> list[Event]:
    """What left a batch, the latest first: another account was named for it, it was stopped, or is paid anew. The first
    hundred."""
    found = Event.objects.filter(left_batch=batch.pk).select_related("payment")
    return list(found.order_by("-pk")[:100])


def accounts(union_id: int) -> list[BankAccount]:
    """The bank accounts a union has."""
    return list(BankAccount.objects.filter(union_id=union_id, closed_at__isnull=True).order_by("title", "pk"))


def mine(actor: Actor) -> list[Shown]:
    """What unions pay the actor, the latest first."""
    if actor.person_id is None:
        return []
    found = Payment.objects.filter(person_id=actor.person_id).select_related("payee").order_by("-pk")[:100]
    return [shown(one) for one in found]


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """What was ordered because of a case: the first of it, and how many more a list has."""

    rows: Sequence[Shown]
    more: int


def of_case(case_id: UUID) -> MoneyLine:
    """The money line of a case."""
    found = Payment.objects.filter(case_id=case_id)
    some = [shown(one) for one in found.select_related("payee").order_by("pk")[: MOST_SHOWN + 1]]
    more = found.count() - MOST_SHOWN if len(some) > MOST_SHOWN else 0
    return MoneyLine(some[:MOST_SHOWN], more)


def shown(payment: Payment, *, at: datetime | None = None) -> Shown:
    """The payment with the words of its state."""
    word, kind = words.STATES[payment.state]
    return Shown(payment, word, kind, _waits(payment, at))


def _page(found: QuerySet[Payment], at: datetime, after: str, rows: int) -> Page:
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__gt=int(after))
    some = list(found.select_related("payee").order_by("pk")[: rows + 1])
    return Page(
        [shown(one, at=at) for one in some[:rows]], str(some[rows - 1].pk) if len(some) > rows else ""
    )


def _waits(payment: Payment, at: datetime | None) -> str:
    """What has to happen before it can be put into a batch: account, name, cooling; nothing when it can."""
    if payment.state != State.WAITING:
        return ""
    if payment.payee is None:
        return "account"
    if not rules.same_name(payment.payee_name, payment.payee.holder):
        return "name"
    cools = at is not None and payment.not_before is not None and payment.not_before > at
    return "cooling" if cools else ""
