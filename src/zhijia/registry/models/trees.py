"""What is kept of the fund and the industry tree as they are today. All of it can be made anew from the edges."""

from django.db import models
from django.db.models import F, Q

from zhijia.kernel.tables import Keeping, Table


class TreePlace(Table):
    """Where a union lies in today's fund or industry tree: its nested interval, and its head there, the nearest of
    county level and up at or above it (the highest above it, where there is none such). A union without an edge in a
    tree needs no row."""

    keeping = Keeping("Derived from the dated edges; can be made anew")

    pk = models.CompositePrimaryKey("union_id", "tree")
    union_id = models.IntegerField()
    tree = models.CharField(max_length=12, db_collation="C")
    head_id = models.IntegerField()
    tree_left = models.BigIntegerField()
    tree_right = models.BigIntegerField()

    class Meta:
        db_table = "registry_tree_place"
        indexes = [
            models.Index(fields=["tree", "tree_left"], name="registry_place_by_interval"),
            models.Index(
                fields=["tree", "tree_left"], condition=Q(head_id=F("union_id")), name="registry_place_heads"
            ),
        ]


class TreeTotal(Table):
    """The folded sum of all facts of a kind of the unions that have this head in a tree."""

    keeping = Keeping("A sum that can be rebuilt from the facts")

    pk = models.CompositePrimaryKey("tree", "head_id", "kind")
    tree = models.CharField(max_length=12, db_collation="C")
    head_id = models.IntegerField()
    kind = models.TextField(db_collation="C")
    quantity = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.BigIntegerField()

    class Meta:
        db_table = "registry_tree_total"


class TreeTurn(Table):
    """How often unions of a tree changed their head. Who adds to the totals holds this row and who changes heads
    counts it up, so that neither works by what the other has changed."""

    keeping = Keeping("Keeps the totals of a tree right when two work at once")

    tree = models.CharField(max_length=12, primary_key=True)
    turn = models.BigIntegerField()

    class Meta:
        db_table = "registry_tree_turn"
