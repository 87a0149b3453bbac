"""An employer's members move together, and members who seem to have left: both are asked, never done by themselves."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhijia.kernel.ids import new_id
from zhijia.kernel.tables import Keeping, UnionTable
from zhijia.registry.models.unions import Employer


class TransferBatch(UnionTable):
    """The members who work at an employer are to follow it to another union (MEM-07), or to be kept by the union above
    because it closed (`closed`, MEM-09). Its lines are transfer legs, two a member.

    Both sides' places stand here: `union_id` and `county_id` of the union they leave, `other_union_id` and
    `other_county_id` of the one they come to. `side` is the one that proposed; the other one answers. `after` is the
    last member looked at while the lines are made, `chosen` the members meant when not all are."""

    keeping = Keeping("The organisation's history")

    class State(models.TextChoices):
        PREPARING = "preparing"
        OPEN = "open"
        ANSWERED = "answered"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        DONE = "done"

    GOING = ("preparing", "open", "answered")

    id = models.UUIDField(primary_key=True, default=new_id)
    once = models.UUIDField(unique=True)
    other_union_id = models.IntegerField()
    other_county_id = models.IntegerField()
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    employer_id: int
    side = models.CharField(max_length=3)
    closed = models.BooleanField(default=False)
    chosen = ArrayField(models.UUIDField(), null=True)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    object_until = models.DateField()
    after = models.UUIDField(null=True)
    lines = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    moved = models.IntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=200, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_transfer_batch"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "employer"],
                condition=Q(state__in=("preparing", "open", "answered")),
                name="batch_one_going_per_union_and_employer",
            )
        ]
        indexes = [
            models.Index(fields=["union_id", "state"], name="registry_batch_by_union"),
            models.Index(fields=["county_id", "state"], name="registry_batch_by_county"),
            models.Index(fields=["other_union_id", "state"], name="registry_batch_by_other_union"),
            models.Index(fields=["other_county_id", "state"], name="registry_batch_by_other_cnty"),
        ]

    @property
    def answering(self) -> str:
        """The side that did not propose."""
        return "in" if self.side == "out" else "out"

    @property
    def answering_union(self) -> int:
        return self.other_union_id if self.side == "out" else self.union_id

    @property
    def proposing_union(self) -> int:
        return self.union_id if self.side == "out" else self.other_union_id


class LeaveProposal(UnionTable):
    """A member may have left without saying so (MEM-10): the member is asked, then an officer decides. `owner_id` is
    the officer in whose work list it stands, `since` the day from which nothing was heard, `answer_until` the last day
    the member is waited for."""

    keeping = Keeping("The history of memberships (MEM-10)", "retention.person_years_after_leaving")

    class State(models.TextChoices):
        ASKED = "asked"
        STAYS = "stays"
        KEPT = "kept"
        CONFIRMED = "confirmed"
        ENDED = "ended"

    class Why(models.TextChoices):
        DUES = "dues"
        OFFICER = "officer"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    membership_id = models.UUIDField()
    person_id = models.UUIDField()
    why = models.CharField(max_length=10, choices=Why.choices)
    words = models.CharField(max_length=200, default="")
    since = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    owner_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    answer_until = models.DateField()
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "registry_leave_proposal"
        constraints = [
            models.UniqueConstraint(
                fields=["membership_id"], condition=Q(state="asked"), name="leave_one_open_per_membership"
            )
        ]
        indexes = [
            models.Index(fields=["person_id"], name="registry_leave_by_person"),
            models.Index(fields=["union_id", "state", "due_on"], name="registry_leave_by_union"),
            models.Index(fields=["county_id", "state", "due_on"], name="registry_leave_by_county"),
        ]
