"""A drive: a definition that a union opened, from when to when, with its targets and money."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping, Table

WHY, KEPT = "What a drive asked for, gave and reached", "retention.campaign_years"


class CampaignVersion(Version):
    """A campaign as it is run: one that came with the program, or one published here by two people."""

    keeping = Keeping("What drives were run under")

    class Meta(Version.Meta):
        db_table = "campaigns_version"


class Drive(Table):
    """A campaign that a union runs. `once` is the key of the form that made it. `budget` is what may be spent and `pot`
    what is shared, in fen (a pot of places: how many); `sums` is what each gets of money, by thing, as it was when the
    drive was opened; `spent` is kept with each order. `roster_on` is the day the roster was last made whole, `place`
    the union up to which the run under way has made it. `report` is written when it is closed."""

    keeping = Keeping(WHY, KEPT)

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"
        STOPPED = "stopped"

    id = models.AutoField(primary_key=True)
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    once = models.UUIDField(unique=True)
    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="drives")
    version_id: int
    code = models.CharField(max_length=60, db_collation="C")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True)
    budget = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    pot = models.BigIntegerField(default=0)
    sums: "models.Field[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    roster_on = models.DateField(null=True)
    place = models.IntegerField(null=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    report: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    @property
    def called(self) -> str:
        """Its title in the reader's language: what somebody called it, else what its definition is called."""
        label: dict[str, str] = self.version.content["label"]
        return str(Text(**label)) if self.title in label.values() else self.title

    class Meta:
        db_table = "campaigns_drive"
        indexes = [models.Index(fields=["union_id", "state", "-id"], name="campaigns_drive_by_union")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="drive_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("budget")), name="drive_spends_within_its_budget"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "stopped"))
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="drive_is_opened_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("closed", "stopped"))
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="drive_is_closed_by_somebody",
            ),
        ]


class Share(Table):
    """A target: what a union is to reach of a measure, in a year of the drive or in all of it (`year` 0). The drive's
    own stands above nothing; the others are shares of the one of the union `above`, and add up to it (a trigger
    looks, at the end of the transaction)."""

    keeping = Keeping("As long as the drive, which takes it along")

    id = models.BigAutoField(primary_key=True)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="shares")
    drive_id: int
    union_id = models.IntegerField()
    above_id = models.IntegerField(null=True)
    measure = models.CharField(max_length=40, db_collation="C")
    year = models.SmallIntegerField(default=0)
    amount = models.BigIntegerField()
    given_by = models.BigIntegerField(null=True)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "campaigns_share"
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "union_id", "measure", "year"], name="share_of_a_union_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_is_not_negative"),
        ]
        indexes = [models.Index(fields=["drive", "above_id"], name="campaigns_share_by_above")]
