"""Money another union paid whose entry the receiver's books refused, until it stands there."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, UnionTable


class Arrival(UnionTable):
    """A payment to this union whose entry its books refused (`broken` names the promise): tried again until it stands
    as `entry_id`, or until the money is back at the payer's bank before it stood. `is_back` is the counter-entry of
    what went back. `payer_id` is the union that paid; `round` is that of the payment then."""

    keeping = Keeping("What money moved for is kept as long as the books (DUE-10)")
    personal = False

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, related_name="arrivals")
    round = models.SmallIntegerField()
    is_back = models.BooleanField(default=False)
    payer_id = models.IntegerField()
    title = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    broken = models.CharField(max_length=60, db_collation="C")
    found_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    entry_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "payments_arrival"
        constraints = [
            models.UniqueConstraint(fields=["payment", "round", "is_back"], name="arrival_is_found_once"),
            models.CheckConstraint(
                condition=Q(entry_id__isnull=True) | Q(settled_at__isnull=False),
                name="arrival_is_settled_once_it_stands",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tried_at"], condition=Q(settled_at__isnull=True), name="payments_arrival_open"
            ),
            models.Index(fields=["union_id", "-id"], name="payments_arrival_by_union"),
            models.Index(fields=["county_id", "-id"], name="payments_arrival_by_county"),
        ]
