"""Proves that what is kept of a rule is what the rule says of everybody: the same as asking anew."""

from typing import Any

from zhijia.kernel import actors, days
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import acting, whole
from zhijia.rules.finding import Asked, Scope
from zhijia.watches import hearing, plans
from zhijia.watches.plans import Plan
from zhijia.watches.services.refreshing import ON_BULK

SHOWN = 20
"""Differences told of one rule."""
SLICE = 100_000
_NEXT = """
SELECT count(*), (array_agg(key ORDER BY key DESC))[1]::text FROM (
  SELECT {key} AS key FROM {table} {behind} ORDER BY {key} LIMIT %(most)s) AS few"""
_DIFFERING = """
WITH said AS MATERIALIZED (
{said}
), kept AS (
  SELECT {key} AS subject FROM watches_state WHERE code = %(w_code)s AND {alone}
    AND (%(w_behind)s::{type} IS NULL OR {key} > %(w_behind)s::{type})
    AND (%(w_upto)s::{type} IS NULL OR {key} <= %(w_upto)s::{type})
)
SELECT subject::text, said.subject IS NOT NULL FROM said FULL JOIN kept USING (subject)
WHERE said.subject IS NULL OR kept.subject IS NULL ORDER BY subject LIMIT %(w_shown)s"""
_KEPT = "SELECT code, signature, day FROM watches_kept WHERE NOT is_due"
_LATE = """
SELECT rule.code FROM unnest(%s::text[]) AS rule (code) LEFT JOIN watches_kept k USING (code)
WHERE coalesce(k.in_step_at, (SELECT max(in_step_at) FROM watches_kept),
    (SELECT min(applied) FROM django_migrations WHERE app = 'watches')) < now() - interval '1 day'
ORDER BY rule.code"""
_WAITING = """
SELECT id, heard, link, value, wide, changed, code, behind FROM watches_touch WHERE code IN ('', %s) LIMIT %s"""


def kept_is_what_the_rules_say() -> Checked:
    """For each rule that is kept, those it holds for are those kept, whoever asks; who was touched a moment ago and is
    still to be asked is left out. A watch that cannot be kept is a difference, and so is a rule that is not brought
    up to date for a day (the job is dead, or never comes to its end)."""
    today = days.business_day(days.now())
    with acting(actors.system("verify")):
        found = plans.in_force_on(today)
    read, differences = 0, [f"The watch {code} cannot be kept: {why}" for code, why in found.problems.items()]
    differences += _late(sorted(found.kept))
    for plan in found.kept.values():
        many, wrong = _of_rule(plan)
        read += many
        differences += wrong
    return Checked(read, tuple(differences))


def _late(codes: list[str]) -> list[str]:
    with whole() as cursor:
        cursor.execute(_LATE, [codes])
        return [
            f"The rule {code} is not kept up to date for more than a day: the job watches.keep does not come through."
            for (code,) in cursor.fetchall()
        ]


def _of_rule(plan: Plan) -> tuple[int, list[str]]:
    """How many subjects were asked about, and what differs, in one snapshot."""
    with whole() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(_KEPT)
        kept = {code: (signature, day) for code, signature, day in cursor.fetchall()}
        signature, day = kept.get(plan.code, ("", None))
        if signature != plan.signature or day is None:
            return 0, []
        cursor.execute(_WAITING, [plan.code, SLICE])
        touched = hearing.about(plan, [hearing.row_of(line) for line in cursor.fetchall()])
        waiting = {str(key) for key in hearing.keys(cursor, plan, touched, most=SLICE)} if touched else set()
        read, wrong, behind = 0, [], None
        while True:
            many, last = _next(cursor, plan, behind)
            for subject, holds in _differing(cursor, plan, day, behind, last):
                if subject not in waiting:
                    told = "holds and is not kept" if holds else "is kept and does not hold"
                    wrong.append(f"{plan.code} {told} for the {plan.rule.subject} {subject}.")
            read, behind = read + many, last
            if last is None:
                return read, wrong[:SHOWN]


def _next(cursor: Any, plan: Plan, behind: Any) -> tuple[int, Any]:
    subject = plan.reads.subject
    where = f"WHERE {subject.key} > %(behind)s::{plan.subject.key_type}" if behind else ""
    cursor.execute(
        _NEXT.format(key=subject.key, table=subject.table, behind=where), {"behind": behind, "most": SLICE}
    )
    many, last = cursor.fetchone()
    return many, last


def _differing(cursor: Any, plan: Plan, day: Any, behind: Any, last: Any) -> list[Any]:
    scope = Scope(behind=behind, upto=last, keys=[] if last is None else None)
    asked = Asked.of(plan.rule, scope, day, ON_BULK)
    said = asked.select(f"{asked.reading.subject.key} AS subject", asked.reading.holds(plan.rule.root))
    text = _DIFFERING.format(
        said=said.sql, key=plan.subject.key, alone=plan.subject.alone, type=plan.subject.key_type
    )
    values = {"w_code": plan.code, "w_behind": behind, "w_upto": last, "w_shown": SHOWN + SLICE}
    cursor.execute(text, {**said.params, **values})
    return list(cursor.fetchall())
