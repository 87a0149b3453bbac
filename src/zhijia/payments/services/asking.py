"""Asking banks what became of what they did not say, and going on with what waits: every minute, by a job."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.payments import channels, gate
from zhijia.payments.channels import Unanswered
from zhijia.payments.models import Payment
from zhijia.payments.services import answering, arriving, posting, sending, wanting

MOST = 200
_log = logging.getLogger(__name__)
_SILENT = """
SELECT p.reference, p.attempt, p.state, b.channel
FROM payments_payment p JOIN payments_batch batch ON batch.id = p.batch_id
JOIN payments_bank_account b ON b.id = batch.bank_account_id
WHERE p.state IN ('sending', 'unknown') AND p.asked_at <= %(before)s ORDER BY p.asked_at, p.id LIMIT %(most)s"""
_ASKED = """
UPDATE payments_payment SET asked_at = %(at)s
WHERE reference = %(reference)s AND state IN ('sending', 'unknown')"""
_NEVER_HAD = """
SELECT id FROM payments_payment WHERE state = 'unknown' AND not_found_at IS NOT NULL
  AND file_agreed_on >= (sent_at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY id FOR UPDATE SKIP LOCKED"""
_AGAIN = """
WITH again AS (
  UPDATE payments_payment p SET state = CASE said.why WHEN '' THEN 'ready' ELSE 'failed' END, reason = said.why,
    ended_at = CASE said.why WHEN '' THEN p.ended_at ELSE %(at)s END
  FROM unnest(%(ids)s::bigint[], %(why)s::text[]) AS said (id, why)
  WHERE p.id = said.id RETURNING p.id, p.attempt, p.state, p.reason, p.union_id, p.county_id
)
INSERT INTO payments_event (payment_id, happened, attempt, at, bank_number, reason, union_id, county_id)
SELECT id, CASE WHEN state = 'ready' THEN 'again' ELSE 'unwanted' END, attempt, %(at)s, '', reason, union_id, county_id
FROM again"""
NOT_WANTED, DIED = "not wanted any more", "the payee has died"
"""Reasons of ours in the place of a bank's (code list `bank_reasons`)."""
_READY = "SELECT DISTINCT batch_id FROM payments_payment WHERE state = 'ready' ORDER BY batch_id LIMIT 50"
# In any order: many that stay refused hold up no other.
_UNPOSTED = "SELECT id, state FROM payments_payment WHERE unposted <> '' ORDER BY random() LIMIT 200"


def go_on(*, clock: Callable[[], datetime], more: Callable[[], bool]) -> None:
    """Ask for what is not answered, post what the books refused, send what is ready, as long as `more` says so. Twice
    or at once it does so once."""
    at = clock()
    ask(at=at, more=more)
    with whole() as cursor:
        _again(cursor, at)
        cursor.execute(_UNPOSTED)
        open_still = cursor.fetchall()
        posting.post(cursor, at=at, payment_ids=[number for number, state in open_still if state == "paid"])
        posting.take_back(
            cursor, at=at, payment_ids=[number for number, state in open_still if state == "returned"]
        )
        arriving.again(cursor, day=days.business_day(at), at=at)
    with whole() as cursor:
        cursor.execute(_READY)
        batches = [batch for (batch,) in cursor.fetchall()]
    for batch in batches if gate.is_open(using="bulk") else []:
        if more():
            sending.send(batch_id=batch, clock=clock)


def ask(*, at: datetime, more: Callable[[], bool]) -> int:
    """Ask the banks for what they have not answered for some minutes, by its reference; how many answered."""
    minutes = parameters.value("payments.ask_after_minutes", day=days.business_day(at))
    with whole() as cursor:
        cursor.execute(_SILENT, {"before": at - timedelta(minutes=minutes), "most": MOST})
        silent = cursor.fetchall()
    done = 0
    for reference, attempt, state, name in silent:
        if not more():
            break
        if channels.goes_by_file(name):
            _put_off(at, reference)
            continue
        try:
            channel: Any = channels.get(name)
            answer = channel.ask(reference)
        except Unanswered:
            if state == "sending":
                answering.unanswered(at=at, reference=reference, attempt=attempt)
            _put_off(at, reference)
            continue
        except Exception:  # a bank that speaks nonsense holds up no other
            _log.exception("a bank could not be asked")
            _put_off(at, reference)
            continue
        if not answering.take(at=at, answers=[answer], attempts={reference: attempt}).changed:
            _put_off(at, reference)
        done += 1
    return done


def _again(cursor: Any, at: datetime) -> None:
    """What the bank never had goes again. What is not wanted any more, and what is for somebody who has died, does not:
    people look at it. Where its source cannot say, it stays unknown until the source can."""
    cursor.execute(_NEVER_HAD)
    ids = [number for (number,) in cursor.fetchall()]
    if ids:
        never_had = list(Payment.objects.using("bulk").filter(pk__in=ids))
        why = dict.fromkeys(wanting.dead(never_had, using="bulk"), DIED)
        unwanted, unsaid = wanting.unwanted_or_unsaid(never_had, using="bulk")
        why |= dict.fromkeys(unwanted, NOT_WANTED)
        ids = [number for number in ids if number in why or number not in unsaid]
        cursor.execute(_AGAIN, {"ids": ids, "why": [why.get(number, "") for number in ids], "at": at})


def _put_off(at: datetime, reference: str) -> None:
    with whole() as cursor:
        cursor.execute(_ASKED, {"reference": reference, "at": at})
