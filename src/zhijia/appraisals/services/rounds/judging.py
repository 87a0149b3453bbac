"""Judges are named, kept from what is their own, and score; a stage is closed and says who goes on (HON-09)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Judge, Nomination, Recusal, Round, Score, Standing
from zhijia.appraisals.rules.rounds import scores
from zhijia.appraisals.services.rounds import holding, promises, recusals, telling, voting
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.catalogue.round_rules import Stage
from zhijia.kernel import days, names
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.models import Membership, Person
from zhijia.ui.templatetags.ui import listed

LINES = 5_000
SHOWN = 20
_TOO_FEW = """
SELECT n.number FROM appraisals_standing t JOIN appraisals_nomination n ON n.id = t.nomination_id
LEFT JOIN (appraisals_score s JOIN appraisals_judge j ON j.id = s.judge_id AND j.out_at IS NULL)
  ON s.nomination_id = n.id AND s.stage = %s AND NOT EXISTS (
    SELECT FROM appraisals_recusal r WHERE r.judge_id = s.judge_id AND r.nomination_id = s.nomination_id)
WHERE t.round_id = %s AND t.out_at = '' AND n.state = 'in'
GROUP BY n.number HAVING count(s.id) < %s ORDER BY n.number LIMIT %s
"""
"""The numbers of the entries of the stage with fewer scores that count (`_counting`) than it takes."""
Exact = Sequence[int]
"""A fraction as it is stored: numerator and denominator."""


def name_judge(*, actor: Actor, at: datetime, round_id: int, who: str) -> Judge:
    """Somebody judges: a member by their number, staff by their log-in. They are kept from what is their own."""
    held = holding.held(actor, round_id, Round.State.DRAFT, Round.State.OPEN, Round.State.JUDGING)
    user = _user(names.seen(who))
    person = Person.objects.filter(pk=user.person_id).first() if user.person_id else None
    with promises.kept():
        judge = Judge.objects.create(
            round=held.round, union_id=held.round.union_id, county_id=held.round.county_id, user_id=user.pk,
            person_id=user.person_id, name=person.name if person else user.login, named_by=held.actor.user_id or 0,
            named_at=at,
        )  # fmt: skip
    holding.told(held.actor, at, "round.judge", held.round, judge=judge.pk)
    if held.round.state == Round.State.JUDGING:
        recusals.find(held.round, [judge], at)
        _tell_to_score(held, at, [judge])
    else:
        telling.judges(held.actor, at, held.round, "round_judge", [judge], link="/rounds/")
    return judge


def take_off(*, actor: Actor, at: datetime, judge_id: int) -> Judge:
    """They judge no more; what they scored before a stage was closed counts no more in it."""
    judge = Judge.objects.filter(pk=judge_id).first()
    if judge is None:
        raise NotForYou("no_such_judge", _("There is no such judge."))
    held = holding.held(actor, judge.round_id, Round.State.DRAFT, Round.State.OPEN, Round.State.JUDGING)
    if judge.out_at is None:
        judge.out_at = at
        judge.save(update_fields=["out_at"])
        holding.told(held.actor, at, "round.judge_out", held.round, judge=judge.pk)
    return judge


def begin(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """The call is over: those that are in are judged, or where nobody judges, put together into a batch at once."""
    held = holding.held(actor, round_id, Round.State.OPEN)
    found = held.round
    if found.closes_at > at:
        raise Refusal("call_still_open", _("The call is still open. Judging begins when it has closed."))
    rows = list(Nomination.objects.filter(round_id=found.pk, state=Nomination.State.IN))
    if not rows:
        raise Refusal("nobody_in", _("Nobody is in this round yet."))
    Standing.objects.bulk_create(
        [
            Standing(nomination=row, round=found, union_id=found.union_id, county_id=found.county_id)
            for row in rows
        ],
        batch_size=LINES,
    )
    first = held.asked.stages[0] if held.asked.stages else None
    found.state, found.stage = (Round.State.JUDGING, first.code) if first else (Round.State.BATCH, "")
    with promises.kept():
        found.save(update_fields=["state", "stage"])
    judges = list(found.judges.filter(out_at__isnull=True))
    recusals.find(found, judges, at)
    holding.told(held.actor, at, "round.step", found, stage=found.stage, entries=len(rows))
    _tell_to_score(held, at, judges)
    return found


def recuse(*, actor: Actor, at: datetime, nomination_id: UUID) -> Recusal:
    """A judge steps back from an entry by themselves; what they gave it counts no more."""
    judge, found, row = _judging(actor, nomination_id)
    made, _new = Recusal.objects.get_or_create(
        judge=judge,
        nomination=row,
        defaults={"why": recusals.SAID, "at": at, "union_id": judge.union_id, "county_id": judge.county_id},
    )
    holding.told(actor, at, "round.recuse", found, judge=judge.pk, entry=row.number)
    return made


def score(
    *, actor: Actor, at: datetime, nomination_id: UUID, points: Mapping[str, int], words: str = ""
) -> Score:
    """A judge's points for an entry in the stage that is judged now; again is over the first. The database refuses
    their own, what they are kept from, what did not reach this stage, and points beyond those of a criterion."""
    judge, found, row = _judging(actor, nomination_id)
    stage = _stage(found)
    known = {criterion.code: criterion.points for criterion in stage.criteria}
    if points.keys() != known.keys() or any(not 0 <= given <= known[code] for code, given in points.items()):
        name = "score_within_its_points"
        raise Refusal(name, promises.BROKEN[name])
    said = {
        "points": dict(points),
        "total": sum(points.values()),
        "words": names.seen(words)[:300],
        "at": at,
        "union_id": judge.union_id,
        "county_id": judge.county_id,
    }
    with promises.kept():
        made, _new = Score.objects.update_or_create(
            judge=judge, nomination=row, stage=stage.code, defaults=said
        )
    holding.told(actor, at, "round.score", found, judge=judge.pk, entry=row.number, stage=stage.code)
    return made


def close_stage(*, actor: Actor, at: datetime, round_id: int) -> Round:
    """Close the stage: each entry gets its points of a hundred, ranks follow, and the next stage or the batch begins.
    Raises Refusal while an entry has too few scores, with their numbers, or the public vote is not counted."""
    held = holding.held(actor, round_id, Round.State.JUDGING)
    found, stage, day = held.round, _stage(held.round), days.business_day(at)
    inside = Nomination.objects.filter(round_id=found.pk, state=Nomination.State.IN).values("pk")
    standings = {
        row.nomination_id: row
        for row in Standing.objects.select_for_update(of=("self",)).filter(
            round=found, out_at="", nomination__in=inside
        )
    }
    given = (
        voting.points(found, stage, standings)
        if stage.questionnaire
        else _judged(held, stage, standings, day)
    )
    for key, row in standings.items():
        row.stages[stage.code] = given[key]
    later = held.asked.stages[held.asked.stages.index(stage) + 1 :]
    order = _rank(held, standings, day)
    if later:
        most = held.value(stage.goes_on, day) if stage.goes_on else None
        cut = held.value(stage.cut, day) if stage.cut else 0
        enough = [
            str(key) for key, row in standings.items() if _fraction(row.stages[stage.code]["of"]) >= cut
        ]
        stays = scores.going_on(order, most=most, enough=enough)
        for key, row in standings.items():
            if str(key) not in stays:
                row.out_at = stage.code
    Standing.objects.bulk_update(standings.values(), ["stages", "score", "rank", "out_at"], batch_size=LINES)
    found.state, found.stage = (Round.State.JUDGING, later[0].code) if later else (Round.State.BATCH, "")
    with promises.kept():
        found.save(update_fields=["state", "stage"])
    holding.told(held.actor, at, "round.step", found, closed=stage.code, entries=len(standings))
    _tell_to_score(held, at, list(found.judges.filter(out_at__isnull=True)))
    return found


def _tell_to_score(held: Held, at: datetime, some: Sequence[Judge]) -> None:
    """These are told that entries wait for their points, where judges score the stage that is judged now."""
    found = held.round
    if found.stage and not held.asked.stage(found.stage).questionnaire:
        telling.judges(held.actor, at, found, "round_to_score", some)


def _judged(
    held: Held, stage: Stage, standings: Mapping[UUID, Standing], day: date
) -> dict[UUID, dict[str, object]]:
    """Each entry's points of a hundred and the means of the criteria, of those judges who are not kept from it."""
    refusal = waits_for(held, day)
    if refusal is not None:
        raise refusal
    said = _counting(held.round, stage, standings)
    return {
        key: {
            "of": _stored(
                scores.of_hundred(scores.mean([one.total for one in ones], trims=stage.trims), stage.points)
            ),
            "criteria": {
                criterion.code: _stored(
                    scores.mean([one.points[criterion.code] for one in ones], trims=stage.trims)
                )
                for criterion in stage.criteria
            },
        }
        for key, ones in said.items()
    }


def waits_for(held: Held, day: date) -> Refusal | None:
    """What keeps the stage that judges score now from being closed: entries with too few scores."""
    stage, found = held.asked.stage(held.round.stage), held.round
    least = held.value(stage.judges, day)
    few = [number for (number,) in statements.run(_TOO_FEW, [stage.code, found.pk, least, SHOWN])]
    words = _("Each entry needs the scores of %(least)s judges. These lack some: %(numbers)s.")
    return Refusal("too_few_scores", words % {"least": least, "numbers": listed(few)}) if few else None


def _counting(found: Round, stage: Stage, keys: Iterable[UUID]) -> dict[UUID, list[Score]]:
    """The scores of the stage that count, by entry: of judges who are there and not kept from it."""
    kept = set(Recusal.objects.filter(judge__round=found).values_list("judge_id", "nomination_id"))
    said: dict[UUID, list[Score]] = {key: [] for key in keys}
    for one in Score.objects.filter(judge__round=found, stage=stage.code, judge__out_at__isnull=True):
        if one.nomination_id in said and (one.judge_id, one.nomination_id) not in kept:
            said[one.nomination_id].append(one)
    return said


def _rank(held: Held, standings: Mapping[UUID, Standing], day: date) -> list[scores.Rank]:
    """Score and rank of each by all the stages closed so far, ties parted as the definition says."""
    parts: dict[str, list[Fraction]] = {}
    for key, row in standings.items():
        weighed = [
            (_fraction(row.stages[one.code]["of"]), held.value(one.weight, day))
            for one in held.asked.stages
            if one.code in row.stages
        ]
        whole = scores.weighted(weighed)
        criteria = {
            code: _fraction(mean)
            for one in row.stages.values()
            for code, mean in one.get("criteria", {}).items()
        }
        parts[str(key)] = [whole, *(criteria.get(code, Fraction(0)) for code in held.asked.ties)]
        row.score = scores.shown(whole)
    order = scores.ranked(parts)
    for one in order:
        standings[UUID(one.key)].rank = one.rank
    return order


def _judging(actor: Actor, nomination_id: UUID) -> tuple[Judge, Round, Nomination]:
    row = Nomination.objects.filter(pk=nomination_id, state=Nomination.State.IN).first()
    judge = (
        row
        and Judge.objects.filter(
            round_id=row.round_id, user_id=actor.user_id or 0, out_at__isnull=True
        ).first()
    )
    if row is None or not judge:
        raise NotForYou("no_such_nomination", _("There is no such nomination."))
    found = Round.objects.select_related("version").get(pk=row.round_id)
    return judge, found, row


def _stage(found: Round) -> Stage:
    asked = round_versions.definition(found.version)
    if found.state != Round.State.JUDGING:
        name = "score_while_the_stage_is_judged"
        raise Refusal(name, promises.BROKEN[name])
    return asked.stage(found.stage)


def _user(who: str) -> User:
    held = Membership.objects.filter(member_number=who, valid_to__isnull=True).first()
    user = (
        User.objects.filter(person_id=held.person_id, is_active=True).first()
        if held
        else User.objects.filter(login=who, is_active=True, staff=True).first()
    )
    if user is None:
        raise Refusal(
            "no_such_judge", _("No member with an account has this number, and no officer this log-in.")
        )
    return user


def _stored(points: Fraction) -> Exact:
    return [points.numerator, points.denominator]


def _fraction(exact: Exact) -> Fraction:
    return Fraction(exact[0], exact[1])
