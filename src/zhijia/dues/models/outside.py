"""What runs of sharing leave owed to others: to those who are no union in the register, and to other unions."""

from django.db import models
from django.db.models import Q

from zhijia.dues.models.kept import WHY
from zhijia.dues.models.shared import Distribution
from zhijia.kernel.tables import Keeping, UnionTable


class Outside(UnionTable):
    """What a run left owed to a beneficiary outside (fen; below nothing where a share was taken back), and the payment
    that settles it; none while none is ordered. To another union, `partner_id`, it is owed in all, and `beneficiary`
    says whether that stands above (`ABOVE`) or not (`BELOW`)."""

    ABOVE, BELOW = "above", "below"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="outside")
    beneficiary = models.CharField(max_length=20, db_collation="C")
    partner_id = models.IntegerField(null=True)
    amount = models.BigIntegerField()
    payment_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dues_outside"
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "beneficiary", "partner_id"],
                name="outside_once_a_run",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(beneficiary__in=("above", "below"), partner_id__isnull=False)
                | ~Q(beneficiary__in=("above", "below")) & Q(partner_id__isnull=True),
                name="outside_says_which_union",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="outside_is_owed_something"),
        ]
        indexes = [
            models.Index(
                fields=["union_id", "beneficiary", "partner_id", "-id"], name="dues_outside_by_union"
            ),
            models.Index(fields=["county_id"], name="dues_outside_by_county"),
        ]
