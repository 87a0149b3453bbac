"""The books of the unions: accounts by fund, entries and their legs in integer fen, and what they add up to.

Legs are written once and never changed; the database refuses an entry that does not balance, whoever writes it and
however (`migrations/ledger.sql`, ADR 0017).
"""

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, UnionTable

WHY = "The accounts of a union are kept as long as it is answerable for them (DUE-10, DUE-11)"


class Book(UnionTable):
    """The books of one union. Days up to `closed_through` are closed: nothing is posted there any more."""

    keeping = Keeping(WHY)
    personal = False

    union_id: "models.Field[int, int]" = models.IntegerField(primary_key=True)
    opened_on = models.DateField()
    closed_through = models.DateField(null=True)

    class Meta:
        db_table = "ledger_book"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_through__isnull=True) | Q(closed_through__gte=F("opened_on")),
                name="book_closes_after_it_opened",
            )
        ]


class Account(UnionTable):
    """An account of a union's books, in one fund. `sign` is +1 where a debit makes it more; `balance` is the sum of
    its legs, kept by the database; a guarded account never crosses zero. `title` tells several of one code apart
    (two bank accounts, each union below)."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    chart = models.CharField(max_length=40, db_collation="C")
    code = models.CharField(max_length=12, db_collation="C")
    fund = models.CharField(max_length=40, db_collation="C")
    title = models.CharField(max_length=60, default="")
    sign = models.SmallIntegerField()
    guarded = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "chart", "code", "fund", "title"], name="account_once_per_fund"
            ),
            models.CheckConstraint(condition=Q(sign__in=(1, -1)), name="account_has_a_side"),
            models.CheckConstraint(
                condition=Q(guarded=False)
                | Q(balance=0)
                | Q(sign=1, balance__gt=0)
                | Q(sign=-1, balance__lt=0),
                name="account_does_not_cross_zero",
            ),
        ]


class Entry(UnionTable):
    """One thing that moved money or value, on a day: its legs add up to nothing in each union and fund.

    `source`, `source_id` and `purpose` name what it was posted for, once. `corrects` is the entry it takes back."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    kind = models.CharField(max_length=40, db_collation="C")
    source = models.CharField(max_length=40, db_collation="C")
    source_id = models.CharField(max_length=60, db_collation="C")
    purpose = models.CharField(max_length=40, db_collation="C", default="")
    note = models.CharField(max_length=200, default="")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    user_id = models.BigIntegerField(null=True)
    run_id = models.UUIDField(null=True)
    posted_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(fields=["source_id", "source", "purpose"], name="entry_once_per_source"),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="entry_corrected_once"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "day", "id"], name="ledger_entry_by_union"),
            models.Index(fields=["county_id", "day", "id"], name="ledger_entry_by_county"),
        ]


class Leg(UnionTable):
    """One line of an entry: so many fen on an account, debits above and credits below zero."""

    keeping = Keeping(WHY)
    personal = False

    pk = models.CompositePrimaryKey("entry_id", "number")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="legs", db_constraint=False)
    number = models.SmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="legs", db_constraint=False)
    day = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_leg"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="leg_moves_something"),
            models.CheckConstraint(condition=Q(number__gte=1), name="leg_is_counted_from_one"),
        ]

    @property
    def turned(self) -> int:
        """The amount from the other side: what a credit column shows."""
        return -self.amount


class Month(UnionTable):
    """What an account's legs of one month (yyyymm) add up to, kept by the database with each statement."""

    keeping = Keeping("A sum that can be rebuilt from the legs")
    personal = False

    pk = models.CompositePrimaryKey("account_id", "month")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="months", db_constraint=False)
    month = models.IntegerField()
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()

    class Meta:
        db_table = "ledger_month"
