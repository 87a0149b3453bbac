"""Every night: who has owed dues for months and taken part in nothing is proposed, and asked (MEM-10). Nobody leaves by
this. In pieces of some unions, each a transaction of its own: stopped, or run twice, nobody is proposed twice.

Dues are kept by a room above. While none answers the port, it is unknown who owes them, and unknown is not unpaid:
nobody is proposed then but by an officer.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from zhijia.audit import services as audit
from zhijia.catalogue import parameters, ports, roles
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.notices import many as notices
from zhijia.registry import rules
from zhijia.registry.models import LeaveProposal, Union

DUES_UNPAID = "registry.dues_unpaid"
"""Who answers it: (union_ids: Sequence[int], since: date) -> Iterable[UUID], people who have owed dues since that day
and paid none."""
TOOK_PART = "registry.took_part"
"""The family of those who know that somebody took part: (person_ids: Sequence[UUID], since: date) -> Iterable[UUID]."""
EDIT = "membership.edit"
AT_ONCE = 200
"""Unions in one transaction."""

_ENDED = """
UPDATE registry_leave_proposal p SET state = 'ended', decided_at = %(at)s
WHERE p.state = 'asked' AND NOT EXISTS (
  SELECT FROM registry_membership m WHERE m.id = p.membership_id AND m.valid_to IS NULL)"""
_PROPOSE = """
INSERT INTO registry_leave_proposal
  (id, membership_id, person_id, why, words, since, state, owner_id, opened_at, answer_until, due_on, reason,
   union_id, county_id)
SELECT gen_random_uuid(), m.id, m.person_id, 'dues', '', %(since)s, 'asked', o.user_id, %(at)s, %(until)s, %(due)s, '',
  m.union_id, m.county_id
FROM registry_membership m
LEFT JOIN unnest(%(owned)s::int[], %(owners)s::bigint[]) AS o (union_id, user_id) ON o.union_id = m.union_id
WHERE m.person_id = ANY (%(people)s) AND m.union_id = ANY (%(unions)s) AND m.valid_to IS NULL
  AND m.status = ANY (%(active)s) AND m.valid_from <= %(since)s AND NOT EXISTS (
    SELECT FROM registry_leave_proposal p WHERE p.membership_id = m.id
      AND (p.state = 'asked' OR p.decided_at >= %(again)s))
ON CONFLICT DO NOTHING RETURNING person_id, union_id"""
_OWNERS = """
SELECT DISTINCT ON (u.id) u.id, g.user_id
FROM registry_grant g
JOIN accounts_user a ON a.id = g.user_id AND a.is_active
JOIN registry_union h ON h.id = g.union_id
JOIN registry_union u ON u.tree_left >= h.tree_left AND u.tree_left < h.tree_right
WHERE u.id = ANY (%(unions)s) AND g.role = ANY (%(roles)s) AND g.valid_from <= %(today)s
  AND (g.valid_to IS NULL OR g.valid_to > %(today)s)
ORDER BY u.id, h.level DESC, g.id"""


def find(*, actor: Actor, at: datetime) -> int:
    """Propose everybody the rule names, and ask them; how many it was. A second run finds none."""
    with whole() as cursor:
        cursor.execute(_ENDED, {"at": at})
    if not ports.answered(DUES_UNPAID):
        return 0
    proposed, after = 0, 0
    while True:
        with whole() as cursor:
            standing = Union.objects.using("bulk").filter(dissolved_on__isnull=True, pk__gt=after)
            unions = list(standing.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
            if not unions:
                break
            proposed += _propose(cursor, actor, at, unions)
            after = unions[-1]
    return proposed


def dates(today: date) -> tuple[date, date]:
    """The last day the member is waited for, and the day by which the officer is to decide."""
    until = today + timedelta(days=parameters.value("membership.silent_answer_days", day=today))
    return until, until + timedelta(days=parameters.value("membership.silent_decide_days", day=today))


def _propose(cursor: Any, actor: Actor, at: datetime, unions: Sequence[int]) -> int:
    today = days.business_day(at)
    months = parameters.value("membership.silent_months", day=today)
    since = rules.months_before(today, months)
    unpaid = list(ports.call(DUES_UNPAID, union_ids=unions, since=since))
    silent = _silent(unpaid, since)
    until, due = dates(today)
    owners = _owners(cursor, unions, today)
    cursor.execute(
        _PROPOSE,
        {
            "people": silent,
            "unions": list(unions),
            "active": list(rules.ACTIVE),
            "since": since,
            "again": at - timedelta(days=(today - since).days),
            "at": at,
            "until": until,
            "due": due,
            "owned": list(owners),
            "owners": list(owners.values()),
        },
    )
    asked: dict[int, list[UUID]] = {}
    for person_id, union_id in cursor.fetchall():
        asked.setdefault(union_id, []).append(person_id)
    for union in Union.objects.using("bulk").filter(pk__in=asked):
        people = asked[union.pk]
        notices.tell(
            at=at,
            kind="leave_asked",
            values={"union": union.name, "until": until},
            person_ids=people,
            link="registry:my_data",
            reason="membership",
        )
        audit.record(
            actor=actor,
            at=at,
            action="leave.propose",
            subject="union",
            subject_id=union.pk,
            place=audit.Place(union.pk, union.county_id),
            detail={"why": LeaveProposal.Why.DUES, "members": len(people), "since": since.isoformat()},
            using="bulk",
        )
    return sum(len(people) for people in asked.values())


def _silent(people: Sequence[UUID], since: date) -> list[UUID]:
    """Those of them of whom no room knows that they took part since."""
    heard: set[UUID] = set()
    for answer in ports.call_all(TOOK_PART, person_ids=people, since=since):
        known: Iterable[UUID] = answer
        heard.update(known)
    return [person_id for person_id in people if person_id not in heard]


def _owners(cursor: Any, unions: Sequence[int], today: date) -> dict[int, int]:
    """The officer nearest to each union who may end a membership there: their work list has the proposal."""
    holding = [role.code for role in roles.all() if EDIT in role.permissions]
    cursor.execute(_OWNERS, {"unions": list(unions), "roles": holding, "today": today})
    return dict(cursor.fetchall())
