"""Spending as people prepare it: vouchers with the roster of who got what, what each member was given in a year,
flags, and relatives of officers. What holds whoever writes: `migrations/spending.sql` (ADR 0021)."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, ProtectedTable, UnionTable

KEPT = Keeping("Vouchers are kept with the accounts they belong to (DUE-10, DUE-14)")


class Voucher(UnionTable):
    """Money a union means to spend, or spent: prepared by one person, checked by another, posted as one entry. `number`
    counts the posted ones of a year; `category` is a definition in `spendings/`; `paid_from` is the account the money
    leaves, whose fund it is; `decided` the minutes in which it was decided together."""

    class State(models.TextChoices):
        DRAFT = "draft"
        WAITING = "waiting"
        CHECKED = "checked"
        POSTED = "posted"
        TAKEN_BACK = "taken_back"
        DROPPED = "dropped"

    keeping = KEPT

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    year = models.IntegerField()
    number = models.IntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    category = models.CharField(max_length=40, db_collation="C")
    occasion = models.CharField(max_length=40, default="", db_collation="C")
    day = models.DateField()
    title = models.CharField(max_length=200)
    way = models.CharField(max_length=20, db_collation="C")
    payee = models.CharField(max_length=100, default="")
    paid_from = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    participants = models.IntegerField(null=True)
    decided = models.CharField(max_length=60, default="")
    returned = models.CharField(max_length=300, default="")
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    checked_by = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(
        "ledger.Entry", on_delete=models.PROTECT, null=True, related_name="spending_voucher"
    )

    class Meta:
        db_table = "ledger_voucher"
        constraints = [
            models.UniqueConstraint(fields=["union_id", "year", "number"], name="voucher_number_once_a_year"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_spends_something"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("prepared_by")),
                name="voucher_is_checked_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "posted", "taken_back"]) | Q(checked_by__isnull=False),
                name="voucher_is_checked_before_it_is_posted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["posted", "taken_back"])
                & Q(entry__isnull=False)
                & Q(number__isnull=False)
                | ~Q(state__in=["posted", "taken_back"]) & Q(entry__isnull=True) & Q(number__isnull=True),
                name="voucher_has_its_entry_once_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="ledger_voucher_by_union"),
            models.Index(fields=["union_id", "state"], name="ledger_voucher_by_state"),
        ]


class VoucherLine(ProtectedTable):
    """Somebody on the roster of a voucher and what they got, in fen. `cap` is the most for them, the category and the
    year where it was checked and when it is paid, `occasion_cap` the most for the one occasion; none where there is no
    such cap."""

    keeping = KEPT

    id = models.BigAutoField(primary_key=True)
    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="lines")
    union_id: "models.Field[int, int]" = models.IntegerField()
    county_id: "models.Field[int, int]" = models.IntegerField()
    person_id = models.UUIDField()
    amount = models.BigIntegerField()
    cap = models.BigIntegerField(null=True)
    occasion_cap = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_voucher_line"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_line_gives_something"),
        ]
        indexes = [
            models.Index(fields=["voucher"], name="ledger_line_by_voucher"),
            models.Index(fields=["person_id"], name="ledger_line_by_person"),
        ]


class VoucherFile(UnionTable):
    """An invoice, a signed roster or another attachment of a voucher."""

    keeping = KEPT

    id = models.BigAutoField(primary_key=True)
    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="files")
    file_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    user_id = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_voucher_file"


class Given(ProtectedTable):
    """What a member was given of a category in a year by whatever union, in fen, and on one `occasion` of it where
    that has a cap of its own: the sum of posted lines and goods, kept by the database. `allowed` is the cap the last of
    them was posted under; nothing goes beyond it, whoever posts."""

    keeping = KEPT

    pk = models.CompositePrimaryKey("person_id", "category", "year", "occasion")
    union_id: "models.Field[int, int]" = models.IntegerField()
    county_id: "models.Field[int, int]" = models.IntegerField()
    person_id = models.UUIDField()
    category = models.CharField(max_length=40, db_collation="C")
    year = models.IntegerField()
    occasion = models.CharField(max_length=40, default="", db_collation="C")
    spent = models.BigIntegerField()
    allowed = models.BigIntegerField()

    class Meta:
        db_table = "ledger_given"
        constraints = [
            models.CheckConstraint(condition=Q(spent__gte=0), name="given_is_not_negative"),
            models.CheckConstraint(condition=Q(spent__lte=F("allowed")), name="given_stays_within_the_cap"),
        ]
        indexes = [models.Index(fields=["union_id", "year"], name="ledger_given_by_union")]


class Gift(ProtectedTable):
    """Goods a member was handed, in fen: they count against the caps as money spent on them does (DUE-15, DUE-16).
    `source` names what handed them out. What came back is a row below nothing that names what it `corrects`, once."""

    keeping = KEPT

    id = models.BigAutoField(primary_key=True)
    union_id: "models.Field[int, int]" = models.IntegerField()
    county_id: "models.Field[int, int]" = models.IntegerField()
    person_id = models.UUIDField()
    category = models.CharField(max_length=40, db_collation="C")
    occasion = models.CharField(max_length=40, default="", db_collation="C")
    year = models.IntegerField()
    day = models.DateField()
    amount = models.BigIntegerField()
    cap = models.BigIntegerField(null=True)
    occasion_cap = models.BigIntegerField(null=True)
    source = models.CharField(max_length=40, db_collation="C")
    source_id = models.CharField(max_length=60, db_collation="C")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", db_index=False
    )

    class Meta:
        db_table = "ledger_gift"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, corrects__isnull=True) | Q(amount__lt=0, corrects__isnull=False),
                name="gift_is_something",
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="gift_is_counted_back_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="ledger_gift_by_person"),
            models.Index(fields=["union_id", "year"], name="ledger_gift_by_union"),
        ]


class Flag(UnionTable):
    """Something about a voucher that an auditor should look at (DUE-18): found by a rule, or set by a person. `code` is
    a finding of `spending_findings`, `prohibition` one of the eight where it points to one; `by_fen` is by how much.
    Only its settling is ever written over: by a rule that no longer finds it, or by somebody, with a note."""

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(max_length=40, default="", db_collation="C")
    prohibition = models.CharField(max_length=40, default="", db_collation="C")
    by_fen = models.BigIntegerField(default=0)
    people = models.IntegerField(default=0)
    note = models.CharField(max_length=300, default="")
    user_id = models.BigIntegerField(null=True)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    settled_note = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "ledger_flag"
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") | ~Q(prohibition=""), name="flag_says_what_it_is_about"
            ),
            models.UniqueConstraint(
                fields=["voucher", "code", "prohibition"],
                condition=Q(user_id__isnull=True, settled_at__isnull=True),
                name="flag_of_a_rule_stands_once",
            ),
        ]
        indexes = [models.Index(fields=["union_id", "-id"], name="ledger_flag_by_union")]


class Kin(UnionTable):
    """A relative of an officer who sells to the union or works for who does: declared by the union, so that a voucher
    or a payment to them raises an alarm."""

    keeping = KEPT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.UUIDField()
    relation = models.CharField(max_length=20, db_collation="C")
    name = models.CharField(max_length=100)
    works_for = models.CharField(max_length=100, default="")
    declared_on = models.DateField()
    declared_by = models.BigIntegerField()
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "ledger_kin"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "person_id", "name", "works_for"],
                condition=Q(ended_on__isnull=True),
                name="kin_declared_once",
            )
        ]
