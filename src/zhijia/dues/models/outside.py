"""What runs of sharing leave owed to those who are no union in the register."""

from django.db import models
from django.db.models import Q

from zhijia.dues.models.kept import WHY
from zhijia.dues.models.shared import Distribution
from zhijia.kernel.tables import Keeping, UnionTable


class Outside(UnionTable):
    """What a run left owed to a beneficiary outside (fen; below nothing where a share was taken back), and the payment
    that settles it; none while none is ordered."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="outside")
    beneficiary = models.CharField(max_length=20, db_collation="C")
    amount = models.BigIntegerField()
    payment_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dues_outside"
        constraints = [
            models.UniqueConstraint(fields=["distribution", "beneficiary"], name="outside_once_a_run"),
            models.CheckConstraint(condition=~Q(amount=0), name="outside_is_owed_something"),
        ]
        indexes = [
            models.Index(fields=["union_id", "beneficiary", "-id"], name="dues_outside_by_union"),
            models.Index(fields=["county_id"], name="dues_outside_by_county"),
        ]
