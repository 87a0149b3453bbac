"""Rules kept live (ADR 0016): what was touched is asked again, and a rule that says something else than before, or
whose numbers or day changed, is asked of everybody in slices.

Each step is one transaction of `bulk` that holds its rules: killed anywhere, whole steps are done and the next run goes
on. Two runs at once work after each other on a rule."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from zhijia.audit import services as audit
from zhijia.kernel import actors, days
from zhijia.kernel.context import acting, whole
from zhijia.rules import versions
from zhijia.rules.finding import Scope
from zhijia.watches import hearing, plans
from zhijia.watches.hearing import Touched
from zhijia.watches.plans import Plan, Plans
from zhijia.watches.services import refreshing, trail
from zhijia.watches.services.refreshing import Overtaken, Worked

TAKEN = 500
"""Touches in one step."""
MOST = 5_000
"""Subjects of a rule in one step."""
_LOCK = 0x5A4A_0016
_COLUMNS = "id, heard, link, value, wide, changed, code, behind"
_TOUCHES = f"""
SELECT {_COLUMNS} FROM watches_touch WHERE code = '' ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"""  # noqa: S608
_LONG = f"""
SELECT {_COLUMNS} FROM watches_touch WHERE code = ANY (%s) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"""  # noqa: S608
_SPLIT = """
INSERT INTO watches_touch (heard, link, value, wide, changed, code)
SELECT heard, link, value, wide, changed, %s FROM watches_touch WHERE id = ANY (%s)"""
_DUE = """
INSERT INTO watches_kept (code, version, signature, is_due, behind, since_xid, day, in_step_at)
VALUES (%(code)s, %(version)s, %(signature)s, true, '', {since}, %(day)s, now())
ON CONFLICT (code) DO UPDATE SET version = excluded.version, signature = excluded.signature, is_due = true, behind = '',
  since_xid = greatest(watches_kept.since_xid, excluded.since_xid), day = excluded.day"""
_NOW = "pg_current_xact_id()::text::bigint"
_NO_MORE = (
    "DELETE FROM watches_touch WHERE code = ANY (%(codes)s)",
    "DELETE FROM watches_kept WHERE code = ANY (%(codes)s)",
    "DELETE FROM watches_state WHERE code = ANY (%(codes)s)",
)
_NOT_WATCHED = """
WITH gone AS (
  UPDATE watches_clue SET state = 'gone', closed_at = %s, again_on = %s
  WHERE state = 'open' AND NOT watch = ANY (%s) RETURNING watch)
SELECT watch, count(*) FROM gone GROUP BY watch ORDER BY watch"""
_IN_STEP = """
UPDATE watches_kept SET in_step_at = now()
WHERE code = ANY (%s) AND NOT is_due AND in_step_at < now() - interval '1 hour'"""
_RUNNING = """
SELECT behind, day FROM watches_kept
WHERE code = %s AND signature = %s AND is_due AND since_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FOR UPDATE"""
_SLICE = """
SELECT count(*), (array_agg(key ORDER BY key DESC))[1]::text FROM (
  SELECT {key} AS key FROM {table} {behind} ORDER BY {key} LIMIT %(most)s) AS few"""
_GONE_ON = "UPDATE watches_kept SET behind = %s WHERE code = %s"
_WHOLE = (
    "UPDATE watches_kept SET is_due = false, behind = '', full_at = %s, in_step_at = now() WHERE code = %s"
)


def always() -> bool:
    """There is time for another step."""
    return True


def work(*, at: datetime, more: Callable[[], bool] = always) -> Mapping[str, Worked]:
    """Bring every kept rule up to date, step by step while there is `more` time; what was done, by rule. Run again, it
    finds nothing to do."""
    kept = sync(at=at)
    told: dict[str, Worked] = {}
    try:
        _short(kept, at, more, told)
        _long(kept, at, more, told)
        for plan in kept.values():
            while more() and _slice(plan, at, told):
                pass
    except Overtaken:
        return told
    return told


def sync(*, at: datetime) -> Mapping[str, Plan]:
    """What is kept is what watches name now: another rule, number or day asks for a whole run, a watch that is no more
    takes its clues along. Answers the rules that are kept."""
    day = days.business_day(at)
    with acting(actors.system("watches")):
        found = plans.in_force_on(day)
        for plan in found.kept.values():
            versions.used(plan.definition, at=at)
    with whole() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT code, signature FROM watches_kept")
        known: dict[str, str] = dict(cursor.fetchall())
        deaf = hearing.hear(cursor, found.kept.values())
        _end(cursor, found, sorted(known.keys() - found.kept.keys()), at)
        for code, plan in found.kept.items():
            if known.get(code) != plan.signature:
                _due(cursor, plan, day, _NOW if deaf or code not in known else "0")
        same = [code for code, plan in found.kept.items() if known.get(code) == plan.signature]
        cursor.execute(_IN_STEP, [same])
    return found.kept


def all_due(cursor: Any) -> None:
    """Everything is to be asked anew: much came that nobody listened to. In the running transaction of the owner."""
    cursor.execute(f"UPDATE watches_kept SET is_due = true, behind = '', since_xid = {_NOW}")  # noqa: S608 - a constant


def _due(cursor: Any, plan: Plan, day: date, since: str) -> None:
    values = {
        "code": plan.code,
        "version": plan.definition.version,
        "signature": plan.signature,
        "day": day,
    }
    cursor.execute(_DUE.format(since=since), values)


def _end(cursor: Any, found: Plans, codes: Sequence[str], at: datetime) -> None:
    """Let go of rules that no watch names, and of the clues of watches that are no more: one that comes back may raise
    the same cause again."""
    for statement in _NO_MORE if codes else ():
        cursor.execute(statement, {"codes": codes})
    watched = [watch.code for plan in found.kept.values() for watch in plan.watches]
    cursor.execute(_NOT_WATCHED, [at, days.business_day(at), watched])
    for code, many in cursor.fetchall():
        trail.tell("clue.drop", code, many, at=at)


def _short(kept: Mapping[str, Plan], at: datetime, more: Callable[[], bool], told: dict[str, Worked]) -> None:
    """Work off what was touched. What leads to many subjects of a rule is left to `_long`."""
    while more():
        with whole() as cursor:
            cursor.execute(_TOUCHES, [TAKEN])
            touched = [hearing.row_of(line) for line in cursor.fetchall()]
            if not touched:
                return
            meant = {code: found for code, plan in kept.items() if (found := hearing.about(plan, touched))}
            refreshing.hold(cursor, [kept[code] for code in meant])
            for code in meant:
                _touched(cursor, kept[code], meant[code], at, told)
            cursor.execute("DELETE FROM watches_touch WHERE id = ANY (%s)", [[one.id for one in touched]])


def _touched(
    cursor: Any, plan: Plan, touched: Sequence[Touched], at: datetime, told: dict[str, Worked]
) -> None:
    keys = hearing.keys(cursor, plan, touched, most=MOST + 1)
    if len(keys) > MOST:
        cursor.execute(_SPLIT, [plan.code, [one.id for one in touched]])
    elif keys:
        _again(cursor, plan, keys, at, told)


def _long(kept: Mapping[str, Plan], at: datetime, more: Callable[[], bool], told: dict[str, Worked]) -> None:
    """Go on with what leads to many subjects of a rule, so many at a time."""
    while more():
        with whole() as cursor:
            cursor.execute(_LONG, [list(kept)])
            line = cursor.fetchone()
            if line is None:
                return
            touch = hearing.row_of(line)
            plan = kept[touch.code]
            refreshing.hold(cursor, [plan])
            keys = hearing.keys(cursor, plan, [touch], behind=touch.behind, most=MOST)
            if keys:
                _again(cursor, plan, keys, at, told)
            if len(keys) < MOST:
                cursor.execute("DELETE FROM watches_touch WHERE id = %s", [touch.id])
            else:
                cursor.execute(
                    "UPDATE watches_touch SET behind = %s WHERE id = %s", [str(keys[-1]), touch.id]
                )


def _again(cursor: Any, plan: Plan, keys: Sequence[Any], at: datetime, told: dict[str, Worked]) -> None:
    _do(cursor, plan, Scope(keys=keys), days.business_day(at), at, len(keys), told)


def _slice(plan: Plan, at: datetime, told: dict[str, Worked]) -> bool:
    """The next slice of a whole run; whether there is more to do."""
    with whole() as cursor:
        cursor.execute(_RUNNING, [plan.code, plan.signature])
        line = cursor.fetchone()
        if line is None:
            return False
        behind, day = line
        subject, key_type = plan.reads.subject, plan.subject.key_type
        text = _SLICE.format(
            key=subject.key,
            table=subject.table,
            behind=f"WHERE {subject.key} > %(behind)s::{key_type}" if behind else "",
        )
        cursor.execute(text, {"behind": behind, "most": MOST})
        many, last = cursor.fetchone()
        if not many:
            refreshing.sweep(cursor, plan, behind or None, at=at, on=day)
            cursor.execute(_WHOLE, [at, plan.code])
            return False
        _do(cursor, plan, Scope(behind=behind or None, upto=last), day, at, many, told)
        cursor.execute(_GONE_ON, [last, plan.code])
    return True


def _do(
    cursor: Any, plan: Plan, scope: Scope, day: date, at: datetime, many: int, told: dict[str, Worked]
) -> None:
    """Bring these subjects up to date, and tell the trail how many clues that raised or cleared, never whose."""
    done = refreshing.refresh(cursor, plan, scope, on=day, at=at, asked=many)
    told[plan.code] = told.get(plan.code, Worked()) + done
    if done.raised or done.cleared:
        audit.record(
            actor=actors.system("watches"),
            at=at,
            action="clue.raise",
            subject="rule",
            subject_id=plan.code,
            detail={"raised": done.raised, "cleared": done.cleared},
            using="bulk",
        )
