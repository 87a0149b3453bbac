"""Taking an import back, person by person, but for those somebody has worked on since.

A membership the import made ends on the day it began, so that it never was in force, with a change of kind 08 and
its fact reversed. Somebody the import made known is forgotten: the sealed values are destroyed and the row is
blanked, since nobody should stay known because of a wrong file; the row's random id stays, and with it facts, trail
and the closed membership stay valid (docs/handbook/roster.md). Somebody known before gets the fields, the sealed
values and the place back that they had.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhijia.facts import services as facts
from zhijia.registry.models import Person, RosterImport
from zhijia.registry.services.imports import fields
from zhijia.registry.services.imports.staging import COMPARED
from zhijia.registry.services.imports.writing import BEFORE
from zhijia.vault import services as vault

_LOCK = """
SELECT FROM registry_person p WHERE p.id IN (
  SELECT m.person_id FROM registry_membership m WHERE m.import_id = %(run)s AND (m.union_id = %(union)s OR %(wide)s)
  UNION ALL SELECT c.person_id FROM registry_import_change c WHERE c.import_id = %(run)s
) ORDER BY p.id FOR UPDATE
"""
_SINCE = " OR ".join(
    f"EXISTS (SELECT FROM {table} w WHERE w.person_id = p.id AND w.{moment} > %(applied)s)"
    for table, moment in (
        ("registry_membership_change", "at"),
        ("registry_card", "issued_at"),
        ("registry_consent", "given_at"),
        ("registry_transfer_leg", "asked_at"),
    )
)
_FIND = f"""
CREATE TEMP TABLE roster_undo ON COMMIT DROP AS
SELECT p.id AS person_id, m.id AS membership_id, c.id AS change_id, p.import_id = %(run)s AS made,
  CASE
    WHEN m.id IS NOT NULL AND m.valid_to IS NOT NULL THEN 'ended'
    WHEN c.id IS NULL AND m.id IS NULL THEN 'ended'
    WHEN p.union_id IS DISTINCT FROM
      CASE WHEN %(wide)s THEN coalesce(m.union_id, c.union_id) ELSE %(union)s END THEN 'moved'
    WHEN p.changed_at <> %(applied)s
      OR EXISTS (SELECT FROM vault_secret s WHERE s.person_id = p.id AND s.sealed_at > %(applied)s) THEN 'edited'
    WHEN m.id IS NOT NULL AND ({_SINCE}) THEN 'worked_on'
    WHEN m.id IS NOT NULL AND EXISTS (SELECT FROM registry_post t WHERE t.person_id = p.id AND t.union_id = m.union_id)
      THEN 'worked_on'
    WHEN p.import_id = %(run)s AND EXISTS (SELECT FROM accounts_user a WHERE a.person_id = p.id) THEN 'has_account'
    ELSE ''
  END AS why
FROM registry_person p
LEFT JOIN registry_membership m ON m.person_id = p.id AND m.import_id = %(run)s
LEFT JOIN registry_import_change c ON c.person_id = p.id AND c.import_id = %(run)s AND c.undone_at IS NULL
WHERE m.union_id = %(union)s OR (%(wide)s AND m.id IS NOT NULL) OR c.id IS NOT NULL
"""  # noqa: S608
_TYPES = {"DateField": "date", "BooleanField": "boolean", "CharField": "text", "IntegerField": "int"}


def _restored(field: str) -> str:
    kind = _TYPES[Person._meta.get_field(field).get_internal_type()]
    old = f"(c.before -> 'row' ->> '{field}')::{kind}"
    return f"{field} = CASE WHEN c.before -> 'fields' ? '{field}' THEN {old} ELSE p.{field} END"


_RESTORE = f"""
UPDATE registry_person p SET {", ".join(_restored(field) for field in COMPARED)}, sources = c.before -> 'sources',
  name_initials = CASE WHEN c.before -> 'fields' ? 'name' THEN c.before ->> 'name_initials' ELSE p.name_initials END,
  union_id = CASE WHEN u.membership_id IS NULL THEN p.union_id ELSE (c.before ->> 'union_id')::int END,
  county_id = CASE WHEN u.membership_id IS NULL THEN p.county_id ELSE (c.before ->> 'county_id')::int END,
  changed_at = %(at)s
FROM roster_undo u JOIN registry_import_change c ON c.id = u.change_id
WHERE u.why = '' AND p.id = u.person_id
"""  # noqa: S608
_RESTORE_PLACES = """
UPDATE vault_secret s SET union_id = p.union_id, county_id = p.county_id
FROM roster_undo u JOIN registry_person p ON p.id = u.person_id
WHERE u.why = '' AND u.change_id IS NOT NULL AND u.membership_id IS NOT NULL AND s.person_id = p.id
"""
_RESEALED = """
SELECT u.person_id, u.change_id FROM roster_undo u JOIN registry_import_change c ON c.id = u.change_id
WHERE u.why = '' AND c.before -> 'fields' ? %s ORDER BY u.person_id
"""
_CLOSE = """
UPDATE registry_membership m SET status = '40', valid_to = m.valid_from FROM roster_undo u
WHERE u.why = '' AND m.id = u.membership_id
"""
_LOG = """
INSERT INTO registry_membership_change (membership_id, person_id, kind, reason, day, at, union_id, county_id)
SELECT m.id, m.person_id, '08', 'roster', %(day)s, %(at)s, m.union_id, m.county_id
FROM roster_undo u JOIN registry_membership m ON m.id = u.membership_id WHERE u.why = '' ORDER BY m.person_id
"""
_FORGET = """
UPDATE registry_person p SET name = '', name_initials = '', sex = '0', birth_date = NULL, education = '',
  hukou_type = '', hukou_division = '', home_division = '', migrant = false, gig_group = '00',
  occupation = '', skill = '', work_status = '09', employer_id = NULL, employer_name = '', hired_on = NULL,
  model_level = '0',
  real_name_level = 0, sources = '{}', changed_at = %(at)s
FROM roster_undo u WHERE u.why = '' AND u.made AND p.id = u.person_id
"""
_CANCEL = """
UPDATE registry_transfer_leg l SET state = 'cancelled', decided_at = %(at)s
WHERE l.import_id = %(run)s AND EXISTS (
  SELECT FROM registry_transfer_leg o WHERE o.transfer_id = l.transfer_id AND o.side = 'out' AND o.state = 'pending')
"""
_MARK = """
UPDATE registry_import_change c SET undone_at = %(at)s FROM roster_undo u WHERE u.why = '' AND c.id = u.change_id
"""
_DONE = "SELECT membership_id FROM roster_undo WHERE why = '' AND membership_id IS NOT NULL ORDER BY membership_id"
_MADE = "SELECT person_id FROM roster_undo WHERE why = '' AND made ORDER BY person_id"
_COUNT = "SELECT count(*) FILTER (WHERE why = ''), count(*) FILTER (WHERE why <> '') FROM roster_undo"
_KEPT = "SELECT person_id, why FROM roster_undo WHERE why <> '' ORDER BY person_id LIMIT %s"


def take_back(
    cursor: Any, *, roster: RosterImport, at: datetime, day: date, shown: int
) -> tuple[int, int, list[tuple[UUID, str]]]:
    """Undo the import for everybody nobody has worked on since. How many people that was, how many were kept, and
    the first of those with the reason. A few statements, for ten people and for a million."""
    values: dict[str, Any] = {
        "run": roster.pk, "union": roster.union_id, "applied": roster.applied_at, "at": at, "day": day,
        "wide": roster.wide,
    }  # fmt: skip
    cursor.execute(_LOCK, values)
    cursor.execute(_FIND, values)
    memberships = _column(cursor, _DONE)
    made = _column(cursor, _MADE)
    cursor.execute(_RESTORE, values)
    _restore_secrets(cursor, at)
    cursor.execute(_RESTORE_PLACES)
    cursor.execute(_CLOSE)
    cursor.execute(_LOG, values)
    facts.reverse(
        record="membership", record_ids=memberships, kinds=["member.joined"], run_id=roster.pk, using="bulk"
    )
    for kind in fields.sealed().values():
        vault.remove(kind, made, using="bulk")
    cursor.execute(_FORGET, values)
    cursor.execute(_CANCEL, values)
    cursor.execute(_MARK, values)
    cursor.execute(_COUNT)
    undone, kept = cursor.fetchone()
    cursor.execute(_KEPT, [shown])
    return undone, kept, cursor.fetchall()


def _restore_secrets(cursor: Any, at: datetime) -> None:
    """The sealed values that were there before; none, where there was none."""
    for field, kind in fields.sealed().items():
        cursor.execute(_RESEALED, [field])
        changes: Mapping[UUID, UUID] = {change: person for person, change in cursor.fetchall()}
        if not changes:
            continue
        before = f"{BEFORE}.{kind.partition('.')[2]}"
        vault.remove(kind, list(changes.values()), using="bulk")
        vault.copy_many(before, kind, changes, at=at, person=True)
        vault.remove(before, list(changes), using="bulk")


def _column(cursor: Any, statement: str) -> list[UUID]:
    cursor.execute(statement)
    return [value for (value,) in cursor.fetchall()]
