"""Proves that what members were given is what was posted, and that vouchers, entries and facts say the same."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_GIVEN = """
WITH counted AS (
  SELECT l.person_id, v.category, v.year, v.occasion, l.amount, l.cap, l.occasion_cap
  FROM ledger_voucher_line l JOIN ledger_voucher v ON v.id = l.voucher_id AND v.state = 'posted'
  UNION ALL
  SELECT person_id, category, year, occasion, amount, cap, occasion_cap FROM ledger_gift
), told AS (
  SELECT person_id, category, year, '' AS occasion, sum(amount) AS fen FROM counted
  WHERE cap IS NOT NULL OR occasion_cap IS NOT NULL GROUP BY 1, 2, 3
  UNION ALL
  SELECT person_id, category, year, occasion, sum(amount) FROM counted
  WHERE occasion_cap IS NOT NULL GROUP BY 1, 2, 3, 4)
SELECT coalesce(t.person_id, g.person_id), coalesce(t.category, g.category), coalesce(t.year, g.year),
  coalesce(t.fen, 0), coalesce(g.spent, 0)
FROM told t FULL JOIN ledger_given g
  ON (g.person_id, g.category, g.year, g.occasion) = (t.person_id, t.category, t.year, t.occasion)
WHERE coalesce(t.fen, 0) <> coalesce(g.spent, 0) OR g.spent > g.allowed ORDER BY 1, 2, 3 LIMIT %s"""
_VOUCHERS = """
SELECT v.id, v.amount, coalesce(legs.fen, 0), coalesce(facts.fen, 0)
FROM ledger_voucher v
LEFT JOIN LATERAL (SELECT sum(amount) FILTER (WHERE amount > 0) AS fen FROM ledger_leg WHERE entry_id = v.entry_id)
  AS legs ON true
LEFT JOIN LATERAL (SELECT sum(amount) AS fen FROM facts_fact
  WHERE record = 'voucher' AND record_id = v.id::text AND kind = 'spending.posted') AS facts ON true
WHERE v.entry_id IS NOT NULL AND (v.amount <> coalesce(legs.fen, 0) OR v.amount <> coalesce(facts.fen, 0))
ORDER BY v.id LIMIT %s"""


def given_is_what_was_posted() -> Checked:
    """What each member was given of a category in a year is the sum of the posted lines and within the cap; a posted
    voucher, its entry and its fact name the same amount."""
    with whole() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM ledger_voucher) + (SELECT count(*) FROM ledger_given)")
        (read,) = cursor.fetchone()
        cursor.execute(_GIVEN, [_SHOWN])
        differences = [
            f"Person {person}: posted lines for {category} of {year} are {lines} fen, what was given says {given}."
            for person, category, year, lines, given in cursor.fetchall()
        ]
        cursor.execute(_VOUCHERS, [_SHOWN])
        differences += [
            f"Voucher {voucher} is for {amount} fen, its entry for {legs}, its fact for {told}."
            for voucher, amount, legs, told in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))
