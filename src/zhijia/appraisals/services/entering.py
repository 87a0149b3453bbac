"""How an entry begins: by the subject itself, called by the union above, or one for all; and how one is left out."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import held, promises, subjects, told
from zhijia.appraisals.services.subjects import Subject
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.notices import many as messages
from zhijia.registry import access, tree
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders

STEP = 500


def enter(*, actor: Actor, at: datetime, run_id: int, text: str) -> Entry:
    """The subject enters itself (by code or name), by whoever enters for the union it stands at, or acts for the
    employer it is; the others of these are told. Again, it is the entry that stands. Raises Refusal where the run calls
    instead, once the day has passed, and for one not under it."""
    run, scheme = held.open_run(run_id)
    subject = _found(run, scheme, text, at)
    if not held.acts_for(actor, subject.kind, subject.target):
        actor = access.require(actor, told.ENTER, subject.union.pk)
    if run.begins != "self":
        raise Refusal("called_from_above", _("The union above says who takes part."))
    if days.business_day(at) > run.self_until:
        raise Refusal("entry_over", _("The day to enter has passed."))
    entry, new = _begin(actor, at, run, scheme, subject)
    if new:
        told.tell_others(actor, at, "appraisal_entered", entry, {"day": run.self_until})
    return entry


def call(*, actor: Actor, at: datetime, run_id: int, text: str) -> Entry:
    """The union that opened the run calls somebody by code or name; again, it is the entry that stands."""
    run, scheme = held.open_run(run_id)
    actor = access.require(actor, told.HOLD, run.union_id)
    entry, _new = _begin(actor, at, run, scheme, _found(run, scheme, text, at))
    kind, values = _call(run, scheme)
    told.tell_subject(actor, at, kind, entry, values)
    return entry


def begin_each(actor: Actor, at: datetime, run: Run, scheme: Appraisal, found: Iterable[Subject]) -> int:
    """An entry for each of these, as the run is opened; how many. Whoever enters for one of them is told once."""
    many, listeners, waiting = 0, set(), iter(found)
    while some := list(islice(waiting, STEP)):
        entries = [_entry(actor, at, run, scheme, subject) for subject in some]
        Entry.objects.bulk_create(entries)
        told.count("begun", entries, at)
        for users in holders({entry.union_id for entry in entries}, told.ENTER, at).values():
            listeners.update(users)
        listeners.update(told.of_employers(entries, at))
        many += len(entries)
    kind, values = _call(run, scheme)
    messages.tell_users(
        at=at,
        kind=kind,
        values={"name": "", "run": run.title, **values},
        user_ids=sorted(listeners),
        link=told.OWN,
        reason="appraisal",
    )
    told.of_run(actor, at, "appraisal.call", run, {"many": many})
    return many


def tell_of_more_time(at: datetime, run: Run) -> None:
    """Whoever scores an entry for its subject and has not handed it in is told the new day, once."""
    entries = list(run.entries.filter(state=Entry.State.BEGUN))
    users = holders({entry.union_id for entry in entries}, told.ENTER, at).values()
    listeners = {user for found in users for user in found} | set(told.of_employers(entries, at))
    messages.tell_users(
        at=at,
        kind="appraisal_prolonged",
        values={"run": run.title, "day": run.self_until},
        user_ids=sorted(listeners),
        link=told.OWN,
        reason="appraisal",
    )


def leave_out(*, actor: Actor, at: datetime, entry_id: UUID, reason: str) -> Entry:
    """The entry does not go on, for a reason that stays. Twice is once."""
    entry, _scheme = held.entry(entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    if entry.state == Entry.State.OUT:
        return entry
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why."))
    entry.state, entry.reason = Entry.State.OUT, reason.strip()
    with promises.kept():
        entry.save(update_fields=["state", "reason"])
    entry.notices.filter(hangs_until__gt=at).update(hangs_until=at)
    told.trail(actor, at, "appraisal.leave_out", entry, reason=reason.strip())
    told.tell_subject(actor, at, "appraisal_left_out", entry, {"reason": reason.strip()})
    return entry


def _found(run: Run, scheme: Appraisal, text: str, at: datetime) -> Subject:
    """Whom somebody wrote; in a re-check with the title it holds, where it holds one."""
    under = Union.objects.get(pk=run.union_id)
    found = subjects.typed(scheme, text, under, at=at, day=days.business_day(at))
    if run.begins != "holders":
        return found
    holding = subjects.holders(scheme, under, at=at)
    return next((one for one in holding if one.target == found.target), found)


def _begin(actor: Actor, at: datetime, run: Run, scheme: Appraisal, subject: Subject) -> tuple[Entry, bool]:
    """The entry of the subject, and whether it is new."""
    stands = run.entries.filter(kind=subject.kind, target=subject.target).first()
    if stands is not None:
        return stands, False
    if not tree.under(run.union_id).filter(pk=subject.union.pk).exists():
        raise Refusal("not_under_it", _("It does not stand under the union that runs this."))
    entry = _entry(actor, at, run, scheme, subject)
    with promises.kept():
        entry.save(force_insert=True)
    told.count("begun", [entry], at)
    told.trail(actor, at, "appraisal.enter", entry)
    return entry, True


def _entry(actor: Actor, at: datetime, run: Run, scheme: Appraisal, subject: Subject) -> Entry:
    """A new entry: it scores itself first where the definition has a part for that."""
    return Entry(
        id=new_id(),
        run=run,
        union_id=subject.union.pk,
        county_id=subject.union.stands_in,
        kind=subject.kind,
        target=subject.target,
        name=subject.name[:120],
        rechecks_in=subject.held_in,
        rechecks_row=subject.held_row,
        state=Entry.State.BEGUN if _scores_itself(scheme) else Entry.State.MARKING,
        begun_at=at,
        begun_by=actor.user_id,
    )


def _scores_itself(scheme: Appraisal) -> bool:
    return any(part.by == "self" for part in scheme.parts)


def _call(run: Run, scheme: Appraisal) -> tuple[str, dict[str, object]]:
    """What whoever is called is told, with its values: until when they score themselves, or that they do not. (Who
    enters by themselves always does.)"""
    if _scores_itself(scheme):
        return "appraisal_called", {"day": run.self_until}
    return "appraisal_takes_part", {}
