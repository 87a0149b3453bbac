"""A nomination goes up: shown at its unit, recommended from union to union, until it is in the round (HON-05)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Recommendation, Round, RoundNotice, RoundObjection
from zhijia.appraisals.services.rounds import holding, promises, showing, telling
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers.services.writing import LEVELS
from zhijia.registry import access, tree
from zhijia.registry.models import Union

WAITS = (Nomination.State.UP, Nomination.State.SHOWN)


def show(*, actor: Actor, at: datetime, nomination_id: UUID) -> RoundNotice:
    """Hang it up at its unit, masked, once whoever is nominated has agreed (PI-03)."""
    row, found, asked, actor = _waiting(actor, nomination_id)
    notice = asked.showing("unit")
    if notice is None or row.state != Nomination.State.UP or row.at_union_id != row.union_id:
        raise Refusal("no_unit_notice", _("Nothing is shown at the unit here."))
    hung = showing.hang_one(actor=actor, at=at, found=found, asked=asked, row=row, notice=notice)
    row.state = Nomination.State.SHOWN
    with promises.kept():
        row.save(update_fields=["state"])
    holding.told_of(actor, at, "nomination.show", row)
    return hung


def recommend(*, actor: Actor, at: datetime, nomination_id: UUID, words: str) -> Nomination:
    """The union it waits at recommends it; it goes to the next one, or is in. `words` say how that was found (a
    meeting, a vote). Raises Refusal before its notice is over, and while an objection waits for an answer."""
    row, found, asked, actor = _waiting(actor, nomination_id)
    holding.refuse_own(actor, row)
    if not words.strip():
        raise Refusal(
            "recommendation_words", _("Write how the recommendation was found: which meeting, when.")
        )
    refuse_before_its_notice(row, asked, at)
    if found.state != Round.State.OPEN:
        name = "nomination_while_the_call_is_open"
        raise Refusal(name, promises.BROKEN[name])
    _write(actor, at, row, Recommendation.Verdict.YES, words)
    above = _next(row, found, asked)
    if above is not None:
        row.at_union_id, row.state = above.pk, Nomination.State.UP
    else:
        _enter(row, found)
    with promises.kept():
        row.save(update_fields=["at_union_id", "state", "number"])
    holding.told_of(actor, at, "nomination.recommend", row)
    if row.state == Nomination.State.IN:
        facts.record([_fact(row, found, at)])
    else:
        telling.waits(actor, row)
    return row


def refuse_before_its_notice(row: Nomination, asked: Definition, at: datetime) -> None:
    """Raises Refusal before the notice at its unit is over, and while an objection waits for an answer."""
    if asked.showing("unit") and row.at_union_id == row.union_id:
        showing.refuse_hanging(row, at)
    if RoundObjection.objects.filter(nomination=row, state=RoundObjection.State.OPEN).exists():
        raise Refusal("objection_open", _("An objection waits for an answer. Answer it first."))


def send_back(*, actor: Actor, at: datetime, nomination_id: UUID, words: str) -> Nomination:
    """Back to whoever nominated, to be mended and handed in again."""
    return _end(actor, at, nomination_id, words, Recommendation.Verdict.BACK, Nomination.State.RETURNED)


def refuse(*, actor: Actor, at: datetime, nomination_id: UUID, words: str) -> Nomination:
    """Not recommended: it ends here."""
    return _end(actor, at, nomination_id, words, Recommendation.Verdict.NO, Nomination.State.REFUSED)


def _end(
    actor: Actor,
    at: datetime,
    nomination_id: UUID,
    words: str,
    verdict: Recommendation.Verdict,
    state: Nomination.State,
) -> Nomination:
    row, found, _asked, actor = _waiting(actor, nomination_id)
    if not words.strip():
        raise Refusal("reason_missing", _("Say why. Whoever is nominated reads it."))
    _write(actor, at, row, verdict, words)
    row.state, row.at_union_id, row.reason = state, None, names.seen(words)[:300]
    with promises.kept():
        row.save(update_fields=["state", "at_union_id", "reason"])
    showing.take_down_one(row, at)
    back = verdict == Recommendation.Verdict.BACK
    holding.told_of(actor, at, "nomination.return" if back else "nomination.refuse", row, reason=row.reason)
    telling.person(actor, at, row, found, "round_returned" if back else "round_refused")
    return row


def _waiting(actor: Actor, nomination_id: UUID) -> tuple[Nomination, Round, Definition, Actor]:
    """A nomination that waits at a union the actor works for."""
    row, found, asked = holding.entry(nomination_id)
    if row.at_union_id is None or row.state not in WAITS:
        raise NotForYou("no_such_nomination", _("There is no such nomination."))
    actor = access.require(actor, HOLD, row.at_union_id)
    return row, holding.locked(found.pk), asked, actor


def _next(row: Nomination, found: Round, asked: Definition) -> Union | None:
    """The union that recommends it next; none where it is at the holder's door."""
    levels = {LEVELS[level] for level in asked.steps}
    way = tree.path(Union.objects.get(pk=row.union_id))[::-1]
    keys = [union.pk for union in way]
    start, end = keys.index(row.at_union_id or row.union_id), keys.index(found.union_id)
    return next((union for union in way[start + 1 : end] if union.level in levels), None)


def _enter(row: Nomination, found: Round) -> None:
    """It is in the round, under the next number. The round is held, so that no two have the same."""
    last = Nomination.objects.filter(round_id=found.pk).aggregate(last=Max("number"))["last"] or 0
    row.state, row.at_union_id, row.number = Nomination.State.IN, None, last + 1


def _write(actor: Actor, at: datetime, row: Nomination, verdict: Recommendation.Verdict, words: str) -> None:
    Recommendation.objects.create(
        nomination=row, union_id=row.union_id, county_id=row.county_id, by_union_id=row.at_union_id or row.union_id,
        verdict=verdict, words=names.seen(words)[:300], by_user_id=actor.user_id or 0, at=at,
    )  # fmt: skip


def _fact(row: Nomination, found: Round, at: datetime) -> NewFact:
    return NewFact(
        kind="round.nominated", union_id=row.union_id, county_id=row.county_id, day=days.business_day(at),
        record="nomination", record_id=row.pk, person_id=row.person_id, dimensions=holding.dimensions(found),
    )  # fmt: skip
