"""Whole files of a province: the run, and the pieces of its files, so that a run that was killed goes on."""

from django.db import models

from zhijia.kernel.tables import Keeping, UnionTable


class Load(UnionTable):
    """One file (or several parts) of members of many unions, loaded for the federation above them.

    `files` are the parts in their order: name, bytes, kind, encoding, separator, where their rows begin, the
    columns found, SHA-256. `counts` are those of a roster. `empty` says that the register held nobody when it
    began: then its indexes were put away, and `put_away` says what is to be brought back. `import_id` is the import
    that everybody it made or changed carries; nothing for a command that fills an empty register. `under_way` is
    true or nothing at all, so that the database lets one run at a time be under way; a `dry` one is not.
    """

    keeping = Keeping("Answering for what was loaded", "retention.import_months")

    class State(models.TextChoices):
        LOOKING = "looking"
        WRITING = "writing"
        SETTLING = "settling"
        DONE = "done"
        FAILED = "failed"
        ABANDONED = "abandoned"

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOOKING)
    dry = models.BooleanField(default=False)
    under_way = models.BooleanField(null=True, unique=True)
    empty = models.BooleanField(default=False)
    file_hash = models.CharField(max_length=64, db_index=True)
    files = models.JSONField(default=list)
    index_version = models.IntegerField(default=0)
    import_id = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    put_away = models.JSONField(default=dict)
    failure = models.CharField(max_length=60, default="")
    user_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_load"


class LoadPiece(UnionTable):
    """What one process reads and writes in one transaction: so many bytes (of a text) or rows (of a workbook or
    parquet file) of one part. `state` is committed with the piece's rows. `blinds` are the keyed indexes of its
    identity numbers, sixteen bytes a row, while the run is under way: so duplicates are found in the whole file
    without reading it again."""

    keeping = Keeping("Going on with a load that was killed", "retention.import_months")

    class State(models.IntegerChoices):
        LOOKED_AT = 1
        GIVEN = 2
        WRITTEN = 3

    id = models.BigAutoField(primary_key=True)
    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="pieces")
    number = models.IntegerField()
    part = models.IntegerField()
    begins = models.BigIntegerField()
    size = models.BigIntegerField()
    first_row = models.BigIntegerField()
    rows = models.IntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.LOOKED_AT)
    blinds = models.BinaryField(null=True)
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "registry_load_piece"
        constraints = [models.UniqueConstraint(fields=["load", "number"], name="load_piece_once_per_number")]
