"""Who was named, with what came of it."""

import uuid

from django.db import models
from django.db.models import Q

from zhijia.appraisals.models.rounds.calls import KEPT, Round
from zhijia.appraisals.models.rounds.nominations import Nomination
from zhijia.kernel.tables import Keeping, UnionTable


class Award(UnionTable):
    """An entry that was named. `number` stands on the certificate, its QR leads to `token`. `monthly` (fen) is paid by
    the union `payer_id` as often as `months` says, once where that is 1: to the person, or to the union `to_union_id`.
    All of a round are paid no more than its budget. Whoever is named again in the `family` at a
    higher level counts there from then on (`gave_way_on`), and is paid there alone."""

    keeping = Keeping("Who holds a name, with its certificate (HON-04, HON-06)", KEPT)

    id = models.BigAutoField(primary_key=True)
    nomination = models.OneToOneField(Nomination, on_delete=models.CASCADE, related_name="award")
    nomination_id: uuid.UUID
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="awards")
    round_id: int
    person_id = models.UUIDField(null=True)
    title = models.CharField(max_length=120)
    grade = models.CharField(max_length=40, db_collation="C")
    family = models.CharField(max_length=60, default="", db_collation="C")
    level = models.SmallIntegerField()
    number = models.CharField(max_length=40, unique=True, db_collation="C")
    token = models.CharField(max_length=22, unique=True, db_collation="C")
    named_on = models.DateField()
    row_id = models.UUIDField(null=True)
    payer_id = models.IntegerField()
    to_union_id = models.IntegerField(null=True)
    monthly = models.BigIntegerField(default=0)
    months = models.SmallIntegerField(default=0)
    decided_by = models.BigIntegerField()
    gave_way_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "appraisals_award"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "family"],
                condition=Q(person_id__isnull=False, ended_on__isnull=True, gave_way_on__isnull=True)
                & ~Q(family=""),
                name="award_counts_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(monthly__gte=0, months__gte=0), name="award_allowance_is_money"
            ),
        ]
        indexes = [
            models.Index(fields=["round", "grade"], name="appraisals_award_by_round"),
            models.Index(fields=["payer_id"], name="appraisals_award_by_payer"),
            models.Index(
                fields=["named_on"],
                condition=Q(monthly__gt=0, ended_on__isnull=True, gave_way_on__isnull=True),
                name="appraisals_award_is_paid",
            ),
        ]
