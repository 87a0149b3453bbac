"""How many stand how on a drive's roster: kept beside it, so that a page adds up some numbers and not the roster."""

from django.db import models

from zhijia.kernel.tables import Keeping, Table


class Tally(Table):
    """So `many` of a drive's pieces of a thing and time, with so much money (fen), stand so: open or done or void, due
    and done on these days, late or not. With no thing it counts places on the roster (`open`, or `void` for those who
    left). Each is counted at its union, and with no union at its county. A trigger adds what changes, whoever changes
    it; a job adds up the rows that say the same."""

    keeping = Keeping("As long as the drive, whose numbers come to nothing with it")

    id = models.BigAutoField(primary_key=True)
    drive_id = models.IntegerField()
    county_id = models.IntegerField()
    union_id = models.IntegerField(null=True)
    thing = models.CharField(max_length=40, default="", db_collation="C")
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    state = models.CharField(max_length=4)
    late = models.BooleanField(default=False)
    many = models.BigIntegerField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        db_table = "campaigns_tally"
        indexes = [
            models.Index(
                fields=["drive_id", "county_id"],
                condition=models.Q(union_id__isnull=True),
                name="campaigns_tally_by_county",
            ),
            models.Index(
                fields=["drive_id", "union_id"],
                condition=models.Q(union_id__isnull=False),
                name="campaigns_tally_by_union",
            ),
        ]
