"""What employers declare and owe for a month, and reminders of what did not come."""

from django.db import models
from django.db.models import Q

from zhijia.dues.models.kept import WHY
from zhijia.kernel.tables import Keeping, Table, UnionTable
from zhijia.registry.models import Employer


class Declaration(UnionTable):
    """Total wages of all staff of an employer in a month, as its union declared them; a correction is a new version.
    `rate` and `amount` are what followed from them then (DUE-01); `by_employer`: somebody who acts for the employer
    declared it themselves."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    month = models.IntegerField()
    version = models.SmallIntegerField(default=1)
    staff = models.IntegerField()
    wages = models.BigIntegerField()
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200, default="")
    user_id = models.BigIntegerField(null=True)
    by_employer = models.BooleanField(default=False)
    declared_at = models.DateTimeField()

    class Meta:
        db_table = "dues_declaration"
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "month", "version"], name="declaration_once_a_version"
            ),
            models.CheckConstraint(
                condition=Q(wages__gte=0, staff__gte=0, amount__gte=0), name="declaration_is_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-month"], name="dues_declared_by_union"),
            models.Index(fields=["county_id", "-month"], name="dues_declared_by_county"),
        ]


class Bill(UnionTable):
    """What an employer owes for a month by the declaration that stands. `receivable_id` is where a transfer for it is
    expected, under the reference people write into it."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    month = models.IntegerField()
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="bills")
    amount = models.BigIntegerField()
    due_on = models.DateField()
    receivable_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=16, db_collation="C", default="")

    class Meta:
        db_table = "dues_bill"
        constraints = [
            models.UniqueConstraint(fields=["employer", "month"], name="bill_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="bill_is_not_negative"),
        ]
        indexes = [
            models.Index(fields=["union_id", "-month"], name="dues_bill_by_union"),
            models.Index(fields=["county_id", "-month"], name="dues_bill_by_county"),
        ]


class MonthTerms(Table):
    """The part of the wages that is contributed, and by when, for a month at a division, as the catalogue said when it
    was last asked. Written on `bulk` alone, so that the database can compare what an employer declares with it."""

    keeping = Keeping(WHY)

    division = models.CharField(max_length=12, db_collation="C")
    month = models.IntegerField()
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    due_on = models.DateField()

    class Meta:
        db_table = "dues_month_terms"
        constraints = [models.UniqueConstraint(fields=["division", "month"], name="terms_once_a_month")]


class Reminder(UnionTable):
    """A union reminded an employer in writing of what is overdue (DUE-04): for which months, how much, by when to pay.
    `served_on`, `served_how` and `proof_id` say how it reached the employer; without that it proves nothing."""

    class How(models.TextChoices):
        HAND = "hand"
        POST = "post"
        MAIL = "mail"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    since = models.IntegerField()
    until = models.IntegerField()
    owed = models.BigIntegerField()
    late_fee = models.BigIntegerField(default=0)
    answer_by = models.DateField()
    file_id = models.UUIDField(null=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    served_on = models.DateField(null=True)
    served_how = models.CharField(max_length=4, choices=How.choices, default="", blank=True)
    proof_id = models.UUIDField(null=True)

    class Meta:
        db_table = "dues_reminder"
        constraints = [
            models.CheckConstraint(condition=Q(owed__gt=0), name="reminder_asks_for_something"),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | ~Q(served_how=""),
                name="reminder_says_how_it_was_served",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "employer", "-id"], name="dues_reminder_by_union"),
            models.Index(fields=["county_id", "-id"], name="dues_reminder_by_county"),
        ]
