"""Rosters sent by a union: the run, and what it changed, so that it can be undone."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable, UnionTable


class RosterImport(UnionTable):
    """One file a union sent: what was found in it, what was done, until when it can be undone.

    `counts` hold how many rows were new, changed, same, wrong, waiting (for the other side), and after an undo
    how many were undone and how many refused. `first_errors` hold masked values only. `stage` tells a waiting
    reader how far the running job is, `progress` the same in figures. `wide` says that the file names the union of
    each row: then the work is that of a load. `standard` is the version of the data standard it was read by.
    """

    keeping = Keeping("Answering for what was imported", "retention.import_months")

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKING = "checking"
        CHECKED = "checked"
        APPLYING = "applying"
        APPLIED = "applied"
        UNDOING = "undoing"
        UNDONE = "undone"
        FAILED = "failed"

    class Mode(models.TextChoices):
        GOOD_ROWS = "good_rows"
        ALL_OR_NOTHING = "all"

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.GOOD_ROWS)
    stage = models.CharField(max_length=10, default="")
    standard = models.CharField(max_length=24, default="")
    wide = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
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
    moved_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_roster_import"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id"],
                condition=Q(state__in=("applying", "undoing")),
                name="roster_import_one_applying_per_union",
            ),
            models.UniqueConstraint(
                fields=["union_id", "file_hash"],
                condition=Q(state__in=("uploaded", "checking", "checked", "applying")),
                name="roster_import_one_unfinished_per_file",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="registry_import_by_union"),
            models.Index(fields=["county_id", "-id"], name="registry_import_by_county"),
        ]


class ImportChange(ProtectedTable):
    """What an import changed in a person the register knew already: the fields as they were, so that it can be
    undone. Old vault values lie in the vault under `registry_import_change.*` with this row's id. People and
    memberships an import made carry its id themselves."""

    keeping = Keeping(
        "Undoing an import; runs from the end of the time to undo it", "retention.import_undo_hours"
    )

    id = models.UUIDField(primary_key=True)
    import_id = models.BigIntegerField()
    person_id = models.UUIDField()
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_import_change"
        constraints = [
            models.UniqueConstraint(fields=["import_id", "person_id"], name="import_change_once_per_person")
        ]
