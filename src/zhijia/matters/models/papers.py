"""What a case sends out: letters and replies with their numbers, what was served, public notices."""

import uuid

from django.db import models

from zhijia.kernel.tables import Keeping, Table
from zhijia.matters.models.cases import Case, PartOfCase
from zhijia.matters.models.steps import Step


class Served(PartOfCase):
    """What was served on an outside party: proof, how long they have, and their answer. The token, of which the digest
    is kept, opens this one case."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="served")
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="serving")
    party = models.CharField(max_length=10)
    party_name = models.CharField(max_length=120)
    token_digest = models.BinaryField(max_length=32, unique=True, null=True)
    proof_file = models.UUIDField(null=True)
    served_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=4000, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matters_served"


class Notice(PartOfCase):
    """A public notice: the words as they were shown, with masked names, from a moment to a moment. Anybody may read it
    while it hangs and object."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="notice")
    seat_id = models.IntegerField()
    words = models.JSONField()
    consent_id = models.BigIntegerField(null=True)
    hangs_from = models.DateTimeField()
    hangs_until = models.DateTimeField()

    class Meta:
        db_table = "matters_notice"
        indexes = [models.Index(fields=["hangs_until"], name="matters_notice_by_end")]


class Paper(PartOfCase):
    """A numbered paper that was made at a step (a letter, a reply of the union above): the words as they were printed,
    in both languages, and the PDF, which is opened through the case alone. Its QR leads to a page that says by `id`
    whether such a paper was issued."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="papers")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="papers")
    code = models.CharField(max_length=60, db_collation="C")
    union_id = models.IntegerField()
    number = models.CharField(max_length=60)
    party = models.CharField(max_length=120, default="")
    words = models.JSONField()
    file_id = models.UUIDField(unique=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "matters_paper"
        constraints = [
            models.UniqueConstraint(
                fields=["step", "code", "party", "made_at"], name="paper_once_per_step_and_serving"
            ),
            models.UniqueConstraint(fields=["union_id", "number"], name="paper_number_once_per_union"),
        ]


class PaperSeries(Table):
    """How many papers of one series a union has issued in a year: the number of the next one is never given twice and
    leaves no gap."""

    keeping = Keeping("So that no number is given twice")

    union_id = models.IntegerField()
    series = models.CharField(max_length=60)
    year = models.IntegerField()
    count = models.IntegerField()

    class Meta:
        db_table = "matters_paper_series"
        constraints = [
            models.UniqueConstraint(fields=["union_id", "series", "year"], name="paper_series_once_a_year")
        ]
