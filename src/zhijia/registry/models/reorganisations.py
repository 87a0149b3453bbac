"""How the trees of unions change: what is planned and done, the names a union had, the borders it went over."""

import uuid

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table
from zhijia.registry.models.unions import Union


class Reorganisation(Table):
    """One change of the trees, planned for a day and done as a whole, or not at all (ORG-05, ORG-19).

    `plan` holds ids and names of unions, never of persons (`services.reorganisations.plans`); `union` is the one it
    is about, `place` the one above that decides. `failure` says why the plan was stopped: its premises were no
    longer true on the day.
    """

    keeping = Keeping("The organisation's history: reports are re-made as it was")

    class Kind(models.TextChoices):
        FOUND = "found"
        RENAME = "rename"
        MOVE = "move"
        MERGE = "merge"
        SPLIT = "split"
        DISSOLVE = "dissolve"

    class State(models.TextChoices):
        PLANNED = "planned"
        DONE = "done"
        UNDONE = "undone"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    effective_on = models.DateField()
    plan = models.JSONField()
    counts = models.JSONField(default=dict)
    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="reorganisations")
    place = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    approval_number = models.CharField(max_length=60, default="")
    user_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "registry_reorganisation"
        indexes = [
            models.Index(fields=["state", "effective_on", "recorded_at"], name="reorganisation_by_day"),
        ]


class UnionName(Table):
    """A name a union no longer has, and the days it had it: from the first, up to and not with the last."""

    keeping = Keeping("The organisation's history: reports are re-made as it was")

    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=120, db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "registry_union_name"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="union_name_ends_after_it_began"
            ),
        ]


class CountyChange(Table):
    """A union went over a county border on a day, and its rows with it. Its facts stay where they happened."""

    keeping = Keeping("The organisation's history: reports are re-made as it was")

    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="county_changes")
    from_county = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="+")
    to_county = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(db_index=True)
    reorganisation = models.ForeignKey(
        Reorganisation, on_delete=models.PROTECT, related_name="county_changes"
    )

    class Meta:
        db_table = "registry_county_change"
