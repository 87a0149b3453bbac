"""Whether a file stands in a field of a row that everybody, or every member, sees."""

from uuid import UUID

from zhijia.kernel import rows

_SHOWN = """
SELECT EXISTS (SELECT FROM registers_list l
  CROSS JOIN LATERAL registers_shown_rows(l.id, '', '{}', NULL, %(row)s, 1) r
  CROSS JOIN LATERAL jsonb_each(r."values") f
  WHERE jsonb_typeof(f.value) = 'array' AND f.value ? %(file)s)"""


def shows_file(row_id: UUID, file: str) -> bool:
    """Whether a row of an open list shows this file to whoever asks. One statement."""
    ((shown,),) = rows.run(_SHOWN, {"row": row_id, "file": file})
    return bool(shown)
