"""What the tax office's files say came in, line by line."""

from django.db import models
from django.db.models import Q

from zhijia.dues.models.kept import WHY
from zhijia.kernel.tables import Keeping, UnionTable


class CollectionFile(UnionTable):
    """A file of the tax office: what it collected for the unions under this one. Checked first, then confirmed by
    somebody who looked; a file with the same bytes is taken once."""

    class State(models.TextChoices):
        CHECKED = "checked"
        CONFIRMED = "confirmed"
        DISCARDED = "discarded"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CHECKED)
    digest = models.CharField(max_length=64, db_collation="C")
    file_id = models.UUIDField(null=True)
    lines_count = models.IntegerField()
    good_count = models.IntegerField()
    amount = models.BigIntegerField()
    sent_by = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dues_collection_file"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "digest"],
                condition=~Q(state="discarded"),
                name="collection_file_is_taken_once",
            ),
        ]
        indexes = [models.Index(fields=["county_id", "-id"], name="dues_file_by_county")]


class CollectionLine(UnionTable):
    """A row of a tax office's file: whose, for which months, how much. `problem` says why it cannot be taken (a code);
    a line of a payer we do not know is taken and waits."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(CollectionFile, on_delete=models.PROTECT, related_name="lines")
    row = models.IntegerField()
    credit_code = models.CharField(max_length=30, db_collation="C")
    payer = models.CharField(max_length=120, default="")
    since = models.IntegerField()
    until = models.IntegerField()
    base = models.BigIntegerField()
    amount = models.BigIntegerField()
    paid_on = models.DateField(null=True)
    employer_id = models.IntegerField(null=True)
    problem = models.CharField(max_length=30, db_collation="C", default="")

    class Meta:
        db_table = "dues_collection_line"
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="collection_line_once_a_row")]
