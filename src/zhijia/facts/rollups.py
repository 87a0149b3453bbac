"""Keeping the roll-ups: deltas are folded in, or all is rebuilt from the facts (docs/adr/0011-facts.md).

Each statement that adds facts leaves a delta in its transaction, so that roll-ups plus waiting deltas equal
the facts at every moment. One fold at a time; it runs as the role `bulk`.
"""

from datetime import datetime

from zhijia.kernel.context import whole

BATCH = 50_000
_LOCK = 0x5A4A_0002
_SUMS = "sum(quantity), sum(amount), sum(facts)"
_ADD = (
    "DO UPDATE SET quantity = kept.quantity + excluded.quantity, amount = kept.amount + excluded.amount,"
    " facts = kept.facts + excluded.facts"
)
_FOLD = f"""
WITH taken AS (
  DELETE FROM facts_delta WHERE id IN (SELECT id FROM facts_delta ORDER BY id LIMIT %s) RETURNING *
), unions AS (
  INSERT INTO facts_union_month AS kept (kind, union_id, month, quantity, amount, facts)
  SELECT kind, union_id, month, {_SUMS} FROM taken GROUP BY kind, union_id, month
  ON CONFLICT (kind, union_id, month) {_ADD}
), counties AS (
  INSERT INTO facts_county_month AS kept (kind, county_id, month, quantity, amount, facts)
  SELECT kind, county_id, month, {_SUMS} FROM taken GROUP BY kind, county_id, month
  ON CONFLICT (kind, county_id, month) {_ADD}
), union_totals AS (
  INSERT INTO facts_union_total AS kept (kind, union_id, quantity, amount, facts)
  SELECT kind, union_id, {_SUMS} FROM taken GROUP BY kind, union_id ON CONFLICT (kind, union_id) {_ADD}
), county_totals AS (
  INSERT INTO facts_county_total AS kept (kind, county_id, quantity, amount, facts)
  SELECT kind, county_id, {_SUMS} FROM taken GROUP BY kind, county_id ON CONFLICT (kind, county_id) {_ADD}
)
SELECT count(*) FROM taken"""  # noqa: S608 - constants
_FOLDED = "INSERT INTO facts_fold (id, at) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET at = excluded.at"


def fold(*, at: datetime, batch: int = BATCH) -> int:
    """Fold the waiting deltas into the roll-ups, in batches of one transaction each; how many deltas it was.
    0 when another fold is at work. Killed at any moment it has done whole batches."""
    folded = 0
    while True:
        with whole() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return folded
            cursor.execute(_FOLD, [batch])
            taken = int(cursor.fetchone()[0])
            cursor.execute(_FOLDED, [at])
        folded += taken
        if taken < batch:
            return folded


def rebuild(*, at: datetime) -> int:
    """Make the roll-ups anew from every fact; how many facts were read. What is written meanwhile is kept as
    deltas. Raises OperationalError when a fold was at work at the same moment: run it again."""
    with whole() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DELETE FROM facts_delta")
        for place in ("union", "county"):
            cursor.execute(f"DELETE FROM facts_{place}_month")  # noqa: S608 - constants
            cursor.execute(f"DELETE FROM facts_{place}_total")  # noqa: S608
            cursor.execute(
                f"INSERT INTO facts_{place}_month (kind, {place}_id, month, quantity, amount, facts)"  # noqa: S608
                f" SELECT kind, {place}_id, month, sum(quantity), sum(amount), count(*) FROM facts_fact"
                f" GROUP BY kind, {place}_id, month"
            )
            cursor.execute(
                f"INSERT INTO facts_{place}_total (kind, {place}_id, quantity, amount, facts)"  # noqa: S608
                f" SELECT kind, {place}_id, sum(quantity), sum(amount), sum(facts) FROM facts_{place}_month"
                f" GROUP BY kind, {place}_id"
            )
        cursor.execute(_FOLDED, [at])
        cursor.execute("SELECT coalesce(sum(facts), 0)::bigint FROM facts_county_month")
        (facts,) = cursor.fetchone()
    return int(facts)
