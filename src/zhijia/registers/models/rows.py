"""Rows of lists. Their table is partitioned by list, with checks and indexes made of the definition (ADR 0022)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from zhijia.catalogue.register_rules import SLOTS
from zhijia.kernel.tables import Keeping, UnionTable

KEPT = Keeping("A row is kept for as long as its list says after it ended", "retention.list_years")
ALONG = Keeping("As long as the row it belongs to, which takes it along")


class Row(UnionTable):
    """A row of a list, at the union that keeps it. `values` are its fields by name; `text_1` and so on are the columns
    in which those stand besides that it is found by. `person_id`, `employer_id`, the second union, place and days are
    what fields fill. `version` counts its changes: what it was stays in `Past`. `source`, `source_id` and `purpose`
    say what wrote it, once; `came_on` is the day it came into its state."""

    keeping = KEPT

    id = models.UUIDField(primary_key=True)
    register_id = models.IntegerField()
    number = models.BigIntegerField()
    title = models.TextField()
    state = models.TextField(db_collation="C")
    came_on = models.DateField()
    person_id = models.UUIDField(null=True)
    follows = models.BooleanField(default=False)
    employer_id = models.IntegerField(null=True)
    other_union_id = models.IntegerField(null=True)
    other_county_id = models.IntegerField(null=True)
    division = models.TextField(default="", db_collation="C")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    values: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField()
    words = ArrayField(models.TextField())
    source = models.TextField(default="", db_collation="C")
    source_id = models.TextField(default="", db_collation="C")
    purpose = models.TextField(default="", db_collation="C")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "registers_row"


for _number in range(1, SLOTS["text"] + 1):
    Row.add_to_class(f"text_{_number}", models.TextField(null=True, db_collation="C"))
for _number in range(1, SLOTS["number"] + 1):
    Row.add_to_class(f"number_{_number}", models.BigIntegerField(null=True))
for _number in range(1, SLOTS["day"] + 1):
    Row.add_to_class(f"day_{_number}", models.DateField(null=True))


class Past(UnionTable):
    """What a row was before a change: all of it, from the moment it was written to the moment it was changed. Written
    by a trigger, whoever changes the row."""

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    register_id = models.IntegerField()
    row_id = models.UUIDField()
    version = models.IntegerField()
    number = models.BigIntegerField()
    title = models.TextField()
    state = models.TextField(db_collation="C")
    came_on = models.DateField()
    person_id = models.UUIDField(null=True)
    other_union_id = models.IntegerField(null=True)
    other_county_id = models.IntegerField(null=True)
    division = models.TextField(default="", db_collation="C")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    values: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField()
    changed_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "registers_past"
        constraints = [
            models.UniqueConstraint(fields=["row_id", "version"], name="past_of_a_row_once"),
            models.CheckConstraint(
                condition=models.Q(recorded_to__gte=models.F("recorded_from")), name="past_runs_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["county_id", "register_id", "recorded_to"], name="registers_past_by_county"),
            models.Index(fields=["union_id", "register_id", "recorded_to"], name="registers_past_by_union"),
            models.Index(
                fields=["person_id"],
                condition=models.Q(person_id__isnull=False),
                name="registers_past_by_person",
            ),
        ]


class Text(UnionTable):
    """What a file of a row says, read once; `failure` says why not. Its `words`, with those of the row, find the row as
    long as the row names the file: of an earlier file the text stays and the words are none."""

    keeping = ALONG

    file_id = models.UUIDField(primary_key=True)
    register_id = models.IntegerField()
    row_id = models.UUIDField()
    field = models.TextField(db_collation="C")
    text = models.TextField(default="")
    failure = models.CharField(max_length=20, default="", db_collation="C")
    words = ArrayField(models.TextField())
    read_at = models.DateTimeField()

    class Meta:
        db_table = "registers_text"
        indexes = [
            models.Index(fields=["row_id"], name="registers_text_by_row"),
            GinIndex(fields=["words"], name="registers_text_by_words"),
        ]


class Link(UnionTable):
    """What a row names, by a field: a person, union, employer, row of a list, or the case it came of."""

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    register_id = models.IntegerField()
    row_id = models.UUIDField()
    field = models.TextField(db_collation="C")
    kind = models.CharField(max_length=8, db_collation="C")
    target = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True)

    class Meta:
        db_table = "registers_link"
        constraints = [
            models.UniqueConstraint(fields=["row_id", "field", "target"], name="link_of_a_row_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("person", "union", "employer", "row", "case")),
                name="link_is_of_a_known_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "target"], name="registers_link_by_target"),
            models.Index(fields=["county_id", "kind"], name="registers_link_by_county"),
            models.Index(
                fields=["person_id"],
                condition=models.Q(person_id__isnull=False),
                name="registers_link_by_person",
            ),
        ]


class Due(UnionTable):
    """What falls due of a row on a day. `alarmed_on` is the last day its owner was told."""

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        MISSED = "missed"
        GONE = "gone"

    keeping = ALONG

    id = models.BigAutoField(primary_key=True)
    register_id = models.IntegerField()
    row_id = models.UUIDField()
    code = models.CharField(max_length=40, db_collation="C")
    day = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    person_id = models.UUIDField(null=True)
    alarmed_on = models.DateField(null=True)
    kept_on = models.DateField(null=True)
    kept_by = models.BigIntegerField(null=True)
    note = models.CharField(max_length=1000, default="")

    class Meta:
        db_table = "registers_due"
        constraints = [
            models.UniqueConstraint(
                fields=["row_id", "code"],
                condition=models.Q(state="open"),
                name="due_of_a_row_open_once",
            ),
            models.UniqueConstraint(fields=["row_id", "code", "day"], name="due_of_a_row_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(state="kept", kept_on__isnull=False)
                | ~models.Q(state="kept") & models.Q(kept_on__isnull=True),
                name="due_is_kept_on_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county_id", "day", "id"],
                condition=models.Q(state__in=("open", "missed")),
                name="registers_due_by_county",
            ),
            models.Index(
                fields=["union_id", "day", "id"],
                condition=models.Q(state__in=("open", "missed")),
                name="registers_due_by_union",
            ),
            models.Index(
                fields=["county_id", "register_id", "code", "day"],
                condition=models.Q(state__in=("open", "missed")),
                name="registers_due_by_list_county",
            ),
            models.Index(
                fields=["union_id", "register_id", "code", "day"],
                condition=models.Q(state__in=("open", "missed")),
                name="registers_due_by_list_union",
            ),
            models.Index(fields=["day"], condition=models.Q(state="open"), name="registers_due_by_day"),
            models.Index(
                fields=["person_id"],
                condition=models.Q(person_id__isnull=False),
                name="registers_due_by_person",
            ),
        ]
