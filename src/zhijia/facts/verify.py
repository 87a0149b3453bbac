"""Proves that roll-ups are the sums of the facts, and that facts were told and taken back once."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_ROLLUP = """
WITH told AS (
  SELECT kind, {place}_id AS place, month, sum(quantity) AS quantity, sum(amount) AS amount, count(*) AS facts
  FROM facts_fact GROUP BY kind, {place}_id, month
), kept AS (
  SELECT kind, place, month, sum(quantity) AS quantity, sum(amount) AS amount, sum(facts) AS facts FROM (
    SELECT kind, {place}_id AS place, month, quantity, amount, facts FROM facts_{place}_month
    UNION ALL SELECT kind, {place}_id, month, quantity, amount, facts FROM facts_delta) AS parts
  GROUP BY kind, place, month
), differing AS (
  SELECT kind, place, month, told.quantity, told.amount, kept.quantity, kept.amount
  FROM told FULL JOIN kept USING (kind, place, month)
  WHERE (coalesce(told.quantity, 0), coalesce(told.amount, 0), coalesce(told.facts, 0))
    <> (coalesce(kept.quantity, 0), coalesce(kept.amount, 0), coalesce(kept.facts, 0))
  ORDER BY kind, place, month LIMIT %s
)
SELECT (SELECT coalesce(sum(facts), 0)::bigint FROM told), differing.* FROM (SELECT 1) AS one
LEFT JOIN differing ON true"""
_TOTAL = """
WITH told AS (
  SELECT kind, {place}_id AS place, sum(quantity) AS quantity, sum(amount) AS amount, sum(facts) AS facts
  FROM facts_{place}_month GROUP BY kind, {place}_id
)
SELECT kind, place FROM told
FULL JOIN (SELECT kind, {place}_id AS place, quantity, amount, facts FROM facts_{place}_total) AS kept
  USING (kind, place)
WHERE (coalesce(told.quantity, 0), coalesce(told.amount, 0), coalesce(told.facts, 0))
  <> (coalesce(kept.quantity, 0), coalesce(kept.amount, 0), coalesce(kept.facts, 0))
ORDER BY kind, place LIMIT %s"""
_REVERSED = """
SELECT back.id, back.reverses FROM facts_fact back
LEFT JOIN facts_fact fact ON fact.id = back.reverses AND fact.day = back.day
WHERE back.reverses IS NOT NULL AND (
  fact.id IS NULL OR (fact.kind, fact.union_id, fact.county_id, fact.quantity, fact.amount)
    <> (back.kind, back.union_id, back.county_id, -back.quantity, -back.amount))
ORDER BY back.id LIMIT %s"""
_TWICE = """
SELECT kind, record_id, count(*) FROM facts_fact fact
WHERE reverses IS NULL
GROUP BY kind, record_id, turn HAVING count(*) > 1 AND count(*) - 1 > (
  SELECT count(*) FROM facts_fact back
  WHERE back.reverses = ANY (array_agg(fact.id)))
ORDER BY kind, record_id LIMIT %s"""


def rollups_are_the_facts() -> Checked:
    """Every roll-up, with the deltas that wait, is the sum of its facts. Reads each twice, counts it once."""
    differences = []
    read = 0
    with whole() as cursor:
        for place in ("union", "county"):
            cursor.execute(_ROLLUP.format(place=place), [_SHOWN])
            for facts, kind, at, month, told, told_fen, kept, kept_fen in cursor.fetchall():
                read = max(read, facts)
                if kind is not None:
                    differences.append(
                        f"{kind} of {place} {at} in {month}: the facts are {told or 0} ({told_fen or 0} fen),"
                        f" the roll-up says {kept or 0} ({kept_fen or 0} fen)."
                    )
            cursor.execute(_TOTAL.format(place=place), [_SHOWN])
            differences += [
                f"{kind} of {place} {at}: the total is not the sum of its months."
                for kind, at in cursor.fetchall()
            ]
    return Checked(read, tuple(differences))


def facts_are_told_once() -> Checked:
    """Every reversal takes back one fact wholly, and no record tells a standing fact on two days."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM facts_fact")
        (read,) = cursor.fetchone()
        cursor.execute(_REVERSED, [_SHOWN])
        differences = [
            f"Fact {back} does not take back fact {fact} wholly." for back, fact in cursor.fetchall()
        ]
        cursor.execute(_TWICE, [_SHOWN])
        differences += [
            f"The record {record} tells {kind} {many} times." for kind, record, many in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))
