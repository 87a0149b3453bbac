"""What was said to whom, by which channels it went out, and what somebody does not want to hear."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.ids import new_id
from zhijia.kernel.tables import Keeping, ProtectedTable, Table


class Message(ProtectedTable):
    """One message to a user, a person or both, of a kind of the catalogue. `values` hold ids and names of
    things, never a number or a phone; the words are put together when it is read. The id grows with
    time."""

    keeping = Keeping("What we told people, and when", "retention.notice_months")

    id = models.UUIDField(primary_key=True, default=new_id)
    user_id = models.BigIntegerField(null=True)
    person_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    link = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(user_id__isnull=False) | Q(person_id__isnull=False), name="message_is_to_somebody"
            )
        ]
        indexes = [
            models.Index(fields=["user_id", "-id"], name="notices_message_by_user"),
            models.Index(fields=["person_id", "-id"], name="notices_message_by_person"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Delivery(Table):
    """A message goes out by a channel once: whoever makes this row sends."""

    keeping = Keeping("Nobody is told twice", "retention.notice_months")

    class State(models.TextChoices):
        SENDING = "sending"
        SENT = "sent"
        LEFT_OUT = "left_out"

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField()
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    at = models.DateTimeField()

    class Meta:
        db_table = "notices_delivery"
        constraints = [
            models.UniqueConstraint(
                fields=["message_id", "channel"], name="delivery_once_per_message_and_channel"
            )
        ]


class SwitchedOff(Table):
    """A kind of message that a user does not want, by one channel or ("page") at all."""

    keeping = Keeping("As long as the account")

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        db_table = "notices_switched_off"
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "kind", "channel"], name="switched_off_once_per_kind_and_channel"
            )
        ]
