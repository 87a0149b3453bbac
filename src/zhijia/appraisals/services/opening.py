"""A union opens a run of an appraisal, for a period, and closes it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import entering, held, promises, subjects, terms, told, versions
from zhijia.catalogue import parameters
from zhijia.catalogue.register_rules import Level
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

LEVELS: dict[int, Level] = {
    1: "nation",
    2: "province",
    3: "city",
    4: "county",
    5: "township",
    6: "grassroots",
    7: "branch",
}
"""What definitions call the level of a union."""
STILL = (Entry.State.BEGUN, Entry.State.MARKING, Entry.State.SCORED, Entry.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Task:
    """What a run is: of which appraisal, what it is called, which days it looks at, how entries begin, and until when
    they score themselves (the definition's days from today on, where none is said). A re-check of some titles names
    their `rows`."""

    code: str
    title: str
    since: date
    until: date
    begins: str
    self_until: date | None = None
    rows: frozenset[UUID] | None = None


def open_run(*, actor: Actor, at: datetime, union: Union, task: Task, once: UUID) -> Run:
    """The run, with an entry for each it begins for at once (`all`, `holders`). The same key again answers the run that
    stands. Raises Refusal for a level that does not run it, and for days that do not fit."""
    actor = access.require(actor, told.HOLD, union.pk)
    stands = Run.objects.filter(union_id=union.pk, once=once).first()
    if stands is not None:
        return stands
    today = days.business_day(at)
    version = versions.in_force(task.code, at=at, day=today)
    scheme = versions.definition(version)
    if LEVELS[union.level] not in scheme.levels:
        raise Refusal("not_this_level", _("Unions of this level do not run this appraisal."))
    if task.begins not in scheme.begins:
        raise Refusal("not_begun_so", _("Entries of this appraisal do not begin so."))
    number = parameters.value(scheme.days, division=union.division, day=today)
    self_until = task.self_until or today + timedelta(days=number)
    if task.until < task.since or self_until < today:
        raise Refusal(
            "days_turned_round", _("The last day comes after the first, and the self-score lies ahead.")
        )
    with promises.kept():
        run = Run.objects.create(
            union_id=union.pk,
            county_id=union.stands_in,
            once=once,
            version=version,
            code=scheme.code,
            title=task.title.strip(),
            begins=task.begins,
            since=task.since,
            until=task.until,
            self_until=self_until,
            terms=terms.frozen(scheme, union.division, today),
            opened_at=at,
            opened_by=actor.user_id,
        )
    told.of_run(actor, at, "appraisal.open", run, {"begins": task.begins})
    if task.begins == "all":
        entering.begin_each(actor, at, run, scheme, subjects.every(scheme, union, at=at, day=today))
    elif task.begins == "holders":
        entering.begin_each(actor, at, run, scheme, subjects.holders(scheme, union, at=at, rows=task.rows))
    return run


def prolong(*, actor: Actor, at: datetime, run_id: int, until: date) -> Run:
    """Those who have not handed their self-score in have until a later day, and are told. The same day again is once.
    Raises Refusal for a day that is over or earlier than the one there is, and where nobody scores themselves."""
    run, scheme = held.open_run(run_id)
    actor = access.require(actor, told.HOLD, run.union_id)
    if until == run.self_until:
        return run
    if not any(part.by == "self" for part in scheme.parts):
        raise Refusal("no_self_score", _("Nobody scores themselves in this appraisal."))
    if until < run.self_until or until < days.business_day(at):
        raise Refusal(
            "day_is_not_later", _("Choose a later day: not before today, and not before the one there is.")
        )
    run.self_until = until
    run.save(update_fields=["self_until"])
    told.of_run(actor, at, "appraisal.prolong", run, {"until": until.isoformat()})
    entering.tell_of_more_time(at, run)
    return run


def close(*, actor: Actor, at: datetime, run_id: int) -> Run:
    """Nobody enters any more and the run is over. Twice is once. Raises Refusal while an entry is under way."""
    run, _scheme = held.run(run_id)
    actor = access.require(actor, told.HOLD, run.union_id)
    if run.state == Run.State.CLOSED:
        return run
    many = run.entries.filter(state__in=STILL).count()
    if many:
        raise Refusal(
            "entries_under_way",
            _("Entries that are still under way: %(many)d. Bring them to their end, or leave them out.")
            % {"many": many},
        )
    run.state, run.closed_at, run.closed_by = Run.State.CLOSED, at, actor.user_id
    run.save(update_fields=["state", "closed_at", "closed_by"])
    told.of_run(actor, at, "appraisal.close", run, {})
    return run
