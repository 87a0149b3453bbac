"""The bodies of a union, their dated terms, how they were elected and what runs with a term (ORG-08 to ORG-16)."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table, UnionTable


class Body(models.TextChoices):
    """What a union elects: the committee, and beside it the audit committee and the women's committee."""

    COMMITTEE = "committee"
    AUDIT = "audit"
    WOMEN = "women"


class Election(UnionTable):
    """An election as it was held: who was entitled, who came, who stood and what the union above replied.

    `id` is the key of the form that sent it, so that two clicks are one record. `seats` are those to be filled,
    `declared` the grounds of ORG-11 the recorder said apply to nobody, `filled` how many seats the votes filled.
    """

    keeping = Keeping("The organisation's history (ORG-07, ORG-09)", "retention.post_years")

    class State(models.TextChoices):
        REPORTED = "reported"
        APPROVED = "approved"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.CharField(max_length=10, choices=Body.choices)
    by_election = models.BooleanField(default=False)
    held_on = models.DateField()
    years = models.SmallIntegerField()
    entitled = models.IntegerField()
    attended = models.IntegerField()
    seats = models.SmallIntegerField()
    filled = models.SmallIntegerField()
    declared = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REPORTED)
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    approval_number = models.CharField(max_length=60, default="")
    approved_on = models.DateField(null=True)
    answer = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "registry_election"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "body"],
                condition=Q(state="reported"),
                name="election_one_waiting_per_body",
            ),
            models.CheckConstraint(
                condition=Q(attended__lte=F("entitled")), name="election_nobody_came_who_was_not_entitled"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "state"], name="registry_election_by_union"),
            models.Index(fields=["county_id", "state"], name="registry_election_by_county"),
        ]


class Candidate(UnionTable):
    """Somebody who stood, the votes they got, and the post they hold if elected."""

    keeping = Keeping("The organisation's history (ORG-09)", "retention.post_years")

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="candidates")
    person_id = models.UUIDField(db_index=True)
    post = models.CharField(max_length=2)
    full_time = models.BooleanField(default=False)
    votes = models.IntegerField()
    elected = models.BooleanField()

    class Meta:
        db_table = "registry_candidate"
        constraints = [
            models.UniqueConstraint(fields=["election", "person_id"], name="candidate_stands_once"),
        ]
        indexes = [
            models.Index(fields=["union_id"], name="registry_candidate_by_union"),
            models.Index(fields=["county_id"], name="registry_candidate_by_county"),
        ]


class Term(UnionTable):
    """A term (届) of one body of a union. At most one is open per body, kept by the database.

    `due_on` is the day it ends: `ends_on`, or later where the union above agreed to a postponement (ORG-13).
    `ended_on` is the day the next one began.
    """

    keeping = Keeping("The organisation's history (ORG-08)", "retention.post_years")

    id = models.BigAutoField(primary_key=True)
    body = models.CharField(max_length=10, choices=Body.choices)
    number = models.SmallIntegerField()
    years = models.SmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    ended_on = models.DateField(null=True)
    seats = models.SmallIntegerField()
    election_id = models.UUIDField(null=True)
    approval_number = models.CharField(max_length=60, default="")
    approved_on = models.DateField(null=True)

    class Meta:
        db_table = "registry_term"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "body"], condition=Q(ended_on__isnull=True), name="term_one_open_per_body"
            ),
            models.UniqueConstraint(fields=["union_id", "body", "number"], name="term_number_once"),
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on"), ends_on__lte=F("due_on")),
                name="term_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county_id", "due_on", "id"],
                condition=Q(ended_on__isnull=True),
                name="registry_term_due_by_county",
            ),
            models.Index(
                fields=["due_on", "id"], condition=Q(ended_on__isnull=True), name="registry_term_due"
            ),
        ]


class Postponement(UnionTable):
    """A union asks to hold its election later; the union above decides (ORG-13). `id` is the form's key."""

    keeping = Keeping("The organisation's history (ORG-13)", "retention.post_years")

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="postponements")
    term_id: int
    until = models.DateField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "registry_postponement"
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(state="asked"), name="postponement_one_asked_per_term"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "state"], name="registry_postponed_by_union"),
            models.Index(fields=["county_id", "state"], name="registry_postponed_by_county"),
        ]


class Certificate(UnionTable):
    """The certificate of a union as a legal person (工会法人资格证), for as long as the committee's term (ORG-16).
    `name` is the union's name as it stands on it."""

    keeping = Keeping("The organisation's own record (ORG-16)", "retention.post_years")

    number = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="certificates")
    term_id: int
    issued_on = models.DateField()
    valid_until = models.DateField()
    replaced_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "registry_certificate"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id"], condition=Q(replaced_on__isnull=True), name="certificate_one_in_force"
            ),
            models.UniqueConstraint(fields=["union_id", "number"], name="certificate_recorded_once"),
        ]
        indexes = [models.Index(fields=["county_id"], name="registry_certificate_by_county")]


class TermAlarm(Table):
    """A term's officers were told once at this step ("180", "90", "30" days before its end, "overdue")."""

    keeping = Keeping("That nobody is told twice")

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="alarms")
    step = models.CharField(max_length=10)
    due_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "registry_term_alarm"
        constraints = [
            models.UniqueConstraint(fields=["term", "step", "due_on"], name="term_alarm_once_per_step")
        ]
