"""What is asked of a batch when it is proposed, and again when it is decided: places, whom the round is for, quotas,
order, clearances, agreement, who holds it already, money."""

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round, RoundObjection, Standing
from zhijia.appraisals.rules.rounds import quotas, scores
from zhijia.appraisals.rules.rounds.quotas import Quota
from zhijia.appraisals.services.rounds import clearing, eligible, showing, sums
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.kernel import rows as statements
from zhijia.kernel.errors import Refusal
from zhijia.ui.templatetags.ui import listed, money

SHOWN = 20


def refuse_unfit(held: Held, rows: Sequence[Nomination], day: date, cost: int) -> None:
    """Raises Refusal for what is not right with this batch, which costs so much (fen)."""
    places = sum(sums.places_of(held, day))
    if not rows:
        raise Refusal("batch_empty", _("Nobody is chosen yet."))
    if len(rows) > places:
        raise Refusal(
            "batch_too_large",
            _("%(chosen)s are chosen, and there are %(places)s places.")
            % {"chosen": len(rows), "places": places},
        )
    _refuse_ineligible(held, rows, day)
    _refuse_quotas(held, rows, day)
    _refuse_order(held, rows)
    _refuse_uncleared(held, rows, day)
    if any(notice.at != "unit" for notice in held.asked.notices):
        showing.refuse_not_agreed(rows)
    _refuse_holding(held, rows)
    if cost > held.round.budget:
        raise Refusal(
            "round_budget_exceeded",
            _("This costs %(cost)s, and there are %(budget)s.")
            % {"cost": money(cost), "budget": money(held.round.budget)},
        )


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


def refuse_open_objections(found: Round) -> None:
    """Raises Refusal while somebody waits for an answer."""
    waiting = RoundObjection.objects.filter(nomination__round=found, state=RoundObjection.State.OPEN)
    if waiting.exists():
        raise Refusal("objection_open", _("An objection waits for an answer. Answer it first."))


def _refuse_ineligible(held: Held, rows: Sequence[Nomination], day: date) -> None:
    if out := eligible.gone(rows):
        raise Refusal(
            "not_a_member_any_more",
            _(
                "By the register these have died, or are a member of no union any more: %(numbers)s. Take them out, "
                "and say why whoever follows stands in their place."
            )
            % {"numbers": _numbers(rows, out)},
        )
    if out := eligible.ruled_out(held.asked, rows, day):
        raise Refusal(
            "not_eligible_any_more",
            _(
                "This round asks for: %(rule)s. The register says no by now of these: %(numbers)s. Take them out, and "
                "say why whoever follows stands in their place."
            )
            % {"rule": eligible.label(held.asked, day), "numbers": _numbers(rows, out)},
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
    inside = Standing.objects.filter(
        round=held.round, out_at="", rank__isnull=False, nomination__state=Nomination.State.IN
    )
    ranks = {str(key): rank for key, rank in inside.values_list("nomination_id", "rank") if rank is not None}
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
    if open_ones:
        raise Refusal(
            "not_cleared",
            _("These are not cleared by every office: %(numbers)s. No answer is not a yes.")
            % {"numbers": _numbers(rows, open_ones)},
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


def _numbers(rows: Sequence[Nomination], some: Collection[object]) -> str:
    numbers = sorted(row.number or 0 for row in rows if row.pk in some)
    return listed(numbers[:SHOWN])
