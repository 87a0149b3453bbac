"""What belongs to whoever answers: the draft of a survey, a slip with a code, the rating of what was done, a try at a
quiz."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table, UnionTable
from zhijia.questionnaires.models.polls import KEPT, WHY, Poll


class Draft(UnionTable):
    """What somebody has answered so far, sealed; theirs alone, gone when they hand it in or the poll is counted."""

    keeping = Keeping("Until it is handed in")

    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="drafts")
    user_id = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "questionnaires_draft"
        constraints = [models.UniqueConstraint(fields=["poll", "user_id"], name="draft_once")]


class Slip(Table):
    """A slip of paper with a code that lets somebody without an account answer an open survey, once. Kept is what the
    poll's secret makes of the code (`mark`): nobody reads the code out of it, nor under which place its answers lie."""

    keeping = Keeping("Until the poll is counted")

    pk = models.CompositePrimaryKey("poll_id", "mark")
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="slips")
    poll_id: int
    mark = models.UUIDField()

    class Meta:
        db_table = "questionnaires_slip"


class Rating(UnionTable):
    """Something that was done is rated by whom it was done for: asked once (and once more where `again_at`), answered
    once. A low mark is told to those who follow it up (`told_at`), and followed up by somebody who did not decide it
    (`not_by`)."""

    keeping = Keeping(WHY, "retention.rating_years")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=60, db_collation="C")
    source = models.CharField(max_length=40, db_collation="C")
    source_id = models.CharField(max_length=40, db_collation="C")
    about = models.CharField(max_length=120)
    user_id = models.BigIntegerField()
    not_by = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    mark = models.SmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    low = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    followed_by = models.BigIntegerField(null=True)
    followed_at = models.DateTimeField(null=True)
    followed = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "questionnaires_rating"
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="rating_asked_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, mark__isnull=True)
                | Q(answered_at__isnull=False, mark__isnull=False),
                name="rating_has_a_mark_once_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["union_id", "answered_at"],
                condition=Q(low=True, followed_at__isnull=True),
                name="questionnaires_rating_low",
            ),
            models.Index(
                fields=["answered_at"],
                condition=Q(low=True, followed_at__isnull=True, told_at__isnull=True),
                name="questionnaires_rating_untold",
            ),
            models.Index(fields=["user_id", "answered_at"], name="questionnaires_rating_by_user"),
            models.Index(fields=["county_id"], name="questionnaires_rating_county"),
        ]


class Attempt(UnionTable):
    """A try at a quiz: the questions drawn by its seed, what was answered within the time, the points. Practice is
    for oneself and is not kept with the contest; a result is published where its owner agreed."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="attempts")
    poll_id: int
    user_id = models.BigIntegerField()
    practice = models.BooleanField(default=False)
    seed = models.CharField(max_length=32, db_collation="C")
    answers = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    points = models.IntegerField(null=True)
    most = models.IntegerField()
    called = models.CharField(max_length=100, default="")
    publish = models.BooleanField(default=False)

    class Meta:
        db_table = "questionnaires_attempt"
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "user_id"], condition=Q(practice=False), name="contest_once_for_each"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("began_at")), name="attempt_has_time"),
            models.CheckConstraint(
                condition=Q(publish=False) | Q(practice=False), name="practice_is_not_published"
            ),
        ]
        indexes = [models.Index(fields=["poll", "-points"], name="questionnaires_attempt_best")]
