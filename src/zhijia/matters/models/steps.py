"""The steps of a case, who signs at each, and what was said there."""

from django.db import models
from django.db.models import Q

from zhijia.matters.models.cases import Case, PartOfCase


class Step(PartOfCase):
    """One stop of a case, in the order they came up; a step that comes up again is a new row. `seat_id` is the union
    that decides it. One is open at a time (active, paused for the applicant, waiting for something elsewhere);
    `back_to` is the step that sent the case back here and gets it straight
    again."""

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        DONE = "done"
        SENT_BACK = "sent_back"
        SKIPPED = "skipped"
        ENDED = "ended"
        WAITING = "waiting"
        LATER = "later"

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    number = models.IntegerField()
    code = models.CharField(max_length=60, db_collation="C")
    matter = models.CharField(max_length=60, db_collation="C")
    state = models.CharField(max_length=9, choices=State.choices)
    seat_id = models.IntegerField()
    seat_county_id = models.IntegerField()
    from_seat_id = models.IntegerField(null=True)
    taker_id = models.BigIntegerField(null=True)
    back_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sent_back")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_unknown = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    asked_for = models.TextField(default="", db_default="")
    paused_seconds = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matters_step"
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="step_once_per_number"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=("active", "paused", "waiting")),
                name="case_has_one_step_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seat_id", "due_at", "id"], condition=Q(state="active"), name="matters_step_inbox"
            ),
            models.Index(
                fields=["seat_county_id", "due_at", "id"],
                condition=Q(state="active"),
                name="matters_step_inbox_above",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=("active", "later"), late_told_at__isnull=True),
                name="matters_step_due",
            ),
            models.Index(
                fields=["id"],
                condition=Q(due_unknown=True, state__in=("active", "later")),
                name="matters_step_due_unknown",
            ),
        ]


class Signer(PartOfCase):
    """Somebody who signs a step besides or instead of whoever sits there: added before or after, or one of all."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signers")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="signers")
    signer_id = models.BigIntegerField()
    place = models.CharField(
        max_length=6, choices=[("before", "before"), ("after", "after"), ("with", "with")]
    )
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "matters_signer"
        constraints = [models.UniqueConstraint(fields=["step", "signer_id"], name="signer_once_per_step")]


class Decision(PartOfCase):
    """What one person said at one step: it is added and never changed."""

    class Verdict(models.TextChoices):
        APPROVE = "approve"
        REFUSE = "refuse"
        RETURN = "return"
        NOBODY = "nobody"
        WITHDRAW = "withdraw"
        ANSWER = "answer"

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="decisions")
    by_user_id = models.BigIntegerField(null=True)
    grant_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(max_length=1000, default="")
    return_to = models.CharField(max_length=60, default="", db_collation="C")
    amount = models.BigIntegerField(null=True)
    rules = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "matters_decision"
        constraints = [
            models.UniqueConstraint(fields=["step", "by_user_id"], name="decision_once_per_signer")
        ]
