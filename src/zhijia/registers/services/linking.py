"""What rows name, kept beside them: so that a person, union, employer or row finds every list that names it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from zhijia.catalogue.register_rules import KINDS
from zhijia.kernel import rows
from zhijia.registers.services.lists import Kept

CASE = "case"
_NAMED = """
  SELECT r.id, r.union_id, r.county_id, k.field, k.kind, r."values" ->> k.field AS target
  FROM registers_row r CROSS JOIN unnest(%(fields)s::text[], %(kinds)s::text[]) AS k (field, kind)
  WHERE r.register_id = %(list)s AND {which} AND r."values" ? k.field
  UNION ALL SELECT r.id, r.union_id, r.county_id, '', 'case', r.source_id
  FROM registers_row r WHERE r.register_id = %(list)s AND {which} AND r.source = 'case'"""
_GONE = """
DELETE FROM registers_link l WHERE l.register_id = %(list)s AND l.row_id = ANY (%(ids)s)
  AND NOT EXISTS (SELECT FROM ({named}) n WHERE n.id = l.row_id AND n.field = l.field AND n.target = l.target)"""
_NEW = """
INSERT INTO registers_link (register_id, row_id, union_id, county_id, field, kind, target, person_id)
SELECT %(list)s, n.id, n.union_id, n.county_id, n.field, n.kind, n.target,
  CASE WHEN n.kind = 'person' THEN n.target::uuid END
FROM ({named}) n ON CONFLICT DO NOTHING"""
ONE = _NAMED.format(which="r.id = ANY (%(ids)s)")
RUN = _NAMED.format(which="r.source = 'import' AND r.source_id = %(run)s")
EVERY = _NAMED.format(which="true")


def link(kept: Kept, row_ids: Sequence[UUID], using: str = "default") -> None:
    """Bring what these rows name up to date, in two statements."""
    values = asked(kept) | {"ids": list(row_ids)}
    rows.run(_GONE.format(named=ONE), values, using)
    rows.run(_NEW.format(named=ONE), values, using)


def link_run(kept: Kept, run: str, using: str) -> None:
    """The same for the new rows of a run."""
    rows.run(_NEW.format(named=RUN), asked(kept) | {"run": run}, using)


def asked(kept: Kept) -> dict[str, Any]:
    """The fields of a list that name something, as the statements want them."""
    named = [column for column in kept.definition.fields if column.type in KINDS]
    return {
        "list": kept.id,
        "fields": [column.name for column in named],
        "kinds": [column.type for column in named],
    }
