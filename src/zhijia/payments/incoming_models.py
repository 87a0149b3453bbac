"""Money in: what a union expects, and the lines of the bank that came."""

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, UnionTable

_WHY = Keeping("What money moved for is kept as long as the books (DUE-10)")


class Receivable(UnionTable):
    """Money a union expects: from whom, how much, what for. `reference` is what people write into the transfer; `role`
    is what income it is (a role of the chart). `received` is the sum of the receipts matched to it, `given_back` what
    of them went back or is on its way: both are kept by the database. What goes back is expected no more, as a fee of
    what was called off; where it `stays_owed`, as by law, it is expected again under the same reference."""

    keeping = _WHY

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=16, db_collation="C")
    source = models.CharField(max_length=40, db_collation="C")
    source_id = models.CharField(max_length=60, db_collation="C")
    purpose = models.CharField(max_length=40, db_collation="C", default="")
    title = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    fund = models.CharField(max_length=40, db_collation="C")
    role = models.CharField(max_length=40, db_collation="C")
    payer_name = models.CharField(max_length=120)
    person_id = models.UUIDField(null=True)
    payer_union_id = models.IntegerField(null=True)
    employer_id = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    received = models.BigIntegerField(default=0)
    given_back = models.BigIntegerField(default=0)
    stays_owed = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_receivable"
        constraints = [
            models.UniqueConstraint(
                fields=["source_id", "source", "purpose"], name="receivable_once_per_source"
            ),
            models.UniqueConstraint(fields=["reference"], name="receivable_reference_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, received__gte=0), name="receivable_expects_something"
            ),
            models.CheckConstraint(
                condition=Q(given_back__gte=0, given_back__lte=F("received")),
                name="receivable_gives_back_what_came",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="payments_expected_by_union"),
            models.Index(fields=["county_id", "-id"], name="payments_expected_by_county"),
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="payments_expected_by_person"
            ),
        ]

    @property
    def left(self) -> int:
        """What has not come in yet, or is owed again, in fen."""
        return max(self.amount - self.received + (self.given_back if self.stays_owed else 0), 0)


class Receipt(UnionTable):
    """Money that came in on a bank account: a line of the bank, once by the bank's own number. Matched to what was
    expected, or not yet. `refunded` is what was given back or is on its way back: never more than came in."""

    keeping = _WHY

    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(
        "payments.BankAccount", on_delete=models.PROTECT, related_name="receipts"
    )
    bank_number = models.CharField(max_length=40, db_collation="C")
    day = models.DateField()
    amount = models.BigIntegerField()
    payer_name = models.CharField(max_length=120, default="")
    payer_tail = models.CharField(max_length=4, db_collation="C", default="")
    payer_key = models.CharField(max_length=32, db_collation="C", default="")
    note = models.CharField(max_length=200, default="")
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, null=True, related_name="receipts")
    person_id = models.UUIDField(null=True)
    entry_id = models.BigIntegerField(null=True)
    refunded = models.BigIntegerField(default=0)
    read_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True)
    matched_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "payments_receipt"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_number", "bank_account"], name="receipt_once_per_bank_line"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, refunded__gte=0, refunded__lte=F("amount")),
                name="receipt_is_not_given_back_twice",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-day", "-id"], name="payments_receipt_by_union"),
            models.Index(fields=["county_id", "-day", "-id"], name="payments_receipt_by_county"),
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="payments_receipt_by_person"
            ),
            models.Index(
                fields=["union_id", "id"],
                condition=Q(receivable__isnull=True),
                name="payments_receipt_unmatched",
            ),
        ]
