"""Titles that are to be looked at again: a re-check begins by itself as soon as the list alarms its owner; a title that
ended in its list is withdrawn. The list says when it is due and what becomes of a title nobody looked at in time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Run
from zhijia.appraisals.services import entering, naming, opening, rechecking, subjects, told, versions
from zhijia.appraisals.services.opening import STILL, Task
from zhijia.catalogue import parameters
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.notices import many as messages
from zhijia.registers.services import lists
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders

JOB = "appraisals.rechecks"
KEYS = UUID("5b0c7a52-51a9-4f0c-9b8e-0f4a0c0d7e63")
TITLE = _("%(appraisal)s: re-check of titles due in %(month)s")
ENDED = _(
    "The title ended in its list on %(day)s: nobody looked at it again in time, or its keeper ended it."
)
UNDER_WAY = [state.value for state in STILL]
# Titles of an appraisal whose re-check falls due up to a day and has not begun; the row's keeper is whose it is.
_DUE = """
SELECT r.union_id, date_trunc('month', d.day)::date, d.day, r.id, coalesce((r."values" ->> %(since)s)::date, r.came_on)
FROM registers_due d
JOIN registers_list l ON l.id = d.register_id AND l.code = %(list)s
JOIN appraisals_entry e ON e.named_in = l.code AND e.named_row = d.row_id AND e.withdrawn_at IS NULL
JOIN appraisals_run n ON n.id = e.run_id AND n.code = %(code)s
JOIN registers_row r ON r.register_id = d.register_id AND r.id = d.row_id AND r.ended_on IS NULL
WHERE d.state = 'open' AND d.code = %(due)s AND d.day <= %(until)s
  AND r.id <> ALL (%(looked_at)s)
ORDER BY 1, 2, d.day, r.id"""
_ENDED = """
SELECT e.id, n.union_id, r.ended_on FROM appraisals_entry e
JOIN appraisals_run n ON n.id = e.run_id
JOIN registers_list l ON l.code = e.named_in
JOIN registers_row r ON r.register_id = l.id AND r.id = e.named_row AND r.ended_on IS NOT NULL
WHERE e.named_row IS NOT NULL AND e.withdrawn_at IS NULL ORDER BY n.union_id, e.id"""
_LOOKED_AT = """
SELECT e.rechecks_row FROM appraisals_entry e JOIN appraisals_run n ON n.id = e.run_id
WHERE e.rechecks_row IS NOT NULL AND e.rechecks_in = %s AND e.rechecked = '' AND (e.state = ANY (%s)
  OR e.state = 'settled' AND n.state = 'open')"""


@dataclass(frozen=True, slots=True)
class Due:
    """A title that is to be looked at again: whose, in which month, on which day, and since when it was not."""

    union_id: int
    month: date
    day: date
    row: UUID
    since: date


def work(*, at: datetime) -> int:
    """Withdraw titles that ended in their lists, and begin the re-checks that are due, each union's of a month in a
    transaction of its own, as somebody who runs appraisals there; how many titles are looked at. Where nobody holds
    that right, or the union does not run the appraisal, the list's own alarm stands alone. Twice is once, and killed,
    it goes on where it was."""
    _withdraw_ended(at)
    today, many = days.business_day(at), 0
    for scheme in versions.all_in_force(day=today).values():
        if "holders" in scheme.begins:
            for due in sorted({(title.list, title.review) for title in scheme.titles if title.review}):
                for (union_id, _month), found in groupby(_due(scheme, *due, today), _whose):
                    many += _begin(at, union_id, scheme, list(found))
    return many


def looked_at(code: str) -> list[UUID]:
    """The titles of a list that are being looked at again now: the port `registers.looked_at.appraisals`."""
    with whole() as cursor:
        cursor.execute(_LOOKED_AT, [code, UNDER_WAY])
        return [row for (row,) in cursor.fetchall()]


def _due(scheme: Appraisal, code: str, due: str, today: date) -> list[Due]:
    kept = lists.there().get(code)
    rule = next((one for one in kept.definition.dues if one.code == due), None) if kept else None
    if rule is None:
        return []
    ahead = max((int(before) for before in parameters.value(rule.alarm, day=today)), default=0)
    asked: dict[str, Any] = {
        "code": scheme.code, "list": code, "due": due, "since": rule.since, "until": today + timedelta(days=ahead),
        "looked_at": looked_at(code),
    }  # fmt: skip
    with whole() as cursor:
        cursor.execute(_DUE, asked)
        return [Due(*row) for row in cursor.fetchall()]


def _whose(due: Due) -> tuple[int, date]:
    return due.union_id, due.month


def _begin(at: datetime, union_id: int, scheme: Appraisal, found: Sequence[Due]) -> int:
    """The union's re-check of what falls due in one month: opened, or gone on with; whoever runs appraisals there is
    told."""
    users = _who_runs(union_id, at)
    for user_id in users:
        try:
            with acting(Actor(user_id, "job", JOB)) as actor:
                many, run = _opened(actor, at, Union.objects.get(pk=union_id), scheme, found)
                if many:
                    _tell(at, run, many, min(due.day for due in found), users)
            return many
        except Refusal:
            continue
    return 0


def _opened(
    actor: Actor, at: datetime, union: Union, scheme: Appraisal, found: Sequence[Due]
) -> tuple[int, Run]:
    """How many titles are looked at in it now, and the run."""
    rows, month = frozenset(due.row for due in found), found[0].month
    title = rechecking.in_chinese(TITLE, appraisal=scheme.label.zh, month=f"{month:%Y-%m}")
    since, until = min(due.since for due in found), max(due.day for due in found)
    task = Task(scheme.code, title[:120], since, until, "holders", rows=rows)
    once = uuid5(KEYS, f"{scheme.code} {month}")
    before = set(_entered(union, once, rows))
    run = opening.open_run(actor=actor, at=at, union=union, task=task, once=once)
    lacking = rows - set(_entered(union, once, rows))
    if lacking and run.state == Run.State.OPEN:
        there = set(run.entries.values_list("target", flat=True))
        asked = versions.definition(run.version)
        more = subjects.holders(asked, union, at=at, rows=lacking)
        entering.begin_each(actor, at, run, asked, [one for one in more if one.target not in there])
    return len(set(_entered(union, once, rows)) - before), run


def _entered(union: Union, once: UUID, rows: Collection[UUID]) -> list[UUID]:
    """Which of these titles are looked at in the run of this key."""
    found = Run.objects.filter(union_id=union.pk, once=once, entries__rechecks_row__in=rows)
    return [row for row in found.values_list("entries__rechecks_row", flat=True) if row]


def _withdraw_ended(at: datetime) -> None:
    with whole() as cursor:
        cursor.execute(_ENDED)
        ended = cursor.fetchall()
    for entry_id, union_id, day in ended:
        reason = rechecking.in_chinese(ENDED, day=day)
        for user_id in _who_runs(union_id, at):
            try:
                with acting(Actor(user_id, "job", JOB)) as actor:
                    naming.withdraw(actor=actor, at=at, entry_id=entry_id, reason=reason)
                break
            except Refusal:
                continue


def _who_runs(union_id: int, at: datetime) -> list[int]:
    with whole():
        return holders([union_id], told.HOLD, at, using="bulk").get(union_id, [])


def _tell(at: datetime, run: Run, many: int, day: date, users: Sequence[int]) -> None:
    messages.tell_users(
        at=at,
        kind="appraisal_recheck",
        values={"run": run.title, "many": many, "day": day},
        user_ids=list(users),
        link=f"/work/appraisals/{run.pk}/",
        reason="appraisal",
    )
