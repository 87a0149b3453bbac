"""Once a day: whoever serves a union is told that a term ends, that a seat is vacant, that the certificate has to
follow the new term (ORG-13, ORG-16). Told once per step, however often it runs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

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
_TOLD = """NOT EXISTS (
    SELECT FROM registry_term_alarm a WHERE a.term_id = t.id AND a.step = %(step)s AND a.due_on = d.day)
ORDER BY t.id LIMIT %(most)s"""
# Each answers (term, union, body, day): terms that end in a window; terms with a vacant seat, and the day by which it
# is to be filled; new terms whose certificate is still that of the one before, and the day by which to report.
_ENDS = """
SELECT t.id, t.union_id, t.body, d.day FROM registry_term t CROSS JOIN LATERAL (SELECT t.due_on AS day) d
WHERE t.ended_on IS NULL AND t.due_on BETWEEN %(since)s AND %(until)s AND t.id > %(after)s AND {told}"""
_VACANT = """
SELECT t.id, t.union_id, t.body, d.day FROM registry_term t
CROSS JOIN LATERAL (
  SELECT (max(p.ended_on) + make_interval(months => %(months)s))::date AS day,
    count(*) FILTER (WHERE p.ended_on IS NULL) AS held
  FROM registry_post p WHERE p.union_id = t.union_id AND p.term_id = t.id) d
WHERE t.ended_on IS NULL AND t.due_on >= %(today)s AND t.id > %(after)s AND d.day IS NOT NULL AND d.held < t.seats
  AND {told}"""
_REISSUE = """
SELECT t.id, t.union_id, t.body, d.day FROM registry_term t
JOIN registry_certificate c ON c.union_id = t.union_id AND c.replaced_on IS NULL AND c.term_id <> t.id
CROSS JOIN LATERAL (SELECT coalesce(t.approved_on, t.starts_on) + %(days)s::int AS day) d
WHERE t.ended_on IS NULL AND t.body = 'committee' AND t.id > %(after)s AND {told}"""
_RAISE = """
INSERT INTO registry_term_alarm (term_id, step, due_on, at)
SELECT id, %(step)s, due_on, %(at)s FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS due (id, due_on)
ON CONFLICT DO NOTHING RETURNING term_id"""


class _Due(NamedTuple):
    id: int
    union_id: int
    body: str
    day: date


def raise_alarms(*, at: datetime) -> int:
    """Tell the officers of each union whose term has come to a step, or has a vacancy or an old certificate: how many.
    A term that is far along is told at its present step alone. In batches of one transaction each: begun again after a
    stop it goes on."""
    today = days.business_day(at)
    told = 0
    for step, since, until in _windows(today, sorted(parameters.value("term.alarm_days", day=today))):
        kind = "term_overdue" if step == term_rules.OVERDUE else "term_ends"
        told += _raise(_ENDS, {"since": since, "until": until}, step=step, kind=kind, at=at)
    months = parameters.value("term.vacancy_months", day=today)
    told += _raise(_VACANT, {"months": months, "today": today}, step="vacant", kind="post_vacant", at=at)
    limit = parameters.value("term.certificate_report_days", day=today)
    return told + _raise(_REISSUE, {"days": limit}, step="reissue", kind="certificate_due", at=at)


def _raise(statement: str, values: dict[str, Any], *, step: str, kind: str, at: datetime) -> int:
    """Tell all that the statement finds, a batch at a time: how many."""
    told, after = 0, 0
    while due := _come_to(statement, {**values, "step": step, "after": after, "most": BATCH}):
        told += _tell(due, step, kind, at)
        after = due[-1].id
    return told


def _windows(today: date, steps: Sequence[int]) -> list[tuple[str, date, date]]:
    """Each step with the first and the last day a term can end on that is at it today."""
    windows = [(term_rules.OVERDUE, date.min, today - timedelta(days=1))]
    nearest = today
    for step in steps:
        last = today + timedelta(days=step)
        windows.append((str(step), nearest, last))
        nearest = last + timedelta(days=1)
    return windows


def _come_to(statement: str, values: dict[str, Any]) -> list[_Due]:
    """Terms at this step nobody was told of; of every union, whoever may see them."""
    with whole() as cursor:
        cursor.execute(statement.format(told=_TOLD), values)
        return [_Due(*row) for row in cursor.fetchall()]


def _tell(due: Sequence[_Due], step: str, kind: str, at: datetime) -> int:
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
                    "days": [term.day for term in due],
                },
            )
            fresh = {term_id for (term_id,) in cursor.fetchall()}
        for term in due:
            union = unions[term.union_id]
            if term.id in fresh and union.dissolved_on is None:
                for user_id in officers.get(union.pk, ()):
                    _send(actor, at, user_id, union, term, kind)
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


def _send(actor: Actor, at: datetime, user_id: int, union: Union, term: _Due, kind: str) -> None:
    notices.send(
        actor=actor,
        at=at,
        to_user=user_id,
        kind=kind,
        values={"union": union.name, "body": term.body, "day": term.day},
        link=f"/unions/{union.code}/",
        reason="term",
    )
