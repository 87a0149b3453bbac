"""Which unions get the shares of a payer's money: those above it on a day, along the fund tree where it has an edge
there, else along the organisation tree.

A union that is missing on the way is stood in for by the next one above; where nobody stands above, the share is owed
outside the register. A sector union is the one above in the industry tree, else whoever stands in for the township.
"""

from datetime import date

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from zhijia.catalogue.split_kinds import BENEFICIARIES, HANDLING
from zhijia.registry.models import Parent, Union

UNIONS = BENEFICIARIES[: -len(HANDLING)]
STEPS = 20
"""Unions above each other that no tree of ours reaches."""
_ABOVE = """
CREATE TEMP TABLE dues_above ON COMMIT DROP AS
WITH RECURSIVE above (payer, id, steps) AS (
  SELECT payer, payer, 0 FROM unnest(%(payers)s::int[]) AS payer
  UNION ALL
  SELECT above.payer, edge.parent_id, above.steps + 1
  FROM above CROSS JOIN LATERAL (
    SELECT e.parent_id FROM registry_parent e
    WHERE e.union_id = above.id AND e.tree IN (%(fund)s, %(organisation)s)
      AND e.valid_from <= %(day)s AND (e.valid_to IS NULL OR e.valid_to > %(day)s)
    ORDER BY e.tree <> %(fund)s LIMIT 1) AS edge
  WHERE above.steps < %(most)s
)
SELECT DISTINCT ON (above.payer, u.level) above.payer, u.level, above.id
FROM above JOIN registry_union u ON u.id = above.id
ORDER BY above.payer, u.level, above.steps"""
_FOUND = f"""
CREATE TEMP TABLE dues_found ON COMMIT DROP AS
SELECT payer AS payer_id, coalesce(base, payer) AS grassroots_id,
  coalesce(sector, township, county, city, province, nation) AS sector_id,
  coalesce(township, county, city, province, nation) AS territorial_id,
  coalesce(county, city, province, nation) AS county_id, coalesce(city, province, nation) AS city_id,
  coalesce(province, nation) AS province_id, nation AS national_id
FROM (
  SELECT payer, max(id) FILTER (WHERE level = {Union.Level.GRASSROOTS}) AS base,
    max(id) FILTER (WHERE level = {Union.Level.TOWNSHIP}) AS township,
    max(id) FILTER (WHERE level = {Union.Level.COUNTY}) AS county,
    max(id) FILTER (WHERE level = {Union.Level.CITY}) AS city,
    max(id) FILTER (WHERE level = {Union.Level.PROVINCE}) AS province,
    max(id) FILTER (WHERE level = {Union.Level.NATION}) AS nation
  FROM dues_above GROUP BY payer) AS told
LEFT JOIN LATERAL (
  SELECT e.parent_id AS sector FROM registry_parent e
  WHERE e.union_id = told.payer AND e.tree = %(industry)s
    AND e.valid_from <= %(day)s AND (e.valid_to IS NULL OR e.valid_to > %(day)s) LIMIT 1) AS trade ON true"""  # noqa: S608
_COLUMNS = ", ".join(["payer_id", *(f"{name}_id" for name in UNIONS)])
_KEEP = f"INSERT INTO dues_route ({_COLUMNS}) SELECT {_COLUMNS} FROM dues_found ON CONFLICT DO NOTHING"  # noqa: S608
_SAME = " AND ".join(f"route.{name}_id IS NOT DISTINCT FROM found.{name}_id" for name in UNIONS)
_READ = f"""
SELECT route.payer_id, route.id, {", ".join(f"coalesce(route.{name}_id, 0)" for name in UNIONS)}
FROM dues_found found JOIN dues_route route ON route.payer_id = found.payer_id AND {_SAME}
ORDER BY route.payer_id"""  # noqa: S608 - columns of ours


def routes(payers: NDArray[np.int64], day: date) -> NDArray[np.int64]:
    """A row for each of these payers' unions (distinct, in ascending order): itself, the number of its route, and the
    seven unions of UNIONS, 0 for outside. Writes the routes that were not there. In the running transaction of
    `bulk`."""
    values = {
        "payers": payers.tolist(),
        "day": day,
        **{tree.value: tree.value for tree in Parent.Tree},
        "most": STEPS,
    }
    with connections["bulk"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS dues_above, dues_found")
        cursor.execute(_ABOVE, values)
        cursor.execute(_FOUND, values)
        cursor.execute(_KEEP)
        cursor.execute(_READ)
        return np.array(cursor.fetchall(), np.int64).reshape(-1, 2 + len(UNIONS))
