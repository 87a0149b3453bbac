"""The lines of a case's roster, and what was said of each."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.matters.models.cases import Case, PartOfCase
from zhijia.matters.models.steps import Step


class Line(PartOfCase):
    """One line of a case's roster: whom or what it is about, what is asked for it (fen), and the answer as it stands. A
    line nobody has spoken of yet is granted as asked when the step is. Numbers are never given twice. A person stands
    on one line (services see to it; after two registrations became one they may stand on two)."""

    class Verdict(models.TextChoices):
        GRANT = "grant"
        LESS = "less"
        REFUSE = "refuse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lines")
    number = models.IntegerField()
    person_id = models.UUIDField(null=True)
    shown_name = models.CharField(max_length=100, default="")
    values = models.JSONField(default=dict)
    asked = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=6, choices=Verdict.choices, default="")
    granted = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "matters_line"
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="line_once_per_number"),
            models.CheckConstraint(
                condition=~Q(verdict="refuse") | (~Q(reason="") & (Q(granted=0) | Q(asked__isnull=True))),
                name="line_is_refused_whole_and_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted__gte=0, granted__lte=F("asked")),
                name="line_is_granted_what_was_asked_at_most",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="matters_line_by_person"
            )
        ]


class LineAnswer(PartOfCase):
    """What one person said of one line at one step: it is added and never changed."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="line_answers")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="line_answers")
    number = models.IntegerField()
    by_user_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=6, choices=Line.Verdict.choices)
    granted = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "matters_line_answer"
        indexes = [models.Index(fields=["case", "number"], name="matters_line_answer_by_line")]
