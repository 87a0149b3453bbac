"""The trail: one row per write, look, log-in and refusal, in the transaction that did it."""

from django.db import models
from django.db.models.expressions import RawSQL

from zhijia.kernel.tables import Keeping, Table


class Entry(Table):
    """What somebody did to something. Holds names of fields and keyed digests, never a value.

    `sequence` orders the rows of one sealer run; `transaction` (xid8) lets the sealer take only rows whose
    transaction is older than every running one.
    """

    personal = True
    keeping = Keeping("Evidence of every write and look (S-15, S-16)", "retention.trail_months")

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", []))
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
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
        ]
