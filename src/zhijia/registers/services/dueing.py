"""What falls due of rows: counted set-based whenever they change, and kept or missed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.register_parts import Due as DueRule
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.ids import new_id
from zhijia.registers.models import Due
from zhijia.registers.services import lists, telling, writing
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Union

# From which day a row is counted, and up to which day what fell due was dealt with: what fell due before the row was
# entered is nobody's any more.
_SHOULD = """
  SELECT r.id, r.union_id, r.county_id, r.person_id,
    CASE WHEN %(months)s = 0 THEN CASE WHEN d.last IS NULL OR d.last < b.base THEN b.base END
      ELSE (b.base + make_interval(months => %(months)s * (1 + CASE WHEN b.past < b.base THEN 0 ELSE
        (extract(year FROM age(b.past, b.base))::int * 12 + extract(month FROM age(b.past, b.base))::int) / %(months)s
        END)))::date END AS day
  FROM registers_row r
  LEFT JOIN LATERAL (SELECT max(x.day) AS last, max(x.kept_on) AS kept FROM registers_due x
    WHERE x.row_id = r.id AND x.code = %(code)s AND x.state IN ('kept', 'missed')) d ON true
  CROSS JOIN LATERAL (SELECT (r.made_at AT TIME ZONE 'Asia/Shanghai')::date AS made) m
  CROSS JOIN LATERAL (SELECT CASE %(since)s WHEN 'added' THEN m.made WHEN 'state' THEN
      CASE WHEN r.state = %(field)s THEN r.came_on END ELSE ("values" ->> %(field)s)::date END AS said) s
  CROSS JOIN LATERAL (SELECT CASE WHEN %(months)s > 0 AND d.kept > s.said THEN d.kept ELSE s.said END AS base,
    greatest(d.last, m.made - 1) AS past) b
  WHERE r.register_id = %(list)s AND {which} AND r.ended_on IS NULL
    AND (%(within)s::text[] = '{{}}' OR r.state = ANY (%(within)s))"""
_GONE = """
UPDATE registers_due w SET state = 'gone' WHERE w.register_id = %(list)s AND w.row_id = ANY (%(ids)s) AND w.state =
'open' AND w.code = %(code)s AND NOT EXISTS (SELECT FROM ({should}) s WHERE s.id = w.row_id AND s.day = w.day)"""
_NEW = """
INSERT INTO registers_due (register_id, row_id, union_id, county_id, person_id, code, day, state, note)
SELECT %(list)s, s.id, s.union_id, s.county_id, s.person_id, %(code)s, s.day, 'open', '' FROM ({should}) s
WHERE s.day IS NOT NULL
ON CONFLICT (row_id, code, day) DO UPDATE SET state = 'open', alarmed_on = NULL WHERE registers_due.state = 'gone'"""
_ONE = _SHOULD.format(which="r.id = ANY (%(ids)s)")
# The same for a row that does not stand anywhere: it is handed in, in the shape of the table.
_MADE_UP = (
    "WITH registers_row AS (SELECT (jsonb_populate_record(NULL::public.registers_row, %(row)s::jsonb)).*) "
    + _SHOULD.format(which="true")
)
_RUN = _SHOULD.format(which="r.source = 'import' AND r.source_id = %(run)s")


def count(kept: Kept, row_ids: Sequence[UUID], *, today: date, division: str, using: str = "default") -> None:
    """Bring up to date what falls due of these rows of unions in one place, in two statements a due."""
    for rule in kept.definition.dues:
        values = _asked(kept, rule, today, division) | {"ids": list(row_ids)}
        rows.run(_GONE.format(should=_ONE), values, using)
        rows.run(_NEW.format(should=_ONE), values, using)


def count_run(kept: Kept, run: str, *, today: date, division: str, using: str) -> None:
    """The same for the new rows of a run."""
    for rule in kept.definition.dues:
        rows.run(_NEW.format(should=_RUN), _asked(kept, rule, today, division) | {"run": run}, using)


def first(
    kept: Kept, values: Mapping[str, Any], *, at: datetime, division: str
) -> list[tuple[DueRule, date | None]]:
    """On which day each due would first fall of a row that says this and is added now; none where it is not counted
    yet. No row is written."""
    today = days.business_day(at)
    row = {
        "id": str(new_id()), "register_id": kept.id, "made_at": at.isoformat(), "came_on": today.isoformat(),
        "state": kept.definition.first_state, "values": values,
    }  # fmt: skip
    found = []
    for rule in kept.definition.dues:
        asked = _asked(kept, rule, today, division) | {"row": json.dumps(row)}
        day = next((line[-1] for line in rows.run(_MADE_UP, asked)), None)
        found.append((rule, day))
    return found


def keep(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    row_id: UUID,
    due: str,
    day: date | None = None,
    on: date | None = None,
    note: str = "",
) -> Due:
    """What falls due of the row was done `on` that day, or today; the next one is counted from there. Where none is
    open, what was missed last was done late. Raises NotForYou where nothing is to be done."""
    kept = lists.ready(code, at=at)
    actor, row = writing.locked(actor, kept, row_id)
    found = Due.objects.select_for_update().filter(row_id=row_id, code=due).exclude(state=Due.State.GONE)
    last = found.order_by("-day").first()
    if last is None or last.state == Due.State.KEPT or day not in (None, last.day):
        raise NotForYou("nothing_due", _("Nothing of the kind is due."))
    today = days.business_day(at)
    last.state, last.kept_on, last.kept_by = Due.State.KEPT, on or today, actor.user_id
    last.note = note.strip()[:1000]
    last.save(update_fields=["state", "kept_on", "kept_by", "note"])
    division = Union.objects.values_list("division", flat=True).get(pk=row.union_id)
    count(kept, [row.pk], today=today, division=division)
    telling.was_kept(kept, row, today, due)
    writing.trail(actor, at, "row.kept", kept, row, note.strip()[:200], due=due)
    return last


def _asked(kept: Kept, rule: DueRule, today: date, division: str) -> dict[str, Any]:
    """How the statements count one due."""
    states = {state.code for state in kept.definition.stations}
    since = "added" if rule.since == "added" else "state" if rule.since in states else "field"
    months = parameters.value(rule.every, division=division, day=today) if rule.every else 0
    return {
        "list": kept.id,
        "code": rule.code,
        "since": since,
        "field": rule.since,
        "months": int(months),
        "within": list(rule.within),
    }
