"""The books of the unions: accounts by fund, entries and their legs in integer fen, and what they add up to.

Legs are written once and never changed; the database refuses an entry that does not balance, whoever writes it and
however (`migrations/ledger.sql`, ADR 0017).
"""

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, UnionTable
from zhijia.ledger import spending_models as spending_models

WHY = "The accounts of a union are kept as long as it is answerable for them (DUE-10, DUE-11)"


class Book(UnionTable):
    """The books of one union. Days up to `closed_through` are closed: nothing is posted there any more. From the year
    `budget_from` on nothing is spent without a line of an approved budget (DUE-14)."""

    keeping = Keeping(WHY)
    personal = False

    union_id: "models.Field[int, int]" = models.IntegerField(primary_key=True)
    opened_on = models.DateField()
    closed_through = models.DateField(null=True)
    budget_from = models.IntegerField(null=True)

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
    its legs, kept by the database; a guarded account never crosses zero; what goes to one that `spends` counts against
    the budget. `title` tells several of one code apart (two bank accounts); `partner_id` is the union on the other side
    of what it owes, is owed, gives or gets."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    chart = models.CharField(max_length=40, db_collation="C")
    code = models.CharField(max_length=12, db_collation="C")
    fund = models.CharField(max_length=40, db_collation="C")
    title = models.CharField(max_length=60, default="")
    partner_id = models.IntegerField(null=True)
    sign = models.SmallIntegerField()
    guarded = models.BooleanField(default=False)
    spends = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "chart", "code", "fund", "title", "partner_id"],
                name="account_once_per_fund",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(partner_id__isnull=True) | ~Q(partner_id=F("union_id")),
                name="account_has_another_for_partner",
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
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", db_index=False
    )
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
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="legs", db_constraint=False, db_index=False
    )
    number = models.SmallIntegerField()
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="legs", db_constraint=False, db_index=False
    )
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
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="months", db_constraint=False, db_index=False
    )
    month = models.IntegerField()
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()

    class Meta:
        db_table = "ledger_month"


class BudgetLine(UnionTable):
    """What a union may spend in a year on one account of the chart, in one fund (DUE-14), in fen. `spent` is the sum of
    the legs there, `held` of what is reserved or committed: both kept by the database, which holds the cap whoever
    spends at once. `raised` is what the union above allowed beyond the budget, each time recorded."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        APPROVED = "approved"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    year = models.IntegerField()
    code = models.CharField(max_length=12, db_collation="C")
    fund = models.CharField(max_length=40, db_collation="C")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    amount = models.BigIntegerField()
    raised = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_budget_line"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "year", "code", "fund"], name="budget_line_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, raised__gte=0, held__gte=0), name="budget_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(spent__lte=F("amount") + F("raised") - F("held")),
                name="budget_is_not_exceeded",
            ),
        ]

    @property
    def allowed(self) -> int:
        """What may be spent in all, in fen."""
        return self.amount + self.raised

    @property
    def left(self) -> int:
        """What can still be spent, in fen."""
        return self.allowed - self.held - self.spent


class Hold(UnionTable):
    """Money of a budget line kept for one thing: reserved when it is asked for, committed when it is decided, and let
    go when it is spent or not needed."""

    class State(models.TextChoices):
        RESERVED = "reserved"
        COMMITTED = "committed"
        SPENT = "spent"
        RELEASED = "released"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.RESERVED)
    source = models.CharField(max_length=40, db_collation="C")
    source_id = models.CharField(max_length=60, db_collation="C")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_hold"
        constraints = [
            models.UniqueConstraint(fields=["source_id", "source"], name="hold_once_per_source"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_keeps_something"),
        ]
        indexes = [models.Index(fields=["line", "state"], name="ledger_hold_by_line")]


class BudgetChange(UnionTable):
    """What was decided about a budget line: adopted, approved, raised; by which document, by whom. Only added."""

    class Kind(models.TextChoices):
        ADOPTED = "adopted"
        APPROVED = "approved"
        RAISED = "raised"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.BigIntegerField()
    document = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, default="")
    user_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_budget_change"
