"""What members pay to their own union, and what is given to others: subsidies and refunds."""

from django.db import models
from django.db.models import F, Q

from zhijia.dues.models.kept import WHY
from zhijia.kernel.tables import Keeping, UnionTable


class MemberMonth(UnionTable):
    """What members of a grassroots union paid it as dues for a month: how many they were and how much it was. It stays
    there whole (DUE-05). Whose wage is what is not kept: only the sum is."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    month = models.IntegerField()
    members = models.IntegerField()
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    collected_at = models.DateTimeField()

    class Meta:
        db_table = "dues_member_month"
        constraints = [
            models.CheckConstraint(
                condition=Q(members__gt=0, amount__gt=0), name="member_dues_are_something"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-month", "-id"], name="dues_of_members_by_union"),
            models.Index(fields=["county_id", "-month"], name="dues_of_members_by_county"),
        ]


class Payout(UnionTable):
    """Money a union gives to several below it at once: a pot shared by weights, or what small payers get back
    (DUE-09). Prepared by one person, decided by another; each line is a payment of its own."""

    class Kind(models.TextChoices):
        SUBSIDY = "subsidy"
        REFUND = "refund"

    class State(models.TextChoices):
        DRAFT = "draft"
        DECIDED = "decided"
        DISCARDED = "discarded"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=120)
    year = models.IntegerField()
    weights = models.JSONField(default=dict)
    lines_count = models.IntegerField()
    amount = models.BigIntegerField()
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dues_payout"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_by__isnull=False) & ~Q(decided_by=F("made_by")),
                name="payout_is_decided_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="dues_payout_by_union"),
            models.Index(fields=["county_id", "-id"], name="dues_payout_by_county"),
        ]


class PayoutLine(UnionTable):
    """What one union gets of a payout, and what that rests on. `applied_on` is when it asked, where it has to."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=7, choices=Payout.Kind.choices)
    year = models.IntegerField()
    open = models.BooleanField(default=True)
    other_union_id = models.IntegerField()
    other_county_id = models.IntegerField()
    basis = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    applied_on = models.DateField(null=True)
    payment_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dues_payout_line"
        constraints = [
            models.UniqueConstraint(fields=["payout", "other_union_id"], name="payout_once_a_union"),
            models.UniqueConstraint(
                fields=["other_union_id", "year"],
                condition=Q(kind="refund", open=True),
                name="refund_once_a_year",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_line_gives_something"),
        ]
        indexes = [
            models.Index(fields=["other_county_id"], name="dues_payout_by_place"),
        ]
