"""Who acts for an employer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, UnionTable
from zhijia.registry.models.unions import Employer


class Representative(UnionTable):
    """An account acts for an employer, from a day to a day. `union_id` is the union that has looked at the employer's
    letter; whoever decides there, or whoever acts, ends it."""

    keeping = Keeping("In whose name an employer asked", "retention.trail_months")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_id: int
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="representatives")
    employer_id: int
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "registry_representative"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "employer"],
                condition=Q(valid_to__isnull=True),
                name="representative_once_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["union_id"], name="registry_repr_by_union"),
            models.Index(fields=["county_id"], name="registry_repr_by_county"),
        ]
