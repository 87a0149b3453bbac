"""Some subjects of a rule brought up to date, in statements over all of them: for whom it holds, and the clues of its
watches. The caller holds the rule (`hold`) in a transaction of `bulk`, and names the subjects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zhijia.catalogue import parameters, roles
from zhijia.catalogue.watch_kinds import Watch
from zhijia.rules.finding import Asked, Place, Scope
from zhijia.watches.plans import Plan

ON_BULK = Place(using="bulk")
COUNTY, LOWEST = 4, 7
"""The level of a county's union, and the lowest there is."""
_SEATS = {"own": (0, LOWEST), "above": (1, LOWEST), "county": (0, COUNTY)}
"""How far above the place a clue stands: so many steps at least, and not below a level."""

_HOLD = "SELECT code, signature FROM watches_kept WHERE code = ANY (%s) ORDER BY code FOR UPDATE"
_STATE = """
WITH said AS MATERIALIZED (
{said}
), gone AS (
  DELETE FROM watches_state s WHERE s.code = %(w_code)s AND {alone} AND {inside}
    AND NOT EXISTS (SELECT FROM said WHERE said.subject = s.{key}) RETURNING 1
), come AS (
  INSERT INTO watches_state AS s (code, {columns}, since, causes)
  SELECT %(w_code)s, {values}, %(w_today)s, said.causes FROM said
  ON CONFLICT (code, {key}) WHERE {own_alone} DO UPDATE
    SET union_id = excluded.union_id, county_id = excluded.county_id, causes = excluded.causes
    WHERE (s.union_id, s.county_id, s.causes) IS DISTINCT FROM (excluded.union_id, excluded.county_id, excluded.causes)
  RETURNING xmax = 0 AS is_new
)
SELECT (SELECT count(*) FROM said), (SELECT count(*) FROM come WHERE is_new), (SELECT count(*) FROM gone)"""
_CAUSE = "left(coalesce(s.causes ->> %(w_watch)s, s.since::text), 100)"
_GONE = """
UPDATE watches_clue c SET state = 'gone', closed_at = %(w_at)s, again_on = %(w_today)s
WHERE c.watch = %(w_watch)s AND c.state = 'open' AND {alone} AND {inside} AND NOT EXISTS (
  SELECT FROM watches_state s WHERE s.code = %(w_code)s AND s.{key} = c.{key} AND s.{own_alone}
    AND {cause} = c.cause)"""
_RAISE = """
WITH held AS (
  SELECT s.person_id, s.union_id, s.county_id, {cause} AS cause FROM watches_state s
  WHERE s.code = %(w_code)s AND {alone} AND {inside} AND NOT EXISTS (
    SELECT FROM watches_clue c WHERE c.watch = %(w_watch)s AND c.state = 'open' AND c.{own_alone} AND c.{key} = s.{key})
), seats AS (
  SELECT place, watches_seat(place, %(w_roles)s, %(w_steps)s, %(w_lowest)s, %(w_today)s) AS seat
  FROM (SELECT DISTINCT union_id AS place FROM held) AS places
)
INSERT INTO watches_clue (id, watch, rule, version, cause, turn, person_id, permission, seat_id, seat_for, seated_at,
  state, raised_at, due_on, expires_on, answer, union_id, county_id)
SELECT gen_random_uuid(), %(w_watch)s, %(w_code)s, %(w_version)s, held.cause, (
    SELECT count(*) FROM watches_clue c WHERE c.watch = %(w_watch)s AND c.{own_alone} AND c.{key} = held.{key}
      AND c.cause = held.cause AND c.again_on <= %(w_today)s),
  held.person_id, %(w_permission)s, seats.seat, held.union_id, %(w_at)s, 'open', %(w_at)s, %(w_due)s, %(w_expires)s, '',
  held.union_id, held.county_id
FROM held LEFT JOIN seats ON seats.place = held.union_id
ON CONFLICT DO NOTHING"""
_FOLLOW = """
UPDATE watches_clue c SET union_id = s.union_id, county_id = s.county_id, seat_for = s.union_id, seated_at = %(w_at)s,
  seat_id = watches_seat(s.union_id, %(w_roles)s, %(w_steps)s, %(w_lowest)s, %(w_today)s)
FROM watches_state s
WHERE c.watch = %(w_watch)s AND c.state = 'open' AND {alone} AND {inside} AND s.code = %(w_code)s
  AND s.{key} = c.{key} AND s.{own_alone}
  AND (c.seat_for, c.county_id) IS DISTINCT FROM (s.union_id, s.county_id)"""


@dataclass(frozen=True, slots=True)
class Worked:
    """How many subjects a rule was asked about and holds for, who is newly in and out, how many clues were raised and
    went by themselves."""

    asked: int = 0
    holds: int = 0
    come: int = 0
    gone: int = 0
    raised: int = 0
    cleared: int = 0

    def __add__(self, other: "Worked") -> "Worked":
        pairs = zip(self._all(), other._all(), strict=True)
        return Worked(*(mine + theirs for mine, theirs in pairs))

    def _all(self) -> tuple[int, ...]:
        return self.asked, self.holds, self.come, self.gone, self.raised, self.cleared


class Overtaken(Exception):
    """A rule is another one by now, or its number or day is: what was to be done is left to the next run."""


def hold(cursor: Any, plans: Sequence[Plan]) -> None:
    """Hold these rules until the transaction ends, always in the same order: whoever works on one of them waits. Raises
    Overtaken when one is kept otherwise than it is planned."""
    cursor.execute(_HOLD, [sorted(plan.code for plan in plans)])
    if dict(cursor.fetchall()) != {plan.code: plan.signature for plan in plans}:
        raise Overtaken


def refresh(cursor: Any, plan: Plan, scope: Scope, *, on: date, at: datetime, asked: int) -> Worked:
    """What the rule says of these subjects on the day is what we keep of them, and its watches' clues follow: new ones
    are raised once for each cause, those whose cause is over go by themselves. Done twice it changes nothing."""
    inside, bound = _inside(plan, scope)
    values = {
        **bound,
        "w_code": plan.code,
        "w_version": plan.definition.version,
        "w_today": on,
        "w_at": at,
    }
    cursor.execute(*_state(plan, scope, on, inside, values))
    holds, come, gone = cursor.fetchone()
    worked = Worked(asked, holds, come, gone)
    for watch in plan.watches:
        worked += _clues(cursor, plan, watch, inside, {**values, **_of(watch, on)})
    return worked


def sweep(cursor: Any, plan: Plan, behind: Any, *, at: datetime, on: date) -> None:
    """After the last subject: what is kept of subjects with a higher key is of nobody any more."""
    refresh(cursor, plan, Scope(behind=behind, upto=None, keys=[]), on=on, at=at, asked=0)


def _state(
    plan: Plan, scope: Scope, on: date, inside: str, values: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    asked = Asked.of(plan.rule, scope, on, ON_BULK)
    reading, subject = asked.reading, plan.subject
    row = reading.subject.alias
    causes = [f"'{code}', ({reading.value(cause.root)})::text" for code, cause in sorted(plan.causes.items())]
    columns = [
        f"{reading.subject.key} AS subject",
        f"{subject.union.format(row=row)} AS union_id",
        f"{subject.county.format(row=row)} AS county_id",
        f"jsonb_strip_nulls(jsonb_build_object({', '.join(causes)})) AS causes",
    ]
    said = asked.select(", ".join(columns), reading.holds(plan.rule.root))
    places = {"person_id": "said.subject", "union_id": "said.union_id", "county_id": "said.county_id"}
    if subject.key != "person_id":
        del places["person_id"]
    text = _STATE.format(
        said=said.sql,
        inside=inside.replace("{row}", "s"),
        alone=f"s.{subject.alone}",
        own_alone=subject.alone,
        key=subject.key,
        columns=", ".join(places),
        values=", ".join(places.values()),
    )
    return text, {**said.params, **values}


def _clues(cursor: Any, plan: Plan, watch: Watch, inside: str, values: dict[str, Any]) -> Worked:
    def run(text: str, row: str) -> int:
        subject = plan.subject
        cursor.execute(
            text.format(
                inside=inside.replace("{row}", row),
                alone=f"{row}.{subject.alone}",
                own_alone=subject.alone,
                key=subject.key,
                cause=_CAUSE,
            ),
            values,
        )
        return int(cursor.rowcount)

    cleared = run(_GONE, "c")
    raised = run(_RAISE, "s")
    run(_FOLLOW, "c")
    return Worked(raised=raised, cleared=cleared)


def seat_of(watch: Watch) -> dict[str, Any]:
    """What `watches_seat` is told of a watch: which roles answer it, and how far above the place."""
    steps, lowest = _SEATS[watch.owner.seat]
    return {
        "w_roles": [role.code for role in roles.all() if watch.owner.permission in role.permissions],
        "w_steps": steps,
        "w_lowest": lowest,
    }


def _of(watch: Watch, on: date) -> dict[str, Any]:
    """What a watch's statements are told: by when, who, and where."""
    return {
        **seat_of(watch),
        "w_watch": watch.code,
        "w_permission": watch.owner.permission,
        "w_due": on + timedelta(days=parameters.value(watch.due, day=on)),
        "w_expires": on + timedelta(days=parameters.value(watch.expires, day=on)),
    }


def _inside(plan: Plan, scope: Scope) -> tuple[str, dict[str, Any]]:
    """Which of our rows are about these subjects, as SQL over `{row}`."""
    column, key_type = f"{{row}}.{plan.subject.key}", plan.subject.key_type
    tests, bound = [], {}
    if scope.behind is not None:
        tests.append(f"{column} > %(w_behind)s::{key_type}")
        bound["w_behind"] = scope.behind
    if scope.upto is not None:
        tests.append(f"{column} <= %(w_upto)s::{key_type}")
        bound["w_upto"] = scope.upto
    elif scope.keys:
        tests.append(f"{column} = ANY (%(w_keys)s::{key_type}[])")
        bound["w_keys"] = list(scope.keys)
    return " AND ".join(tests) or "true", bound
