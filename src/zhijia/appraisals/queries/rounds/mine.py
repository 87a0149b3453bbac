"""Rounds for a member: those open to them, what they are nominated for, what they judge."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Judge, Nomination, Round, RoundObjection, Score
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.registry import tree
from zhijia.registry.models import Membership, Union

ROWS = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A round with what it asks."""

    round: Round
    asked: Definition

    @property
    def later(self) -> bool:
        """Whether nothing is judged yet."""
        return self.round.state != Round.State.JUDGING

    @property
    def public(self) -> bool:
        """Whether the public votes now, and judges have nothing to score."""
        return self.round.state == Round.State.JUDGING and bool(
            self.asked.stage(self.round.stage).questionnaire
        )


def open_to(actor: Actor, at: datetime) -> list[Seen]:
    """The rounds whose call is open now at a union above the actor's, in which people nominate themselves."""
    if actor.person_id is None:
        return []
    held = Membership.objects.filter(person_id=actor.person_id, valid_to__isnull=True).first()
    if held is None:
        return []
    above = [union.pk for union in tree.path(Union.objects.get(pk=held.union_id))]
    rows = Round.objects.filter(
        union_id__in=above, state=Round.State.OPEN, opens_at__lte=at, closes_at__gt=at
    ).select_related("version")
    seen = [Seen(row, round_versions.definition(row.version)) for row in rows.order_by("closes_at")[:ROWS]]
    return [one for one in seen if "self" in one.asked.nominates]


def nominations(actor: Actor) -> list[Nomination]:
    """What the actor is nominated for, the newest first."""
    if actor.person_id is None:
        return []
    rows = Nomination.objects.filter(person_id=actor.person_id).select_related("round__version")
    return list(rows.order_by("-made_at")[:ROWS])


def one(actor: Actor, entry_id: UUID) -> Nomination | None:
    """A nomination of the actor's; none where it is not theirs."""
    if actor.person_id is None:
        return None
    rows = Nomination.objects.filter(person_id=actor.person_id).select_related("round__version")
    return rows.filter(pk=entry_id).first()


def award_of(row: Nomination) -> Award | None:
    """What came of a nomination, where it was named."""
    return Award.objects.filter(nomination=row).first()


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection of the actor's to an entry of a notice, and which round that was of."""

    row: RoundObjection
    round: str


def objections(actor: Actor) -> list[Objected]:
    """What the actor objected to, the latest first: they read the answer here. (An appeal stands at its entry.) Three
    statements."""
    mine = RoundObjection.objects.filter(user_id=actor.user_id or 0, appeal=False)
    found = list(mine.order_by("-pk")[:ROWS])
    asked = [[row.nomination_id for row in found]]
    stands = statements.run(
        "SELECT e, s.round_id FROM unnest(%s::uuid[]) e CROSS JOIN LATERAL appraisals_entry_stands(e) s",
        asked,
    )
    of_round = dict(stands)
    titles = dict(Round.objects.filter(pk__in=set(of_round.values())).values_list("pk", "title"))
    return [Objected(row, titles[of_round[row.nomination_id]]) for row in found]


@dataclass(frozen=True, slots=True)
class ToJudge:
    """An entry as its judge sees it: by number where the stage is blind."""

    row: Nomination
    kept_from: str
    score: Score | None


def judging(actor: Actor) -> list[Seen]:
    """The rounds the actor judges: those that are judged now, and those whose call is open still."""
    held = Judge.objects.filter(user_id=actor.user_id or 0, out_at__isnull=True).values("round_id")
    waits = (Round.State.DRAFT, Round.State.OPEN, Round.State.JUDGING)
    rows = Round.objects.filter(pk__in=held, state__in=waits).select_related("version")
    return [Seen(row, round_versions.definition(row.version)) for row in rows.order_by("pk")[:ROWS]]


def to_judge(actor: Actor, found: Round) -> list[ToJudge] | None:
    """The entries of the stage, in the order of their numbers, with what the judge gave them and what they are kept
    from; none for who is no judge of it. A few statements."""
    judge = Judge.objects.filter(round=found, user_id=actor.user_id or 0, out_at__isnull=True).first()
    if judge is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM appraisals_still_in(%s)", [found.pk])
        keys = [key for (key,) in cursor.fetchall()]
    given = {one.nomination_id: one for one in judge.scores.filter(stage=found.stage)}
    kept = dict(judge.recusals.values_list("nomination_id", "why"))
    rows = Nomination.objects.filter(pk__in=keys).order_by("number")
    return [ToJudge(row, kept.get(row.pk, ""), given.get(row.pk)) for row in rows]
