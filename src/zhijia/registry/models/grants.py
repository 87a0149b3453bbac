"""Who may do what where."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable
from zhijia.registry.models.unions import Union


class Grant(ProtectedTable):
    """A user holds a role at a union and everything under it in the organisation tree, from a day to a day.

    `reads_people`, `reads_only` and `administers` (whether it gives rights to others) are copied from the role's
    definition when the grant is given: row policies go by them. `seal` is a keyed digest over the row (S-28), checked
    by `zhijia verify`.
    """

    keeping = Keeping("Who could do what (S-07)", "retention.trail_months")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)
    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="grants")
    union_id: int
    reads_people = models.BooleanField()
    reads_only = models.BooleanField(default=False, db_default=False)
    administers = models.BooleanField(default=False, db_default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    given_by = models.BigIntegerField(null=True)
    given_at = models.DateTimeField()
    seal = models.CharField(max_length=32, default="")

    class Meta:
        db_table = "registry_grant"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "union"],
                condition=Q(valid_to__isnull=True),
                name="grant_once_at_a_time",
            )
        ]
