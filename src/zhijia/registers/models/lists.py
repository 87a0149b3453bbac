"""What a list is: its versions, and the one its rows stand under."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping, Table


class RegisterVersion(Version):
    """A definition of a list as it was published once. Shipped ones come with the program; others are drafted by one
    person and published by a second."""

    keeping = Keeping("What rows were written under", None)

    class Meta(Version.Meta):
        db_table = "registers_version"


class List(Table):
    """A list that has its place in the database, made by `registers_prepare` alone: `version` is the one all its rows
    stand under, `refreshed` the one by which titles, words and dues were worked out; `slots` say in which column a
    field stands besides. `shown_to` are who sees it without a right, each
    with the fields they see."""

    keeping = Keeping("What rows stand under", None)

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=60, unique=True, db_collation="C")
    version = models.ForeignKey(RegisterVersion, null=True, on_delete=models.PROTECT, related_name="+")
    refreshed = models.IntegerField(null=True)
    slots = models.JSONField(default=dict)
    shown_public = ArrayField(models.TextField(), default=list)
    shown_members = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "registers_list"
