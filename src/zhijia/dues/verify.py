"""Proves that every fen that came in is shared or held, and that what was posted is what was shared. Names the first
offenders."""

from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_STANDING = """
WITH told AS (
  SELECT contribution_id, sum(amount)::bigint AS amount FROM dues_split GROUP BY contribution_id)
SELECT c.id, c.amount - c.given_back, coalesce(told.amount, 0), w.contribution_id IS NOT NULL
FROM dues_contribution c
LEFT JOIN told ON told.contribution_id = c.id LEFT JOIN dues_waiting w ON w.contribution_id = c.id
WHERE coalesce(told.amount, 0) <> CASE WHEN w.contribution_id IS NULL THEN c.amount - c.given_back ELSE 0 END
ORDER BY c.id LIMIT %s"""
_BACK = """
SELECT c.id, c.given_back, coalesce(r.refunded, 0)
FROM dues_contribution c LEFT JOIN payments_receipt r ON c.source = 'transfer' AND r.id::text = c.source_id
WHERE c.given_back <> coalesce(r.refunded, 0) ORDER BY c.id LIMIT %s"""
_TOLD_BACK = """
WITH told AS (
  SELECT p.source_id, sum(f.amount)::bigint AS amount FROM facts_fact f
  JOIN payments_payment p ON p.id::text = f.record_id AND p.source = 'receipt'
  WHERE f.kind = 'contribution.given_back' GROUP BY p.source_id)
SELECT c.id, c.given_back, coalesce(told.amount, 0)
FROM (SELECT * FROM dues_contribution WHERE source = 'transfer') c
FULL JOIN told ON told.source_id = c.source_id
WHERE coalesce(c.given_back, 0) <> coalesce(told.amount, 0) ORDER BY c.id LIMIT %s"""
_HELD = """
WITH custody AS (
  SELECT leg.union_id, -sum(leg.amount)::bigint AS amount
  FROM ledger_entry e JOIN ledger_leg leg ON leg.entry_id = e.id
  JOIN ledger_account a ON a.id = leg.account_id AND NOT a.guarded
  WHERE e.source = 'dues_contribution' GROUP BY leg.union_id
), came AS (
  SELECT union_id, sum(amount)::bigint AS amount FROM dues_contribution WHERE source = 'tax' GROUP BY union_id
)
SELECT came.union_id, came.amount, coalesce(custody.amount, 0)
FROM came LEFT JOIN custody ON custody.union_id = came.union_id
WHERE came.amount <> coalesce(custody.amount, 0) ORDER BY came.union_id LIMIT %s"""
_PARTS = " + ".join(f"sum(s.{name})" for name in BENEFICIARIES)
_POSTED = f"""
WITH split AS (
  SELECT s.distribution_id AS id, ({_PARTS})::bigint AS amount FROM dues_split s GROUP BY s.distribution_id
), posted AS (
  SELECT split_part(e.source_id, '-', 1)::bigint AS id, sum(leg.amount)::bigint AS amount
  FROM ledger_entry e JOIN ledger_leg leg ON leg.entry_id = e.id AND leg.number = 1
  WHERE e.source = 'dues_distribution' AND e.purpose NOT LIKE 'in:%%' GROUP BY 1
)
SELECT d.id, d.amount, coalesce(split.amount, 0), coalesce(posted.amount, 0)
FROM dues_distribution d LEFT JOIN split ON split.id = d.id LEFT JOIN posted ON posted.id = d.id
WHERE d.amount <> coalesce(split.amount, 0) OR d.amount <> coalesce(posted.amount, 0)
ORDER BY d.id LIMIT %s"""  # noqa: S608 - columns of ours
_OUTSIDE = """
WITH kept AS (SELECT distribution_id AS id, sum(amount)::bigint AS amount FROM dues_outside
  WHERE partner_id IS NULL GROUP BY distribution_id),
posted AS (
  SELECT e.source_id::bigint AS id, sum(leg.amount)::bigint AS amount
  FROM ledger_entry e JOIN ledger_leg leg ON leg.entry_id = e.id AND leg.number = 1
  WHERE e.source = 'dues_distribution' AND e.purpose = 'outside' GROUP BY 1)
SELECT coalesce(kept.id, posted.id), coalesce(kept.amount, 0), coalesce(posted.amount, 0)
FROM kept FULL JOIN posted ON posted.id = kept.id
WHERE coalesce(kept.amount, 0) <> coalesce(posted.amount, 0) ORDER BY 1 LIMIT %s"""
_OWED = """
WITH kept AS (
  SELECT distribution_id || '-' || partner_id AS id, amount FROM dues_outside WHERE partner_id IS NOT NULL),
posted AS (
  SELECT e.source_id AS id, leg.amount
  FROM ledger_entry e JOIN ledger_leg leg ON leg.entry_id = e.id AND leg.number = 1
  WHERE e.source = 'dues_distribution' AND e.purpose LIKE 'out:%%')
SELECT coalesce(kept.id, posted.id), coalesce(kept.amount, 0), coalesce(posted.amount, 0)
FROM kept FULL JOIN posted ON posted.id = kept.id
WHERE coalesce(kept.amount, 0) <> coalesce(posted.amount, 0) ORDER BY 1 LIMIT %s"""
_UNSETTLED = """
SELECT coalesce(o.payment_id, p.id), coalesce(sum(o.amount), 0)::bigint, p.amount
FROM payments_payment p FULL JOIN dues_outside o ON o.payment_id = p.id
WHERE coalesce(p.source, 'dues_outside') = 'dues_outside' AND coalesce(p.state, '') <> 'stopped'
  AND (p.id IS NOT NULL OR o.payment_id IS NOT NULL)
GROUP BY 1, p.amount HAVING coalesce(sum(o.amount), 0) IS DISTINCT FROM p.amount ORDER BY 1 LIMIT %s"""
_LOST = """
SELECT s.id FROM dues_split s
LEFT JOIN dues_contribution c ON c.id = s.contribution_id LEFT JOIN dues_used_rule u ON u.id = s.rule_id
LEFT JOIN dues_route r ON r.id = s.route_id LEFT JOIN dues_split turned ON turned.id = s.reverses_id
WHERE c.id IS NULL OR u.id IS NULL OR r.id IS NULL OR s.reverses_id IS NOT NULL AND
  (turned.id IS NULL OR turned.contribution_id <> s.contribution_id OR turned.amount <> -s.amount)
ORDER BY s.id LIMIT %s"""


def received_is_shared_or_held() -> Checked:
    """Every contribution is shared wholly or waits wholly, what went back of it is what its receipt says, and what the
    tax office collected came into custody."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM dues_contribution")
        (read,) = cursor.fetchone()
        cursor.execute(_STANDING, [_SHOWN])
        differences = [
            f"Contribution {number} is {amount} fen, shared are {shared}, and it "
            f"{'waits' if waits else 'does not wait'}."
            for number, amount, shared, waits in cursor.fetchall()
        ]
        cursor.execute(_HELD, [_SHOWN])
        differences += [
            f"At union {union} {came} fen came in from the tax office, {posted} were put in custody."
            for union, came, posted in cursor.fetchall()
        ]
        cursor.execute(_BACK, [_SHOWN])
        differences += [
            f"Of contribution {number} {kept} fen went back, its receipt says {refunded}."
            for number, kept, refunded in cursor.fetchall()
        ]
        cursor.execute(_TOLD_BACK, [_SHOWN])
        differences += [
            f"Of contribution {number} {kept} fen went back, the facts say {told}."
            for number, kept, told in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def splits_give_everything() -> Checked:
    """What each run shared is the sum of its splits and of its entries, and every split names what there is."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM dues_split")
        (read,) = cursor.fetchone()
        cursor.execute(_POSTED, [_SHOWN])
        differences = [
            f"Distribution {number} shared {amount} fen, its splits are {splits}, its entries {posted}."
            for number, amount, splits, posted in cursor.fetchall()
        ]
        cursor.execute(_LOST, [_SHOWN])
        differences += [f"Split {split} names a row that is not there." for (split,) in cursor.fetchall()]
    return Checked(read, tuple(differences))


def outside_is_settled_once() -> Checked:
    """What each run leaves owed outside and to each union is what its entry says, and each payment that settles some
    is their sum."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM dues_outside")
        (read,) = cursor.fetchone()
        cursor.execute(_OUTSIDE, [_SHOWN])
        differences = [
            f"Distribution {number} leaves {kept} fen owed outside, its entry says {posted}."
            for number, kept, posted in cursor.fetchall()
        ]
        cursor.execute(_OWED, [_SHOWN])
        differences += [
            f"Distribution and union {number}: {kept} fen are owed, the entry says {posted}."
            for number, kept, posted in cursor.fetchall()
        ]
        cursor.execute(_UNSETTLED, [_SHOWN])
        differences += [
            f"Payment {number} of {paid} fen settles {kept} fen that are owed."
            for number, kept, paid in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))
