"""What a bank says of payments is written down once, however often, late or out of order it comes: by the answer to a
send, by asking, by a call-back, by a result file. A payment that is paid is posted in the same transaction, and whoever
gets the money is told. On `bulk`."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from zhijia.audit import many as trail
from zhijia.audit.services import Place
from zhijia.catalogue import parameters
from zhijia.kernel import actors, days
from zhijia.kernel.context import whole
from zhijia.notices import many
from zhijia.payments import rules
from zhijia.payments.channels import Answer, Said
from zhijia.payments.services import posting
from zhijia.ui.templatetags.ui import money

ENDED = frozenset({"paid", "failed", "returned"})
_HELD = """
SELECT id, reference, state, attempt, amount, title, person_id, union_id, county_id
FROM payments_payment WHERE reference = ANY (%s) ORDER BY id FOR UPDATE"""
_WRITE = """
UPDATE payments_payment p SET state = said.state, asked_at = %(at)s,
  ended_at = CASE WHEN said.ended THEN coalesce(said.since, %(at)s) ELSE p.ended_at END,
  bank_number = CASE WHEN said.bank_number = '' THEN p.bank_number ELSE said.bank_number END, reason = said.reason,
  not_found_at = CASE WHEN said.lost THEN %(at)s ELSE NULL END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(ended)s::bool[], %(lost)s::bool[], %(since)s::timestamptz[],
  %(numbers)s::text[], %(reasons)s::text[]) AS said (id, state, ended, lost, since, bank_number, reason)
WHERE p.id = said.id"""
_EVENTS = """
INSERT INTO payments_event (payment_id, happened, attempt, at, bank_number, reason, union_id, county_id)
SELECT p.id, said.happened, p.attempt, %(at)s, said.bank_number, said.reason, p.union_id, p.county_id
FROM unnest(%(ids)s::bigint[], %(happened)s::text[], %(numbers)s::text[], %(reasons)s::text[])
  AS said (id, happened, bank_number, reason) JOIN payments_payment p ON p.id = said.id ORDER BY p.id"""
_UNANSWERED = """
WITH lost AS (
  UPDATE payments_payment SET state = 'unknown' WHERE reference = %(reference)s AND state = 'sending'
    AND attempt = %(attempt)s RETURNING id, attempt, union_id, county_id)
INSERT INTO payments_event (payment_id, happened, attempt, at, bank_number, reason, union_id, county_id)
SELECT id, 'unknown', attempt, %(at)s, '', '', union_id, county_id FROM lost"""
_AGREE = """
UPDATE payments_payment p SET file_agreed_on = %(day)s FROM payments_batch b
WHERE b.id = p.batch_id AND b.bank_account_id = %(account)s AND p.state IN ('unknown', 'failed')
  AND (p.sent_at AT TIME ZONE 'Asia/Shanghai')::date <= %(day)s AND p.reference <> ALL (%(seen)s)
  AND coalesce(p.file_agreed_on < %(day)s, true)"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of answers: how many payments they changed, and references nobody here knows."""

    changed: int
    strange: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A payment goes from a state to another by an answer."""

    payment_id: int
    was: str
    to: str
    answer: Answer
    amount: int
    title: str
    person_id: UUID | None
    union_id: int
    county_id: int


def take(*, at: datetime, answers: Sequence[Answer], attempts: Mapping[str, int] | None = None) -> Taken:
    """Write down what the bank says of these references. `attempts` names the attempt each answer is for, where it is
    the answer to a send: of another attempt it changes nothing. Twice is once. What it says of another amount is left
    to reconciliation."""
    last = {answer.reference: answer for answer in answers}
    if not last:
        return Taken(0, ())
    with whole() as cursor:
        cursor.execute(_HELD, [list(last)])
        found = cursor.fetchall()
        changes = [
            _Change(number, state, to, last[reference], amount, title, person, union, county)
            for number, reference, state, attempt, amount, title, person, union, county in found
            if (attempts is None or attempts.get(reference) == attempt)
            and last[reference].amount in (None, amount)
            and (to := rules.after(state, last[reference].state)) is not None
        ]
        if changes:
            _write(cursor, at, changes)
            _follow(cursor, at, [change for change in changes if change.was != change.to])
    known = {reference for _id, reference, *_rest in found}
    return Taken(len(changes), tuple(sorted(set(last) - known)))


def unanswered(*, at: datetime, reference: str, attempt: int) -> None:
    """The bank did not answer this attempt: whether it has the instruction is unknown from now on."""
    with whole() as cursor:
        cursor.execute(_UNANSWERED, {"reference": reference, "attempt": attempt, "at": at})


def agree(*, bank_account_id: int, day: date, seen: Collection[str]) -> int:
    """The bank's file up to this day was read and holds these references: what was sent by then and is not among them
    was not paid. How many payments this says so of."""
    with whole() as cursor:
        cursor.execute(_AGREE, {"account": bank_account_id, "day": day, "seen": sorted(seen)})
        return int(cursor.rowcount)


def _write(cursor: Any, at: datetime, changes: Sequence[_Change]) -> None:
    values = {
        "at": at,
        "ids": [change.payment_id for change in changes],
        "states": [change.to for change in changes],
        "ended": [change.to in ENDED for change in changes],
        "lost": [change.answer.state == Said.NOT_FOUND for change in changes],
        "since": [change.answer.at for change in changes],
        "numbers": [change.answer.bank_number[:40] for change in changes],
        "reasons": [change.answer.reason[:120] for change in changes],
        "happened": [str(change.answer.state) for change in changes],
    }
    cursor.execute(_WRITE, values)
    cursor.execute(_EVENTS, values)


def _follow(cursor: Any, at: datetime, changes: Sequence[_Change]) -> None:
    """Post what was paid, take back what came back after it was posted, say so."""
    posting.post(cursor, at=at, payment_ids=[change.payment_id for change in changes if change.to == "paid"])
    posting.take_back(
        cursor,
        at=at,
        payment_ids=[
            change.payment_id for change in changes if (change.was, change.to) == ("paid", "returned")
        ],
    )
    _trail(at, changes)
    _tell(at, changes)


def _trail(at: datetime, changes: Sequence[_Change]) -> None:
    """A line for what became of each person's payment, and one for all those to bodies of a union together."""
    alike: dict[str, dict[Place, list[int]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        place = Place(change.union_id, change.county_id, change.person_id)
        alike[change.to][place].append(change.payment_id)
    for to, places in alike.items():
        trail.record_each(
            actor=actors.system("payments-bank"),
            at=at,
            action=f"payment.{to}",
            subject="payment",
            lines=[trail.Line(some[0], place, {"payments": some}) for place, some in places.items()],
            using="bulk",
        )


def _tell(at: datetime, changes: Sequence[_Change]) -> None:
    """Whoever gets the money learns what was paid, why, and by when it arrives; or that the bank gave it back."""
    told: dict[str, list[tuple[UUID, dict[str, object]]]] = defaultdict(list)
    for change in changes:
        if change.person_id is None or change.to not in ENDED:
            continue
        values: dict[str, object] = {"title": change.title, "amount": money(change.amount)}
        if change.to == "paid":
            today = days.business_day(change.answer.at or at)
            limit = parameters.value("payments.arrives_days", day=today)
            values["day"] = (today + timedelta(days=limit)).isoformat()
        told["payment_paid" if change.to == "paid" else "payment_back"].append((change.person_id, values))
    for kind, some in told.items():
        many.tell_each(at=at, kind=kind, told=some, link="payments:mine", reason="payment")
