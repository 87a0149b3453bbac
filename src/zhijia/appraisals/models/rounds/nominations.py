"""Who is nominated, who recommended them, what outside offices and everybody else say."""

import uuid

from django.db import models
from django.db.models import Q

from zhijia.appraisals.models.rounds.calls import KEPT, WHY, Round
from zhijia.kernel.tables import Keeping, UnionTable

OVER = ("refused", "withdrawn", "struck")


class Nomination(UnionTable):
    """An entry of a round. It stands at the union that nominates, waits at `at_union_id`, and has a `number` once it is
    in: judges of a blind stage see that alone. `subject` says what is nominated where it is no person (`union:7`).
    `agreed_at`: whoever is nominated agreed that their name is shown; `withdrew_at`: they took that back."""

    keeping = Keeping(WHY, KEPT)

    class State(models.TextChoices):
        DRAFT = "draft"
        RETURNED = "returned"
        UP = "up"
        SHOWN = "shown"
        IN = "in"
        NAMED = "named"
        NOT_NAMED = "not_named"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        STRUCK = "struck"

    WAITING = (State.UP, State.SHOWN)
    """It waits at a union for its recommendation."""
    LIVE = (State.DRAFT, State.RETURNED, State.UP, State.SHOWN, State.IN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="nominations")
    round_id: int
    once = models.UUIDField(unique=True)
    person_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=60, default="", db_collation="C")
    title = models.CharField(max_length=120)
    answers = models.JSONField(default=dict)
    by_self = models.BooleanField()
    user_id = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    at_union_id = models.IntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    withdrew_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    number = models.IntegerField(null=True)
    reason = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "appraisals_nomination"
        indexes = [
            models.Index(fields=["round", "state", "number"], name="appraisals_nom_by_round"),
            models.Index(fields=["at_union_id", "state"], name="appraisals_nom_waiting"),
            models.Index(fields=["person_id"], name="appraisals_nom_by_person"),
            models.Index(fields=["user_id"], name="appraisals_nom_by_user"),
            models.Index(fields=["union_id"], name="appraisals_nom_by_union"),
            models.Index(fields=["county_id"], name="appraisals_nom_by_county"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person_id"],
                condition=Q(person_id__isnull=False) & ~Q(state__in=OVER),
                name="nomination_one_live_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["round", "subject"],
                condition=~Q(subject="") & ~Q(state__in=OVER),
                name="nomination_one_live_of_a_subject",
            ),
            models.UniqueConstraint(fields=["round", "number"], name="nomination_number_once"),
        ]


class Recommendation(UnionTable):
    """What a union said of a nomination on its way up."""

    keeping = Keeping(WHY, KEPT)

    class Verdict(models.TextChoices):
        YES = "yes"
        BACK = "back"
        NO = "no"

    id = models.BigAutoField(primary_key=True)
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="recommendations")
    by_union_id = models.IntegerField()
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    words = models.CharField(max_length=300, default="")
    by_user_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_recommendation"


class Clearance(UnionTable):
    """What an outside office says of an entry, with its paper (HON-04). Until it answered that nothing stands against
    the entry, the entry is not cleared."""

    keeping = Keeping(WHY, KEPT)

    class Answer(models.TextChoices):
        NONE = ""
        CLEAR = "clear"
        BAR = "bar"

    id = models.BigAutoField(primary_key=True)
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="clearances")
    nomination_id: uuid.UUID
    code = models.CharField(max_length=40, db_collation="C")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.CharField(max_length=5, choices=Answer.choices, default=Answer.NONE, blank=True)
    words = models.CharField(max_length=300, default="")
    file_id = models.UUIDField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answered_on = models.DateField(null=True)

    class Meta:
        db_table = "appraisals_clearance"
        constraints = [
            models.UniqueConstraint(fields=["nomination", "code"], name="clearance_asked_once"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_by__isnull=False, answered_on__isnull=False),
                name="clearance_says_who_wrote_it_down",
            ),
        ]


class RoundObjection(UnionTable):
    """Somebody says that an entry of a notice should not be named, or (`appeal`) that one that was not chosen should
    have been. Until it is answered, by somebody who did not decide, the round does not go on."""

    keeping = Keeping(WHY, KEPT)

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        DISMISSED = "dismissed"

    id = models.BigAutoField(primary_key=True)
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="objections")
    nomination_id: uuid.UUID
    appeal = models.BooleanField(default=False)
    user_id = models.BigIntegerField()
    words = models.CharField(max_length=1000)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=1000, default="")
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appraisals_round_objection"
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "user_id"],
                condition=Q(state="open"),
                name="objection_open_once_of_each",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="appraisals_objection_open")]
