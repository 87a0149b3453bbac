"""The result of an entry: what all parts came to, by the numbers of its run."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Assessor, Entry, Mark
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.rules.scoring import HUNDREDTHS, PartScore
from zhijia.appraisals.services import filling, held, promises, terms, told
from zhijia.appraisals.services.terms import Terms
from zhijia.catalogue import working_days
from zhijia.catalogue.appraisal_rules import JUDGED, Appraisal, Marked
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

State = Entry.State
THIRD = "third_needed"


@dataclass(frozen=True, slots=True)
class Sum:
    """What an entry came to: each part, each item in the end, the result in hundredths, the items that failed, and the
    first veto among them."""

    parts: Mapping[str, PartScore]
    stands: Mapping[str, Fraction | None]
    result: int
    failed: Sequence[str]
    vetoed: str


def settle(*, actor: Actor, at: datetime, entry_id: UUID) -> Entry:
    """The entry has its result, which the subject reads and may object to for some working days. Twice is once. Raises
    Refusal while a part is not marked by as many as it takes, and where two are so far apart that a third is named."""
    entry, scheme = held.entry(entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    if entry.state == State.SCORED:
        return entry
    if entry.state != State.MARKING:
        raise Refusal("not_to_be_settled", _("This entry is not being marked."))
    numbers = terms.of(entry.run)
    _mark_by_figures(entry, scheme, at)
    for refusal in waits_for(entry, scheme):
        raise refusal
    write(entry, add_up(entry, scheme, numbers), numbers)
    today = days.business_day(at)
    division = Union.objects.values_list("division", flat=True).get(pk=entry.union_id)
    entry.state, entry.scored_at, entry.scored_by = State.SCORED, at, actor.user_id
    entry.objection_until = working_days.add(today, numbers.objection, division)
    with promises.kept():
        entry.save(update_fields=[*WRITTEN, "state", "scored_at", "scored_by", "objection_until"])
    told.count("scored", [entry], at)
    told.trail(actor, at, "appraisal.settle", entry, {"result": entry.result or 0})
    told.tell_subject(actor, at, "appraisal_scored", entry, {"day": entry.objection_until})
    return entry


WRITTEN = ("result", "stands", "failed", "vetoed", "grade")
"""What `write` changes."""


def write(entry: Entry, found: Sum, numbers: Terms) -> None:
    """What an entry came to, with the grade its points reach by themselves (shares are counted at publication)."""
    entry.result, entry.vetoed = found.result, found.vetoed
    entry.failed = list(found.failed)
    entry.stands = {code: None if mark is None else str(mark) for code, mark in found.stands.items()}
    reached = {"": None if found.vetoed else found.result}
    bars = [scoring.Bar(bar.code, bar.at) for bar in numbers.bars]
    entry.grade = scoring.grades(reached, bars)[""]


def add_up(entry: Entry, scheme: Appraisal, numbers: Terms) -> Sum:
    """What the marks of an entry come to. Reads and writes nothing else."""
    return sum_of(list(counting([entry]).order_by("turn", "pk")), scheme, numbers)


def sum_of(marks: Sequence[Mark], scheme: Appraisal, numbers: Terms) -> Sum:
    """What these marks of an entry come to, in the order of their turns."""
    parts = {}
    for part in scheme.parts:
        items = scheme.by_part[part.code]
        given = _given(part, [mark for mark in marks if mark.part == part.code])
        if part.by in JUDGED:
            totals = [scoring.total(items, one) for one in given]
            given = [given[place] for place in scoring.counting(totals, numbers.spreads.get(part.code))]
        anew = {mark.item: mark.points for mark in marks if mark.part == part.code and mark.turn == 1}
        parts[part.code] = scoring.part_score(items, [{**one, **anew} for one in given])
    stands = scoring.marks_that_stand(scheme, parts)
    failed = scoring.failed(scheme, stands, numbers.fails_under)
    vetoed = next((code for code in failed if scheme.items[code].veto), "")
    return Sum(parts, stands, scoring.result(parts, numbers.weights), failed, vetoed)


def counting(entries: Collection[Entry], using: str = "default") -> QuerySet[Mark]:
    """The marks of these that count: all but those of whoever stepped aside."""
    return Mark.objects.using(using).filter(entry__in=entries, assessor__left_at__isnull=True)


def _given(part: Marked, marks: Sequence[Mark]) -> list[dict[str, int | None]]:
    """What each gave in the first turn: one assessor after the other; the subject or the figures as one."""
    found: dict[int | None, dict[str, int | None]] = {}
    for mark in marks:
        if mark.turn == 0:
            found.setdefault(mark.assessor_id if part.by in JUDGED else None, {})[mark.item] = mark.points
    return [found[key] for key in sorted(found, key=lambda key: key or 0)]


def waits_for(entry: Entry, scheme: Appraisal) -> list[Refusal]:
    """What keeps the result from being worked out, part by part: too few are named, some have not handed in, or two are
    so far apart that a third is named."""
    numbers = terms.of(entry.run)
    there = list(Assessor.objects.filter(entry=entry, left_at__isnull=True))
    found = []
    for part in scheme.parts:
        named = [one for one in there if one.part == part.code]
        waiting = sum(one.handed_at is None for one in named)
        if part.by in JUDGED and (waiting or len(named) < numbers.assessors[part.code]):
            words = (
                _(
                    "%(part)s: %(needed)d assessors are needed, %(named)d are named, %(waiting)d have not handed in."
                )
                if named
                else _("%(part)s: %(needed)d assessors are needed, nobody is named yet.")
            )
            counts = {"needed": numbers.assessors[part.code], "named": len(named), "waiting": waiting}
            found.append(Refusal("part_not_marked", words % {"part": part.label, **counts}))
        elif part.by in JUDGED and (apart := _too_far_apart(entry, scheme, part, numbers)):
            found.append(apart)
    return found


def tell_if_all_marked(actor: Actor, at: datetime, entry: Entry, scheme: Appraisal, kind: str) -> bool:
    """Tell whoever runs it what is theirs once all marks are in, whosever step was the last: by this kind that they can
    work the result out, or that two are so far apart that they name a third. Whether they were told. It is found out as
    they see it, since nobody else reads all marks."""
    users = told.runs_it(entry, at)
    if entry.state != State.MARKING or not users:
        return False
    with context.acting(Actor(users[0], actor.channel, actor.request_id)):
        waits = {refusal.code for refusal in waits_for(entry, scheme)}
    if waits - {THIRD}:
        return False
    told.tell(actor, at, "appraisal_third_needed" if waits else kind, entry, users, {})
    return True


def totals_of(entry: Entry, scheme: Appraisal, part: Marked) -> dict[int, tuple[Fraction, bool]]:
    """What each assessor of a part gave in all, of a hundred, as far as it is shown, and whether that counts."""
    marks: dict[int, dict[str, int | None]] = {}
    for mark in counting([entry]).filter(part=part.code, turn=0, shown=True).order_by("pk"):
        if mark.assessor_id is not None:
            marks.setdefault(mark.assessor_id, {})[mark.item] = mark.points
    keys = sorted(marks)
    totals = [scoring.total(scheme.by_part[part.code], marks[key]) for key in keys]
    counts = scoring.counting(totals, terms.of(entry.run).spreads.get(part.code))
    return {key: (totals[place], place in counts) for place, key in enumerate(keys)}


def _too_far_apart(entry: Entry, scheme: Appraisal, part: Marked, numbers: Terms) -> Refusal | None:
    """Why a third is named, where two are so far apart."""
    totals = [points for points, _counts in totals_of(entry, scheme, part).values()]
    spread = numbers.spreads.get(part.code)
    if not scoring.needs_a_third(totals, spread):
        return None
    apart = scoring.as_points(scoring.half_up(abs(totals[0] - totals[1]) * HUNDREDTHS))
    words = _("%(part)s: the two assessors are %(apart)s points apart, more than %(spread)d. Name a third.")
    return Refusal(THIRD, words % {"part": part.label, "apart": apart, "spread": spread})


def _mark_by_figures(entry: Entry, scheme: Appraisal, at: datetime) -> None:
    """The parts that figures mark by themselves: asked now. An item nothing is known of does not count where it may
    lack, and brings nothing where it may not."""
    known = filling.keep(entry, scheme, at)
    rows = []
    for part in scheme.parts:
        for item in scheme.by_part[part.code] if part.by == "figures" else ():
            unknown = scoring.LACKS if item.may_lack else None
            said = known[item.code].said if item.code in known else unknown
            rows.append(
                Mark(
                    entry=entry,
                    union_id=entry.union_id,
                    county_id=entry.county_id,
                    part=part.code,
                    item=item.code,
                    turn=0,
                    said=said or "",
                    points=scoring.points_of(item, said) if said else 0,
                    most=item.points * HUNDREDTHS,
                    shown=True,
                    made_at=at,
                )
            )
    Mark.objects.bulk_create(rows)
