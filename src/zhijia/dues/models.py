"""What employers declare and owe, what came in for which months, how it was shared among the unions; what members pay.

Amounts are whole fen, months yyyymm. What was declared, received and shared is only added; a share is taken back by a
row that says the same with the other sign (`migrations/dues.sql`, ADR 0019).
"""

from django.db import models
from django.db.models import F, Q

from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping, Table, UnionTable
from zhijia.registry.models import Employer

WHY = "What was owed, paid and shared is kept as long as the books it stands in (DUE-10)"
ADDED_UP = sum((F(name) for name in BENEFICIARIES[1:]), F(BENEFICIARIES[0]))


class Declaration(UnionTable):
    """Total wages of all staff of an employer in a month, as its union declared them; a correction is a new version.
    `rate` and `amount` are what followed from them then (DUE-01)."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    month = models.IntegerField()
    version = models.SmallIntegerField(default=1)
    staff = models.IntegerField()
    wages = models.BigIntegerField()
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200, default="")
    user_id = models.BigIntegerField(null=True)
    declared_at = models.DateTimeField()

    class Meta:
        db_table = "dues_declaration"
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "month", "version"], name="declaration_once_a_version"
            ),
            models.CheckConstraint(
                condition=Q(wages__gte=0, staff__gte=0, amount__gte=0), name="declaration_is_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-month"], name="dues_declared_by_union"),
            models.Index(fields=["county_id", "-month"], name="dues_declared_by_county"),
        ]


class Bill(UnionTable):
    """What an employer owes for a month by the declaration that stands. `receivable_id` is where a transfer for it is
    expected, under the reference people write into it."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    month = models.IntegerField()
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="bills")
    amount = models.BigIntegerField()
    due_on = models.DateField()
    receivable_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=16, db_collation="C", default="")

    class Meta:
        db_table = "dues_bill"
        constraints = [
            models.UniqueConstraint(fields=["employer", "month"], name="bill_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="bill_is_not_negative"),
        ]
        indexes = [
            models.Index(fields=["union_id", "-month"], name="dues_bill_by_union"),
            models.Index(fields=["county_id", "-month"], name="dues_bill_by_county"),
        ]


class CollectionFile(UnionTable):
    """A file of the tax office: what it collected for the unions under this one. Checked first, then confirmed by
    somebody who looked; a file with the same bytes is taken once."""

    class State(models.TextChoices):
        CHECKED = "checked"
        CONFIRMED = "confirmed"
        DISCARDED = "discarded"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CHECKED)
    digest = models.CharField(max_length=64, db_collation="C")
    file_id = models.UUIDField(null=True)
    lines_count = models.IntegerField()
    good_count = models.IntegerField()
    amount = models.BigIntegerField()
    sent_by = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dues_collection_file"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "digest"],
                condition=~Q(state="discarded"),
                name="collection_file_is_taken_once",
            ),
        ]
        indexes = [models.Index(fields=["county_id", "-id"], name="dues_file_by_county")]


class CollectionLine(UnionTable):
    """A row of a tax office's file: whose, for which months, how much. `problem` says why it cannot be taken (a code);
    a line of a payer we do not know is taken and waits."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(CollectionFile, on_delete=models.PROTECT, related_name="lines")
    row = models.IntegerField()
    credit_code = models.CharField(max_length=30, db_collation="C")
    payer = models.CharField(max_length=120, default="")
    since = models.IntegerField()
    until = models.IntegerField()
    base = models.BigIntegerField()
    amount = models.BigIntegerField()
    paid_on = models.DateField(null=True)
    employer_id = models.IntegerField(null=True)
    problem = models.CharField(max_length=30, db_collation="C", default="")

    class Meta:
        db_table = "dues_collection_line"
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="collection_line_once_a_row")]


class UsedRule(Table):
    """A rule of sharing as it was when it was first used: what any split was made by can be read for ever."""

    keeping = Keeping("What shares were made by")

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=60, db_collation="C")
    version = models.IntegerField()
    digest = models.CharField(max_length=64, db_collation="C", unique=True)
    content = models.JSONField()
    grassroots = models.DecimalField(max_digits=7, decimal_places=4)
    sector = models.DecimalField(max_digits=7, decimal_places=4)
    territorial = models.DecimalField(max_digits=7, decimal_places=4)
    county = models.DecimalField(max_digits=7, decimal_places=4)
    city = models.DecimalField(max_digits=7, decimal_places=4)
    province = models.DecimalField(max_digits=7, decimal_places=4)
    national = models.DecimalField(max_digits=7, decimal_places=4)
    inspection_bureau = models.DecimalField(max_digits=7, decimal_places=4)
    tax_bureau = models.DecimalField(max_digits=7, decimal_places=4)
    tax_office = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        db_table = "dues_used_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 0 for name in BENEFICIARIES}), name="no_share_is_negative"
            ),
        ]


class Route(Table):
    """Which unions stood above a payer's when its money was shared, one for each kind of share. None: nobody in the
    register, the collecting union owes it outside."""

    keeping = Keeping("To whom shares went")

    id = models.BigAutoField(primary_key=True)
    payer_id = models.IntegerField()
    grassroots_id = models.IntegerField(null=True)
    sector_id = models.IntegerField(null=True)
    territorial_id = models.IntegerField(null=True)
    county_id = models.IntegerField(null=True)
    city_id = models.IntegerField(null=True)
    province_id = models.IntegerField(null=True)
    national_id = models.IntegerField(null=True)

    class Meta:
        db_table = "dues_route"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "payer_id",
                    "grassroots_id",
                    "sector_id",
                    "territorial_id",
                    "county_id",
                    "city_id",
                    "province_id",
                    "national_id",
                ],
                name="route_once",
                nulls_distinct=False,
            )
        ]


class Distribution(UnionTable):
    """A run in which a collecting union shares what came in. Asked for by somebody, done by a job; what each union got
    is posted in one entry on each side under its number."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    run_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    day = models.DateField()
    many = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=300, default="")
    user_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dues_distribution"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id"], condition=Q(state="waiting"), name="distribution_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["county_id", "-id"], name="dues_distribution_by_county")]


class Contribution(UnionTable):
    """Money that came in at this union for an employer and some months: a line of the tax office, or a transfer. The
    payer's union is the other one; none while nobody knows whose it is."""

    class Source(models.TextChoices):
        TAX = "tax"
        TRANSFER = "transfer"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=8, choices=Source.choices, db_collation="C")
    source_id = models.CharField(max_length=60, db_collation="C")
    employer_id = models.IntegerField(null=True)
    other_union_id = models.IntegerField(null=True)
    other_county_id = models.IntegerField(null=True)
    payer = models.CharField(max_length=120, default="")
    credit_code = models.CharField(max_length=30, db_collation="C", default="")
    since = models.IntegerField()
    until = models.IntegerField()
    base = models.BigIntegerField(default=0)
    amount = models.BigIntegerField()
    paid_on = models.DateField()
    run_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "dues_contribution"
        constraints = [
            models.UniqueConstraint(fields=["source_id", "source"], name="contribution_once_per_source"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_brings_something"),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="contribution_months_run_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-paid_on", "-id"], name="dues_contribution_by_union"),
            models.Index(fields=["county_id", "-paid_on", "-id"], name="dues_contribution_by_county"),
            models.Index(fields=["other_union_id", "-paid_on"], name="dues_contribution_by_payer"),
            models.Index(fields=["other_county_id", "-paid_on"], name="dues_contribution_by_place"),
            models.Index(fields=["employer_id", "since"], name="dues_contribution_by_firm"),
        ]


class Waiting(UnionTable):
    """A contribution that is not shared now: the list the next distribution works through."""

    keeping = Keeping("Gone once the contribution is shared")
    personal = False

    contribution = models.OneToOneField(
        Contribution, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )

    class Meta:
        db_table = "dues_waiting"
        indexes = [models.Index(fields=["union_id", "contribution"], name="dues_waiting_by_union")]


class Split(UnionTable):
    """How a contribution of the other union's employers was shared, to the fen. Only added: what was wrong is taken
    back by a split with every sign turned (`reverses`), once."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, related_name="splits", db_constraint=False
    )
    rule = models.ForeignKey(
        UsedRule, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    distribution = models.ForeignKey(
        Distribution, on_delete=models.PROTECT, related_name="splits", db_constraint=False
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    other_union_id = models.IntegerField()
    other_county_id = models.IntegerField()
    day = models.DateField()
    amount = models.BigIntegerField()
    grassroots = models.BigIntegerField()
    sector = models.BigIntegerField()
    territorial = models.BigIntegerField()
    county = models.BigIntegerField()
    city = models.BigIntegerField()
    province = models.BigIntegerField()
    national = models.BigIntegerField()
    inspection_bureau = models.BigIntegerField()
    tax_bureau = models.BigIntegerField()
    tax_office = models.BigIntegerField()

    class Meta:
        db_table = "dues_split"
        constraints = [
            models.CheckConstraint(condition=Q(amount=ADDED_UP), name="split_gives_everything"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="split_reversed_once"
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="split_is_turned_only_to_take_back",
            ),
        ]

    @property
    def upward(self) -> int:
        """What went to others than the payer's own union."""
        return self.amount - self.grassroots


class MemberMonth(UnionTable):
    """What members of a grassroots union paid it as dues for a month: how many they were and how much it was. It stays
    there whole (DUE-05). Whose wage is what is not kept: only the sum is."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    month = models.IntegerField()
    members = models.IntegerField()
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    collected_at = models.DateTimeField()

    class Meta:
        db_table = "dues_member_month"
        constraints = [
            models.CheckConstraint(
                condition=Q(members__gt=0, amount__gt=0), name="member_dues_are_something"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-month", "-id"], name="dues_of_members_by_union"),
            models.Index(fields=["county_id", "-month"], name="dues_of_members_by_county"),
        ]


class Payout(UnionTable):
    """Money a union gives to several below it at once: a pot shared by weights, or what small payers get back
    (DUE-09). Prepared by one person, decided by another; each line is a payment of its own."""

    class Kind(models.TextChoices):
        SUBSIDY = "subsidy"
        REFUND = "refund"

    class State(models.TextChoices):
        DRAFT = "draft"
        DECIDED = "decided"
        DISCARDED = "discarded"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=120)
    year = models.IntegerField()
    weights = models.JSONField(default=dict)
    lines_count = models.IntegerField()
    amount = models.BigIntegerField()
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dues_payout"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_by__isnull=False) & ~Q(decided_by=F("made_by")),
                name="payout_is_decided_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "-id"], name="dues_payout_by_union"),
            models.Index(fields=["county_id", "-id"], name="dues_payout_by_county"),
        ]


class PayoutLine(UnionTable):
    """What one union gets of a payout, and what that rests on. `applied_on` is when it asked, where it has to."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=7, choices=Payout.Kind.choices)
    year = models.IntegerField()
    open = models.BooleanField(default=True)
    other_union_id = models.IntegerField()
    other_county_id = models.IntegerField()
    basis = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    applied_on = models.DateField(null=True)
    payment_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dues_payout_line"
        constraints = [
            models.UniqueConstraint(fields=["payout", "other_union_id"], name="payout_once_a_union"),
            models.UniqueConstraint(
                fields=["other_union_id", "year"],
                condition=Q(kind="refund", open=True),
                name="refund_once_a_year",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_line_gives_something"),
        ]
        indexes = [
            models.Index(fields=["other_county_id"], name="dues_payout_by_place"),
        ]


class Reminder(UnionTable):
    """A union reminded an employer in writing of what is overdue (DUE-04): for which months, how much, by when to pay.
    `served_on`, `served_how` and `proof_id` say how it reached the employer; without that it proves nothing."""

    class How(models.TextChoices):
        HAND = "hand"
        POST = "post"
        MAIL = "mail"

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    since = models.IntegerField()
    until = models.IntegerField()
    owed = models.BigIntegerField()
    late_fee = models.BigIntegerField(default=0)
    answer_by = models.DateField()
    file_id = models.UUIDField(null=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    served_on = models.DateField(null=True)
    served_how = models.CharField(max_length=4, choices=How.choices, default="", blank=True)
    proof_id = models.UUIDField(null=True)

    class Meta:
        db_table = "dues_reminder"
        constraints = [
            models.CheckConstraint(condition=Q(owed__gt=0), name="reminder_asks_for_something"),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | ~Q(served_how=""),
                name="reminder_says_how_it_was_served",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "employer", "-id"], name="dues_reminder_by_union"),
            models.Index(fields=["county_id", "-id"], name="dues_reminder_by_county"),
        ]


class SplitVersion(Version):
    """A rule of sharing as a federation wrote it: drafted and proposed by one person, published by a second."""

    keeping = Keeping("What shares were made by")

    class Meta(Version.Meta):
        db_table = "dues_split_version"
