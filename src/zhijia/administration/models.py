"""What administration itself keeps: proofs of the trail, and what is proposed for deletion."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, Table


class TrailProof(Table):
    """The trail exported and checked once, for somebody who asked. The export lies in files under
    `administration.trail` with this row's id."""

    keeping = Keeping("Which check of the trail found what", "retention.trail_months")

    class State(models.TextChoices):
        ASKED = "asked"
        WHOLE = "whole"
        BROKEN = "broken"

    user_id = models.BigIntegerField(db_index=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    done_at = models.DateTimeField(null=True)
    entries = models.BigIntegerField(default=0)
    fault = models.TextField(default="")
    file_id = models.UUIDField(null=True)

    class Meta:
        db_table = "administration_trail_proof"
        constraints = [
            models.UniqueConstraint(
                fields=["user_id"], condition=Q(state="asked"), name="trail_proof_one_under_way_per_user"
            )
        ]


class RetentionProposal(Table):
    """Rows of a table whose term is over. Nothing is deleted before a person has confirmed it."""

    keeping = Keeping("Who confirmed what was deleted", "retention.trail_months")

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        DONE = "done"

    table = models.CharField(max_length=63)
    before = models.DateTimeField()
    rows = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    removed = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "administration_retention_proposal"
        constraints = [
            models.UniqueConstraint(
                fields=["table"],
                condition=Q(state__in=("proposed", "confirmed")),
                name="retention_one_open_per_table",
            )
        ]
