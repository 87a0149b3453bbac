"""Donations to unions: who gives, for which fund, for what (DUE-19)."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, UnionTable


class Donation(UnionTable):
    """A donation: promised, then received through the bank like any money in; or goods, received with what they are
    worth (fen) and kept in a lot (`lot_id`). `number` stands on the receipt; with the code printed there (a keyed
    digest of the number) the donor reads what became of it. `purpose` is what it may be used for as it was given; what
    was agreed with the donor later stands beside it (`DonationAgreement`, DUE-19)."""

    keeping = Keeping("What was given and what for is kept as long as the books it stands in (DUE-19)")

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    number = models.CharField(max_length=16, db_collation="C", unique=True)
    fund = models.CharField(max_length=40, db_collation="C")
    purpose = models.CharField(max_length=200)
    donor = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    received_on = models.DateField(null=True)
    lot_id = models.BigIntegerField(null=True)
    receivable_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=16, db_collation="C", default="")
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "dues_donation"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, received__gte=0), name="donation_brings_something"
            ),
            models.CheckConstraint(
                condition=Q(received=0, received_on__isnull=True)
                | Q(received__gt=0, received_on__isnull=False),
                name="donation_came_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="dues_donation_by_union"),
            models.Index(fields=["county_id", "-id"], name="dues_donation_by_county"),
        ]


class DonationAgreement(UnionTable):
    """Another use of a donation, and when and how its donor agreed. Only added: the last one holds (DUE-19)."""

    keeping = Keeping(
        "What was agreed with a donor is kept as long as the books the donation stands in (DUE-19)"
    )

    id = models.BigAutoField(primary_key=True)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="agreements")
    purpose = models.CharField(max_length=200)
    consent = models.CharField(max_length=200)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "dues_donation_agreement"
        constraints = [
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(consent=""), name="agreement_says_what"),
        ]
        indexes = [
            models.Index(fields=["union_id"], name="dues_agreement_by_union"),
            models.Index(fields=["county_id"], name="dues_agreement_by_county"),
        ]
