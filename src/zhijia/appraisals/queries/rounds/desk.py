"""Rounds for an officer: those of a union, what waits there, one round with its entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from zhijia.appraisals.models.rounds import Clearance, Nomination, Round, RoundObjection, Score, Standing
from zhijia.appraisals.services.rounds import clearing, meaning
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.registry import tree
from zhijia.registry.models import Union

CHOSEN_FROM = 300
"""So many rows of a list can be chosen from on a page."""


def of_union(union: Union, *, after: int | None) -> QuerySet[Round]:
    """The rounds a union holds, the newest first, behind this one on."""
    rows = Round.objects.filter(union_id=union.pk).select_related("version").order_by("-pk")
    return rows.filter(pk__lt=after) if after else rows


def calls_for(union: Union) -> QuerySet[Round]:
    """The calls that are open at unions above, for which this one nominates."""
    above = [one.pk for one in tree.path(union)]
    rows = Round.objects.filter(union_id__in=above, state=Round.State.OPEN).select_related("version")
    return rows.order_by("closes_at")


def nominees(asked: Definition, union: Union) -> list[tuple[str, str]]:
    """The rows of a list that a union can nominate, by number and name; none where they are no rows, or too many to
    choose from."""
    if asked.subject != "row":
        return []
    found = meaning.rows_of(asked, union).order_by("title", "number").values_list("number", "title")
    rows = list(found[: CHOSEN_FROM + 1])
    return [(str(number), title) for number, title in rows] if len(rows) <= CHOSEN_FROM else []


def waiting(union: Union, *, of_round: int | None = None) -> QuerySet[Nomination]:
    """The nominations that wait at this union for a recommendation, the oldest first; of one round where one is
    named."""
    rows = Nomination.objects.filter(at_union_id=union.pk, state__in=Nomination.WAITING)
    rows = rows.filter(round_id=of_round) if of_round else rows
    return rows.select_related("round").order_by("handed_at", "pk")


def own_drafts(union: Union) -> QuerySet[Nomination]:
    """What this union nominates and has not handed in yet, or got back."""
    states = (Nomination.State.DRAFT, Nomination.State.RETURNED)
    rows = Nomination.objects.filter(union_id=union.pk, by_self=False, state__in=states).select_related(
        "round"
    )
    return rows.order_by("-made_at")


def entries(found: Round, *, after: int | None) -> QuerySet[Nomination]:
    """The entries of a round in the order of their numbers, behind this one on."""
    rows = Nomination.objects.filter(round=found, number__isnull=False).order_by("number")
    return rows.filter(number__gt=after) if after else rows


def inside(found: Round) -> dict[UUID, Nomination]:
    """Every entry that is in, by its id: what a batch can be made of before judging."""
    return {row.pk: row for row in Nomination.objects.filter(round=found, state=Nomination.State.IN)}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are on the way up, in, and over."""

    up: int
    inside: int
    over: int


def counts(found: Round) -> Counts:
    """How many nominations of a round are where."""
    rows = Nomination.objects.filter(round=found).order_by().values_list("state").annotate(many=Count("pk"))
    states: dict[str, int] = dict(rows)
    up = sum(states.get(one, 0) for one in ("up", "shown", "returned", "draft"))
    inside = sum(states.get(one, 0) for one in ("in", "named", "not_named"))
    return Counts(up, inside, sum(states.values()) - up - inside)


def scored(found: Round) -> dict[int, int]:
    """How many entries each judge has scored in the stage that is judged now."""
    rows = Score.objects.filter(judge__round=found, stage=found.stage).order_by()
    return dict(rows.values_list("judge_id").annotate(many=Count("pk")))


@dataclass(frozen=True, slots=True)
class Cleared:
    """What outside offices say of one entry: each with its answer, none where it was not asked."""

    label: object
    row: Clearance | None
    late: bool


def clearances(held: Held, row: Nomination, day: date) -> list[Cleared]:
    """Every office of this entry, with what it said."""
    said = {one.code: one for one in row.clearances.all()}
    return [
        Cleared(one.label, known, bool(known and not known.answer and known.due_on < day))
        for one in clearing.needed(held, row, day)
        for known in [said.get(one.code)]
    ]


def uncleared(held: Held, rows: Sequence[Nomination], day: date) -> set[UUID]:
    """Which of these entries some office has not cleared."""
    return clearing.not_cleared(held, rows, day)


def standings(found: Round) -> Mapping[UUID, Standing]:
    """Where the entries stand."""
    return {row.nomination_id: row for row in Standing.objects.filter(round=found)}


def objections(found: Round) -> QuerySet[RoundObjection]:
    """Objections and appeals of a round, those that wait first."""
    rows = RoundObjection.objects.filter(nomination__round=found).select_related("nomination")
    return rows.order_by("answered_at", "pk")


def objections_to(row: Nomination) -> QuerySet[RoundObjection]:
    """Objections and appeals about one entry."""
    return RoundObjection.objects.filter(nomination=row).order_by("pk")
