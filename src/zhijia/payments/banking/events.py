"""What a bank tells by itself: taken once, signed and in time, and worked in by a job. The order in which events come
says nothing: a payment goes on only by its own ways (`rules.MOVES`)."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.payments.banking import signing
from zhijia.payments.banking.connection import NoBank
from zhijia.payments.banking.connection import connection as bank_connection
from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import BankEvent, Payment
from zhijia.payments.services import answering

JOB = "payments.bank_event"
PROVIDER = "bank"
LONGEST = 16 * 1024
_INSERT = """
INSERT INTO payments_bank_event (provider, event_id, reference, state, amount, bank_number, at, reason, received_at,
  outcome)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '') ON CONFLICT (provider, event_id) DO NOTHING RETURNING id"""


class Forged(Refusal):
    """The message is not the bank's: its signature is wrong, or it is too old."""


def receive(*, at: datetime, moment: str, signature: str, body: bytes) -> bool:
    """Take a message of the bank in; whether it is a new one. Raises Forged, and Refusal for one nobody can read."""
    window = parameters.value("payments.event_seconds", day=days.business_day(at))
    try:
        key = bank_connection().key
    except NoBank:
        raise Forged("no_bank", _("No bank is set here.")) from None
    if not signing.is_signed(key, moment, body, signature, at=at, window=window):
        raise Forged("forged_event", _("The signature is wrong, or the message is too old."))
    said = _read(body)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [PROVIDER, *said, at])
        row = cursor.fetchone()
    if row:
        app.configure_task(JOB, queue="default", allow_unknown=True).defer(event_id=row[0])
    return row is not None


def work(*, event_id: int, at: datetime) -> str:
    """Work an event in: what came of it. A second time finds it worked in already."""
    event = BankEvent.objects.using("bulk").get(pk=event_id)
    if event.worked_at is not None:
        return event.outcome
    payment = Payment.objects.using("bulk").filter(reference=event.reference).first()
    if payment is None:
        outcome = "strange"
    elif payment.amount != event.amount:
        outcome = "amount"
    else:
        answer = Answer(event.reference, Said(event.state), event.bank_number, event.at, event.reason)
        outcome = "taken" if answering.take(at=at, answers=[answer]).changed else "nothing"
    BankEvent.objects.using("bulk").filter(pk=event_id).update(worked_at=at, outcome=outcome)
    return outcome


def _read(body: bytes) -> tuple[Any, ...]:
    """The cells of an event. Raises Refusal."""
    try:
        said = json.loads(body)
        at = datetime.fromisoformat(said["at"])
        texts = [said[name] for name in ("id", "reference", "state", "bank_number", "reason")]
        limits = (64, 32, 9, 40, 120)
        fits = all(
            isinstance(text, str) and len(text) <= most and text.isprintable()
            for text, most in zip(texts, limits, strict=True)
        )
        sound = fits and texts[0] and type(said["amount"]) is int and abs(said["amount"]) < 2**62
        if not (sound and texts[2] in set(Said) and at.tzinfo is not None):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Refusal("unreadable_event", _("This message cannot be read.")) from None
    number, reference, state, bank_number, reason = texts
    return number, reference, state, said["amount"], bank_number, at, reason
