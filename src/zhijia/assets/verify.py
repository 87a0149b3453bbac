"""Proves that the register says what the books say: cards are the asset accounts, lots are the stock."""

from typing import Any

from zhijia.catalogue import definitions
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_CARDS = """
WITH told AS (
  SELECT union_id, fund, sum(cost) AS cost, sum(depreciated) AS depreciated
  FROM assets_card WHERE state <> 'disposed' GROUP BY 1, 2),
books AS (
  SELECT a.union_id, a.fund, sum(a.balance) FILTER (WHERE r.role = 'fixed_assets') AS cost,
    -sum(a.balance) FILTER (WHERE r.role = 'depreciation') AS depreciated
  FROM ledger_account a JOIN unnest(%(charts)s::text[], %(codes)s::text[], %(roles)s::text[]) AS r (chart, code, role)
    ON r.chart = a.chart AND r.code = a.code GROUP BY 1, 2)
SELECT coalesce(t.union_id, b.union_id), coalesce(t.fund, b.fund), coalesce(t.cost, 0), coalesce(b.cost, 0),
  coalesce(t.depreciated, 0), coalesce(b.depreciated, 0)
FROM told t FULL JOIN books b ON (b.union_id, b.fund) = (t.union_id, t.fund)
WHERE coalesce(t.cost, 0) <> coalesce(b.cost, 0) OR coalesce(t.depreciated, 0) <> coalesce(b.depreciated, 0)
ORDER BY 1, 2 LIMIT %(shown)s"""
_MONTHS = """
SELECT c.id, c.depreciated, coalesce(sum(d.amount), 0) FROM assets_card c
LEFT JOIN assets_depreciation d ON d.card_id = c.id GROUP BY c.id
HAVING c.depreciated <> coalesce(sum(d.amount), 0) ORDER BY 1 LIMIT %(shown)s"""
_LOTS = """
WITH told AS (SELECT union_id, fund, sum(worth) AS worth FROM assets_lot GROUP BY 1, 2),
books AS (
  SELECT a.union_id, a.fund, sum(a.balance) AS worth FROM ledger_account a
  JOIN unnest(%(charts)s::text[], %(codes)s::text[], %(roles)s::text[]) AS r (chart, code, role)
    ON r.chart = a.chart AND r.code = a.code AND r.role = 'goods' GROUP BY 1, 2)
SELECT coalesce(t.union_id, b.union_id), coalesce(t.fund, b.fund), coalesce(t.worth, 0), coalesce(b.worth, 0)
FROM told t FULL JOIN books b ON (b.union_id, b.fund) = (t.union_id, t.fund)
WHERE coalesce(t.worth, 0) <> coalesce(b.worth, 0) ORDER BY 1, 2 LIMIT %(shown)s"""
_LEFT = """
WITH moved AS (
  SELECT lot_id, quantity, worth FROM assets_issue
  UNION ALL
  SELECT i.lot_id, -r.quantity, -r.worth FROM assets_return r JOIN assets_issue i ON i.id = r.issue_id)
SELECT l.id, l.remains, l.quantity - coalesce(sum(m.quantity), 0) FROM assets_lot l
LEFT JOIN moved m ON m.lot_id = l.id GROUP BY l.id
HAVING l.remains <> l.quantity - coalesce(sum(m.quantity), 0) OR l.worth <> l.cost - coalesce(sum(m.worth), 0)
ORDER BY 1 LIMIT %(shown)s"""


def cards_are_the_accounts() -> Checked:
    """At each union and fund, the cards in the books cost what the account of fixed assets holds, and were written down
    what that of depreciation holds; what was written down of a card is the sum of its months."""
    with whole() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM assets_card) + (SELECT count(*) FROM assets_depreciation)"
        )
        (read,) = cursor.fetchone()
        cursor.execute(_CARDS, _values("fixed_assets", "depreciation"))
        differences = [
            f"Union {union}, fund {fund}: its cards cost {cards} fen, its books say {books};"
            f" written down {down}, in the books {written}."
            for union, fund, cards, books, down, written in cursor.fetchall()
        ]
        cursor.execute(_MONTHS, {"shown": _SHOWN})
        differences += [
            f"Card {card} says {said} fen written down, its months {months}."
            for card, said, months in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def lots_are_the_stock() -> Checked:
    """At each union and fund, what is left of the lots is worth what the account of goods holds; what is left of a lot
    is what came less what went and did not come back."""
    with whole() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM assets_lot) + (SELECT count(*) FROM assets_issue)"
            " + (SELECT count(*) FROM assets_return)"
        )
        (read,) = cursor.fetchone()
        cursor.execute(_LOTS, _values("goods"))
        differences = [
            f"Union {union}, fund {fund}: its goods are worth {lots} fen, its books say {books}."
            for union, fund, lots, books in cursor.fetchall()
        ]
        cursor.execute(_LEFT, {"shown": _SHOWN})
        differences += [
            f"Lot {lot} says {said} left, by what went out {left} are."
            for lot, said, left in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))


def _values(*names: str) -> dict[str, Any]:
    """The accounts with these roles, of every chart."""
    found = [
        (chart.code, code, role)
        for chart in definitions.load().charts.values()
        for role, code in chart.roles.items()
        if role in names
    ]
    charts, codes, roles = (list(column) for column in zip(*found, strict=True))
    return {"charts": charts, "codes": codes, "roles": roles, "shown": _SHOWN}
