"""Judges, what they say, and where entries stand. These rows stand at the union that holds the round: nobody below it
reads a score."""

import uuid

from django.db import models
from django.db.models import Q

from zhijia.appraisals.models.rounds.calls import KEPT, WHY, Round
from zhijia.appraisals.models.rounds.nominations import Nomination
from zhijia.kernel.tables import Keeping, UnionTable


class Judge(UnionTable):
    """Somebody who judges a round."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="judges")
    round_id: int
    user_id = models.BigIntegerField()
    person_id = models.UUIDField(null=True)
    name = models.CharField(max_length=100)
    named_by = models.BigIntegerField()
    named_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appraisals_judge"
        constraints = [models.UniqueConstraint(fields=["round", "user_id"], name="judge_once_a_round")]
        indexes = [models.Index(fields=["user_id"], name="appraisals_judge_by_user")]


class Recusal(UnionTable):
    """This judge does not judge this entry: their own, a relative's, one of their own union or employer, or as they
    say so themselves (HON-09)."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="recusals")
    judge_id: int
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="recusals")
    nomination_id: uuid.UUID
    why = models.CharField(max_length=20, db_collation="C")
    at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_recusal"
        constraints = [models.UniqueConstraint(fields=["judge", "nomination"], name="recusal_once")]


class Score(UnionTable):
    """What one judge gave an entry in a stage, criterion by criterion; again is over it, until the stage is closed."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="scores")
    judge_id: int
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="scores")
    nomination_id: uuid.UUID
    stage = models.CharField(max_length=40, db_collation="C")
    points = models.JSONField()
    total = models.IntegerField()
    words = models.CharField(max_length=300, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_score"
        constraints = [
            models.UniqueConstraint(fields=["judge", "nomination", "stage"], name="score_once_of_a_judge"),
            models.CheckConstraint(condition=Q(total__gte=0), name="score_is_not_below_nothing"),
        ]
        indexes = [models.Index(fields=["nomination", "stage"], name="appraisals_score_by_entry")]


class Standing(UnionTable):
    """Where an entry stands in its round: what each stage gave it (exact, as `[numerator, denominator]` of a hundred),
    the score that is shown, its rank, the stage it was `out_at`; whether it is chosen, and why out of its order; what
    it is paid at a time (`monthly`, fen) and how often, from the day the batch is proposed."""

    keeping = Keeping(WHY, KEPT)

    nomination = models.OneToOneField(
        Nomination, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    nomination_id: uuid.UUID
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="standings")
    stages = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    rank = models.IntegerField(null=True)
    out_at = models.CharField(max_length=40, default="", db_collation="C")
    chosen = models.BooleanField(default=False)
    grade = models.CharField(max_length=40, default="", db_collation="C")
    monthly = models.BigIntegerField(default=0)
    months = models.SmallIntegerField(default=0)
    why = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "appraisals_standing"
        indexes = [models.Index(fields=["round", "rank"], name="appraisals_standing_by_rank")]
