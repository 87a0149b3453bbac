"""Handing released payments to their bank. `sending` stands, committed, before the bank is called; whoever brings an
answer names the attempt it is for. What is not answered is asked for (`asking.py`) and never sent again by itself.

Runs on `bulk`: nobody asks for it by hand, two people did when they released the batch."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import failpoints
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.payments import channels, gate
from zhijia.payments.banking.connection import NoBank
from zhijia.payments.channels import Answer, FileChannel, Instruction, Said, Unanswered
from zhijia.payments.models import Batch
from zhijia.payments.services import answering, bank_accounts, keeping, payees
from zhijia.payments.services.batching import RELEASE, held
from zhijia.vault import services as vault

_log = logging.getLogger(__name__)
CHUNK, AT_ONCE = 50, 8
"""Payments a job takes in hand together (twice so many are asked for when it is killed); calls to the bank at once."""
_CLAIM = """
WITH taken AS (
  SELECT p.id FROM payments_payment p
  WHERE p.batch_id = %(batch)s AND p.state = 'ready' ORDER BY p.id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), gone AS (
  UPDATE payments_payment p SET state = 'sending', attempt = p.attempt + 1, sent_at = %(at)s, asked_at = %(at)s,
    not_found_at = NULL, file_agreed_on = NULL
  FROM taken WHERE p.id = taken.id RETURNING p.*
), told AS (
  INSERT INTO payments_event (payment_id, happened, attempt, at, bank_number, reason, union_id, county_id)
  SELECT g.id, 'sending', g.attempt, %(at)s, '', '', g.union_id, g.county_id FROM gone g
)
SELECT g.id, g.reference, g.attempt, g.amount, a.holder, a.bank, a.id, a.account_key, g.title
FROM gone g JOIN payments_payee_account a ON a.id = g.payee_id ORDER BY g.id"""
_AGAIN = """
SELECT p.id, p.reference, p.attempt, p.amount, a.holder, a.bank, a.id, a.account_key, p.title
FROM payments_payment p JOIN payments_payee_account a ON a.id = p.payee_id
WHERE p.batch_id = %s AND p.state IN ('sending', 'unknown') ORDER BY p.id"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A payment the job has in hand: `sending` stands in the database, under this attempt."""

    payment_id: int
    reference: str
    attempt: int
    amount: int
    holder: str
    bank: str
    payee_id: UUID
    account_key: str
    title: str


_UnderWay = list[tuple[Claimed, "Future[Answer]"]]
"""What the bank has been handed, and what it will say."""


def send(*, batch_id: int, clock: Callable[[], datetime]) -> int:
    """Send what is ready of a released batch, as long as the gate is open; how many. Twice or at once, each goes once.
    A batch that goes by file waits for somebody to fetch it; one whose bank is not there, for the bank."""
    batch = Batch.objects.using("bulk").filter(pk=batch_id, state=Batch.State.RELEASED).first()
    if batch is None:
        return 0
    if channels.goes_by_file(batch.bank_account.channel):
        return 0
    try:
        channel = channels.get(batch.bank_account.channel)
    except Unanswered:
        return 0
    payer = bank_accounts.number_inside(batch.bank_account_id)
    done = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way: _UnderWay = []
        while (claimed := _claim(batch_id, clock())) or under_way:
            # while the bank has these, what it said of those before is written down
            next_ones = [
                (one, pool.submit(_said, channel, one, told)) for one, told in _instructions(claimed, payer)
            ]
            _write_down(under_way, clock)
            under_way = next_ones
            done += len(claimed)
    return done


def file_of(*, actor: Actor, at: datetime, batch_id: int) -> tuple[str, bytes]:
    """The name and content of the file with a released batch, for a bank that takes files: what was ready is sending
    from now on, and the same file can be fetched again. Needs step-up; goes on the trail."""
    batch = held(batch_id)
    actor = keeping.required(actor, RELEASE, batch.union_id, at)
    writer = _by_file(batch)
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to take the account numbers along."))
    while _claim(batch_id, at):
        pass
    with whole() as cursor:
        cursor.execute(_AGAIN, [batch_id])
        some = [Claimed(*row) for row in cursor.fetchall()]
    if not some:
        raise Refusal("batch_empty", _("Nothing of this batch is on its way to the bank."))
    payer = bank_accounts.number_inside(batch.bank_account_id)
    content = writer.write([instruction for _one, instruction in _instructions(some, payer)])
    audit.record(
        actor=actor, at=at, action="payments.file.export", subject="payments_batch", subject_id=batch.pk,
        place=audit.Place(batch.union_id, batch.county_id), detail={"many": len(some)},
    )  # fmt: skip
    return f"zhijia-{batch.pk}", content


def read_results(*, actor: Actor, at: datetime, batch_id: int, content: bytes) -> answering.Taken:
    """Take what the bank's result file says of this batch; of other payments it changes nothing. Raises Refusal for a
    file the bank did not write."""
    batch = held(batch_id)
    actor = keeping.required(actor, RELEASE, batch.union_id, at)
    ours = set(batch.payments.values_list("reference", flat=True))
    answers = [one for one in _by_file(batch).read_results(content) if one.reference in ours]
    if not answers:
        raise Refusal("of_another_batch", _("This file says nothing of the payments of this batch."))
    taken = answering.take(at=at, answers=answers)
    audit.record(
        actor=actor, at=at, action="payments.file.read", subject="payments_batch", subject_id=batch.pk,
        place=audit.Place(batch.union_id, batch.county_id), detail={"many": taken.changed},
    )  # fmt: skip
    return taken


def _by_file(batch: Batch) -> FileChannel:
    """The files of the batch's bank. Raises NotForYou where it takes none, or is not released; Refusal where no bank is
    set."""
    if batch.state != Batch.State.RELEASED or not channels.goes_by_file(batch.bank_account.channel):
        raise NotForYou("no_file", _("There is no file for this batch."))
    try:
        channel: Any = channels.get(batch.bank_account.channel)
    except NoBank as error:
        raise Refusal("no_bank", _("No bank is set here.")) from error
    files: FileChannel = channel
    return files


def _claim(batch_id: int, at: datetime) -> list[Claimed]:
    """The next payments of the batch, `sending` once this returns: committed. None while the gate is closed."""
    with whole() as cursor:
        if not gate.is_open(using="bulk"):
            return []
        cursor.execute(_CLAIM, {"batch": batch_id, "most": CHUNK, "at": at})
        return [Claimed(*row) for row in cursor.fetchall()]


def _instructions(claimed: Sequence[Claimed], payer: str) -> list[tuple[Claimed, Instruction]]:
    """What the bank is told of each, its account opened from the vault and proved to be the one that was released:
    where it is another, nothing is sent."""
    clear = vault.read_many_inside(payees.NUMBER, [one.payee_id for one in claimed])
    told = []
    for one in claimed:
        number = clear.get(one.payee_id, "")
        if vault.digest(payees.PURPOSE, number) != one.account_key:
            _log.error("a sealed account is not the one that was released")
            continue
        told.append(
            (
                one,
                Instruction(
                    reference=one.reference,
                    amount=one.amount,
                    name=one.holder,
                    account=number,
                    bank=one.bank,
                    note=one.title,
                    payer=payer,
                ),
            )
        )
    return told


def _write_down(under_way: _UnderWay, clock: Callable[[], datetime]) -> None:
    """Wait for what the bank says of these and write it down."""
    if not under_way:
        return
    attempts = {one.reference: one.attempt for one, _coming in under_way}
    said = [coming.result() for _one, coming in under_way]
    for answer in said:
        if answer.state == Said.NOT_FOUND:
            answering.unanswered(at=clock(), reference=answer.reference, attempt=attempts[answer.reference])
    answers = [answer for answer in said if answer.state != Said.NOT_FOUND]
    answering.take(at=clock(), answers=answers, attempts=attempts)
    failpoints.reached("payments.after_answer")


def _said(channel: Any, one: Claimed, instruction: Instruction) -> Answer:
    """What the bank says, in a thread that leaves the database alone. `not_found` where it does not answer, or says of
    what it was just handed that it never had it: it is asked for later."""
    failpoints.reached("payments.before_send")
    try:
        answer: Answer = channel.send(instruction)
        failpoints.reached("payments.after_send")
    except Unanswered:
        answer = Answer(one.reference, Said.NOT_FOUND)
    return answer
