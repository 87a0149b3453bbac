"""Proves that what was paid stands in the books once, that it went to one account of its payee, and that nothing is on
its way twice. Names the first offenders."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_POSTED = """
SELECT p.id, p.state, coalesce(p.unposted, ''), entry.amount, p.amount
FROM payments_payment p
LEFT JOIN LATERAL (
  SELECT sum(leg.amount) FILTER (WHERE leg.amount > 0) AS amount FROM ledger_entry e
  JOIN ledger_leg leg ON leg.entry_id = e.id
  WHERE e.id = p.entry_id AND e.source = 'payment' AND e.source_id = p.id || '.' || p.round
    AND e.purpose IN ('paid', 'out:' || p.partner_id)
) AS entry ON true
WHERE p.state = 'paid' AND (entry.amount IS DISTINCT FROM p.amount OR p.unposted <> '')
  OR p.state = 'returned' AND p.entry_id IS NOT NULL AND p.back_entry_id IS NULL
  OR p.state NOT IN ('paid', 'returned') AND p.entry_id IS NOT NULL
ORDER BY p.id LIMIT %s"""
_LOOSE = """
SELECT e.id, e.source_id FROM ledger_entry e
LEFT JOIN payments_payment p ON p.id = split_part(e.source_id, '.', 1)::bigint
WHERE e.source = 'payment' AND (p.id IS NULL
  OR e.purpose IN ('paid', 'out:' || p.partner_id) AND e.source_id = p.id || '.' || p.round
    AND p.entry_id IS DISTINCT FROM e.id)
ORDER BY e.id LIMIT %s"""
_PAYEES = """
SELECT p.id FROM payments_payment p JOIN payments_payee_account a ON a.id = p.payee_id
WHERE p.state NOT IN ('waiting', 'stopped') AND (p.snapshot <> payments_snapshot(p.amount, a)
  OR a.person_id IS DISTINCT FROM p.person_id AND p.person_id IS NOT NULL
  OR p.partner_id IS NOT NULL AND (NOT a.of_union OR a.union_id <> p.partner_id))
ORDER BY p.id LIMIT %s"""
_LIVE = """
SELECT min(p.id), p.source, p.source_id, p.purpose, p.instalment FROM payments_payment p
GROUP BY p.source, p.source_id, p.purpose, p.instalment HAVING count(*) > 1 ORDER BY 1 LIMIT %s"""
_REFUNDS = """
SELECT r.id, r.refunded, coalesce(sum(p.amount), 0) FROM payments_receipt r
LEFT JOIN payments_payment p ON p.source = 'receipt' AND p.source_id = r.id::text AND p.state <> 'stopped'
GROUP BY r.id HAVING r.refunded <> coalesce(sum(p.amount), 0) OR r.refunded > r.amount ORDER BY r.id LIMIT %s"""
_RECEIVED = """
SELECT e.id, e.received, coalesce(sum(r.amount), 0) FROM payments_receivable e
LEFT JOIN payments_receipt r ON r.receivable_id = e.id
GROUP BY e.id HAVING e.received <> coalesce(sum(r.amount), 0) ORDER BY e.id LIMIT %s"""
_GIVEN_BACK = """
SELECT e.id, e.given_back, coalesce(sum(r.refunded), 0) FROM payments_receivable e
LEFT JOIN payments_receipt r ON r.receivable_id = e.id
GROUP BY e.id HAVING e.given_back <> coalesce(sum(r.refunded), 0) ORDER BY e.id LIMIT %s"""


def paid_is_posted() -> Checked:
    """Each payment that was paid stands in the books once with its amount; what came back was taken back; no entry is
    of a payment that was not."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM payments_payment")
        (read,) = cursor.fetchone()
        cursor.execute(_POSTED, [_SHOWN])
        differences = [
            f"Payment {number} ({state}) of {amount} fen: the books say {booked}"
            f"{f', they refused it: {broken}' if broken else ''}."
            for number, state, broken, booked, amount in cursor.fetchall()
        ]
        cursor.execute(_LOOSE, [_SHOWN])
        differences += [
            f"Entry {entry} is posted for payment {source}, which does not know it."
            for entry, source in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def each_goes_to_one_account() -> Checked:
    """What went out went to the account that was released, of the person or the union it is for, and is there once."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM payments_payment")
        (read,) = cursor.fetchone()
        cursor.execute(_PAYEES, [_SHOWN])
        differences = [
            f"Payment {number} does not go to the account that was released."
            for (number,) in cursor.fetchall()
        ]
        cursor.execute(_LIVE, [_SHOWN])
        differences += [
            f"Payment {number} is there twice: {source} {source_id} {purpose} {instalment}."
            for number, source, source_id, purpose, instalment in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def money_in_adds_up() -> Checked:
    """What is expected knows what has come in, and nothing is given back twice."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM payments_receipt")
        (read,) = cursor.fetchone()
        cursor.execute(_REFUNDS, [_SHOWN])
        differences = [
            f"Receipt {number}: {back} fen are on their way back, it says {says}."
            for number, says, back in cursor.fetchall()
        ]
        cursor.execute(_RECEIVED, [_SHOWN])
        differences += [
            f"What is expected under {number}: {come} fen came in, it says {says}."
            for number, says, come in cursor.fetchall()
        ]
        cursor.execute(_GIVEN_BACK, [_SHOWN])
        differences += [
            f"What is expected under {number}: {back} fen go back, it says {says}."
            for number, says, back in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))
