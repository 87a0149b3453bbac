"""Once a day: whoever serves a union is told that a term ends (ORG-13). Told once per step, however often it runs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from zhijia.catalogue import parameters, roles
from zhijia.kernel import actors, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.notices import services as notices
from zhijia.registry import term_rules
from zhijia.registry.models import Grant, Union

BATCH = 500
_DUE = """
SELECT t.id, t.union_id, t.body, t.due_on FROM registry_term t
WHERE t.ended_on IS NULL AND t.due_on BETWEEN %(since)s AND %(until)s AND t.id > %(after)s
  AND NOT EXISTS (
    SELECT FROM registry_term_alarm a WHERE a.term_id = t.id AND a.step = %(step)s AND a.due_on = t.due_on)
ORDER BY t.id LIMIT %(most)s"""
_RAISE = """
INSERT INTO registry_term_alarm (term_id, step, due_on, at)
SELECT id, %(step)s, due_on, %(at)s FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS due (id, due_on)
ON CONFLICT DO NOTHING RETURNING term_id"""


class _Due(NamedTuple):
    id: int
    union_id: int
    body: str
    due_on: date


def raise_alarms(*, at: datetime) -> int:
    """Tell the officers of each union whose term has come to a step: how many terms. A term that is far along is told
    at its present step alone. In batches of one transaction each: begun again after a stop it goes on."""
    today = days.business_day(at)
    steps = sorted(parameters.value("term.alarm_days", day=today))
    raised = 0
    for step, since, until in _windows(today, steps):
        after = 0
        while due := _come_to(step, since, until, after):
            raised += _tell(due, step, at)
            after = due[-1].id
    return raised


def _windows(today: date, steps: Sequence[int]) -> list[tuple[str, date, date]]:
    """Each step with the first and the last day a term can end on that is at it today."""
    windows = [(term_rules.OVERDUE, date.min, today - timedelta(days=1))]
    nearest = today
    for step in steps:
        last = today + timedelta(days=step)
        windows.append((str(step), nearest, last))
        nearest = last + timedelta(days=1)
    return windows


def _come_to(step: str, since: date, until: date, after: int) -> list[_Due]:
    """Terms at this step nobody was told of; of every union, whoever may see them."""
    with whole() as cursor:
        cursor.execute(_DUE, {"step": step, "since": since, "until": until, "after": after, "most": BATCH})
        return [_Due(*row) for row in cursor.fetchall()]


def _tell(due: Sequence[_Due], step: str, at: datetime) -> int:
    """Mark the step and tell the officers, in one transaction."""
    unions = Union.objects.in_bulk({term.union_id for term in due})
    officers = _officers(list(unions), days.business_day(at))
    actor = actors.system("term-alarms")
    with acting(actor):
        with connection.cursor() as cursor:
            cursor.execute(
                _RAISE,
                {
                    "step": step,
                    "at": at,
                    "ids": [term.id for term in due],
                    "days": [term.due_on for term in due],
                },
            )
            fresh = {term_id for (term_id,) in cursor.fetchall()}
        for term in due:
            union = unions[term.union_id]
            if term.id in fresh and union.dissolved_on is None:
                for user_id in officers.get(union.pk, ()):
                    _send(actor, at, user_id, union, term, step)
    return len(fresh)


def _officers(union_ids: Sequence[int], today: date) -> dict[int, list[int]]:
    """Who may record elections, by the union they hold that right at directly."""
    holding = [role.code for role in roles.all() if "term.record" in role.permissions]
    in_force = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    with whole():
        held = Grant.objects.using("bulk").filter(in_force, union_id__in=union_ids, role__in=holding)
        found: dict[int, list[int]] = {}
        for union_id, user_id in held.values_list("union_id", "user_id").distinct():
            found.setdefault(union_id, []).append(user_id)
    return found


def _send(actor: Actor, at: datetime, user_id: int, union: Union, term: _Due, step: str) -> None:
    notices.send(
        actor=actor,
        at=at,
        to_user=user_id,
        kind="term_overdue" if step == term_rules.OVERDUE else "term_ends",
        values={"union": union.name, "body": term.body, "day": term.due_on},
        link=f"/unions/{union.code}/",
        reason="term",
    )
