"""The box half: what was voted, without anybody's name, without time and without order (ADR 0023)."""

import uuid

from django.db import models

from zhijia.kernel.tables import Keeping, Table
from zhijia.questionnaires.models.polls import KEPT, WHY, Poll


class Secret(Table):
    """The secret of an open poll, sealed by a key outside the database: it makes a voter's `slot` and closes their
    ballot. It is destroyed when the ballots are counted."""

    keeping = Keeping("Until the ballots are counted")

    poll_id = models.IntegerField(primary_key=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "questionnaires_secret"


class Ballot(Table):
    """A ballot in the box of an open poll: closed, all of a poll equally long, under a `slot` that only the poll's
    secret can make of a voter. The key keeps one for each voter. Nobody reads this table but functions of the owner;
    counting empties it."""

    keeping = Keeping("Until the ballots are counted")

    pk = models.CompositePrimaryKey("poll_id", "slot")
    poll_id = models.IntegerField()
    slot = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "questionnaires_ballot"


class Strip(Table):
    """One line of a counted ballot, cut off from the others, in the order of random ids: anybody can count them anew.
    A text somebody wrote is not published (`open`)."""

    keeping = Keeping(WHY, KEPT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="strips")
    question = models.CharField(max_length=60, db_collation="C")
    item = models.CharField(max_length=60, db_collation="C", default="")
    said = models.TextField()
    open = models.BooleanField(default=True)

    class Meta:
        db_table = "questionnaires_strip"
        indexes = [models.Index(fields=["poll", "id"], name="questionnaires_strip_by_poll")]


class Receipt(Table):
    """The receipt of a ballot that was counted: who wrote theirs down finds it here. It says nothing of the ballot."""

    keeping = Keeping(WHY, KEPT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="receipts")
    code = models.CharField(max_length=14, db_collation="C")

    class Meta:
        db_table = "questionnaires_receipt"
        constraints = [models.UniqueConstraint(fields=["poll", "code"], name="receipt_once")]


class PaperCount(Table):
    """The papers of a poll as one officer counted them. Two officers do, and they have to agree."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="paper_counts")
    poll_id: int
    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    papers = models.IntegerField()
    invalid = models.IntegerField()
    said = models.JSONField()

    class Meta:
        db_table = "questionnaires_paper_count"
        constraints = [
            models.UniqueConstraint(fields=["poll", "user_id"], name="papers_counted_once_by_each"),
            models.CheckConstraint(
                condition=models.Q(papers__gte=0, invalid__gte=0, invalid__lte=models.F("papers")),
                name="papers_are_some_of_all",
            ),
        ]
