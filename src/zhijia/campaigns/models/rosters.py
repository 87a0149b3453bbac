"""Who or what is on a drive's roster, and what each got: made set-based by a rule, kept once by constraints."""

from typing import Any

from django.db import models
from django.db.models import Q

from zhijia.campaigns.models.drives import KEPT, WHY, Drive
from zhijia.kernel.tables import Keeping, Table, UnionTable


class Entry(UnionTable):
    """Somebody or something on the roster, at the union that works on it: a person, a union, an employer, or a row of a
    list (which may name a person). `left_on` says since when the rule no longer holds, `left_why` why (code list
    `roster_ends`); the entry stays. What a union owed that was merged away stands at its successor. `share` is what it
    has of the drive's pot."""

    MERGED = "merged"
    """Why a union left that has a successor."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="entries")
    drive_id: int
    person_id = models.UUIDField(null=True)
    of_union_id = models.IntegerField(null=True)
    employer_id = models.IntegerField(null=True)
    row_id = models.UUIDField(null=True)
    listed_on = models.DateField()
    left_on = models.DateField(null=True)
    left_why = models.CharField(max_length=9, default="", db_collation="C")
    share = models.BigIntegerField(null=True)

    class Meta:
        db_table = "campaigns_entry"
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "person_id"],
                condition=Q(person_id__isnull=False, row_id__isnull=True),
                name="person_on_a_roster_once",
            ),
            models.UniqueConstraint(
                fields=["drive", "of_union_id"],
                condition=Q(of_union_id__isnull=False),
                name="union_on_a_roster_once",
            ),
            models.UniqueConstraint(
                fields=["drive", "employer_id"],
                condition=Q(employer_id__isnull=False),
                name="employer_on_a_roster_once",
            ),
            models.UniqueConstraint(
                fields=["drive", "row_id"], condition=Q(row_id__isnull=False), name="row_on_a_roster_once"
            ),
        ]
        indexes = [
            models.Index(fields=["drive", "union_id", "id"], name="campaigns_entry_by_union"),
            models.Index(fields=["drive", "county_id", "id"], name="campaigns_entry_by_county"),
            models.Index(fields=["county_id"], name="campaigns_entry_in_county"),
            models.Index(fields=["union_id"], name="campaigns_entry_in_union"),
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="campaigns_entry_by_person"
            ),
            models.Index(
                fields=["employer_id"],
                condition=Q(employer_id__isnull=False),
                name="campaigns_entry_by_employer",
            ),
        ]


class Piece(UnionTable):
    """One thing that one on the roster gets, once for each of its times (`begins_on` to `ends_on`; of what is given
    once, the drive's first day). What is `void` need not be done any more: whoever it was for left the roster. `source`
    names what did it: a case, a payment, a line of an issue of goods; or why its money waits. `turn` says how often
    goods for it came back, or its payment was stopped: each time it is told again, it is another fact."""

    WAITS = "waits:"
    """How the source of money begins that waits; behind it stands why."""

    UNSEEN, NO_UNION, DIED, STOPPED = "waits:unseen", "waits:no_union", "waits:died", "waits:stopped"
    """The union that pays does not see the person any more; there is no union that could be paid for it; the person
    has died; somebody stopped the payment, and an officer says whether it is ordered again."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        VOID = "void"

    keeping = Keeping("As long as the drive, which takes it along")

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="pieces")
    entry_id: int
    drive_id = models.IntegerField()
    person_id = models.UUIDField(null=True)
    thing = models.CharField(max_length=40, db_collation="C")
    begins_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    case_id = models.UUIDField(null=True)
    source = models.CharField(max_length=60, default="", db_collation="C")
    amount = models.BigIntegerField(default=0)
    note = models.CharField(max_length=500, default="")
    late = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)
    reminded_on = models.DateField(null=True)
    turn = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "campaigns_piece"
        constraints = [
            models.UniqueConstraint(fields=["entry", "thing", "begins_on"], name="each_gets_a_thing_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at__isnull=True),
                name="piece_is_done_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["drive_id", "union_id", "thing", "state", "entry"], name="campaigns_piece_by_union"
            ),
            models.Index(
                fields=["drive_id", "county_id", "thing", "state", "entry"], name="campaigns_piece_by_county"
            ),
            models.Index(fields=["county_id"], name="campaigns_piece_in_county"),
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="campaigns_piece_by_person"
            ),
            models.Index(fields=["source"], condition=~Q(source=""), name="campaigns_piece_by_source"),
            models.Index(
                fields=["case_id"], condition=Q(case_id__isnull=False), name="campaigns_piece_by_case"
            ),
        ]


class Answer(UnionTable):
    """A return as it was sent, or corrected: each is the next version, none changes (a trigger refuses it). `held` is
    what was shown and not asked, with where it came from."""

    keeping = Keeping("As long as the drive, which takes it along")

    id = models.BigAutoField(primary_key=True)
    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="answers")
    piece_id: int
    version = models.SmallIntegerField()
    answers: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    held: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, default="")
    sent_at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "campaigns_answer"
        constraints = [
            models.UniqueConstraint(fields=["piece", "version"], name="answer_version_once"),
        ]
        indexes = [
            models.Index(fields=["county_id"], name="campaigns_answer_in_county"),
            models.Index(fields=["union_id"], name="campaigns_answer_in_union"),
        ]


class Draft(Table):
    """What was typed into a return and is not sent yet, as it was typed, right or wrong. It is of the officers of the
    union the piece stands at, wherever that goes; or (`by_employer`) of whoever acts for the employer that answers.
    `turn` counts how often it was kept, `page` is the page it was last kept from: whoever keeps it from another page
    that is older than that is told. Sending the return takes the drafts of both sides away (a trigger)."""

    personal = True
    keeping = Keeping("Until the return is sent, at the latest as long as the drive, which takes it along")

    id = models.BigAutoField(primary_key=True)
    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="drafts")
    piece_id: int
    by_employer = models.BooleanField(default=False)
    typed: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    turn = models.IntegerField(default=1)
    page = models.CharField(max_length=36, default="", db_collation="C")
    kept_at = models.DateTimeField()
    kept_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "campaigns_draft"
        constraints = [
            models.UniqueConstraint(fields=["piece", "by_employer"], name="draft_of_a_return_once"),
        ]
