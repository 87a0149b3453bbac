"""The round itself: from a call to the names; its notices."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.tables import Keeping, Table

WHY, KEPT = "Who was chosen, by whom and how (HON-01 to HON-05)", "retention.round_years"


class RoundVersion(Version):
    """A round as it is held: one that came with the program, or one published here by two people."""

    keeping = Keeping("How one was chosen")

    class Meta(Version.Meta):
        db_table = "appraisals_round_version"


class Round(Table):
    """A definition that is held by a union in a year. `stage` is the one that is judged now, `taxonomy` the code list
    of what is given, with its version (HON-02), `budget` what may be spent (fen; 0: nothing is paid), `polls` the
    public votes of its stages. What was put together by one is decided by another."""

    keeping = Keeping(WHY, KEPT)

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        JUDGING = "judging"
        BATCH = "batch"
        PROPOSED = "proposed"
        DECIDED = "decided"
        NAMED = "named"
        STOPPED = "stopped"

    id = models.AutoField(primary_key=True)
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    once = models.UUIDField(unique=True)
    version = models.ForeignKey(RoundVersion, on_delete=models.PROTECT, related_name="rounds")
    version_id: int
    title = models.CharField(max_length=120)
    year = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    stage = models.CharField(max_length=40, default="", db_collation="C")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    budget = models.BigIntegerField(default=0)
    hold_id = models.BigIntegerField(null=True)
    taxonomy = models.CharField(max_length=60, default="", db_collation="C")
    polls = models.JSONField(default=dict)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    proposed_by = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    named_by = models.BigIntegerField(null=True)
    named_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "appraisals_round"
        indexes = [
            models.Index(fields=["union_id", "-id"], name="appraisals_round_by_union"),
            models.Index(fields=["state", "closes_at"], name="appraisals_round_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(budget__gte=0), name="round_budget_is_money"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="round_is_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("decided", "named"))
                | Q(decided_by__isnull=False, decided_at__isnull=False, proposed_by__isnull=False),
                name="round_says_who_decided",
            ),
        ]


class RoundNotice(Table):
    """A public notice of a round: of one nomination at its unit, of the batch, or of what was decided (HON-01). `lines`
    are the words as they hang: masked names, by agreement (PI-03). Anybody reads it while it hangs, nobody after."""

    keeping = Keeping("What was shown to everybody, masked, and how long", KEPT)

    class Where(models.TextChoices):
        UNIT = "unit"
        BATCH = "batch"
        DECIDED = "decided"

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="notices")
    round_id: int
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    where = models.CharField(max_length=7, choices=Where.choices)
    nomination_id = models.UUIDField(null=True)
    lines = models.JSONField()
    hangs_from = models.DateTimeField()
    hangs_until = models.DateTimeField()
    hung_by = models.BigIntegerField(null=True)

    @property
    def last_day(self) -> date:
        """The day to whose end it hangs."""
        return days.business_day(self.hangs_until - timedelta(seconds=1))

    class Meta:
        db_table = "appraisals_round_notice"
        indexes = [
            models.Index(fields=["hangs_until", "id"], name="appraisals_rnotice_by_end"),
            models.Index(fields=["round", "where"], name="appraisals_rnotice_by_round"),
        ]
