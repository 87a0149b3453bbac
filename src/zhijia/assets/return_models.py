"""Goods that came back because they were handed out by mistake. What holds whoever writes: `migrations/returns.sql`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, UnionTable


class Return(UnionTable):
    """What went out by an issue and came back into its lot: these `lines` of its roster, or all of it where it had no
    roster. Only added, and each line comes back once; `quantity` and `worth` (fen) are set by the database."""

    keeping = Keeping("The register of what the union answers for (DUE-11, AUD-03)")
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    issue = models.ForeignKey("assets.Issue", on_delete=models.PROTECT, related_name="returns")
    day = models.DateField()
    reason = models.CharField(max_length=200)
    lines = ArrayField(models.BigIntegerField(), default=list)
    quantity = models.IntegerField(default=0)
    worth = models.BigIntegerField(default=0)
    user_id = models.BigIntegerField()

    class Meta:
        db_table = "assets_return"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_is_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="return_says_why"),
        ]
