"""What is missing or contradicts itself, what became of it, and the questions put to an authority (MEM-14)."""

import uuid

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable, Table, UnionTable

WAITING = ("open", "asked")


class QualityIssue(UnionTable):
    """One rule of data quality is broken by one person, or by the union itself (`person_id` none). One row per rule
    and person or union for good: it opens, is asked about, is cleared or accepted, and may open again."""

    keeping = Keeping("The register is kept right (PIPL art. 8)", "retention.person_years_after_leaving")

    class State(models.TextChoices):
        OPEN = "open"
        ASKED = "asked"
        CLEARED = "cleared"
        ACCEPTED = "accepted"

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=40, db_collation="C")
    person_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "registry_quality_issue"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "rule"],
                condition=Q(person_id__isnull=False),
                name="quality_issue_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["union_id", "rule"],
                condition=Q(person_id__isnull=True),
                name="quality_issue_once_per_union",
            ),
        ]
        indexes = [
            models.Index(
                fields=["union_id", "rule", "id"],
                condition=Q(state__in=WAITING),
                name="registry_issue_by_union",
            ),
            models.Index(
                fields=["county_id", "rule", "id"],
                condition=Q(state__in=WAITING),
                name="registry_issue_by_county",
            ),
        ]


class QualityTally(Table):
    """The figure of quality of a union by itself: its members, the weight of what waits about them, how many issues
    wait, and how many members have a real-name level that aid and votes ask for."""

    keeping = Keeping("A sum over members that names nobody")

    union_id = models.IntegerField(primary_key=True)
    people = models.IntegerField()
    lost = models.BigIntegerField()
    waiting = models.IntegerField()
    matched = models.IntegerField()
    checked_at = models.DateTimeField()

    class Meta:
        db_table = "registry_quality_tally"


class QualityCheck(Table):
    """How far the check of a county is: the last union done, and since when changes are to be looked at."""

    keeping = Keeping("Where a check goes on")

    county_id = models.IntegerField(primary_key=True)
    after = models.IntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seen_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_quality_check"


class AuthorityRun(UnionTable):
    """One batch of members of a union whose name and number an authority is asked about; `after` is the last person
    answered, `failure` the word for what stopped it."""

    keeping = Keeping("Who was asked about, by whom and why (PI-02)", "retention.trail_months")

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    user_id = models.BigIntegerField(null=True)
    after = models.UUIDField(null=True)
    sent = models.IntegerField(default=0)
    matched = models.IntegerField(default=0)
    differed = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    failure = models.CharField(max_length=40, default="")
    asked_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_authority_run"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id"],
                condition=Q(state__in=("waiting", "running")),
                name="authority_run_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["county_id", "-id"], name="registry_authrun_by_county")]


class AuthorityAnswer(ProtectedTable):
    """What an authority last said of a person: `digest` is the keyed digest of name and number it was asked about,
    so that a corrected person is asked about anew and nobody else twice."""

    keeping = Keeping("That nobody is asked about twice (PI-02)", "retention.person_years_after_leaving")

    class Said(models.TextChoices):
        MATCH = "match"
        DIFFER = "differ"
        UNKNOWN = "unknown"

    person_id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=32)
    said = models.CharField(max_length=8, choices=Said.choices)
    run = models.ForeignKey(AuthorityRun, null=True, on_delete=models.SET_NULL, related_name="answers")
    at = models.DateTimeField()

    class Meta:
        db_table = "registry_authority_answer"
        indexes = [
            models.Index(fields=["union_id"], name="registry_authanswer_by_union"),
            models.Index(fields=["county_id"], name="registry_authanswer_by_county"),
        ]
