"""Money out: payments with their states, the batches two people release, where payees want their money. What comes in:
`incoming_models`; what the bank says: `reconciliation.models`.

Which way a payment may go, who may have released it, and that nothing is paid or given back twice, the database keeps
whoever writes (`migrations/payments.sql`, ADR 0018).
"""

import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, ProtectedTable, Table, UnionTable

_WHY = Keeping("What money moved for is kept as long as the books (DUE-10)")
_SALT = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_salt() -> str:
    """Four letters that tell apart two payments of one number: a database set back to an earlier moment gives numbers
    again, and the bank knows each reference once."""
    return "".join(secrets.choice(_SALT) for _place in range(4))


class BankAccount(UnionTable):
    """An account of a union at a bank. Its number lies in the vault; `tail` are its last four digits. `title` is what
    the ledger calls the account with this money (`ledger.Account.title`); `channel` is the way to its bank."""

    keeping = _WHY
    personal = False

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=60, default="", blank=True)
    bank = models.CharField(max_length=80)
    holder = models.CharField(max_length=120)
    tail = models.CharField(max_length=4, db_collation="C")
    channel = models.CharField(max_length=40, db_collation="C")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_bank_account"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "title"],
                condition=Q(closed_at__isnull=True),
                name="bank_account_once_a_title",
            )
        ]


class PayeeAccount(ProtectedTable):
    """Where somebody wants their money: a person (`person_id`), the union it stands at (`of_union`), or a body that
    union pays. Never changed: a new one comes after it, and the last one counts. The number lies in the vault;
    `account_key` is its keyed digest, `tail` its last four digits. `set_by` named it; nothing is paid to it before
    `usable_from`. `payers` are unions (and their counties) that pay it for a member who stands elsewhere by now: they
    read it, too."""

    keeping = _WHY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.UUIDField(null=True)
    of_union = models.BooleanField(default=False)
    holder = models.CharField(max_length=120)
    bank = models.CharField(max_length=80)
    tail = models.CharField(max_length=4, db_collation="C")
    account_key = models.CharField(max_length=32, db_collation="C")
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()
    usable_from = models.DateTimeField()
    reason = models.CharField(max_length=200, default="")
    payers = ArrayField(models.IntegerField(), default=list)

    class Meta:
        db_table = "payments_payee_account"
        constraints = [
            models.CheckConstraint(
                condition=Q(of_union=False) | Q(person_id__isnull=True), name="payee_account_is_of_one"
            )
        ]
        indexes = [
            models.Index(
                fields=["union_id", "-set_at"], condition=Q(of_union=True), name="payments_payee_of_union"
            ),
            models.Index(fields=["person_id", "-set_at"], name="payments_payee_by_person"),
            models.Index(fields=["account_key"], name="payments_payee_by_account"),
            models.Index(fields=["union_id"], name="payments_payee_by_union"),
            models.Index(fields=["county_id"], name="payments_payee_by_county"),
            GinIndex(fields=["payers"], name="payments_payee_by_payer"),
        ]


class Batch(UnionTable):
    """Payments from one bank account that two people release together. `seal` says what the first of them saw: the
    second releases the same or nothing."""

    class State(models.TextChoices):
        OPEN = "open"
        HALF = "half"
        RELEASED = "released"
        WITHDRAWN = "withdrawn"

    keeping = _WHY
    personal = False

    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="batches")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    seal = models.CharField(max_length=64, db_collation="C", default="")
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    first_by = models.BigIntegerField(null=True)
    first_at = models.DateTimeField(null=True)
    second_by = models.BigIntegerField(null=True)
    second_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_batch"
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | Q(first_by__isnull=False) & ~Q(first_by=F("second_by")),
                name="batch_is_released_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(second_by__isnull=False) & ~Q(seal=""),
                name="batch_is_released_as_it_was_seen",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="payments_batch_by_union"),
            models.Index(fields=["county_id", "-id"], name="payments_batch_by_county"),
        ]


class Payment(UnionTable):
    """So much to one payee for one thing, once: `source`, `source_id`, `purpose` and `instalment` name what for. It is
    spent on the account `code` of the chart, of `fund`. `reference` is what the bank knows it by: made of its number
    and of `round`, which counts on only after the bank has said that the round before came to nothing. `attempt` counts
    the times a job took it up: whoever writes an answer names theirs. `snapshot` is a digest of amount and account, as
    they were released; `first_by` and `second_by` released it, `account_by` named the account. `partner_id` is the
    union it goes to, where it goes to one: to the account that union named, and no other."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        SENDING = "sending"
        PAID = "paid"
        FAILED = "failed"
        RETURNED = "returned"
        UNKNOWN = "unknown"
        STOPPED = "stopped"

    keeping = _WHY

    id = models.BigAutoField(primary_key=True)
    salt = models.CharField(max_length=4, db_collation="C", default=new_salt)
    round = models.SmallIntegerField(default=1)
    reference = models.CharField(max_length=24, db_collation="C", default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempt = models.IntegerField(default=0)
    source = models.CharField(max_length=40, db_collation="C")
    source_id = models.CharField(max_length=60, db_collation="C")
    purpose = models.CharField(max_length=40, db_collation="C", default="")
    instalment = models.SmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    fund = models.CharField(max_length=40, db_collation="C")
    code = models.CharField(max_length=12, db_collation="C")
    payee = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, null=True, related_name="payments")
    payee_name = models.CharField(max_length=120)
    partner_id = models.IntegerField(null=True)
    person_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    hold_id = models.BigIntegerField(null=True)
    snapshot = models.CharField(max_length=64, db_collation="C", default="")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="payments")
    ordered_by = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField()
    account_by = models.BigIntegerField(null=True)
    first_by = models.BigIntegerField(null=True)
    second_by = models.BigIntegerField(null=True)
    not_before = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    not_found_at = models.DateTimeField(null=True)
    file_agreed_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    bank_number = models.CharField(max_length=40, db_collation="C", default="")
    reason = models.CharField(max_length=120, default="")
    entry_id = models.BigIntegerField(null=True)
    back_entry_id = models.BigIntegerField(null=True)
    unposted = models.CharField(max_length=60, db_collation="C", default="")

    class Meta:
        db_table = "payments_payment"
        constraints = [
            models.UniqueConstraint(
                fields=["source_id", "source", "purpose", "instalment"], name="payment_once_per_source"
            ),
            models.UniqueConstraint(fields=["reference"], name="payment_reference_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_pays_something"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "stopped"))
                | Q(payee__isnull=False, batch__isnull=False) & ~Q(snapshot=""),
                name="payment_knows_where_it_goes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "stopped"))
                | Q(first_by__isnull=False, second_by__isnull=False) & ~Q(first_by=F("second_by")),
                name="payment_is_released_by_two",
            ),
            models.CheckConstraint(
                condition=Q(first_by__isnull=True)
                | (
                    (
                        Q(ordered_by__isnull=True)
                        | ~Q(ordered_by=F("first_by")) & ~Q(ordered_by=F("second_by"))
                    )
                    & (
                        Q(account_by__isnull=True)
                        | ~Q(account_by=F("first_by")) & ~Q(account_by=F("second_by"))
                    )
                ),
                name="payment_is_released_by_others",
            ),
            models.CheckConstraint(
                condition=Q(entry_id__isnull=True)
                | Q(state__in=("paid", "returned", "waiting", "stopped"))
                | Q(round__gt=1),
                name="payment_is_posted_once_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "state", "-id"], name="payments_payment_by_union"),
            models.Index(fields=["county_id", "state", "-id"], name="payments_payment_by_county"),
            models.Index(
                fields=["person_id", "-id"],
                condition=Q(person_id__isnull=False),
                name="payments_payment_by_person",
            ),
            models.Index(
                fields=["case_id"], condition=Q(case_id__isnull=False), name="payments_payment_by_case"
            ),
            models.Index(
                fields=["partner_id", "-id"],
                condition=Q(partner_id__isnull=False),
                name="payments_payment_by_partner",
            ),
            models.Index(
                fields=["batch", "state", "id"],
                condition=Q(batch__isnull=False),
                name="payments_payment_by_batch",
            ),
            models.Index(
                fields=["state", "asked_at"],
                condition=Q(state__in=("ready", "sending", "unknown")),
                name="payments_payment_under_way",
            ),
            models.Index(fields=["id"], condition=~Q(unposted=""), name="payments_payment_unposted"),
        ]

    @property
    def masked(self) -> str:
        """The payee's account as people may see it (PI-08); empty where none is named yet."""
        return f"****{self.payee.tail}" if self.payee else ""


class Event(UnionTable):
    """What happened to a payment, in its order. Only added; `user_id` is none for the platform itself. `left_batch` is
    the batch the payment was in until then, where it left one by this."""

    keeping = _WHY
    personal = False

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    happened = models.CharField(max_length=12, db_collation="C")
    attempt = models.IntegerField(default=0)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    bank_number = models.CharField(max_length=40, db_collation="C", default="")
    reason = models.CharField(max_length=300, default="")
    left_batch = models.BigIntegerField(null=True)

    class Meta:
        db_table = "payments_event"
        indexes = [
            models.Index(fields=["payment", "id"], name="payments_event_by_payment"),
            models.Index(
                fields=["left_batch"], condition=Q(left_batch__isnull=False), name="payments_event_left_batch"
            ),
        ]


class Alarm(UnionTable):
    """Something about a payment that has to be looked at before it is released: answered by somebody with a reason."""

    class Kind(models.TextChoices):
        CHANGED = "changed"
        SHARED = "shared"
        KIN = "kin"
        DIED = "died"

    keeping = _WHY
    personal = False

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="alarms")
    payee = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    raised_at = models.DateTimeField()
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "payments_alarm"
        constraints = [
            models.UniqueConstraint(fields=["payment", "payee", "kind"], name="alarm_once_per_account"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False) & ~Q(answer=""),
                name="alarm_is_answered_with_a_reason",
            ),
        ]


class Gate(Table):
    """Whether anything is sent to any bank: one row. It counts for the timeline of the database it was opened on, so
    that a database set back to an earlier moment finds it closed until what the bank has agrees (`gate.py`)."""

    keeping = Keeping("Whether payments may be sent now")

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_open = models.BooleanField(default=True)
    timeline = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, default="")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "payments_gate"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_gate")]


from zhijia.payments.arrival_models import Arrival as Arrival  # noqa: E402 - they point at the tables above
from zhijia.payments.incoming_models import Receipt as Receipt  # noqa: E402 - they point at the tables above
from zhijia.payments.incoming_models import Receivable as Receivable  # noqa: E402
from zhijia.payments.reconciliation.models import (  # noqa: E402 - they point at the tables above
    BankEvent as BankEvent,
)
from zhijia.payments.reconciliation.models import Difference as Difference  # noqa: E402
from zhijia.payments.reconciliation.models import Statement as Statement  # noqa: E402
from zhijia.payments.reconciliation.models import StatementLine as StatementLine  # noqa: E402
