"""Carrying messages out of the house."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections, transaction
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhijia.accounts import sms
from zhijia.accounts.models import User
from zhijia.accounts.services import attempts
from zhijia.catalogue import notices as kinds
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal, TooMany
from zhijia.notices.models import Delivery, Message
from zhijia.vault import services as vault

SMS = "sms"
# A gateway that is down for a day is caught up with.
RETRY = RetryStrategy(max_attempts=40, linear_wait=120, retry_exceptions=[OSError])


def quiet_hours(at: datetime) -> tuple[int, int]:
    """From and to which hour no telephone rings."""
    day = days.business_day(at)
    begin, end = (parameters.value(f"notices.quiet_{edge}_hour", day=day) for edge in ("from", "to"))
    return begin, end


@app.task(name="notices.deliver_sms", queue="messages", retry=RETRY)
def deliver_sms(message_id: str, sender_id: int | None) -> None:
    """Send the message to the telephone of whom it is for, once. The number is looked up as its owner, or
    as the sender where the person has no account; nobody else sees it. A gateway out of reach is tried
    again."""
    message = _message(UUID(message_id))
    if message is None:
        return
    now = days.now()
    if not _claim(message.pk, now):
        return
    number = _number(message, sender_id)
    if not number or not _within_budget(number, now):
        _settle(message.pk, Delivery.State.LEFT_OUT, now)
        return
    try:
        sms.send(number, _words(message))
    except OSError:
        Delivery.objects.filter(message_id=message.pk, channel=SMS, state=Delivery.State.SENDING).delete()
        raise
    _settle(message.pk, Delivery.State.SENT, now)


def _message(message_id: UUID) -> Message | None:
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        return Message.objects.using("bulk").filter(pk=message_id).first()


def _claim(message_id: UUID, now: datetime) -> bool:
    """Whether this run is the one that sends: the row is committed before anything leaves the house."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO notices_delivery (message_id, channel, state, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [message_id, SMS, Delivery.State.SENDING, now],
        )
        return bool(cursor.rowcount == 1)


def _settle(message_id: UUID, state: Delivery.State, now: datetime) -> None:
    Delivery.objects.filter(message_id=message_id, channel=SMS).update(state=state, at=now)


def _number(message: Message, sender_id: int | None) -> str:
    """The telephone, as somebody who may see it: the account's own, else the person's in the register."""
    request_id = f"notice-{message.pk}"
    for user_id, kind, row_id in (
        (message.user_id, "accounts_user.phone", message.user_id),
        (message.user_id, "registry_person.phone", message.person_id),
        (sender_id, "registry_person.phone", message.person_id),
    ):
        if user_id is None or row_id is None:
            continue
        with acting(Actor(user_id=user_id, channel="job", request_id=request_id)):
            try:
                return vault.read_inside(kind, row_id)
            except Refusal:
                continue
    return ""


def _within_budget(number: str, now: datetime) -> bool:
    """Whether the number can take one more today, and the adapter may send to it (S-23)."""
    key = attempts.digest(f"phone:{number}")
    limit = parameters.value("sms.per_day", day=days.business_day(now))
    try:
        sms.require_reachable(number)
        with transaction.atomic():
            attempts.one_at_a_time(key)
            attempts.require_few("sms", key, at=now, window=timedelta(days=1), limit=limit)
    except (TooMany, Refusal):
        return False
    return True


def _words(message: Message) -> str:
    account = User.objects.filter(pk=message.user_id).first() if message.user_id else None
    with override(account.language if account else "zh-hans"):
        return kinds.body(message.kind, message.values)
