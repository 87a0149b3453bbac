"""What the bank says of a day, line by line, and where it differs from what stands here."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, Table, UnionTable

_WHY = Keeping("What the bank said is kept as long as the books (DUE-10)")


class Statement(UnionTable):
    """The bank's statement of one account and day. Read again it may have grown, never changed. `timeline` is that of
    the database it was compared on: after a restore what was compared before counts no more."""

    keeping = _WHY
    personal = False

    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(
        "payments.BankAccount", on_delete=models.PROTECT, related_name="statements"
    )
    day = models.DateField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    count = models.IntegerField()
    came_by = models.CharField(max_length=8, db_collation="C")
    read_at = models.DateTimeField()
    read_by = models.BigIntegerField(null=True)
    compared_at = models.DateTimeField(null=True)
    timeline = models.BigIntegerField(default=0)

    class Meta:
        db_table = "payments_statement"
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "day"], name="statement_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["union_id", "-day"], name="payments_statement_by_union"),
            models.Index(fields=["county_id", "-day"], name="payments_statement_by_county"),
        ]


class StatementLine(UnionTable):
    """A line of a statement: fen that came in stand above zero. Of the other side's account only the last four digits
    are kept."""

    keeping = _WHY

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    bank_account_id = models.BigIntegerField()
    number = models.IntegerField()
    day = models.DateField()
    at = models.DateTimeField()
    bank_number = models.CharField(max_length=32, db_collation="C")
    amount = models.BigIntegerField()
    after = models.BigIntegerField()
    name = models.CharField(max_length=60)
    tail = models.CharField(max_length=4, db_collation="C")
    reference = models.CharField(max_length=32, db_collation="C")
    note = models.CharField(max_length=80)

    class Meta:
        db_table = "payments_statement_line"
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="statement_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="statement_line_moves_something"),
        ]
        indexes = [
            models.Index(
                fields=["reference", "bank_account_id"],
                condition=~Q(reference=""),
                name="payments_line_by_reference",
            ),
            models.Index(fields=["union_id", "-day", "-id"], name="payments_line_by_union"),
            models.Index(fields=["county_id", "-day", "-id"], name="payments_line_by_county"),
        ]


class Difference(UnionTable):
    """Where the bank and we say different things about a payment or a line, until somebody or the next answer settles
    it. `ours` and `theirs` are the amounts in fen."""

    class Kind(models.TextChoices):
        BANK_PAID = "bank_paid"
        BANK_NOT = "bank_not"
        AMOUNT = "amount"
        TWICE = "twice"
        UNKNOWN_LINE = "unknown_line"
        RETURNED = "returned"
        NOT_ARRIVED = "not_arrived"

    keeping = _WHY
    personal = False

    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(
        "payments.BankAccount", on_delete=models.PROTECT, related_name="differences"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    day = models.DateField()
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, null=True, related_name="differences"
    )
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True, related_name="differences")
    ours = models.BigIntegerField(default=0)
    theirs = models.BigIntegerField(default=0)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "payments_difference"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "payment", "line"], nulls_distinct=False, name="difference_is_found_once"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(settled_by__isnull=True) | ~Q(answer=""),
                name="difference_is_settled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False) | Q(line__isnull=False),
                name="difference_is_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-day", "-id"], name="payments_difference_by_union"),
            models.Index(fields=["county_id", "-id"], name="payments_difference_by_county"),
        ]


class BankEvent(Table):
    """Something a bank told by itself, signed and in time: once by the bank's own number of it. What it means is worked
    out by a job; `outcome` is what came of it."""

    keeping = _WHY

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20, db_collation="C")
    event_id = models.CharField(max_length=64, db_collation="C")
    reference = models.CharField(max_length=32, db_collation="C")
    state = models.CharField(max_length=9, db_collation="C")
    amount = models.BigIntegerField()
    bank_number = models.CharField(max_length=40, db_collation="C")
    at = models.DateTimeField()
    reason = models.CharField(max_length=120)
    received_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, db_collation="C", default="")

    class Meta:
        db_table = "payments_bank_event"
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="bank_event_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(worked_at__isnull=True), name="payments_bank_event_waiting"
            )
        ]
