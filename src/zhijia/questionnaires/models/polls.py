"""A questionnaire that is asked: what, of whom, from when to when; and the roll half, who is asked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping, Table, UnionTable

WHY, KEPT = "What was asked and decided (ORG-09, WC-03)", "retention.poll_years"


class QuestionnaireVersion(Version):
    """A questionnaire as it is asked: one that came with the program, or one published here by two people."""

    keeping = Keeping("What was asked and decided")

    class Meta(Version.Meta):
        db_table = "questionnaires_version"


class Poll(Table):
    """A definition that is asked at a union. `once` is the key of the form that made it. `roll_on` is the day on which
    who is entitled was written down, `entitled` how many they are; `cast` and `digest` (SHA-256 of the published
    ballots) are written when it is counted. A poll `again_of` another fills the seats that one left open."""

    keeping = Keeping(WHY, KEPT)

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        COUNTED = "counted"
        STOPPED = "stopped"

    id = models.AutoField(primary_key=True)
    union_id = models.IntegerField()
    county_id = models.IntegerField()
    once = models.UUIDField(unique=True)
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="polls")
    version_id: int
    title = models.CharField(max_length=120)
    again_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="again")
    again_of_id: int | None
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    seats = models.SmallIntegerField(default=0)
    on_paper = models.BooleanField(default=False)
    roll_on = models.DateField(null=True)
    entitled = models.IntegerField(default=0)
    seed = models.CharField(max_length=32, db_collation="C")
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.BigIntegerField(null=True)
    cast = models.IntegerField(null=True)
    digest = models.CharField(max_length=64, default="", db_collation="C")
    result = models.JSONField(default=dict)
    election_id = models.UUIDField(null=True)

    @property
    def called(self) -> str:
        """Its title in the reader's language: what somebody called it, else what its definition is called."""
        label: dict[str, str] = self.version.content["label"]
        return str(Text(**label)) if self.title in label.values() else self.title

    class Meta:
        db_table = "questionnaires_poll"
        indexes = [
            models.Index(fields=["union_id", "state", "-id"], name="questionnaires_poll_by_union"),
            models.Index(fields=["state", "closes_at"], name="questionnaires_poll_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="poll_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=~Q(state="counted") | Q(counted_at__isnull=False, cast__isnull=False),
                name="poll_is_counted_whole",
            ),
            models.CheckConstraint(
                condition=Q(cast__isnull=True) | Q(entitled=0) | Q(cast__lte=F("entitled")),
                name="poll_nobody_voted_who_was_not_entitled",
            ),
        ]


class Candidate(UnionTable):
    """Somebody, or something, one can vote for, by their number on the ballot. Open to everybody once the poll is. An
    empty `name` is withheld: whose it is agrees no more that it is shown."""

    keeping = Keeping(WHY, KEPT)

    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="candidates")
    poll_id: int
    number = models.SmallIntegerField()
    person_id = models.UUIDField(null=True)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=300, default="")
    post = models.CharField(max_length=2, default="")

    class Meta:
        db_table = "questionnaires_candidate"
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="candidate_number_once"),
            models.UniqueConstraint(
                fields=["poll", "person_id"],
                condition=Q(person_id__isnull=False),
                name="candidate_stands_in_a_poll_once",
            ),
        ]

    @property
    def called(self) -> str:
        """What pages call it."""
        return self.name or str(_("name withheld"))


class Voter(UnionTable):
    """The roll half: somebody who is asked, and, once the poll is counted, whether they took part. While it is open
    nothing is written here but that somebody was handed a paper; no vote leaves a trace in this table."""

    keeping = Keeping(WHY, KEPT)

    class Way(models.TextChoices):
        NONE = ""
        PAPER = "paper"
        HERE = "here"

    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="voters")
    poll_id: int
    person_id = models.UUIDField()
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.NONE, blank=True)

    class Meta:
        db_table = "questionnaires_voter"
        constraints = [
            models.UniqueConstraint(fields=["poll", "person_id"], name="voter_on_the_roll_once"),
        ]
        indexes = [models.Index(fields=["person_id", "poll"], name="questionnaires_voter_by_person")]
