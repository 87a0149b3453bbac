"""Rosters sent by a union: the run, and what it changed, so that it can be undone."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable


class RosterImport(ProtectedTable):
    """One file a union sent: what was found in it, what was done, until when it can be undone."""

    keeping = Keeping("Answering for what was imported", "retention.import_months")

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKING = "checking"
        CHECKED = "checked"
        APPLYING = "applying"
        APPLIED = "applied"
        UNDONE = "undone"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    mode = models.CharField(max_length=10, default="good_rows")
    file_id = models.UUIDField(null=True)
    file_hash = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    errors_id = models.UUIDField(null=True)
    columns = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    first_errors = models.JSONField(default=list)
    failure = models.CharField(max_length=60, default="")
    user_id = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_roster_import"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id"],
                condition=Q(state__in=("applying",)),
                name="roster_import_one_applying_per_union",
            )
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="registry_import_by_union"),
            models.Index(fields=["county_id", "-id"], name="registry_import_by_county"),
        ]


class ImportChange(ProtectedTable):
    """What an import did to one person, so that it can be undone row by row: created, or the fields as they
    were. Old vault values lie in the vault under `registry_import_change.before`."""

    keeping = Keeping("Undoing an import", "retention.import_undo_hours")

    id = models.UUIDField(primary_key=True)
    import_id = models.BigIntegerField(db_index=True)
    person_id = models.UUIDField()
    created = models.BooleanField()
    membership_id = models.UUIDField(null=True)
    before = models.JSONField(default=dict)
    after_digest = models.CharField(max_length=32, default="")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_import_change"
