"""What a union owns besides money: cards of assets with what was written down of them, leases, counts, disposals;
goods by lot, and to whom they went. What holds whoever writes: `migrations/assets.sql` (ADR 0021)."""

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, ProtectedTable, UnionTable

KEPT = Keeping("The register of what the union answers for (DUE-11, AUD-03)")


class Card(UnionTable):
    """An asset: `number` stands on its label. `cost` and `depreciated` in fen; `months` is over how many it is written
    down, from the month `begins` (yyyymm) on, none where it is not. What a donor gave keeps the `purpose` (DUE-19)."""

    class State(models.TextChoices):
        IN_USE = "in_use"
        IDLE = "idle"
        LEASED = "leased"
        MISSING = "missing"
        DECIDED = "decided"
        DISPOSED = "disposed"

    class Came(models.TextChoices):
        BOUGHT = "bought"
        DONATED = "donated"
        HANDED_OVER = "handed_over"
        FOUND = "found"

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    year = models.IntegerField()
    number = models.IntegerField()
    kind = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=100)
    place = models.CharField(max_length=100, default="")
    came = models.CharField(max_length=12, choices=Came.choices)
    donor = models.CharField(max_length=100, default="")
    purpose = models.CharField(max_length=200, default="")
    fund = models.CharField(max_length=40, db_collation="C")
    got_on = models.DateField()
    cost = models.BigIntegerField()
    months = models.IntegerField(null=True)
    begins = models.IntegerField()
    depreciated = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN_USE)
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "assets_card"
        constraints = [
            models.UniqueConstraint(fields=["union_id", "year", "number"], name="card_number_once_a_year"),
            models.CheckConstraint(condition=Q(cost__gt=0), name="card_is_worth_something"),
            models.CheckConstraint(
                condition=Q(depreciated__gte=0, depreciated__lte=F("cost")), name="card_is_written_down_once"
            ),
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gt=0), name="card_has_a_life"
            ),
            models.CheckConstraint(
                condition=Q(state="disposed", ended_on__isnull=False)
                | ~Q(state="disposed") & Q(ended_on__isnull=True),
                name="card_ends_when_it_is_disposed_of",
            ),
        ]
        indexes = [models.Index(fields=["union_id", "state", "-id"], name="assets_card_by_union")]

    @property
    def label(self) -> str:
        """The number on its label."""
        return f"{self.year}-{self.number:04d}"

    @property
    def left(self) -> int:
        """What it is worth in the books, in fen."""
        return self.cost - self.depreciated


class Depreciation(UnionTable):
    """What was written down of a card in a month (yyyymm), once, in fen. Only added."""

    keeping = KEPT
    personal = False

    pk = models.CompositePrimaryKey("card_id", "month")
    card = models.ForeignKey(
        Card, on_delete=models.PROTECT, related_name="depreciations", db_constraint=False
    )
    month = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "assets_depreciation"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="depreciation_is_something")]
        indexes = [models.Index(fields=["union_id", "month"], name="assets_depreciation_by_union")]


class Lease(UnionTable):
    """An asset somebody rents: from a day to a day, so much a month (fen), due on a day of the month. One at a time."""

    keeping = KEPT

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="leases")
    tenant = models.CharField(max_length=100)
    since = models.DateField()
    until = models.DateField()
    rent = models.BigIntegerField()
    due_day = models.SmallIntegerField()
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "assets_lease"
        constraints = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(ended_on__isnull=True), name="lease_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(rent__gt=0), name="lease_brings_something"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="lease_runs_forward"),
            models.CheckConstraint(
                condition=Q(due_day__gte=1, due_day__lte=28), name="lease_is_due_every_month"
            ),
        ]
        indexes = [models.Index(fields=["union_id", "ended_on"], name="assets_lease_by_union")]


class Rent(UnionTable):
    """The rent of a month (yyyymm) that came in, once, with its entry."""

    keeping = KEPT
    personal = False

    pk = models.CompositePrimaryKey("lease_id", "month")
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="rents", db_constraint=False)
    month = models.IntegerField()
    amount = models.BigIntegerField()
    received_on = models.DateField()
    entry_id = models.BigIntegerField()

    class Meta:
        db_table = "assets_rent"


class Count(UnionTable):
    """A yearly count of all cards: planned as a list, counted by one person, confirmed by another."""

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    year = models.IntegerField()
    planned_at = models.DateTimeField()
    counted_by = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "assets_count"
        constraints = [
            models.UniqueConstraint(fields=["union_id", "year"], name="count_once_a_year"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("counted_by")), name="count_by_two"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(counted_by__isnull=False),
                name="count_is_confirmed_once_counted",
            ),
        ]


class Counted(UnionTable):
    """A card on the list of a count: whether it was there."""

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="+")
    there = models.BooleanField(null=True)
    note = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "assets_counted"
        constraints = [models.UniqueConstraint(fields=["count", "card"], name="card_is_counted_once")]


class Disposal(UnionTable):
    """What was decided about a card, by which case: how it goes, and what came in for it before it left the books."""

    class Way(models.TextChoices):
        SELL = "sell"
        WRITE_OFF = "write_off"
        HAND_OVER = "hand_over"
        SWAP = "swap"

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    card = models.OneToOneField(Card, on_delete=models.PROTECT, related_name="disposal")
    case_id = models.UUIDField(unique=True)
    way = models.CharField(max_length=10, choices=Way.choices)
    decided_at = models.DateTimeField()
    income = models.BigIntegerField(default=0)
    income_entry = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "assets_disposal"
        constraints = [
            models.CheckConstraint(
                condition=~Q(way__in=["sell"]) | Q(done_at__isnull=True) | Q(income_entry__isnull=False),
                name="sold_when_the_money_is_there",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(entry_id__isnull=False),
                name="disposal_stands_in_the_books",
            ),
        ]


class Lot(UnionTable):
    """Goods of one kind that came together: so many `unit`s, worth `cost` fen; what is left is kept by the database and
    never falls below nothing. What a donor gave is used for the donor's `purpose` alone (DUE-19)."""

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    name = models.CharField(max_length=100)
    unit = models.CharField(max_length=10)
    came = models.CharField(max_length=12, choices=Card.Came.choices)
    donor = models.CharField(max_length=100, default="")
    purpose = models.CharField(max_length=200, default="")
    fund = models.CharField(max_length=40, db_collation="C")
    got_on = models.DateField()
    quantity = models.IntegerField()
    cost = models.BigIntegerField()
    remains = models.IntegerField()
    worth = models.BigIntegerField()

    class Meta:
        db_table = "assets_lot"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, cost__gt=0), name="lot_is_something"),
            models.CheckConstraint(
                condition=Q(remains__gte=0, remains__lte=F("quantity")), name="lot_never_below_nothing"
            ),
            models.CheckConstraint(
                condition=Q(worth__gte=0, worth__lte=F("cost")), name="lot_is_worth_what_is_left"
            ),
            models.CheckConstraint(
                condition=~Q(came="donated") | ~Q(donor="") & ~Q(purpose=""),
                name="donated_lot_keeps_its_purpose",
            ),
        ]
        indexes = [models.Index(fields=["union_id", "-id"], name="assets_lot_by_union")]


class Issue(UnionTable):
    """Goods of a lot that went out: to people on a roster, or to a union below. `worth` (fen) is set by the database;
    where it is for another purpose than the donor's, `consent` is the paper the donor agreed by. What people get counts
    as a `category` of spending and its `occasion` (DUE-15, DUE-16). `source`, `source_id` and `purpose` name what of
    another room asked for them (a drive and its thing), where something did."""

    keeping = KEPT
    personal = False

    id = models.BigAutoField(primary_key=True)
    once = models.UUIDField(unique=True)
    source = models.CharField(max_length=40, default="", db_collation="C")
    source_id = models.CharField(max_length=60, default="", db_collation="C")
    purpose = models.CharField(max_length=60, default="", db_collation="C")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="issues")
    day = models.DateField()
    what_for = models.CharField(max_length=200)
    consent = models.CharField(max_length=60, default="")
    category = models.CharField(max_length=40, default="", db_collation="C")
    occasion = models.CharField(max_length=40, default="", db_collation="C")
    to_union_id: "models.Field[int | None, int | None]" = models.IntegerField(null=True)
    quantity = models.IntegerField()
    worth = models.BigIntegerField(default=0)
    user_id = models.BigIntegerField()

    class Meta:
        db_table = "assets_issue"
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="issue_is_something")]
        indexes = [
            models.Index(
                fields=["source", "source_id"], condition=~Q(source=""), name="assets_issue_by_source"
            )
        ]


class Handed(ProtectedTable):
    """Somebody on the roster of an issue: how many, and when the receipt was signed."""

    keeping = KEPT

    id = models.BigAutoField(primary_key=True)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="lines")
    union_id: "models.Field[int, int]" = models.IntegerField()
    county_id: "models.Field[int, int]" = models.IntegerField()
    person_id = models.UUIDField()
    quantity = models.IntegerField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "assets_handed"
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="handed_is_something")]
        indexes = [
            models.Index(fields=["issue"], name="assets_handed_by_issue"),
            models.Index(fields=["person_id"], name="assets_handed_by_person"),
        ]


from zhijia.assets.return_models import Return as Return  # noqa: E402 - it points at the tables above
