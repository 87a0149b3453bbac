"""The trail: one row per write, look, log-in and refusal, in the transaction that did it; and its seals.

Blocks and seals are chains that only the `sealer` role writes (`sealer.py`, docs/adr/0010-trail.md).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.expressions import RawSQL

from zhijia.kernel.tables import Keeping, Table


class Entry(Table):
    """What somebody did to something. Holds names of fields and keyed digests, never a value.

    `transaction` is the writing transaction's 64-bit number (plus the base of the era), set by a trigger
    whatever the writer says: the sealer takes only rows whose transaction is older than every running one.
    """

    personal = True
    keeping = Keeping("Evidence of every write and look (S-15, S-16)", "retention.trail_months")

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", []))
    at = models.DateTimeField()
    action = models.CharField(max_length=60, db_collation="C")
    subject = models.CharField(max_length=60, db_collation="C")
    subject_id = models.CharField(max_length=60, db_collation="C")
    user_id = models.BigIntegerField(null=True)
    for_person_id = models.UUIDField(null=True)
    grant_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10)
    request_id = models.CharField(max_length=40)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=120)
    person_id = models.UUIDField(null=True)
    union_id = models.IntegerField(null=True)
    county_id = models.IntegerField(null=True)
    reason = models.CharField(max_length=300, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["transaction", "id"], name="audit_entry_by_transaction"),
            models.Index(fields=["person_id", "id"], name="audit_entry_by_person"),
            models.Index(fields=["county_id", "id"], name="audit_entry_by_county"),
            models.Index(fields=["union_id", "id"], name="audit_entry_by_union"),
            models.Index(fields=["user_id", "id"], name="audit_entry_by_user"),
            BrinIndex(fields=["at"], name="audit_entry_by_time"),
        ]


class Block(Table):
    """Entries of one stripe sealed together: their ids in order, the SM3 digest of each (32 bytes after 32
    bytes), and the hash over these and the stripe's block before."""

    keeping = Keeping("Proof that the trail is whole (S-16)")

    id = models.BigAutoField(primary_key=True)
    seal = models.BigIntegerField()
    stripe = models.SmallIntegerField()
    number = models.BigIntegerField()
    ids = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_block"
        constraints = [
            models.UniqueConstraint(fields=["stripe", "number"], name="block_once_in_its_stripe"),
            models.UniqueConstraint(fields=["seal", "stripe"], name="block_one_a_stripe_in_a_seal"),
            models.CheckConstraint(
                condition=models.Q(stripe__gte=0, number__gte=1), name="block_numbers_start_at_one"
            ),
        ]


class Seal(Table):
    """One run of the sealer: where it came to in the order (transaction, id), the transaction every running
    one was younger than (`horizon`), and the root over the heads of all stripes (the last block of each:
    [stripe, number, hash in hex]) and the seal before."""

    keeping = Keeping("Proof that the trail is whole (S-16)")

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    horizon = models.BigIntegerField()
    last_transaction = models.BigIntegerField()
    last_id = models.BigIntegerField()
    entries = models.IntegerField()
    heads = models.JSONField()
    previous = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        db_table = "audit_seal"


class Era(Table):
    """The database moved to another cluster, whose transactions count from the start again: `base` is added
    to their numbers so that the order of the trail goes on."""

    keeping = Keeping("Proof that the trail is whole (S-16)")

    base = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "audit_era"
