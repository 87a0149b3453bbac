"""What of the catalogue stands in the database: the administrative divisions, too many for files, and the numbers that
were decided in the program's pages."""

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table


class Division(Table):
    """A province, city, county, township or village by its code in 12 digits (GB/T 2260, ORG-18).

    One that was abolished stays, with the day it ended and its successor where there is one: an old record
    keeps its code. `valid_from` is empty for what was there before the first list that was loaded.
    """

    keeping = Keeping("The country's own list")

    class Level(models.IntegerChoices):
        PROVINCE = 1
        CITY = 2
        COUNTY = 3
        TOWNSHIP = 4
        VILLAGE = 5

    code = models.CharField(max_length=12, primary_key=True, db_collation="C")
    name = models.CharField(max_length=60, db_collation="C")
    level = models.SmallIntegerField(choices=Level.choices)
    parent = models.CharField(max_length=12, db_collation="C")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    successor = models.CharField(max_length=12, default="", db_collation="C")

    class Meta:
        db_table = "catalogue_division"
        indexes = [
            models.Index(fields=["parent", "code"], name="division_children"),
            models.Index(fields=["name"], name="division_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionLoad(Table):
    """A list of divisions that was loaded: which one, how far down, when. The same one is loaded once."""

    keeping = Keeping("Which list the divisions are from")

    digest = models.CharField(max_length=64)
    levels = models.SmallIntegerField()
    provinces = models.CharField(max_length=200)
    count = models.IntegerField()
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_division_load"


class ParameterChange(Table):
    """A value of a parameter from a day on, at a place: proposed by one person, in force once a second confirmed it. A
    published one is never changed; another one from the same day on goes before it. `effect` counts what it was said
    to do when it was proposed."""

    keeping = Keeping("Which number held where and when, and who decided it")

    class State(models.TextChoices):
        PROPOSED = "proposed"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    key = models.CharField(max_length=100, db_collation="C")
    division = models.CharField(max_length=12, default="", db_collation="C")
    since = models.DateField()
    value = models.JSONField()
    source = models.CharField(max_length=200)
    effect = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "catalogue_parameter_change"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_by__isnull=False, published_at__isnull=False) & ~Q(made_by=F("published_by")),
                name="number_is_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["key", "division", "since"],
                condition=Q(state="proposed"),
                name="number_is_proposed_once",
            ),
        ]
