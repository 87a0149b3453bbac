"""A definition of an appraisal that is run by a union: for whom, over which days, by which numbers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping, Table

WHY, KEPT = "What was scored, by whom, and what was named", "retention.appraisal_years"
ALONG = Keeping("As long as the run it belongs to, which takes it along")


class AppraisalVersion(Version):
    """An appraisal as it was run: one that came with the program, or one published here by two people."""

    keeping = Keeping("What was scored and named")

    class Meta(Version.Meta):
        db_table = "appraisals_version"


class Run(Table):
    """An appraisal of a period (`since` to `until`), opened by a union. `once` is the key of the form that opened it,
    which opens one run at a union. `terms` are the numbers in force then (weights, assessors, spreads, grades, days):
    every result of the run is computed by them. Until `self_until` entries begin and score themselves."""

    class State(models.TextChoices):
        OPEN = "open", _("under way")
        CLOSED = "closed", _("closed")

    keeping = Keeping(WHY, KEPT)

    id = models.AutoField(primary_key=True)
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    once = models.UUIDField()
    version = models.ForeignKey(AppraisalVersion, on_delete=models.PROTECT, related_name="runs")
    version_id: int
    code = models.CharField(max_length=60, db_collation="C")
    title = models.CharField(max_length=120)
    begins = models.CharField(max_length=10, db_collation="C")
    since = models.DateField()
    until = models.DateField()
    self_until = models.DateField()
    terms = models.JSONField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "appraisals_run"
        indexes = [models.Index(fields=["union_id", "state", "-id"], name="appraisals_run_by_union")]
        constraints = [
            models.UniqueConstraint(fields=["union_id", "once"], name="run_opened_once_by_a_form"),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="run_looks_at_days"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="run_is_closed_on_a_day",
            ),
        ]
