"""What is done about an appraisal, on the trail and as facts, and who is told of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from zhijia.appraisals.models import Entry, Run
from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.notices import services as notices
from zhijia.registry.queries.grants import holders
from zhijia.registry.services import representatives

RECORD = "appraisal"
OWN = "/appraisals/own/"
ENTER, HOLD, MARK = "appraisal.enter", "appraisal.hold", "appraisal.mark"


def trail(
    actor: Actor,
    at: datetime,
    action: str,
    entry: Entry,
    detail: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """A line of the trail about an entry, where it stands."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="appraisals_entry",
        subject_id=entry.pk,
        place=Place(entry.union_id, entry.county_id),
        detail={"run": entry.run_id, **(detail or {})},
        reason=reason,
    )


def of_run(actor: Actor, at: datetime, action: str, run: Run, detail: Mapping[str, object]) -> None:
    """A line of the trail about a run, where it was opened."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="appraisals_run",
        subject_id=run.pk,
        place=Place(run.union_id, run.county_id),
        detail={"appraisal": run.code, **detail},
    )


def fact(kind: str, entry: Entry, at: datetime) -> NewFact:
    """What is counted of an entry: `begun`, `scored`, `named`, `withdrawn`."""
    return NewFact(
        f"appraisal.{kind}",
        entry.union_id,
        entry.county_id,
        days.business_day(at),
        record=RECORD,
        record_id=entry.pk,
        dimensions={"appraisal": entry.run.code} | ({"grade": entry.grade} if entry.grade else {}),
    )


def count(kind: str, entries: Iterable[Entry], at: datetime) -> None:
    """Write these facts down."""
    if told := [fact(kind, entry, at) for entry in entries]:
        facts.record(told)


def tell(
    actor: Actor,
    at: datetime,
    kind: str,
    entry: Entry,
    users: Iterable[int],
    values: Mapping[str, object],
    link: str = "",
) -> None:
    """Tell these accounts about an entry; the message leads to it, or to this page."""
    for user_id in users:
        notices.send(
            actor=actor,
            at=at,
            to_user=user_id,
            kind=kind,
            values={"name": entry.name, "run": entry.run.title, **values},
            link=link or f"/appraisals/entries/{entry.pk}/",
            reason="appraisal",
        )


def tell_subject(
    actor: Actor,
    at: datetime,
    kind: str,
    entry: Entry,
    values: Mapping[str, object] | None = None,
) -> None:
    """Tell whoever enters for the union concerned, and whoever acts for the employer it is about."""
    tell(actor, at, kind, entry, _subject(entry, at), values or {})


def tell_holders(actor: Actor, at: datetime, kind: str, entry: Entry) -> None:
    """Tell whoever runs the appraisal at the union that opened it."""
    tell(actor, at, kind, entry, runs_it(entry, at), {})


def runs_it(entry: Entry, at: datetime) -> list[int]:
    """The accounts that run the appraisal at the union that opened it."""
    return holders([entry.run.union_id], HOLD, at).get(entry.run.union_id, [])


def tell_assessors(actor: Actor, at: datetime, kind: str, entry: Entry) -> None:
    """Tell whoever is named to mark the entry and has not handed in."""
    users = rows.run("SELECT appraisals_assessors(%s)", [entry.pk])
    tell(actor, at, kind, entry, [user_id for (user_id,) in users], {})


def tell_others(
    actor: Actor, at: datetime, kind: str, entry: Entry, values: Mapping[str, object] | None = None
) -> None:
    """Tell all of these but who did it."""
    tell(actor, at, kind, entry, [one for one in _subject(entry, at) if one != actor.user_id], values or {})


def _subject(entry: Entry, at: datetime) -> list[int]:
    """The accounts of whoever enters for the union concerned, and of whoever acts for the employer it is about."""
    users = holders([entry.union_id], ENTER, at).get(entry.union_id, [])
    return list(dict.fromkeys([*users, *of_employers([entry], at)]))


def of_employers(entries: Iterable[Entry], at: datetime) -> list[int]:
    """The accounts that act for the employers these entries are about. One statement, none where there is no such."""
    ids = [int(entry.target) for entry in entries if entry.kind == Entry.Kind.EMPLOYER]
    return representatives.accounts(ids, at) if ids else []
