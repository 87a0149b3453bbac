"""How what came in is shared among the unions: rules, ways, runs, and a row for each contribution."""

from django.db import models
from django.db.models import F, Q

from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.catalogue.versions import Version
from zhijia.dues.models.kept import ADDED_UP, WHY
from zhijia.kernel.tables import Keeping, Table, UnionTable


class SplitVersion(Version):
    """A rule of sharing as a federation wrote it: drafted and proposed by one person, published by a second."""

    keeping = Keeping("What shares were made by")

    class Meta(Version.Meta):
        db_table = "dues_split_version"


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
    payer's union is the other one; none while nobody knows whose it is. `given_back` is what of a transfer went back to
    the payer or is on its way (fen), kept by the database: it is not received, not shared, and owed again."""

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
    given_back = models.BigIntegerField(default=0, db_default=0)
    paid_on = models.DateField()
    run_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "dues_contribution"
        constraints = [
            models.UniqueConstraint(fields=["source_id", "source"], name="contribution_once_per_source"),
            models.UniqueConstraint(
                fields=["credit_code", "paid_on", "since", "until", "amount"],
                condition=Q(source="tax"),
                name="tax_line_once_whoever_brings_it",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_brings_something"),
            models.CheckConstraint(
                condition=Q(given_back__gte=0, given_back__lte=F("amount")),
                name="contribution_gives_back_what_came",
            ),
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
