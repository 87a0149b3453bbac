"""Made-up unions and contributions for the bench of sharing: a county that collects for its unions, all with books."""

from datetime import date
from uuid import uuid4

import numpy as np
from django.db import connections

from zhijia.dues.models import Distribution
from zhijia.dues.services import taking
from zhijia.dues.services.taking import Taken
from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.registry import tree
from zhijia.registry.models import Parent, Union

PAYERS, YEAR, SEED = 2_000, 2026, 7
_SLICE = 50_000
SINCE, DAY = date(YEAR, 1, 1), date(YEAR, 11, 2)
_CHAIN = (
    ("340000-700001", Union.Level.PROVINCE, "340000000000"),
    ("340100-700002", Union.Level.CITY, "340100000000"),
    ("340103-700003", Union.Level.COUNTY, "340103000000"),
)
_PAYERS = """
INSERT INTO registry_union (code, name, type, level, division, county_ids, holding_pool, industry, unit_nature,
  founded_on, approval_number, tree_left, tree_right)
SELECT '340103-8' || lpad(n::text, 5, '0'), 'Bench ' || n, '50', 6, '340103000000', '{}', false, '', '',
  %(since)s, '', 0, 0
FROM generate_series(1, %(many)s) n"""
_EDGES = """
INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, recorded_at)
SELECT u.id, %(county)s, 'organisation', %(since)s, now() FROM registry_union u WHERE u.code LIKE '340103-8%%'"""
_BOOKS = """
INSERT INTO ledger_book (union_id, county_id, opened_on)
SELECT id, coalesce(county_id, id), %(since)s FROM registry_union"""
_CONTRIBUTIONS = """
INSERT INTO dues_contribution (union_id, county_id, source, source_id, other_union_id, other_county_id, payer,
  credit_code, since, until, base, amount, paid_on, run_id, taken_at)
SELECT %(county)s, %(county)s, 'tax', %(turn)s || '-' || made.line, made.payer, %(county)s, '',
  '93' || lpad(%(turn)s || lpad(made.line::text, 9, '0'), 16, '0'), 202610, 202610, 0, made.amount, made.day,
  %(run)s, now()
FROM unnest(%(payers)s::int[], %(amounts)s::bigint[], %(days)s::date[]) WITH ORDINALITY
  AS made (payer, amount, day, line)"""
_MADE = "SELECT id, amount, paid_on, 0, 0 FROM dues_contribution WHERE run_id = %s ORDER BY id"
_WAIT = """
INSERT INTO dues_waiting (contribution_id, union_id, county_id)
SELECT id, union_id, county_id FROM dues_contribution WHERE run_id = %s"""


def found() -> tuple[Union, np.ndarray]:
    """The collecting union and the numbers of its payers' unions."""
    above = None
    for code, level, division in _CHAIN:
        union = Union.objects.using("bulk").create(
            code=code, name=code, type="10", level=level, division=division, founded_on=SINCE
        )
        if above is not None:
            Parent.objects.using("bulk").create(
                union=union,
                parent=above,
                tree=Parent.Tree.ORGANISATION,
                valid_from=SINCE,
                recorded_at=days.now(),
            )
        above = union
    assert above is not None
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_PAYERS, {"since": SINCE, "many": PAYERS})
        cursor.execute(_EDGES, {"county": above.pk, "since": SINCE})
        tree.rebuild(using="bulk")
        cursor.execute(_BOOKS, {"since": SINCE})
        cursor.execute("SELECT id FROM registry_union WHERE code LIKE '340103-8%%' ORDER BY id")
        payers = np.array([row[0] for row in cursor.fetchall()])
        cursor.execute("ANALYZE registry_union, registry_parent, ledger_book")
    above.refresh_from_db(using="bulk")
    return above, payers


def come_in(union: Union, payers: np.ndarray, many: int, turn: int) -> Distribution:
    """So many contributions, put in custody, that wait to be shared, and the run that is to share them."""
    made = np.random.default_rng(SEED + turn)
    paid = np.datetime64(SINCE) + made.integers(0, 300, many)
    values = {
        "county": union.pk,
        "turn": str(turn),
        "run": uuid4(),
        "payers": payers[made.integers(0, len(payers), many)].tolist(),
        "amounts": made.integers(100, 20_000_000, many).tolist(),
        "days": paid.astype(object).tolist(),
    }
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_CONTRIBUTIONS, values)
        cursor.execute(_WAIT, [values["run"]])
        cursor.execute("ANALYZE dues_contribution, dues_waiting")
        cursor.execute(_MADE, [values["run"]])
        with whole():
            while rows := cursor.fetchmany(_SLICE):
                came = [Taken(*row) for row in rows]
                taking.post(union=union, taken=came, run_id=uuid4(), at=days.now(), day=DAY)
    return Distribution.objects.using("bulk").create(
        union_id=union.pk,
        county_id=union.pk,
        run_id=uuid4(),
        day=DAY,
        state=Distribution.State.DONE,
        asked_at=days.now(),
    )
