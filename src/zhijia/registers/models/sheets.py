"""Sheets of rows that were sent for a list: what became of each."""

from typing import Any

from django.db import models

from zhijia.kernel.tables import Keeping, UnionTable


class Sheet(UnionTable):
    """A file with rows for a list, sent by a union: checked, confirmed, written under its `run`, perhaps taken back.
    `counts` are rows, new, changed, unchanged, wrong, sample, equal; `mistakes` the first that were found and `changes`
    the first rows of the list that will say something else, by number and fields: neither holds what stood in the
    cells. `versions` is a digest of the rows it names and their versions: another one as soon as somebody
    changes one of them, or one is no longer to be named."""

    class State(models.TextChoices):
        SENT = "sent"
        CHECKED = "checked"
        WRITING = "writing"
        WRITTEN = "written"
        UNDOING = "undoing"
        UNDONE = "undone"
        FAILED = "failed"

    keeping = Keeping("Answering for what was brought in", "retention.import_months")

    id = models.BigAutoField(primary_key=True)
    register_id = models.IntegerField()
    run = models.UUIDField(unique=True)
    user_id = models.BigIntegerField()
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, db_collation="C")
    file_id = models.UUIDField(null=True)
    errors_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    failure = models.CharField(max_length=60, default="")
    counts: "models.Field[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    mistakes: "models.Field[list[Any], list[Any]]" = models.JSONField(default=list)
    changes: "models.Field[list[Any], list[Any]]" = models.JSONField(default=list)
    unknown: "models.Field[list[str], list[str]]" = models.JSONField(default=list)
    versions = models.CharField(max_length=64, default="", db_collation="C")
    sent_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "registers_sheet"
        constraints = [
            models.UniqueConstraint(
                fields=["register_id", "union_id", "file_hash"],
                condition=models.Q(state__in=("sent", "checked", "writing")),
                name="sheet_under_way_once",
            )
        ]
        indexes = [models.Index(fields=["union_id", "register_id", "-id"], name="registers_sheet_by_union")]
