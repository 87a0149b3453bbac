"""Memberships, their changes, transfers, cards and posts (MEM-02 to MEM-13)."""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable, UnionTable


class Membership(UnionTable):
    """A person's stay in one union, dated. At most one is open per person, kept by the database (MEM-02)."""

    keeping = Keeping("The history of memberships (MEM-02)", "retention.person_years_after_leaving")

    class Status(models.TextChoices):
        """The states of MEM-11; codes [D]."""

        APPLICANT = "00"
        ACTIVE = "10"
        HOLDING_POOL = "11"
        TRANSFERRING = "20"
        RETAINED_RETIRED = "30"
        RETAINED_UNEMPLOYED = "31"
        RETAINED_UNIT_CLOSED = "32"
        LEFT = "40"
        DEEMED_LEFT = "41"
        EXPELLED = "42"
        DECEASED = "50"
        MERGED = "90"

    OPEN = ("10", "11", "20", "30", "31", "32")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.UUIDField()
    member_number = models.CharField(max_length=20)
    status = models.CharField(max_length=2, choices=Status.choices)
    joined_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    channel = models.CharField(max_length=10)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "registry_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"],
                condition=Q(valid_to__isnull=True),
                name="membership_one_active_per_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False) | Q(status__in=("10", "11", "20", "30", "31", "32")),
                name="membership_open_only_in_an_open_status",
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "valid_from"], name="registry_membership_by_person"),
            models.Index(fields=["union_id", "valid_to"], name="registry_membership_by_union"),
            models.Index(fields=["county_id"], name="registry_membership_by_county"),
        ]


class MembershipChange(UnionTable):
    """What changed in a membership, when and why (elements 39 of the data dictionary): append-only."""

    keeping = Keeping("The history of memberships", "retention.person_years_after_leaving")

    class Kind(models.TextChoices):
        JOIN = "01"
        TRANSFER_OUT = "02"
        TRANSFER_IN = "03"
        RETAIN = "04"
        LEAVE = "05"
        RETURN = "06"
        STATUS = "07"
        UNDO = "08"

    membership_id = models.UUIDField(db_index=True)
    person_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=2, choices=Kind.choices)
    reason = models.CharField(max_length=200)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "registry_membership_change"
        indexes = [
            BrinIndex(fields=["at"], name="registry_change_by_moment"),
            models.Index(fields=["union_id"], name="registry_change_by_union"),
            models.Index(fields=["county_id"], name="registry_change_by_county"),
        ]


class TransferLeg(UnionTable):
    """One side of a transfer (MEM-07). The two legs share `transfer_id`; each is seen by its own side only, so
    the receiving side learns neither which union the person comes from nor since when. `name` is the name as
    this side already knows it. Legs with a `batch_id` are answered together, and the member can say until
    `object_until` that they stay; of one who cannot follow the employer there is the leaving leg alone, skipped, with
    the obstacle as its reason. `case_id` is the request this side answers or asks by, `applicant_id` the account that
    asked. `to_follow` is set by the database whenever a side changes, until the requests have followed it."""

    keeping = Keeping("The history of memberships (MEM-07)", "retention.person_years_after_leaving")

    class Side(models.TextChoices):
        OUT = "out"
        IN = "in"

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REFUSED = "refused"
        CANCELLED = "cancelled"
        OBJECTED = "objected"
        SKIPPED = "skipped"

    transfer_id = models.UUIDField()
    side = models.CharField(max_length=3, choices=Side.choices)
    person_id = models.UUIDField()
    name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    origin = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="")
    import_id = models.BigIntegerField(null=True)
    batch_id = models.UUIDField(null=True)
    object_until = models.DateField(null=True)
    case_id = models.UUIDField(null=True)
    applicant_id = models.BigIntegerField(null=True)
    to_follow = models.BooleanField(default=False)

    class Meta:
        db_table = "registry_transfer_leg"
        constraints = [
            models.UniqueConstraint(fields=["transfer_id", "side"], name="transfer_one_leg_a_side"),
            models.UniqueConstraint(
                fields=["person_id", "side"],
                condition=Q(state="pending"),
                name="transfer_one_pending_per_person",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "state"], name="registry_leg_by_union"),
            models.Index(fields=["county_id", "state"], name="registry_leg_by_county"),
            models.Index(
                fields=["batch_id", "side", "id"],
                condition=Q(batch_id__isnull=False),
                name="registry_leg_by_batch",
            ),
            models.Index(fields=["case_id"], condition=Q(case_id__isnull=False), name="registry_leg_by_case"),
            models.Index(fields=["transfer_id"], condition=Q(to_follow=True), name="registry_leg_to_follow"),
        ]


class Card(ProtectedTable):
    """A member's card (MEM-13): its number is another than the member's and stays the same; the QR it shows
    rotates and is computed, never stored. Voluntary: it exists once the member agreed."""

    keeping = Keeping("The member's own card (MEM-13)", "retention.person_years_after_leaving")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.UUIDField()
    number = models.CharField(max_length=20, unique=True)
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_card"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(ended_at__isnull=True), name="card_one_valid_per_person"
            )
        ]


class Post(UnionTable):
    """A person's post in a union, with its term (ORG-08, element 40). `term_id` is the body's term it was elected
    for; group heads and organisers have none."""

    keeping = Keeping("The organisation's history", "retention.post_years")

    class Kind(models.TextChoices):
        CHAIR = "01"
        VICE_CHAIR = "02"
        COMMITTEE = "03"
        AUDIT_COMMITTEE = "04"
        WOMEN = "05"
        GROUP_HEAD = "06"
        ORGANISER = "07"

    person_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=2, choices=Kind.choices)
    full_time = models.BooleanField(default=False)
    term_id = models.BigIntegerField(null=True)
    term_from = models.DateField()
    term_to = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "registry_post"
        indexes = [
            models.Index(fields=["union_id"], name="registry_post_by_union"),
            models.Index(fields=["county_id"], name="registry_post_by_county"),
        ]
