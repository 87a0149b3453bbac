"""What happened: one row per thing, never edited; and the roll-ups over it, which hold no personal data."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable, Table


class Fact(ProtectedTable):
    """One thing that happened, by plain ids. Written in the transaction that did it, reversed by a
    row of the opposite sign (`reverses` is the id it takes back, of the same day), never edited.

    The table is partitioned by year of `day`; the database computes `month` (yyyymm); `amount` is in fen.
    `union_id` and `county_id` are those of that day, 0 where there is none. `turn` tells apart several facts
    of one kind from one record: its instalments, or the same thing again after a reversal.
    """

    keeping = Keeping("Every figure re-adds from its facts; they name nobody but by a random id")

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(db_collation="C")
    union_id: "models.Field[int, int]" = models.IntegerField()
    county_id: "models.Field[int, int]" = models.IntegerField()
    day = models.DateField()
    month = models.IntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    person_id = models.UUIDField(null=True)
    dimensions = models.JSONField()
    proof = models.TextField(db_column="class", db_collation="C")
    record = models.TextField(db_collation="C")
    record_id = models.TextField(db_collation="C")
    turn = models.SmallIntegerField()
    run_id = models.TextField(null=True, db_collation="C")  # noqa: DJ001 - absent is not empty
    reverses = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "facts_fact"
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "kind", "turn", "day"],
                condition=Q(reverses__isnull=True),
                name="fact_told_once",
            ),
            models.UniqueConstraint(
                fields=["reverses", "day"], condition=Q(reverses__isnull=False), name="fact_reversed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["county_id", "kind", "day", "id"], name="facts_fact_by_county"),
            models.Index(fields=["union_id", "kind", "day", "id"], name="facts_fact_by_union"),
            models.Index(
                fields=["person_id", "day"], condition=Q(person_id__isnull=False), name="facts_fact_by_person"
            ),
        ]


class Delta(Table):
    """What one statement added to the facts of a kind, union and month, until it is folded."""

    keeping = Keeping("A sum on its way into the roll-ups")

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(db_collation="C")
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    month = models.IntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.BigIntegerField()

    class Meta:
        db_table = "facts_delta"


class UnionMonth(Table):
    """The folded sum of a kind's facts of one union in one month."""

    keeping = Keeping("A sum that can be rebuilt from the facts")

    pk = models.CompositePrimaryKey("kind", "union_id", "month")
    kind = models.TextField(db_collation="C")
    union_id = models.IntegerField()
    month = models.IntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.BigIntegerField()

    class Meta:
        db_table = "facts_union_month"


class CountyMonth(Table):
    """The folded sum of a kind's facts of one county in one month."""

    keeping = Keeping("A sum that can be rebuilt from the facts")

    pk = models.CompositePrimaryKey("kind", "county_id", "month")
    kind = models.TextField(db_collation="C")
    county_id = models.IntegerField()
    month = models.IntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.BigIntegerField()

    class Meta:
        db_table = "facts_county_month"


class UnionTotal(Table):
    """The folded sum of all facts of a kind of one union: what a stock is today, without adding up its months."""

    keeping = Keeping("A sum that can be rebuilt from the facts")

    pk = models.CompositePrimaryKey("kind", "union_id")
    kind = models.TextField(db_collation="C")
    union_id = models.IntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.BigIntegerField()

    class Meta:
        db_table = "facts_union_total"


class CountyTotal(Table):
    """The folded sum of all facts of a kind of one county."""

    keeping = Keeping("A sum that can be rebuilt from the facts")

    pk = models.CompositePrimaryKey("kind", "county_id")
    kind = models.TextField(db_collation="C")
    county_id = models.IntegerField()
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.BigIntegerField()

    class Meta:
        db_table = "facts_county_total"


class Fold(Table):
    """When the deltas were last folded: one row."""

    keeping = Keeping("The age of the roll-ups")

    id = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "facts_fold"
