"""The batch: officers put it together under the quotas and the budget, a second person decides it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round, RoundNotice, RoundObjection, Standing
from zhijia.appraisals.rules.rounds import pots, quotas, scores
from zhijia.appraisals.rules.rounds.quotas import Counted, Quota, Unmet
from zhijia.appraisals.services.rounds import clearing, holding, promises, showing
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.kernel import days, names
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import accounts, holds
from zhijia.ledger.services.posting import Source
from zhijia.ui.templatetags.ui import money

SOURCE = "round"
"""What money of the budget is kept for while a batch waits for its decision."""
MONTHS = 12
SHOWN = 20


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
    rules = quotas_of(held, day)
    batch = {str(key): entries[key].answers for key in chosen}
    standings = Standing.objects.filter(round=held.round, out_at="")
    ranks = {key: rank for key, rank in standings.values_list("nomination_id", "rank") if rank is not None}
    standing = {str(key): rank for key, rank in ranks.items() if key in entries}
    places = sum(places_of(held, day))
    return Look(
        lines=quotas.counted(rules, batch),
        unmet=quotas.unmet(rules, {str(key): row.answers for key, row in entries.items()}, places),
        places=places,
        chosen=len(batch),
        cost=sum(costs(held, [entries[key] for key in ordered(entries, chosen, ranks)], day)),
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
    grades = _grades(held, entries, taken, day)
    for row in rows:
        row.chosen = row.nomination_id in grades
        row.grade = grades.get(row.nomination_id, "")
        row.why = names.seen(why.get(row.nomination_id, ""))[:300] if row.chosen else ""
    with promises.kept():
        Standing.objects.bulk_update(rows, ["chosen", "grade", "why"], batch_size=5_000)
    return look(held, entries, taken, day)


def propose(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """The batch is put together: it stands, and its money is kept, until a second person decided. Raises Refusal with
    what is not right yet: places, quotas, clearances, agreement, order, budget, who holds it already."""
    held = holding.held(actor, round_id, Round.State.BATCH)
    found, day = held.round, days.business_day(at)
    rows = list(showing.chosen(found).select_related("standing"))
    _refuse_unfit(held, rows, day)
    cost = _this_year(held, rows, day)
    found.hold_id = _keep(held, cost, at, day)
    found.state, found.proposed_by, found.proposed_at = Round.State.PROPOSED, held.actor.user_id, at
    found.decided_by = found.decided_at = None
    with promises.kept():
        found.save(
            update_fields=["state", "hold_id", "proposed_by", "proposed_at", "decided_by", "decided_at"]
        )
    holding.told(held.actor, at, "round.batch", found, entries=len(rows))
    return found


def decide(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """A second person decides the batch as it was put together, after its notice, and is not of it. Raises Refusal
    before, while an objection is open, and where what is left of it breaks a quota."""
    held = holding.held(actor, round_id, Round.State.PROPOSED)
    found, day = held.round, days.business_day(at)
    if held.actor.user_id == found.proposed_by:
        name = "round_is_decided_by_a_second_person"
        raise Refusal(name, promises.BROKEN[name])
    showing.refuse_before_its_end(found, held.asked, RoundNotice.Where.BATCH, at)
    refuse_open_objections(found)
    rows = list(showing.chosen(found).select_related("standing"))
    holding.refuse_own(held.actor, *rows)
    _refuse_unfit(held, rows, day)
    found.state, found.decided_by, found.decided_at = Round.State.DECIDED, held.actor.user_id, at
    with promises.kept():
        found.save(update_fields=["state", "decided_by", "decided_at"])
    holding.told(held.actor, at, "round.decide", found)
    return found


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
    let_go(found, at)
    found.state, found.hold_id, found.reason = Round.State.BATCH, None, reason
    found.decided_by = found.decided_at = None
    with promises.kept():
        found.save(update_fields=["state", "hold_id", "reason", "decided_by", "decided_at"])
    holding.told(held.actor, at, "round.send_back", found, reason=reason)
    return found


def let_go(found: Round, at: datetime) -> None:
    """The money kept for the batch is free again."""
    if found.hold_id is not None:
        with connection.cursor() as cursor:
            holds.let_go(cursor, at=at, hold_ids=[found.hold_id])


def in_question(found: Round) -> dict[UUID, Nomination]:
    """The entries the batch may be made of: in the round, left behind by no stage; best first."""
    rows = Nomination.objects.filter(standing__round=found, standing__out_at="", state=Nomination.State.IN)
    return {row.pk: row for row in rows.select_related("standing").order_by("standing__rank", "number")}


def quotas_of(held: Held, day: date) -> list[Quota]:
    """The quotas with their numbers as they are on the day."""
    return [
        Quota(
            code=one.code,
            field=one.field,
            values=frozenset(one.values),
            bound=one.bound,
            share=held.value(one.share, day) if one.share else None,
            number=held.value(one.number, day) if one.number else None,
        )
        for one in held.asked.quotas
    ]


def places_of(held: Held, day: date) -> list[int]:
    """How many places each grade has."""
    return [held.value(grade.places, day) for grade in held.asked.grades]


def costs(held: Held, rows: Sequence[Nomination], day: date) -> list[int]:
    """What each of these, best first, is paid in all its months (fen)."""
    months = months_of(held, day)
    return [amount * months for amount in amounts(held, rows, day)]


def amounts(held: Held, rows: Sequence[Nomination], day: date) -> list[int]:
    """What each of these, best first, is paid at a time (fen): its share of the pot, what it asked for, or as its grade
    is."""
    pay = held.asked.gives.pay
    if pay is None:
        return [0] * len(rows)
    if pay.pot == "equal":
        return pots.equal(held.round.budget, len(rows))
    if pay.pot == "asked":
        return pots.asked_for(held.round.budget, [row.answers.get(pay.asks) or 0 for row in rows])
    grades = scores.graded([str(row.pk) for row in rows], places_of(held, day))
    found = []
    for row in rows:
        grade = held.asked.grades[grades.get(str(row.pk), len(held.asked.grades) - 1)]
        found.append(row.answers.get(pay.asks) or 0 if pay.asks else held.value(grade.amount, day))
    return found


def months_of(held: Held, day: date) -> int:
    """How often is paid."""
    pay = held.asked.gives.pay
    return held.value(pay.months, day) if pay and pay.months else 1


def ordered(
    entries: Mapping[UUID, Nomination], chosen: Collection[UUID], ranks: Mapping[UUID, int]
) -> list[UUID]:
    """The chosen, best first; whoever has no rank by their number."""
    last = len(entries) + 1
    return sorted(chosen, key=lambda key: (ranks.get(key) or last, entries[key].number or 0))


def refuse_open_objections(found: Round) -> None:
    """Raises Refusal while somebody waits for an answer."""
    waiting = RoundObjection.objects.filter(nomination__round=found, state=RoundObjection.State.OPEN)
    if waiting.exists():
        raise Refusal("objection_open", _("An objection waits for an answer. Answer it first."))


def _refuse_unfit(held: Held, rows: Sequence[Nomination], day: date) -> None:
    """Raises Refusal for what is not right with this batch."""
    places = sum(places_of(held, day))
    if not rows:
        raise Refusal("batch_empty", _("Nobody is chosen yet."))
    if len(rows) > places:
        raise Refusal(
            "batch_too_large",
            _("%(chosen)s are chosen, and there are %(places)s places.")
            % {"chosen": len(rows), "places": places},
        )
    _refuse_quotas(held, rows, day)
    _refuse_order(held, rows)
    _refuse_uncleared(held, rows, day)
    for notice in held.asked.notices:
        for row in rows if notice.at != "unit" else ():
            if not showing.agreed(row, notice.purpose):
                raise Refusal("notice_not_agreed_by", showing.NOT_AGREED % {"name": row.title})
    _refuse_holding(held, rows)
    cost = sum(costs(held, rows, day))
    if cost > held.round.budget:
        raise Refusal(
            "round_budget_exceeded",
            _("This costs %(cost)s, and there are %(budget)s.")
            % {"cost": money(cost), "budget": money(held.round.budget)},
        )


def _refuse_quotas(held: Held, rows: Sequence[Nomination], day: date) -> None:
    labels = {one.code: one.label for one in held.asked.quotas}
    for line in quotas.counted(quotas_of(held, day), {str(row.pk): row.answers for row in rows}):
        if not line.kept:
            least = line.quota.bound == "least"
            words = _("%(quota)s: there have to be at least %(limit)s, and there are %(have)s.")
            most = _("%(quota)s: there may be at most %(limit)s, and there are %(have)s.")
            said = {"quota": labels[line.quota.code], "limit": line.limit, "have": line.have}
            raise Refusal("quota_broken", (words if least else most) % said)


def _refuse_order(held: Held, rows: Sequence[Nomination]) -> None:
    entries = in_question(held.round)
    ranks = {str(key): row.standing.rank for key, row in entries.items() if row.standing.rank is not None}
    behind = scores.passed_over(ranks, [str(row.pk) for row in rows])
    silent = [row for row in rows if str(row.pk) in behind and not row.standing.why]
    if silent:
        raise Refusal(
            "order_says_why",
            _("Number %(number)s stands before a better one. Write why: a quota, a clearance, a tie.")
            % {"number": silent[0].number},
        )


def _refuse_uncleared(held: Held, rows: Sequence[Nomination], day: date) -> None:
    open_ones = clearing.not_cleared(held, rows, day)
    numbers = sorted(row.number or 0 for row in rows if row.pk in open_ones)
    if numbers:
        raise Refusal(
            "not_cleared",
            _("These are not cleared by every office: %(numbers)s. No answer is not a yes.")
            % {"numbers": ", ".join(map(str, numbers[:SHOWN]))},
        )


def _refuse_holding(held: Held, rows: Sequence[Nomination]) -> None:
    if not held.asked.family:
        return
    people = [row.person_id for row in rows if row.person_id]
    found = statements.run(
        "SELECT appraisals_holding(%s::uuid[], %s, %s)", [people, held.asked.family, held.union.level]
    )
    holding_it = {key for (key,) in found}
    if again := [row for row in rows if row.person_id in holding_it]:
        raise Refusal(
            "award_counts_once_a_person",
            _("%(name)s holds this already, at this level or a higher one.") % {"name": again[0].title},
        )


def _grades(
    held: Held, entries: Mapping[UUID, Nomination], taken: Sequence[UUID], day: date
) -> dict[UUID, str]:
    """The grade of each that is taken, filled from the best down; who finds no place has the last grade until the
    batch is proposed."""
    ranks = {key: row.standing.rank for key, row in entries.items() if row.standing.rank is not None}
    order = ordered(entries, taken, ranks)
    grades = scores.graded([str(key) for key in order], places_of(held, day))
    last = len(held.asked.grades) - 1
    return {key: held.asked.grades[grades.get(str(key), last)].code for key in order}


def _this_year(held: Held, rows: Sequence[Nomination], day: date) -> int:
    """What the batch is paid until the end of this year (fen), where it is named this month."""
    left = min(months_of(held, day), MONTHS - day.month + 1)
    return sum(amounts(held, rows, day)) * left


def _keep(held: Held, cost: int, at: datetime, day: date) -> int | None:
    pay = held.asked.gives.pay
    if pay is None or not cost:
        return None
    code = pay.spent_on if pay.spent_on.isdigit() else accounts.code_for(pay.spent_on, accounts.chart_on(day))
    turn = f"{held.round.pk}.{int(at.timestamp())}"
    hold = holds.reserve(
        at=at, union=held.union, day=day, code=code, fund=pay.fund, amount=cost, source=Source(SOURCE, turn)
    )
    return hold.pk if hold else None
