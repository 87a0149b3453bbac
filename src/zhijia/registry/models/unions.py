"""Unions, their dated parents, employers and who covers whom (ORG-01 to ORG-03, ORG-17)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table


class Union(Table):
    """A trade union at any level, one row for life.

    `tree_left` and `tree_right` are the nested interval of today's organisation tree: a union is under another
    when its interval lies inside the other's. `county` is the county-level union above it or itself (a union
    straight under a city has the city's); it is what row policies go by. `county_ids` stands on unions of county
    level and up: the ids of all such unions at and under it, so that a grant opens them without walking the tree.
    A union that was dissolved keeps its place in the trees, so that figures of the past find it; one that was merged
    hangs under its `successor`.
    """

    keeping = Keeping("The organisation's own record")

    class Level(models.IntegerChoices):
        NATION = 1
        PROVINCE = 2
        CITY = 3
        COUNTY = 4
        TOWNSHIP = 5
        GRASSROOTS = 6
        BRANCH = 7

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=16, unique=True, db_collation="C")
    name = models.CharField(max_length=120, db_collation="C")
    type = models.CharField(max_length=2)
    level = models.SmallIntegerField(choices=Level.choices)
    credit_code = models.CharField(max_length=18, null=True, unique=True)  # noqa: DJ001 - absent is not empty
    division = models.CharField(max_length=12, db_index=True)
    county = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    county_ids = ArrayField(models.IntegerField(), default=list)
    holding_pool = models.BooleanField(default=False)
    industry = models.CharField(max_length=5, default="")
    unit_nature = models.CharField(max_length=3, default="")
    staff_count = models.IntegerField(null=True)
    founded_on = models.DateField()
    approval_number = models.CharField(max_length=60, default="")
    dissolved_on = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    successor_id: int | None
    tree_left = models.BigIntegerField(default=0)
    tree_right = models.BigIntegerField(default=0)

    class Meta:
        db_table = "registry_union"
        indexes = [
            models.Index(fields=["tree_left"], name="registry_union_by_interval"),
            models.Index(fields=["name"], name="registry_union_by_name"),
            models.Index(fields=["county"], name="registry_union_by_county"),
            models.Index(fields=["tree_left"], condition=Q(level__lte=4), name="registry_union_high"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__isnull=True) | Q(credit_code__regex=r"^8[19]"),
                name="union_credit_code_starts_81_or_89",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stands_in(self) -> int:
        """The county-level union above it, or itself: what row policies go by."""
        return self.county_id or self.pk


class Parent(Table):
    """An edge of one of the three dated trees (ORG-02). A move closes one edge and opens another."""

    keeping = Keeping("The organisation's history: reports are re-made as it was")

    class Tree(models.TextChoices):
        ORGANISATION = "organisation"
        FUND = "fund"
        INDUSTRY = "industry"

    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="children")
    tree = models.CharField(max_length=12, choices=Tree.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "registry_parent"
        constraints = [
            models.UniqueConstraint(
                fields=["union", "tree"],
                condition=Q(valid_to__isnull=True),
                name="union_one_parent_in_each_tree",
            ),
            models.CheckConstraint(condition=~Q(union=F("parent")), name="union_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="union_parent_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["parent", "tree"], name="registry_parent_children")]


class Employer(Table):
    """A unit people work for. Its credit code is another than its union's (ORG-17)."""

    keeping = Keeping("The organisation's own record")

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=120, db_collation="C", db_index=True)
    credit_code = models.CharField(max_length=18, null=True, unique=True)  # noqa: DJ001
    division = models.CharField(max_length=12)
    unit_nature = models.CharField(max_length=3, default="")
    industry = models.CharField(max_length=5, default="")
    staff_count = models.IntegerField(null=True)
    platform = models.BooleanField(default=False)

    class Meta:
        db_table = "registry_employer"

    def __str__(self) -> str:
        return self.name


class Coverage(Table):
    """A union covers an employer, from a day to a day."""

    keeping = Keeping("The organisation's history")

    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="coverages")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="coverages")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "registry_coverage"
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer"],
                condition=Q(valid_to__isnull=True),
                name="coverage_once_at_a_time",
            )
        ]
