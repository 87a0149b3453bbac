"""The batch: officers put it together under the quotas and the budget, a second person decides it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round, RoundNotice, Standing
from zhijia.appraisals.rules.rounds import quotas, scores
from zhijia.appraisals.rules.rounds.quotas import Counted, Unmet
from zhijia.appraisals.services.rounds import (
    appealing,
    fitness,
    holding,
    promises,
    recusals,
    showing,
    sums,
    telling,
)
from zhijia.appraisals.services.rounds.holding import HOLD, Held
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import tree
from zhijia.registry.queries.grants import holders

LINES = 5_000


@dataclass(frozen=True, slots=True)
class Look:
    """A batch as it would stand: each quota over it, quotas no full batch can keep, the places there are, what it would
    cost (fen), and who of it is behind somebody better."""

    lines: Sequence[Counted]
    unmet: Sequence[Unmet]
    places: int
    chosen: int
    cost: int
    behind: Collection[UUID]


def look(held: Held, entries: Mapping[UUID, Nomination], chosen: Collection[UUID], day: date) -> Look:
    """What a choice of these entries would be; nothing is written."""
    rules = fitness.quotas_of(held, day)
    batch = {str(key): entries[key].answers for key in chosen}
    standings = Standing.objects.filter(round=held.round, out_at="")
    ranks = {key: rank for key, rank in standings.values_list("nomination_id", "rank") if rank is not None}
    standing = {str(key): rank for key, rank in ranks.items() if key in entries}
    places = sum(sums.places_of(held, day))
    return Look(
        lines=quotas.counted(rules, batch),
        unmet=quotas.unmet(rules, {str(key): row.answers for key, row in entries.items()}, places),
        places=places,
        chosen=len(batch),
        cost=sums.cost(held, [entries[key] for key in ordered(entries, chosen, ranks)], day),
        behind={UUID(key) for key in scores.passed_over(standing, batch)},
    )


def put(
    *, actor: Actor, at: datetime, round_id: int, chosen: Collection[UUID], why: Mapping[UUID, str]
) -> Look:
    """Write down whom the batch has so far, and why somebody stands before a better one. It may break a quota: it is
    asked when it is proposed."""
    held = holding.held(actor, round_id, Round.State.BATCH)
    entries, day = in_question(held.round), days.business_day(at)
    taken = [key for key in chosen if key in entries]
    rows = list(Standing.objects.select_for_update(of=("self",)).filter(round=held.round))
    ranks = {key: row.standing.rank for key, row in entries.items() if row.standing.rank is not None}
    order = [entries[key] for key in ordered(entries, taken, ranks)]
    grades = {row.pk: grade for row, grade in zip(order, sums.grades_of(held, order, day), strict=True)}
    for row in rows:
        row.chosen = row.nomination_id in grades
        row.grade = grades.get(row.nomination_id, "")
        row.why = names.seen(why.get(row.nomination_id, ""))[:300] if row.chosen else ""
    with promises.kept():
        Standing.objects.bulk_update(rows, ["chosen", "grade", "why"], batch_size=LINES)
    return look(held, entries, taken, day)


def propose(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """The batch is put together: it stands with what each is paid, and its money is kept, until a second person
    decided. Raises Refusal with what is not right yet (`fitness`), and for whoever is close to somebody of it."""
    held = holding.held(actor, round_id, Round.State.BATCH)
    found, day = held.round, days.business_day(at)
    rows = list(showing.chosen(found).select_related("standing"))
    holding.refuse_own(held.actor, *rows)
    recusals.refuse_close(held, rows, day)
    fitness.refuse_unfit(held, rows, day, sums.cost(held, rows, day))
    sums.fix(held, rows, day)
    fixed = [row.standing for row in rows]
    Standing.objects.bulk_update(fixed, ["grade", "monthly", "months"], batch_size=LINES)
    found.hold_id = sums.keep(held, rows, at, day)
    found.state, found.proposed_by, found.proposed_at = Round.State.PROPOSED, held.actor.user_id, at
    found.decided_by = found.decided_at = None
    with promises.kept():
        found.save(
            update_fields=["state", "hold_id", "proposed_by", "proposed_at", "decided_by", "decided_at"]
        )
    holding.told(held.actor, at, "round.batch", found, entries=len(rows))
    return found


def decide(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """A second person decides the batch as it was put together, after its notice, and is neither of it nor close to
    somebody of it. Raises Refusal before, while an objection is open, and for what is not right by now (`fitness`)."""
    held = holding.held(actor, round_id, Round.State.PROPOSED)
    found, day = held.round, days.business_day(at)
    if held.actor.user_id == found.proposed_by:
        name = "round_is_decided_by_a_second_person"
        raise Refusal(name, promises.BROKEN[name])
    refuse_before_decision(held, at)
    rows = list(showing.chosen(found).select_related("standing"))
    holding.refuse_own(held.actor, *rows)
    recusals.refuse_close(held, rows, day)
    fitness.refuse_unfit(held, rows, day, sums.fixed(rows))
    found.state, found.decided_by, found.decided_at = Round.State.DECIDED, held.actor.user_id, at
    with promises.kept():
        found.save(update_fields=["state", "decided_by", "decided_at"])
    holding.told(held.actor, at, "round.decide", found)
    if held.asked.appeal:
        _tell_who_can_appeal(held, rows, at, day)
    return found


def refuse_before_decision(held: Held, at: datetime) -> None:
    """Raises Refusal before the notice of the batch is over, and while an objection is open."""
    showing.refuse_before_its_end(held.round, held.asked, RoundNotice.Where.BATCH, at)
    fitness.refuse_open_objections(held.round)


def send_back(*, actor: Actor, at: datetime, round_id: int, reason: str) -> Round:
    """The batch is not decided so: it is put together anew."""
    held = holding.held(actor, round_id, Round.State.PROPOSED)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why. Whoever put it together reads it."))
    return to_batch(held, at, names.seen(reason)[:300])


def to_batch(held: Held, at: datetime, reason: str) -> Round:
    """Back to putting it together: what hangs is taken down, the money is free again."""
    found = held.round
    showing.take_down(found, at)
    sums.let_go(found, at)
    found.state, found.hold_id, found.reason = Round.State.BATCH, None, reason
    found.decided_by = found.decided_at = None
    with promises.kept():
        found.save(update_fields=["state", "hold_id", "reason", "decided_by", "decided_at"])
    holding.told(held.actor, at, "round.send_back", found, reason=reason)
    return found


def in_question(found: Round) -> dict[UUID, Nomination]:
    """The entries the batch may be made of: in the round, left behind by no stage; best first."""
    rows = Nomination.objects.filter(standing__round=found, standing__out_at="", state=Nomination.State.IN)
    return {row.pk: row for row in rows.select_related("standing").order_by("standing__rank", "number")}


def _tell_who_can_appeal(held: Held, chosen: Sequence[Nomination], at: datetime, day: date) -> None:
    """Whoever is in and was not chosen is told while they can still appeal, in a few statements however many they
    are; nobody who holds the round, whose own decision it is (`appealing.is_for`)."""
    inside = Nomination.objects.filter(round=held.round, state=Nomination.State.IN)
    told = inside.exclude(pk__in=[row.pk for row in chosen]).only("person_id", "union_id", "title")
    above = holders([union.pk for union in tree.path(held.union)], HOLD, at)
    theirs = {user_id for users in above.values() for user_id in users}
    telling.each(at, list(told), held.round, "round_decided", but=theirs, until=appealing.until(held, day))


def ordered(
    entries: Mapping[UUID, Nomination], chosen: Collection[UUID], ranks: Mapping[UUID, int]
) -> list[UUID]:
    """The chosen, best first; whoever has no rank by their number."""
    last = len(entries) + 1
    return sorted(chosen, key=lambda key: (ranks.get(key) or last, entries[key].number or 0))
