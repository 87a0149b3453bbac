"""Who is appraised in a run, how far it is, and what came of it."""

import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.runs import ALONG, Run
from zhijia.appraisals.rules import scoring
from zhijia.kernel import days
from zhijia.kernel.tables import Table, UnionTable


class Entry(UnionTable):
    """A union, an employer or a row of a list (`kind`, `target` its id as text) in a run. It stands at the union
    concerned: its own, the one that covers the employer, the one the row belongs to. `result` is in hundredths of a
    point; `stands` each item's mark in the end, in hundredths as text of a fraction; `failed` the items below their
    share. Once published it is fixed. `held` says why a published one is not settled yet. A re-check looks at a title
    that is held, the row `rechecks_row` of the list `rechecks_in`; what became of that title is `rechecked`."""

    class State(models.TextChoices):
        BEGUN = "begun", _("scoring itself")
        MARKING = "marking", _("being marked")
        SCORED = "scored", _("scored")
        PUBLISHED = "published", _("on public notice")
        SETTLED = "settled", _("final")
        OUT = "out", _("left out")

    class Kind(models.TextChoices):
        UNION = "union", _("union")
        EMPLOYER = "employer", _("employer")
        ROW = "row", _("row of a list")

    class Rechecked(models.TextChoices):
        KEPT = "kept"
        WITHDRAWN = "withdrawn"

    keeping = ALONG

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="entries")
    run_id: int
    kind = models.CharField(max_length=8, choices=Kind.choices)
    target = models.CharField(max_length=36, db_collation="C")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State.choices, default=State.BEGUN)
    begun_at = models.DateTimeField()
    begun_by = models.BigIntegerField(null=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.BigIntegerField(null=True)
    scored_at = models.DateTimeField(null=True)
    scored_by = models.BigIntegerField(null=True)
    result = models.IntegerField(null=True)
    stands = models.JSONField(default=dict)
    failed = models.JSONField(default=list)
    vetoed = models.CharField(max_length=40, default="", db_collation="C")
    grade = models.CharField(max_length=40, default="", db_collation="C")
    objection_until = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.BigIntegerField(null=True)
    notice_until = models.DateField(null=True)
    held = models.CharField(max_length=500, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    named_in = models.CharField(max_length=60, default="", db_collation="C")
    named_row = models.UUIDField(null=True)
    rechecks_in = models.CharField(max_length=60, default="", db_collation="C")
    rechecks_row = models.UUIDField(null=True)
    rechecked = models.CharField(max_length=9, choices=Rechecked.choices, default="", db_collation="C")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "appraisals_entry"
        indexes = [
            models.Index(fields=["run", "state", "id"], name="appraisals_entry_by_run"),
            models.Index(fields=["union_id", "-begun_at"], name="appraisals_entry_by_union"),
            models.Index(fields=["county_id", "-begun_at"], name="appraisals_entry_by_county"),
            models.Index(fields=["kind", "target"], name="appraisals_entry_by_target"),
            models.Index(
                fields=["named_in", "named_row"],
                condition=Q(named_row__isnull=False, withdrawn_at__isnull=True),
                name="appraisals_entry_of_titles",
            ),
            models.Index(
                fields=["rechecks_row"],
                condition=Q(rechecks_row__isnull=False),
                name="appraisals_entry_rechecking",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "target"], name="entry_once_in_a_run"),
            models.CheckConstraint(
                condition=~Q(state__in=("scored", "published", "settled")) | Q(result__isnull=False),
                name="entry_scored_has_a_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="out") & Q(withdrawn_at__isnull=True) | ~Q(reason=""),
                name="entry_left_out_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(named_row__isnull=False),
                name="entry_withdrawn_was_named",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(settled_by__isnull=True)
                | ~Q(settled_by=models.F("published_by"))
                | Q(named_in="", rechecked=""),
                name="entry_is_named_by_a_second_person",
            ),
        ]

    @property
    def points(self) -> str:
        """The result as points are written; nothing before there is one."""
        return "" if self.result is None else scoring.as_points(self.result)


class Notice(Table):
    """What is publicly told of a result, or of a title withdrawn: its words in both languages, from a moment to a
    moment. Anybody reads it while it hangs; it ends by itself (PI-03)."""

    keeping = ALONG

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="notices")
    withdrawal = models.BooleanField(default=False)
    words = models.JSONField()
    hangs_from = models.DateTimeField()
    hangs_until = models.DateTimeField()

    class Meta:
        db_table = "appraisals_notice"
        indexes = [models.Index(fields=["hangs_until"], name="appraisals_notice_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "withdrawal"], name="notice_of_an_entry_once"),
        ]

    @property
    def last_day(self) -> date:
        """The last day on which it hangs."""
        return days.business_day(self.hangs_until - timedelta(seconds=1))


class Opened(UnionTable):
    """The matter an item that failed opened at the union concerned."""

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="opened")
    entry_id: uuid.UUID
    item = models.CharField(max_length=40, db_collation="C")
    case_id = models.UUIDField(unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_opened"
        constraints = [
            models.UniqueConstraint(fields=["entry", "item"], name="item_opens_a_matter_once"),
        ]
