"""Who marks an entry, what they gave to each item, what shows it, and what the subject objects to."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.appraisals.models.entries import Entry
from zhijia.appraisals.models.runs import ALONG
from zhijia.kernel.tables import UnionTable


class Assessor(UnionTable):
    """Somebody who is named to mark a part of an entry. Nobody marks their own (a trigger refuses it). `left_at`: they
    mark no more, for this `reason`; `left_by` who said so, they themselves or whoever runs it."""

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="assessors")
    entry_id: uuid.UUID
    part = models.CharField(max_length=40, db_collation="C")
    user_id = models.BigIntegerField()
    named_at = models.DateTimeField()
    named_by = models.BigIntegerField(null=True)
    handed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "appraisals_assessor"
        indexes = [models.Index(fields=["user_id", "entry"], name="appraisals_assessor_by_user")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "part", "user_id"], name="assessor_of_a_part_once"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_by__isnull=False) & ~Q(reason=""),
                name="assessor_who_left_says_why",
            ),
        ]

    @property
    def stepped_aside(self) -> bool:
        """Whether they said themselves that they do not mark here; whoever was taken off can be named again."""
        return self.left_at is not None and self.left_by == self.user_id


class Mark(UnionTable):
    """What somebody gave to an item: `said` as it was typed (`rules.scoring`), `points` the hundredths of it, none
    where it does not apply. Without an assessor it is the subject's own, or a figure's. The first is of `turn` 0; an
    objection that was found right adds one of turn 1, which counts instead. Others see it once it is `shown`: when all
    assessors of the part have handed in."""

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="marks")
    entry_id: uuid.UUID
    part = models.CharField(max_length=40, db_collation="C")
    item = models.CharField(max_length=40, db_collation="C")
    assessor = models.ForeignKey(Assessor, null=True, on_delete=models.CASCADE, related_name="marks")
    assessor_id: int | None
    turn = models.SmallIntegerField(default=0)
    said = models.CharField(max_length=40, db_collation="C")
    points = models.IntegerField(null=True)
    most = models.IntegerField()
    words = models.CharField(max_length=1000, default="")
    shown = models.BooleanField(default=False)
    user_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_mark"
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "part", "item", "assessor", "turn"],
                condition=Q(assessor__isnull=False),
                name="mark_of_an_assessor_once",
            ),
            models.UniqueConstraint(
                fields=["entry", "part", "item", "turn"],
                condition=Q(assessor__isnull=True),
                name="mark_of_the_subject_once",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=F("most")),
                name="mark_never_above_its_points",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True, said="lacks") | Q(points__isnull=False) & ~Q(said="lacks"),
                name="mark_has_points_or_lacks",
            ),
            models.CheckConstraint(condition=Q(turn__in=(0, 1)), name="mark_is_opened_again_once"),
        ]


class Proof(UnionTable):
    """A photo or file that shows what was scored: of the subject, or of an assessor on a visit."""

    keeping = ALONG

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="proofs")
    entry_id: uuid.UUID
    part = models.CharField(max_length=40, db_collation="C")
    item = models.CharField(max_length=40, db_collation="C")
    assessor = models.ForeignKey(Assessor, null=True, on_delete=models.CASCADE, related_name="proofs")
    assessor_id: int | None
    file_id = models.UUIDField(unique=True)
    sha256 = models.CharField(max_length=64, db_collation="C")
    name = models.CharField(max_length=120, default="")
    user_id = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_proof"
        indexes = [models.Index(fields=["entry", "item"], name="appraisals_proof_of_an_item")]


class Filled(UnionTable):
    """The number a figure said of an item when the entry was opened or marked, with the link to what it comes from."""

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="filled")
    entry_id: uuid.UUID
    item = models.CharField(max_length=40, db_collation="C")
    value = models.BigIntegerField()
    said = models.CharField(max_length=40, db_collation="C")
    link = models.CharField(max_length=300, default="")
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_filled"
        constraints = [models.UniqueConstraint(fields=["entry", "item"], name="figure_of_an_item_once")]


class Objection(UnionTable):
    """What the subject says against one mark. Somebody who did not give it answers: it stands, or it is given anew."""

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        CHANGED = "changed"

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="objections")
    entry_id: uuid.UUID
    part = models.CharField(max_length=40, db_collation="C")
    item = models.CharField(max_length=40, db_collation="C")
    words = models.CharField(max_length=2000)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField()
    user_id = models.BigIntegerField()
    answer = models.CharField(max_length=2000, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "appraisals_objection"
        constraints = [
            models.UniqueConstraint(fields=["entry", "part", "item"], name="objection_to_a_mark_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="objection_is_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("user_id")),
                name="objection_is_answered_by_another",
            ),
        ]
