"""What is due of rows is told to its owners in time, and missed when its day has passed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhijia.audit import services as audit
from zhijia.catalogue import notices as words
from zhijia.catalogue import parameters, ports, roles
from zhijia.catalogue.register_parts import Due as DueRule
from zhijia.kernel import actors, days, failpoints
from zhijia.kernel import rows as statements
from zhijia.kernel.context import acting, whole
from zhijia.notices import services as notices
from zhijia.registers.models import Row
from zhijia.registers.services import dueing, lists, telling
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Union

AT_ONCE = 500
LOOKED_AT = "registers.looked_at"
"""The port by which a room above names the rows of a list (by its code) that it is looking at now."""
_SOON = """
SELECT d.union_id, d.day, count(*), array_agg(d.id), array_agg(DISTINCT d.person_id) FILTER (WHERE d.person_id IS NOT
NULL) FROM registers_due d WHERE d.state = 'open' AND d.register_id = %(list)s AND d.code = %(code)s AND d.day >=
%(today)s AND EXISTS (SELECT FROM unnest(%(ahead)s::int[]) n
    WHERE d.day - n <= %(today)s AND (d.alarmed_on IS NULL OR d.alarmed_on < d.day - n))
GROUP BY d.union_id, d.day ORDER BY d.day, d.union_id LIMIT %(most)s"""
_OWNERS = """
SELECT DISTINCT g.user_id FROM registry_grant g JOIN accounts_user a ON a.id = g.user_id AND a.is_active
WHERE g.union_id = %(union)s AND g.role = ANY (%(roles)s)
  AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to > %(today)s) ORDER BY 1"""
_MISSED = """
WITH late AS (
  SELECT d.id FROM registers_due d WHERE d.state = 'open' AND d.register_id = %(list)s AND d.code = %(code)s
    AND d.day < %(today)s AND d.row_id <> ALL (%(looked_at)s::uuid[])
  ORDER BY d.id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE registers_due d SET state = 'missed' FROM late, registers_row r
WHERE d.id = late.id AND r.register_id = d.register_id AND r.id = d.row_id RETURNING d.row_id, d.union_id, r.state"""
_MOVE = """
UPDATE registers_row r SET state = %(then)s, came_on = %(today)s, version = r.version + 1, changed_at =
greatest(%(at)s, r.changed_at), changed_by = NULL, ended_on = CASE WHEN %(ends)s THEN %(today)s::date END
WHERE r.register_id = %(list)s AND r.id = ANY (%(ids)s) AND r.ended_on IS NULL AND r.state <> %(then)s
  AND (%(before)s::text[] = '{}' OR r.state = ANY (%(before)s)) RETURNING r.id"""


def work(*, at: datetime) -> int:
    """Tell owners of what is due on the days each list names, once a day, and miss what is late; how many messages.
    Killed, it goes on where it was."""
    told = 0
    for kept in lists.there().values():
        for rule in kept.definition.dues:
            told += _tell(kept, rule, at)
            _miss(kept, rule, at)
    return told


def _tell(kept: Kept, rule: DueRule, at: datetime) -> int:
    today = days.business_day(at)
    ahead = [int(days_before) for days_before in parameters.value(rule.alarm, day=today)]
    told = 0
    while True:
        with whole() as cursor:
            asked: dict[str, Any] = {
                "list": kept.id,
                "code": rule.code,
                "ahead": ahead,
                "today": today,
                "most": AT_ONCE,
            }
            cursor.execute(_SOON, asked)
            groups = cursor.fetchall()
        if not groups:
            return told
        for group in groups:
            told += _send(kept, rule, at, *group)


def _send(
    kept: Kept,
    rule: DueRule,
    at: datetime,
    union_id: int,
    day: date,
    many: int,
    ids: Sequence[int],
    people: Any,
) -> int:
    """One message to each who keeps the list there, and to the people it is about where the due is theirs; they are
    marked as told in the same transaction."""
    today, actor = days.business_day(at), actors.system("registers")
    holding = [role.code for role in roles.all() if kept.definition.keeper in role.permissions]
    with whole() as cursor:
        cursor.execute(_OWNERS, {"union": union_id, "roles": holding, "today": today})
        users = [user_id for (user_id,) in cursor.fetchall()]
    values = {
        "list": words.both(kept.definition.label),
        "what": words.both(rule.label),
        "many": many,
        "day": day,
    }
    whom: list[dict[str, Any]] = [{"to_user": user_id, "values": values} for user_id in users]
    if rule.owner == "person":
        whom += [{"to_person": person_id, "values": {**values, "many": 1}} for person_id in people or ()]
    with acting(actor):
        if not statements.run("SELECT registers_tell(%s::bigint[], %s)", [list(ids), today]):
            return 0
        failpoints.reached("registers_alarm")
        for one in whom:
            notices.send(
                actor=actor,
                at=at,
                kind="list_due",
                link="registers:due" if "to_user" in one else "web:home",
                reason="list",
                **one,
            )
    return len(whom)


def _miss(kept: Kept, rule: DueRule, at: datetime) -> None:
    """What is late is missed, its row goes where the due says, and the next one is counted. A row that would go
    somewhere waits for whoever looks at it now (`registers.looked_at.<room>`)."""
    today = days.business_day(at)
    goes = next((state for state in kept.definition.stations if state.code == rule.then), None)
    looked_at = [] if goes is None else [row for said in ports.call_all(LOOKED_AT, kept.code) for row in said]
    while True:
        with whole() as cursor:
            asked: dict[str, Any] = {
                "list": kept.id,
                "code": rule.code,
                "today": today,
                "looked_at": looked_at,
                "most": AT_ONCE,
            }
            cursor.execute(_MISSED, asked)
            late = cursor.fetchall()
            if not late:
                return
            ids = [row_id for row_id, _union, _state in late]
            if goes is not None:
                cursor.execute(
                    _MOVE,
                    {
                        "list": kept.id,
                        "then": goes.code,
                        "ends": goes.ends,
                        "before": list(goes.before),
                        "today": today,
                        "at": at,
                        "ids": ids,
                    },
                )
                moved = [row_id for (row_id,) in cursor.fetchall()]
                came = Row.objects.using("bulk").filter(register_id=kept.id, pk__in=moved)
                telling.came(kept, came, today, using="bulk")
            for division, here in _by_division(late).items():
                dueing.count(kept, here, today=today, division=division, using="bulk")
            audit.record(
                actor=actors.system("registers"),
                at=at,
                action="row.missed",
                subject="list",
                subject_id=kept.code,
                detail={"list": kept.code, "due": rule.code, "rows": len(ids)},
                using="bulk",
            )


def _by_division(late: Sequence[tuple[UUID, int, str]]) -> dict[str, list[UUID]]:
    """The rows by where their unions are: a parameter may say something else there."""
    divisions = dict(
        Union.objects.filter(pk__in={union_id for _row, union_id, _state in late}).values_list(
            "pk", "division"
        )
    )
    found: dict[str, list[UUID]] = {}
    for row_id, union_id, _state in late:
        found.setdefault(divisions[union_id], []).append(row_id)
    return found
