"""What the room remembers: which columns are listened to, what was touched, for whom a rule holds, and the clues."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhijia.kernel.ids import new_id
from zhijia.kernel.tables import Keeping, ProtectedTable, Table


class Heard(Table):
    """A table a kept rule looks at, by `id`: the columns that count, those that lead to a rule's subject, and the one
    by which many rows at once are noted as one (`wide`). The trigger `watches_hear` goes by it."""

    keeping = Keeping("What kept rules look at, worked out of them")

    heard = models.CharField(max_length=63, primary_key=True)
    columns = ArrayField(models.CharField(max_length=63))
    links = ArrayField(models.CharField(max_length=63))
    wide = models.CharField(max_length=63, default="")
    wide_from = models.IntegerField(default=0)

    class Meta:
        db_table = "watches_heard"


class Touch(Table):
    """Something a kept rule looks at changed, in the transaction of this row: rows of `heard` whose column `link` is
    `value` (all rows there, where `wide`). `changed` are the columns, none when a row came or went. One with a `code`
    is for that rule alone, and worked off in slices up to `behind`."""

    personal = True
    keeping = Keeping("What is still to be looked at; gone once it was")

    id = models.BigAutoField(primary_key=True)
    heard = models.CharField(max_length=63)
    link = models.CharField(max_length=63)
    value = models.TextField()
    wide = models.BooleanField(default=False, db_default=False)
    changed = ArrayField(models.CharField(max_length=63), null=True)
    code = models.CharField(max_length=60, default="", db_default="")
    behind = models.TextField(default="", db_default="")

    class Meta:
        db_table = "watches_touch"


class Kept(Table):
    """A rule whose verdicts are kept. `signature` is all that was asked: another one (another text, number, watch, day)
    is a whole run anew, in slices up to `behind`, once every transaction before `since_xid` has ended. `day` is the
    business day asked about, `version` the rule's number, `full_at` when the last whole run came to its end,
    `in_step_at` when it was last seen that nothing but touches was left to do (to the hour)."""

    keeping = Keeping("How far the rules that are kept live have come")

    code = models.CharField(max_length=60, primary_key=True)
    version = models.IntegerField()
    signature = models.CharField(max_length=64)
    is_due = models.BooleanField(default=True)
    behind = models.TextField(default="")
    since_xid = models.BigIntegerField(default=0)
    day = models.DateField()
    full_at = models.DateTimeField(null=True)
    in_step_at = models.DateTimeField()

    class Meta:
        db_table = "watches_kept"


class State(ProtectedTable):
    """The rule `code` holds for this person (or, without a person, for this union) since a day. `causes` says by watch
    what tells one clue from the next, where the watch has an expression for it."""

    keeping = Keeping("For whom a rule holds now, worked out of the register")

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=60)
    person_id = models.UUIDField(null=True)
    since = models.DateField()
    causes = models.JSONField(default=dict)

    class Meta:
        db_table = "watches_state"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "person_id"],
                condition=Q(person_id__isnull=False),
                name="state_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["code", "union_id"], condition=Q(person_id__isnull=True), name="state_once_per_union"
            ),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="watches_state_by_person"),
            models.Index(fields=["union_id"], name="watches_state_by_union"),
            models.Index(fields=["county_id"], name="watches_state_by_county"),
        ]


class Clue(ProtectedTable):
    """Somebody should look at this person (or union): a watch's rule held, for this cause. It decides nothing. It
    stands at the union `seat_id` since `seated_at`, found for those of `seat_for`, in the lists of who holds
    `permission` there. `why` is what the rule said, clause by clause, when it was answered; `again_on` the day from
    which the same cause may be raised as the next `turn`."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        NOT_SO = "not_so"
        EXPIRED = "expired"
        GONE = "gone"

    keeping = Keeping("What was looked at, and what came of it", "retention.clue_years")

    id = models.UUIDField(primary_key=True, default=new_id)
    watch = models.CharField(max_length=60)
    rule = models.CharField(max_length=60)
    version = models.IntegerField()
    cause = models.CharField(max_length=100)
    turn = models.IntegerField(default=0)
    person_id = models.UUIDField(null=True)
    permission = models.CharField(max_length=60)
    seat_id = models.IntegerField(null=True)
    seat_for = models.IntegerField(null=True)
    seated_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    expires_on = models.DateField()
    again_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=500, default="", db_default="")
    why = models.JSONField(null=True)

    class Meta:
        db_table = "watches_clue"
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "person_id", "cause", "turn"],
                condition=Q(person_id__isnull=False),
                name="clue_once_per_person_and_cause",
            ),
            models.UniqueConstraint(
                fields=["watch", "union_id", "cause", "turn"],
                condition=Q(person_id__isnull=True),
                name="clue_once_per_union_and_cause",
            ),
            models.UniqueConstraint(
                fields=["watch", "person_id"],
                condition=Q(state="open", person_id__isnull=False),
                name="clue_one_open_per_person",
            ),
            models.UniqueConstraint(
                fields=["watch", "union_id"],
                condition=Q(state="open", person_id__isnull=True),
                name="clue_one_open_per_union",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "not_so")) | Q(closed_by__isnull=False) & ~Q(answer=""),
                name="clue_is_answered_by_somebody_with_words",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="clue_that_is_over_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seat_id", "due_on", "id"], condition=Q(state="open"), name="watches_clue_list"
            ),
            models.Index(fields=["expires_on"], condition=Q(state="open"), name="watches_clue_expires"),
            models.Index(fields=["again_on"], condition=Q(again_on__isnull=False), name="watches_clue_again"),
            models.Index(fields=["person_id"], name="watches_clue_by_person"),
            models.Index(fields=["union_id"], name="watches_clue_by_union"),
            models.Index(fields=["county_id"], name="watches_clue_by_county"),
        ]


class Told(Table):
    """When an account was last told of its clues: once a day, all of them in one message."""

    keeping = Keeping("So that nobody is told twice a day")

    user_id = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "watches_told"
