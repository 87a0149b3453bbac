"""Open cases go along when unions are reorganised: with a border to another county, and with a union into another.

Runs on `bulk` in the transaction of the reorganisation, by ports the registry calls, and names the unions it is about.
What was decided and what has ended stays where it happened."""

from collections.abc import Sequence
from typing import Any

from zhijia.matters.services import materials, papers, serving
from zhijia.registry.models import Union
from zhijia.vault import kinds

SEALED = "matters_answer.value"
_OPEN = "('draft', 'open', 'paused')"
_STEPS_OVER = """
UPDATE matters_step SET seat_county_id = %(county)s
WHERE seat_id = ANY (%(unions)s) AND seat_county_id IS DISTINCT FROM %(county)s"""
_SEALED_OVER = """
UPDATE vault_secret s SET county_id = %(county)s FROM matters_answer a JOIN matters_case c ON c.id = a.case_id
WHERE c.union_id = ANY (%(unions)s) AND s.kind = %(kind)s AND s.row_id = a.id
  AND s.county_id IS DISTINCT FROM %(county)s"""
_SEATS = """
UPDATE matters_step SET seat_id = %(target)s, seat_county_id = %(county)s
WHERE seat_id = %(source)s AND state IN ('active', 'paused', 'waiting', 'later')"""
_SEALED = f"""
UPDATE vault_secret s SET union_id = %(target)s, county_id = %(county)s
FROM matters_answer a JOIN matters_case c ON c.id = a.case_id
WHERE c.union_id = %(source)s AND c.state IN {_OPEN} AND s.kind = %(kind)s AND s.row_id = a.id"""  # noqa: S608
_FILES = f"""
UPDATE files_stored_file f SET union_id = %(target)s, county_id = %(county)s
FROM matters_case c
WHERE c.union_id = %(source)s AND c.state IN {_OPEN} AND f.owner = ANY (%(owners)s) AND f.owner_id = c.id::text"""  # noqa: S608
_CASES = f"""
WITH went AS (
  UPDATE matters_case SET union_id = %(target)s, county_id = %(county)s
  WHERE union_id = %(source)s AND state IN {_OPEN} RETURNING user_id, state)
SELECT DISTINCT user_id FROM went WHERE user_id IS NOT NULL AND state <> 'draft' ORDER BY user_id"""  # noqa: S608
_OTHERS = f"""
UPDATE matters_case SET other_union_id = %(target)s, other_county_id = %(county)s
WHERE other_union_id = %(source)s AND state IN {_OPEN}"""  # noqa: S608


def over(*, cursor: Any, unions: Sequence[int], county: int) -> None:
    """The port `registry.over.matters`: the seats of these unions, and what was told them under seal, stand in another
    county from now on."""
    values = {"unions": list(unions), "county": county, "kind": kinds.get(SEALED).number}
    cursor.execute(_STEPS_OVER, values)
    cursor.execute(_SEALED_OVER, values)


def into(*, cursor: Any, source: Union, target: Union) -> list[int]:
    """The port `registry.into.matters`: what is open at `source`, and what is to be decided there, is at `target`. The
    accounts whose requests were handed in."""
    values = {
        "source": source.pk,
        "target": target.pk,
        "county": target.stands_in,
        "kind": kinds.get(SEALED).number,
        "owners": [materials.OWNER, papers.OWNER, serving.PROOF],
    }
    for statement in (_SEALED, _FILES, _OTHERS, _SEATS):
        cursor.execute(statement, values)
    cursor.execute(_CASES, values)
    return [user_id for (user_id,) in cursor.fetchall()]
