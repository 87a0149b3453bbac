"""Tables that leave the house, and the editions of the standard they name."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table, UnionTable


class Export(UnionTable):
    """One table somebody asked for: what of it, in clear or masked, for what, who allowed it, and its file.

    `rows` are those in the file, `clear_rows` those of them in clear; `progress` is how many have been written.
    `filters` may hold the name somebody searched for, so the row is guarded like a person's.
    """

    keeping = Keeping("Answering for what left the house (S-35)", "retention.export_months")

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        WORKING = "working"
        DONE = "done"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"
        OVER = "over"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    table = models.CharField(max_length=40)
    format = models.CharField(max_length=8)
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=dict)
    clear = models.BooleanField(default=False)
    purpose = models.CharField(max_length=60, default="")
    reason = models.CharField(max_length=200, default="")
    language = models.CharField(max_length=10)
    standard = models.CharField(max_length=24)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    user_id = models.BigIntegerField()
    request_id = models.CharField(max_length=60)
    once = models.UUIDField()
    asked_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    expected = models.IntegerField(null=True)
    progress = models.IntegerField(default=0)
    rows = models.IntegerField(null=True)
    clear_rows = models.IntegerField(default=0)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, default="")
    file_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, default="")
    done_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "registry_export"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "once"], name="export_asked_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user_id")),
                name="export_allowed_by_another_than_who_asked",
            ),
            models.CheckConstraint(
                condition=Q(clear=False) | ~Q(purpose=""), name="export_in_clear_has_a_purpose"
            ),
        ]
        indexes = [
            models.Index(fields=["user_id", "-asked_at"], name="registry_export_by_user"),
            models.Index(fields=["union_id", "state"], name="registry_export_by_union"),
            models.Index(fields=["county_id", "state"], name="registry_export_by_county"),
        ]


class StandardEdition(Table):
    """The standard as it was published under a version: what files that name the version mean, for as long as
    there are such files."""

    keeping = Keeping("Files name the version they were made by")

    version = models.CharField(max_length=24, primary_key=True)
    issued_on = models.DateField()
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "registry_standard_edition"
