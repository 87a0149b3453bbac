"""One person once (MEM-02): pairs of registrations that may be one person, and what became of them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table, UnionTable


class Blocks(Table):
    """By what a registration is compared with others: keyed digests of name and birth date, name and parts of the
    number, name and phone. Never a value. Only the batch on `bulk` reads it; it is made anew from the register.
    `seen` is the person's `changed_at` it was made for: another one means that it is to be made again."""

    personal = True
    keeping = Keeping("Made from the register, and gone with the registration")

    person_id = models.UUIDField(primary_key=True)
    birth = models.BigIntegerField(null=True)
    body = models.BigIntegerField(null=True)
    tail = models.BigIntegerField(null=True)
    phone = models.BigIntegerField(null=True)
    seen = models.DateTimeField()

    class Meta:
        db_table = "registry_blocks"
        indexes = [
            models.Index(fields=["birth"], name="registry_blocks_by_birth", condition=Q(birth__isnull=False)),
            models.Index(fields=["body"], name="registry_blocks_by_body", condition=Q(body__isnull=False)),
            models.Index(fields=["tail"], name="registry_blocks_by_tail", condition=Q(tail__isnull=False)),
            models.Index(fields=["phone"], name="registry_blocks_by_phone", condition=Q(phone__isnull=False)),
        ]


class CutBlock(Table):
    """A block with more registrations than are compared with each other: counted and shown, never silently left
    out. It tells how many there were when one of them was last looked at."""

    keeping = Keeping("Made from the register: what was not compared")

    pk = models.CompositePrimaryKey("kind", "key")
    kind = models.CharField(max_length=10)
    key = models.BigIntegerField()
    registrations = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "registry_cut_block"


class Pair(UnionTable):
    """Two registrations that may be one person, the smaller id first, with why, and what a human said.
    A merge that was undone leaves it open, to be decided anew.

    Both sides' places stand here: `union_id` and `county_id` of the first, `other_union_id` and `other_county_id`
    of the second. Only who has both in scope sees the pair."""

    keeping = Keeping("One person once (MEM-02)", "retention.person_years_after_leaving")

    class State(models.TextChoices):
        OPEN = "open"
        DIFFERENT = "different"
        MERGED = "merged"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    first_id = models.UUIDField()
    second_id = models.UUIDField()
    other_union_id = models.IntegerField()
    other_county_id = models.IntegerField()
    reasons = ArrayField(models.CharField(max_length=20))
    score = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "registry_pair"
        constraints = [
            models.UniqueConstraint(fields=["first_id", "second_id"], name="pair_once"),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="pair_smaller_id_first"),
        ]
        indexes = [
            models.Index(fields=["county_id", "state", "-score", "id"], name="registry_pair_by_county"),
            models.Index(fields=["union_id", "state", "-score", "id"], name="registry_pair_by_union"),
            models.Index(fields=["second_id"], name="registry_pair_by_second"),
        ]


class Merge(UnionTable):
    """Two registrations became one: `person_id` stays, `gone_id` stands empty behind it. `person_union_id`
    and `gone_union_id` say where each stood, so that an undo puts both back; `user_id` is the account the one who stays
    had before."""

    keeping = Keeping("One person once (MEM-02)", "retention.person_years_after_leaving")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    pair_id = models.UUIDField()
    person_id = models.UUIDField()
    gone_id = models.UUIDField()
    gone_id_type = models.CharField(max_length=3)
    person_union_id = models.IntegerField(null=True)
    gone_union_id = models.IntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    merged_by = models.BigIntegerField(null=True)
    objection = models.CharField(max_length=300, default="")
    objected_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undo_reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "registry_merge"
        constraints = [
            models.UniqueConstraint(
                fields=["gone_id"], condition=Q(undone_at__isnull=True), name="merge_once_until_undone"
            ),
            models.CheckConstraint(condition=~Q(person_id=F("gone_id")), name="merge_of_two"),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="registry_merge_by_person"),
            models.Index(fields=["county_id", "-merged_at"], name="registry_merge_by_county"),
            models.Index(fields=["union_id", "-merged_at"], name="registry_merge_by_union"),
        ]


class Moved(Table):
    """A row that followed the person who stays, or was changed by it, as it was before: an undo puts back exactly
    these. `thing` is its table, `row` its key; `followed` says that it was the other registration's. Written and
    read by the functions of `identities.sql` alone."""

    personal = True
    keeping = Keeping("Undoing a merge", "retention.person_years_after_leaving")

    id = models.BigAutoField(primary_key=True)
    merge_id = models.UUIDField()
    thing = models.CharField(max_length=60)
    row = models.CharField(max_length=60)
    followed = models.BooleanField(db_default=True)
    status = models.CharField(max_length=10, db_default="")
    ended_on = models.DateField(null=True)
    joined_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_moved"
        indexes = [models.Index(fields=["merge_id", "thing"], name="registry_moved_by_merge")]
