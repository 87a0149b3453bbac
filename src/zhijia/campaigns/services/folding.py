"""Adding up the rows of tallies that say the same: each write leaves some, and nobody waits for another."""

from zhijia.kernel.context import whole

AT_ONCE = 20_000
_LOCK = 0x2E_7A11
_KEYS = "drive_id, county_id, union_id, thing, begins_on, ends_on, due_on, done_on, state, late"
_FOLD = f"""
WITH several AS MATERIALIZED (
  SELECT array_agg(id) AS ids, {_KEYS}, sum(many) AS many, sum(amount) AS amount FROM campaigns_tally
  GROUP BY {_KEYS} HAVING count(*) > 1 LIMIT %s),
gone AS (DELETE FROM campaigns_tally t USING (SELECT unnest(ids) AS id FROM several) AS taken WHERE t.id = taken.id),
made AS (
  INSERT INTO campaigns_tally ({_KEYS}, many, amount)
  SELECT {_KEYS}, many, amount FROM several WHERE many <> 0 OR amount <> 0)
SELECT count(*) FROM several"""  # noqa: S608 - constants


def fold() -> int:
    """Add them up, some thousands a transaction; how many there were. 0 while another does it. Killed at any moment the
    sums are the same."""
    many = 0
    while True:
        with whole() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return many
            cursor.execute(_FOLD, [AT_ONCE])
            some = int(cursor.fetchone()[0])
        many += some
        if some < AT_ONCE:
            return many
