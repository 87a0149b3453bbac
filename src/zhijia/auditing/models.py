"""The work of the audit committees: who audits whom in a term, what was looked at and what became of it (AUD-01 to
AUD-06).

A row stands at the union that is audited (`union_id`) and at the union whose committee audits it (`other_union_id`);
row policies let either side read what is meant for it, and committees alone write. What is legal is kept by the
database (`migrations/auditing.sql`).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.ids import new_id
from zhijia.kernel.tables import Keeping, UnionTable

WHY = "What was audited, what was found and what became of it (AUD-05), as long as the accounts themselves"
SAYS_SO = Q(state__in=("planned", "called_off"))


class Plan(UnionTable):
    """A committee sets out to audit every union straight under its own once within a term (AUD-02, AUD-04)."""

    keeping = Keeping(WHY)
    personal = False

    id = models.UUIDField(primary_key=True, default=new_id)
    since = models.DateField()
    until = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        db_table = "auditing_plan"
        constraints = [
            models.UniqueConstraint(fields=["union_id", "since"], name="plan_once_from_a_day"),
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="plan_ends_after_it_begins"),
        ]


class Series(UnionTable):
    """How many audits a committee has numbered in a year: without a gap."""

    keeping = Keeping(WHY)
    personal = False

    id = models.BigAutoField(primary_key=True)
    year = models.SmallIntegerField()
    count = models.IntegerField()

    class Meta:
        db_table = "auditing_series"
        constraints = [models.UniqueConstraint(fields=["union_id", "year"], name="series_once_a_year")]


class AuditTable(UnionTable):
    """A table whose rows stand at the audited union and at the one whose committee audits it."""

    keeping = Keeping(WHY)

    other_union_id: "models.Field[int, int]" = models.IntegerField()
    other_county_id: "models.Field[int, int]" = models.IntegerField()

    class Meta:
        abstract = True


class Engagement(AuditTable):
    """One audit of a union, from the plan to its end. `since` and `until` are the days it looks at; `fund` names the
    fund of a fund's audit, `commission` and `post` the cadre department's document and the head's post where it is
    about the economic responsibility of a head (AUD-03). Each day stands with the state it belongs to."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        NOTICED = "noticed", _("notice given")
        FIELDWORK = "fieldwork", _("in the field")
        DRAFTED = "drafted", _("draft with the union")
        REPORTED = "reported", _("reported")
        RECTIFYING = "rectifying", _("being put right")
        ESCALATED = "escalated", _("late, told above")
        CLOSED = "closed", _("ended")
        CALLED_OFF = "called_off", _("called off")

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, db_collation="C")
    matters = ArrayField(models.CharField(max_length=40))
    fund = models.CharField(max_length=40, default="")
    commission = models.CharField(max_length=60, default="")
    post = models.CharField(max_length=60, default="")
    since = models.DateField()
    until = models.DateField()
    plan_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    noticed_on = models.DateField(null=True)
    may_begin_on = models.DateField(null=True)
    fieldwork_on = models.DateField(null=True)
    draft = models.TextField(default="")
    drafted_on = models.DateField(null=True)
    comment_until = models.DateField(null=True)
    opinion = models.TextField(default="")
    reported_on = models.DateField(null=True)
    report = models.JSONField(null=True)
    report_sha256 = models.CharField(max_length=64, default="")
    escalated_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, default="")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        db_table = "auditing_engagement"
        constraints = [
            models.UniqueConstraint(fields=["other_union_id", "number"], name="engagement_number_once"),
            models.UniqueConstraint(
                fields=["other_union_id", "union_id", "kind", "fund", "since", "until"],
                condition=~Q(state="called_off"),
                name="engagement_once_for_the_same_days",
            ),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="engagement_looks_at_days"),
            models.CheckConstraint(
                condition=SAYS_SO | Q(noticed_on__isnull=False, may_begin_on__gt=F("noticed_on")),
                name="engagement_is_noticed_before_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "noticed", "called_off"))
                | Q(fieldwork_on__gte=F("may_begin_on")),
                name="fieldwork_waits_for_the_notice",
            ),
            models.CheckConstraint(
                condition=SAYS_SO
                | Q(state__in=("noticed", "fieldwork"))
                | Q(drafted_on__isnull=False, comment_until__gt=F("drafted_on")) & ~Q(draft=""),
                name="a_draft_leaves_days_to_comment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("reported", "rectifying", "escalated", "closed"))
                | Q(reported_on__isnull=False, report__isnull=False) & ~Q(opinion=""),
                name="what_is_reported_has_a_report",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="what_is_closed_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(kind="responsibility") | ~Q(commission="") & ~Q(post=""),
                name="a_head_is_audited_on_written_commission",
            ),
            models.CheckConstraint(
                condition=~Q(state="called_off") | ~Q(reason=""), name="what_is_called_off_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "kind", "reported_on"], name="auditing_engagement_covers"),
            models.Index(fields=["county_id"], name="auditing_engagement_county"),
            models.Index(fields=["other_union_id", "state"], name="auditing_engagement_by_side"),
            models.Index(fields=["other_county_id"], name="auditing_engagement_other"),
        ]


class Member(AuditTable):
    """Somebody of the team of an audit, who has declared that no kin of theirs and no former post is in it. The
    database lets nobody in who posted in these books in those days (`nobody_audits_their_own_entries`)."""

    id = models.BigAutoField(primary_key=True)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="team")
    user_id = models.BigIntegerField()
    lead = models.BooleanField(default=False)
    named_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "auditing_member"
        constraints = [
            models.UniqueConstraint(fields=["engagement", "user_id"], name="member_of_a_team_once"),
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(lead=True, left_at__isnull=True), name="team_has_one_lead"
            ),
        ]
        indexes = [models.Index(fields=["user_id"], name="auditing_member_by_user")]


class Recusal(UnionTable):
    """Somebody who does not audit this union, and why: kin at work there, or a post they held (AUD-06). It stands at
    the union that is not to be audited by them; `ended_on` is when the reason was over."""

    keeping = Keeping(WHY)

    class Why(models.TextChoices):
        KIN = "kin", _("kin at work there")
        FORMER_POST = "former_post", _("a post held there before")
        OTHER = "other", _("another reason")

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    why = models.CharField(max_length=12, choices=Why.choices)
    words = models.CharField(max_length=200, default="")
    said_at = models.DateTimeField()
    said_by = models.BigIntegerField()
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "auditing_recusal"
        constraints = [
            models.UniqueConstraint(
                fields=["union_id", "user_id", "why"],
                condition=Q(ended_on__isnull=True),
                name="recusal_once_for_a_reason",
            )
        ]


class Sample(AuditTable):
    """Entries or payments (`subject`) drawn to be looked at, kept as drawn: by which method, from which of them
    (`population`, in the order of their numbers, with their amounts in `amounts`; `digest` is the SHA-256 of both), by
    which seed, numbers and risk rules in force (`terms`). Whoever has these draws the same (`auditing.rules`)."""

    class Subject(models.TextChoices):
        ENTRY = "entry", _("Entries of the books")
        PAYMENT = "payment", _("Payments, whatever became of them")

    class Method(models.TextChoices):
        RANDOM = "random", _("By lot")
        STRATIFIED = "stratified", _("By account and amount")
        RISK = "risk", _("By risk")

    id = models.UUIDField(primary_key=True, default=new_id)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="samples")
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.ENTRY)
    method = models.CharField(max_length=10, choices=Method.choices)
    accounts = ArrayField(models.CharField(max_length=12), default=list)
    size = models.IntegerField()
    seed = models.CharField(max_length=64)
    terms = models.JSONField()
    population = ArrayField(models.BigIntegerField())
    amounts = ArrayField(models.BigIntegerField())
    digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.BigIntegerField()

    class Meta:
        db_table = "auditing_sample"
        constraints = [models.CheckConstraint(condition=Q(size__gte=1), name="sample_takes_something")]


class Item(AuditTable):
    """One entry or payment of a sample by its number, and its working paper: what was looked at, and whether it was in
    order."""

    class Result(models.TextChoices):
        WAITING = "waiting", _("not looked at")
        IN_ORDER = "in_order", _("in order")
        FINDING = "finding", _("something found")

    id = models.BigAutoField(primary_key=True)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    place = models.IntegerField()
    number = models.BigIntegerField()
    day = models.DateField()
    amount = models.BigIntegerField()
    stratum = models.CharField(max_length=40, default="")
    flags = ArrayField(models.CharField(max_length=40), default=list)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.WAITING)
    note = models.CharField(max_length=1000, default="")
    file_id = models.UUIDField(null=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "auditing_item"
        constraints = [
            models.UniqueConstraint(fields=["sample", "number"], name="item_once_in_a_sample"),
            models.CheckConstraint(
                condition=Q(result="waiting") | Q(looked_at__isnull=False), name="item_says_who_looked"
            ),
            models.CheckConstraint(
                condition=~Q(result="finding") | ~Q(note=""), name="item_that_found_something_says_what"
            ),
        ]
        indexes = [models.Index(fields=["number"], name="auditing_item_by_number")]


class Finding(AuditTable):
    """Something found wrong: to which matter of the audit it belongs, which of the eight prohibitions it breaks if any
    (DUE-18), how much (fen), which post answers for it (a post, never a person), by when it is put right. `repeats` is
    the finding of the same kind at this union that had been put right before."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        VERIFIED = "verified", _("put right")

    id = models.BigAutoField(primary_key=True)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="findings")
    number = models.SmallIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="findings")
    matter = models.CharField(max_length=40)
    prohibition = models.CharField(max_length=40, default="")
    title = models.CharField(max_length=120)
    words = models.CharField(max_length=2000)
    amount = models.BigIntegerField(default=0)
    post = models.CharField(max_length=60)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    corrected = models.BigIntegerField(default=0)
    escalated_on = models.DateField(null=True)
    verified_on = models.DateField(null=True)
    verified_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "auditing_finding"
        constraints = [
            models.UniqueConstraint(fields=["engagement", "number"], name="finding_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, corrected__gte=0, corrected__lte=F("amount")),
                name="finding_corrects_no_more_than_it_found",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_on__isnull=False, verified_by__isnull=False),
                name="finding_is_verified_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["union_id", "matter", "prohibition"], name="auditing_finding_by_kind"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state="open", due_on__isnull=False),
                name="auditing_finding_due",
            ),
        ]


class Earlier(AuditTable):
    """What a finding said before it was changed or taken out of the draft, and by whom that was; the database alone
    writes it (`auditing_guard_finding`)."""

    id = models.BigAutoField(primary_key=True)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="earlier")
    number = models.SmallIntegerField()
    said = models.JSONField()
    taken_out = models.BooleanField()
    at = models.DateTimeField()
    by_user_id = models.BigIntegerField()

    class Meta:
        db_table = "auditing_earlier"
        indexes = [models.Index(fields=["engagement", "at"], name="auditing_earlier_in_order")]


class Word(AuditTable):
    """What either side said, only added: the audited union's comment on the draft, proof that a finding was put
    right, and what the committee answered to it."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("comment")
        PROOF = "proof", _("how it was put right")
        RETURNED = "returned", _("given back")
        VERIFIED = "verified", _("verified")

    id = models.UUIDField(primary_key=True, default=new_id)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="words")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="said")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.CharField(max_length=2000)
    amount = models.BigIntegerField(default=0)
    file_id = models.UUIDField(null=True)
    said_at = models.DateTimeField()
    said_by = models.BigIntegerField()

    class Meta:
        db_table = "auditing_word"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="comment", finding__isnull=True)
                | ~Q(kind="comment") & Q(finding__isnull=False),
                name="word_is_about_a_finding_or_the_draft",
            ),
        ]
        indexes = [models.Index(fields=["engagement", "said_at"], name="auditing_word_in_order")]
