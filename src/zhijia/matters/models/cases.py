"""A case: what a matter is, who asks, what was answered and added, and which cases belong together."""

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


class PartOfCase(Table):
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
    `matter.desk` there goes on with it once it was handed in, and `hands` are those who did besides whoever began it.
    Likewise `asking_employer_id`, the employer that asks, or about which its union is asked, and whoever acts for it.

    A matter of several items is a case without steps, whose parts are cases (`part_of`); it ends by itself once they
    all have: `partly` where some was granted and some not. Once its term is over, what it said is deleted
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
    asking_employer_id = models.IntegerField(null=True)
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
            models.Index(
                fields=["asking_employer_id", "-changed_at"],
                condition=Q(asking_employer_id__isnull=False),
                name="matters_case_by_employer",
            ),
            models.Index(fields=["union_id", "code", "-opened_at"], name="matters_case_by_union"),
            models.Index(fields=["county_id", "code", "-opened_at"], name="matters_case_by_county"),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False, emptied_at__isnull=True),
                name="matters_case_ended",
            ),
        ]

    @property
    def of_a_body(self) -> bool:
        """Whether a union or an employer asks, whoever writes for it."""
        return self.asking_union_id is not None or self.asking_employer_id is not None


class Answer(PartOfCase):
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


class Material(PartOfCase):
    """A photo or document that goes with a case; the file itself is opened through the case alone."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    code = models.CharField(max_length=60, db_collation="C")
    file_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "matters_material"


class Linked(PartOfCase):
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
