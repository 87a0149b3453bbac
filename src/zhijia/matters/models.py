"""Matters: a case, its steps, and what was decided (ADR 0015). What a matter is stands in the catalogue."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value

from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping, Table, UnionTable

_CASE = Keeping("A case is kept for as long as its matter's definition says", "retention.case_years")


class MatterVersion(Version):
    """A definition as it was published once: cases opened under it keep it. Shipped ones come with the program; others
    are drafted by one person and published by a second."""

    keeping = Keeping("What cases were decided by", None)

    class Meta(Version.Meta):
        db_table = "matters_version"


class _PartOfCase(Table):
    """A row of a case: whoever may see the case sees it (the policy asks through `case`)."""

    personal: ClassVar[bool] = True
    keeping = _CASE

    class Meta:
        abstract = True


class Case(UnionTable):
    """Something asked for. Where it stands follows from its steps; `state` says whether it is open and how it ended.

    `union_id` is where it begins: the applicant's own union, or the one above the employer's when the matter is
    against the employer (`sealed`), so that nobody below finds it. A second union may have to do with it
    (`other_union_id`, the other side of a transfer). `user_id` is the account that asks, `person_id` whom the
    register knows it by. `number` is empty while it is a draft. `desk_user_id` typed it in for somebody at a desk, who
    said at `desk_agreed_at` that they agree. `asking_union_id` is the union that asks, where one does: whoever holds
    `matter.desk` there goes on with it once it was handed in, and `hands` are those who did besides whoever began it. A
    matter of several items is a case without steps, whose parts are cases (`part_of`); it ends by itself once they all
    have: `partly` where some of it was granted and some not. Once its term is over, what it said is deleted
    (`emptied_at`, `services.emptying`)."""

    keeping = _CASE

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        PAUSED = "paused"
        GRANTED = "granted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        MERGED = "merged"
        PARTLY = "partly"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=20, db_collation="C", default="")
    version = models.ForeignKey(MatterVersion, on_delete=models.PROTECT)
    code = models.CharField(max_length=60, db_collation="C")
    person_id = models.UUIDField(null=True)
    user_id = models.BigIntegerField(null=True)
    other_union_id = models.IntegerField(null=True)
    other_county_id = models.IntegerField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    sealed = models.BooleanField(default=False)
    shown_name = models.CharField(max_length=60, default="")
    desk_user_id = models.BigIntegerField(null=True)
    desk_agreed_at = models.DateTimeField(null=True)
    asking_union_id = models.IntegerField(null=True)
    hands = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    amount = models.BigIntegerField(null=True)
    flags = models.JSONField(default=list)
    part_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="parts")
    appeals = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="appeals_against")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    posted_key = models.UUIDField(null=True, unique=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matters_case"
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="case_number_once"),
            models.UniqueConstraint(
                fields=["appeals"], condition=Q(appeals__isnull=False), name="case_objected_to_once"
            ),
            models.UniqueConstraint(
                fields=["part_of", "code"],
                condition=Q(part_of__isnull=False),
                name="case_has_one_part_of_each_item",
            ),
            models.UniqueConstraint(
                fields=["user_id"],
                condition=Q(code="join", state__in=("draft", "open", "paused"), appeals__isnull=True),
                name="join_one_under_way_per_account",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opened_at__isnull=False), name="case_opens_before_it_moves"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "open", "paused"), closed_at__isnull=True)
                | Q(
                    state__in=("granted", "refused", "withdrawn", "merged", "partly"),
                    closed_at__isnull=False,
                ),
                name="case_is_closed_when_it_has_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "-changed_at"], name="matters_case_by_person"),
            models.Index(fields=["user_id", "-changed_at"], name="matters_case_by_user"),
            models.Index(
                fields=["other_union_id"],
                condition=Q(other_union_id__isnull=False),
                name="matters_case_by_other",
            ),
            models.Index(
                fields=["other_county_id"],
                condition=Q(other_county_id__isnull=False),
                name="matters_case_by_otherc",
            ),
            models.Index(
                fields=["asking_union_id", "-changed_at"],
                condition=Q(asking_union_id__isnull=False),
                name="matters_case_by_asking",
            ),
            models.Index(fields=["union_id", "code", "-opened_at"], name="matters_case_by_union"),
            models.Index(fields=["county_id", "code", "-opened_at"], name="matters_case_by_county"),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False, emptied_at__isnull=True),
                name="matters_case_ended",
            ),
        ]


class Answer(_PartOfCase):
    """What one field of the form holds; a sealed one lies in the vault under this id and holds nothing here. `typed` is
    what cannot be taken yet, as it was typed (of a sealed one only that there is something); `value` is then none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answers")
    name = models.CharField(max_length=60, db_collation="C")
    value = models.JSONField(null=True)
    typed = models.TextField(default="", db_default="")

    class Meta:
        db_table = "matters_answer"
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="answer_once_per_question")]


class Step(_PartOfCase):
    """One stop of a case, in the order they came up; a step that comes up again is a new row. `seat_id` is the union
    that decides it. One is open at a time (active, paused for the applicant, waiting for something elsewhere);
    `back_to` is the step that sent the case back here and gets it straight
    again."""

    keeping = _CASE

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        DONE = "done"
        SENT_BACK = "sent_back"
        SKIPPED = "skipped"
        ENDED = "ended"
        WAITING = "waiting"
        LATER = "later"

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    number = models.IntegerField()
    code = models.CharField(max_length=60, db_collation="C")
    matter = models.CharField(max_length=60, db_collation="C")
    state = models.CharField(max_length=9, choices=State.choices)
    seat_id = models.IntegerField()
    seat_county_id = models.IntegerField()
    from_seat_id = models.IntegerField(null=True)
    taker_id = models.BigIntegerField(null=True)
    back_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sent_back")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_unknown = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    paused_seconds = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matters_step"
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="step_once_per_number"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=("active", "paused", "waiting")),
                name="case_has_one_step_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seat_id", "due_at", "id"], condition=Q(state="active"), name="matters_step_inbox"
            ),
            models.Index(
                fields=["seat_county_id", "due_at", "id"],
                condition=Q(state="active"),
                name="matters_step_inbox_above",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=("active", "later"), late_told_at__isnull=True),
                name="matters_step_due",
            ),
            models.Index(
                fields=["id"],
                condition=Q(due_unknown=True, state__in=("active", "later")),
                name="matters_step_due_unknown",
            ),
        ]


class Signer(_PartOfCase):
    """Somebody who signs a step besides or instead of whoever sits there: added before or after, or one of all."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signers")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="signers")
    signer_id = models.BigIntegerField()
    place = models.CharField(
        max_length=6, choices=[("before", "before"), ("after", "after"), ("with", "with")]
    )
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "matters_signer"
        constraints = [models.UniqueConstraint(fields=["step", "signer_id"], name="signer_once_per_step")]


class Decision(_PartOfCase):
    """What one person said at one step: it is added and never changed."""

    keeping = _CASE

    class Verdict(models.TextChoices):
        APPROVE = "approve"
        REFUSE = "refuse"
        RETURN = "return"
        NOBODY = "nobody"
        WITHDRAW = "withdraw"
        ANSWER = "answer"

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="decisions")
    by_user_id = models.BigIntegerField(null=True)
    grant_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(max_length=1000, default="")
    return_to = models.CharField(max_length=60, default="", db_collation="C")
    amount = models.BigIntegerField(null=True)
    rules = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "matters_decision"
        constraints = [
            models.UniqueConstraint(fields=["step", "by_user_id"], name="decision_once_per_signer")
        ]


class Line(_PartOfCase):
    """One line of a case's roster: whom or what it is about, what is asked for it (fen), and the answer as it stands. A
    line nobody has spoken of yet is granted as asked when the step is. Numbers are never given twice. A person stands
    on one line (services see to it; after two registrations became one they may stand on two)."""

    class Verdict(models.TextChoices):
        GRANT = "grant"
        LESS = "less"
        REFUSE = "refuse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lines")
    number = models.IntegerField()
    person_id = models.UUIDField(null=True)
    shown_name = models.CharField(max_length=100, default="")
    values = models.JSONField(default=dict)
    asked = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=6, choices=Verdict.choices, default="")
    granted = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "matters_line"
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="line_once_per_number"),
            models.CheckConstraint(
                condition=~Q(verdict="refuse") | (~Q(reason="") & (Q(granted=0) | Q(asked__isnull=True))),
                name="line_is_refused_whole_and_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted__gte=0, granted__lte=F("asked")),
                name="line_is_granted_what_was_asked_at_most",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="matters_line_by_person"
            )
        ]


class LineAnswer(_PartOfCase):
    """What one person said of one line at one step: it is added and never changed."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="line_answers")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="line_answers")
    number = models.IntegerField()
    by_user_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=6, choices=Line.Verdict.choices)
    granted = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "matters_line_answer"
        indexes = [models.Index(fields=["case", "number"], name="matters_line_answer_by_line")]


class Served(_PartOfCase):
    """What was served on an outside party: proof, how long they have, and their answer. The token, of which the digest
    is kept, opens this one case."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="served")
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="serving")
    party = models.CharField(max_length=10)
    party_name = models.CharField(max_length=120)
    token_digest = models.BinaryField(max_length=32, unique=True, null=True)
    proof_file = models.UUIDField(null=True)
    served_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=4000, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matters_served"


class Notice(_PartOfCase):
    """A public notice: the words as they were shown, with masked names, from a moment to a moment. Anybody may read it
    while it hangs and object."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="notice")
    seat_id = models.IntegerField()
    words = models.JSONField()
    consent_id = models.BigIntegerField(null=True)
    hangs_from = models.DateTimeField()
    hangs_until = models.DateTimeField()

    class Meta:
        db_table = "matters_notice"
        indexes = [models.Index(fields=["hangs_until"], name="matters_notice_by_end")]


class Linked(_PartOfCase):
    """Two cases that belong in one dossier."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    to = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    why = models.CharField(max_length=200)

    class Meta:
        db_table = "matters_linked"
        constraints = [
            models.UniqueConstraint(fields=["case", "to"], name="cases_are_linked_once"),
            models.CheckConstraint(condition=~Q(case=F("to")), name="a_case_is_not_linked_to_itself"),
        ]


class Material(_PartOfCase):
    """A photo or document that goes with a case; the file itself is opened through the case alone."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    code = models.CharField(max_length=60, db_collation="C")
    file_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "matters_material"


class Paper(_PartOfCase):
    """A numbered paper that was made at a step (a letter, a reply of the union above): the words as they were printed,
    in both languages, and the PDF, which is opened through the case alone. Its QR leads to a page that says by `id`
    whether such a paper was issued."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="papers")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="papers")
    code = models.CharField(max_length=60, db_collation="C")
    union_id = models.IntegerField()
    number = models.CharField(max_length=60)
    party = models.CharField(max_length=120, default="")
    words = models.JSONField()
    file_id = models.UUIDField(unique=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "matters_paper"
        constraints = [
            models.UniqueConstraint(
                fields=["step", "code", "party", "made_at"], name="paper_once_per_step_and_serving"
            ),
            models.UniqueConstraint(fields=["union_id", "number"], name="paper_number_once_per_union"),
        ]


class PaperSeries(Table):
    """How many papers of one series a union has issued in a year: the number of the next one is never given twice and
    leaves no gap."""

    keeping = Keeping("So that no number is given twice")

    union_id = models.IntegerField()
    series = models.CharField(max_length=60)
    year = models.IntegerField()
    count = models.IntegerField()

    class Meta:
        db_table = "matters_paper_series"
        constraints = [
            models.UniqueConstraint(fields=["union_id", "series", "year"], name="paper_series_once_a_year")
        ]
