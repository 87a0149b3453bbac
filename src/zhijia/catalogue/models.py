"""The administrative divisions: the one part of the catalogue too large for files."""

from django.db import models

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
