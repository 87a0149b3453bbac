"""The roster of a drive, made and kept by its rule: set-based, slice by slice, each slice a transaction of `bulk`.

Killed anywhere, whole slices are done and the next run goes on behind the last. Two runs at once work one after the
other. Nothing is ever taken off: who no longer belongs is marked, and what they did not get need not be given."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zhijia.audit import services as audit
from zhijia.campaigns import rules, versions, who
from zhijia.campaigns.models import Drive, Entry
from zhijia.campaigns.services import opening, sharing, telling
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import LISTED, Campaign, Thing
from zhijia.kernel import actors, days, failpoints
from zhijia.kernel.context import whole
from zhijia.registry.models import Union
from zhijia.rules.sql.statement import Statement

_log = logging.getLogger(__name__)
_KEEP = """
WITH found AS MATERIALIZED ({found}),
placed AS MATERIALIZED (
  SELECT f.key, f.person_id, u.id AS union_id, coalesce(u.county_id, u.id) AS county_id
  FROM found f JOIN registry_union u ON u.id = f.union_id WHERE u.dissolved_on IS NULL),
back AS (
  UPDATE campaigns_entry e SET left_on = NULL, left_why = '', union_id = p.union_id, county_id = p.county_id,
    person_id = {person}
  FROM placed p WHERE e.drive_id = %(drive)s AND e.{column} = p.key
    AND (e.left_on IS NOT NULL OR e.union_id <> p.union_id OR e.person_id IS DISTINCT FROM {person}) RETURNING e.id),
gone AS (
  UPDATE campaigns_entry e SET left_on = %(drive_day)s, left_why = {why}
  WHERE e.drive_id = %(drive)s AND e.left_on IS NULL AND {inside}
    AND NOT EXISTS (SELECT FROM placed p WHERE p.key = e.{column}) RETURNING e.id),
came AS (
  INSERT INTO campaigns_entry (drive_id, {columns}, union_id, county_id, listed_on, left_why)
  SELECT %(drive)s, {values}, p.union_id, p.county_id, %(drive_day)s, '' FROM placed p
  WHERE NOT EXISTS (SELECT FROM campaigns_entry e WHERE e.drive_id = %(drive)s AND e.{column} = p.key)
  ON CONFLICT DO NOTHING RETURNING id)
SELECT (SELECT count(*) FROM came), (SELECT count(*) FROM back), (SELECT count(*) FROM gone)"""
_GIVE = """
INSERT INTO campaigns_piece (entry_id, drive_id, person_id, thing, begins_on, ends_on, due_on, state, source, amount,
  note, late, turn, union_id, county_id)
SELECT e.id, e.drive_id, e.person_id, %(thing)s, %(begins)s, %(ends)s,
  CASE WHEN %(days)s::int IS NULL THEN NULL WHEN %(again)s THEN %(ends)s::date + %(days)s::int
    ELSE greatest(e.listed_on, %(begins)s::date) + %(days)s::int END, 'open', '', 0, '', false, 0,
    e.union_id, e.county_id
FROM campaigns_entry e
WHERE e.drive_id = %(drive)s AND e.left_on IS NULL AND {inside}
  AND (NOT %(again)s OR e.listed_on <= greatest(%(ends)s::date + 1, %(opened)s::date))
ON CONFLICT (entry_id, thing, begins_on) DO NOTHING"""
OWED = (
    "(e.left_on IS NULL OR e.left_why = 'merged' AND p.thing = ANY (%(owed)s) AND p.begins_on <= e.left_on)"
)
"""Whether a piece is to be given still: a union that was merged owes what it owed, at its successor."""
_FOLLOW = f"""
UPDATE campaigns_piece p SET state = CASE WHEN {OWED} THEN 'open' ELSE 'void' END,
  union_id = e.union_id, county_id = e.county_id, person_id = e.person_id,
  source = CASE WHEN p.person_id IS DISTINCT FROM e.person_id AND p.source ^@ 'waits:' THEN '' ELSE p.source END
FROM campaigns_entry e
WHERE e.id = p.entry_id AND p.drive_id = %(drive)s AND p.state <> 'done' AND {{inside}}
  AND (p.union_id <> e.union_id OR p.county_id <> e.county_id OR (p.state = 'open') <> {OWED}
    OR p.person_id IS DISTINCT FROM e.person_id)"""  # noqa: S608 - constants
_SUCCEED = f"""
WITH went AS (
  UPDATE campaigns_entry e SET union_id = s.id, county_id = coalesce(s.county_id, s.id) FROM registry_union s
  WHERE e.drive_id = %(drive)s AND e.left_why = 'merged' AND {{inside}}
    AND s.id = campaigns_paid_union(e.id, %(drive_day)s) AND s.id <> e.union_id
  RETURNING e.id, e.union_id, e.county_id, e.left_on, e.left_why)
UPDATE campaigns_piece p SET union_id = e.union_id, county_id = e.county_id,
  state = CASE WHEN {OWED} THEN 'open' ELSE 'void' END
FROM went e WHERE p.entry_id = e.id AND p.state <> 'done'"""  # noqa: S608 - constants
_WHY = {
    "person": """coalesce((
      SELECT CASE WHEN EXISTS (SELECT FROM registry_dead(ARRAY[e.person_id])) THEN 'died'
        WHEN NOT bool_or(m.valid_to IS NULL) THEN 'left'
        WHEN NOT bool_or(m.valid_to IS NULL AND low.tree_left >= top.tree_left AND low.tree_left < top.tree_right)
        THEN 'moved' WHEN bool_or(m.valid_to IS NULL AND m.status = '30') THEN 'retired' ELSE 'rule' END
      FROM registry_membership m JOIN registry_union low ON low.id = m.union_id
      JOIN registry_union top ON top.id = %(of_union)s WHERE m.person_id = e.person_id), 'left')""",
    "union": """(
      SELECT CASE WHEN u.dissolved_on IS NULL THEN 'rule'
        WHEN campaigns_paid_union(e.id, %(drive_day)s) IS NULL THEN 'dissolved' ELSE 'merged' END
      FROM registry_union u WHERE u.id = e.of_union_id)""",
    "employer": "'rule'",
}
"""Why one left the roster, by what stands on it; a row of a list: whether it ended, or is there no more."""
_DISSOLVED = f"""
UPDATE campaigns_entry e SET left_on = %(drive_day)s, left_why = {_WHY["union"]}
FROM registry_union gone
WHERE e.drive_id = %(drive)s AND e.left_on IS NULL AND gone.id = e.of_union_id AND gone.dissolved_on IS NOT NULL
  AND {{inside}}"""  # noqa: S608 - constants
_WHY_ROW = """coalesce((
  SELECT CASE WHEN r.ended_on IS NULL THEN 'rule' ELSE 'ended' END
  FROM registers_row r WHERE r.id = e.row_id), 'ended')"""
_SHARE = """
UPDATE campaigns_entry e SET share = given.share FROM unnest(%s::int[], %s::bigint[]) AS given (of_union, share)
WHERE e.drive_id = %s AND e.of_union_id = given.of_union AND e.share IS DISTINCT FROM given.share"""

_NOBODY = Statement(
    "SELECT NULL::uuid AS key, NULL::int AS union_id, NULL::uuid AS person_id WHERE false", {}
)
"""Nobody can be on the roster: its list was never begun."""
_AFTER = 31
"""Days after its last one in which a drive's last returns still come up."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many came onto the roster, came back, and were marked as belonging no more."""

    came: int = 0
    back: int = 0
    gone: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.came + other.came, self.back + other.back, self.gone + other.gone)


def make(*, at: datetime, drive_id: int) -> Kept:
    """Make the roster of an open drive whole, or bring it up to date; what changed. Run again it changes nothing."""
    today, done = days.business_day(at), Kept()
    drive = Drive.objects.select_related("version").filter(pk=drive_id, state=Drive.State.OPEN).first()
    if drive is None or drive.opens_on > today:
        return done
    campaign = versions.of(drive)
    parts = who.slices(Union.objects.get(pk=drive.union_id))
    while True:
        with whole() as cursor:
            cursor.execute(
                "SELECT place, roster_on FROM campaigns_drive WHERE id = %s AND state = 'open' FOR UPDATE",
                [drive.pk],
            )
            line = cursor.fetchone()
            if line is None:
                return done
            behind, was_whole = line
            part = next((one for one in parts if behind is None or one.union.pk > behind), None)
            if part is not None:
                if campaign.live or was_whole is None:
                    done += _slice(cursor, drive, campaign, part, today)
                if campaign.subject == "union":
                    done += _succeed(cursor, drive, campaign, part, today)
                _pieces(cursor, drive, campaign, part, today)
            last = part is None or part == parts[-1]
            cursor.execute(
                "UPDATE campaigns_drive SET place = %s, roster_on = %s WHERE id = %s",
                [None if last or part is None else part.union.pk, today if last else was_whole, drive.pk],
            )
        failpoints.reached("campaigns.slice")
        if last:
            break
    _share_pot(drive, campaign, at)
    if done != Kept():
        with whole():
            audit.record(
                actor=actors.system("campaigns"), at=at, action="campaign.roster", subject=opening.RECORD,
                subject_id=drive.pk, detail={"came": done.came, "back": done.back, "gone": done.gone}, using="bulk",
            )  # fmt: skip
    return done


def _slice(cursor: Any, drive: Drive, campaign: Campaign, part: who.Slice, today: date) -> Kept:
    found = who.found(campaign, part, on=today) or _NOBODY
    column, _type = who.COLUMNS[campaign.subject]
    by_row = campaign.subject in LISTED
    text = _KEEP.format(
        found=found.sql,
        column=column,
        columns=f"{column}, person_id" if by_row else column,
        values="p.key, p.person_id" if by_row else "p.key",
        person="p.person_id" if by_row else "e.person_id",
        inside=part.inside("e.union_id"),
        why=_WHY.get(campaign.subject, _WHY_ROW),
    )
    own = {"drive": drive.pk, "drive_day": today, "slice": part.union.pk, "of_union": drive.union_id}
    cursor.execute(text, {**found.params, **own})
    return Kept(*cursor.fetchone())


def _succeed(cursor: Any, drive: Drive, campaign: Campaign, part: who.Slice, today: date) -> Kept:
    """Unions that were dissolved leave every roster; what those owe that were merged stands at their successors."""
    inside = part.inside("e.union_id")
    own = {"drive": drive.pk, "drive_day": today, "slice": part.union.pk, "owed": owed(campaign)}
    cursor.execute(_DISSOLVED.format(inside=inside), own)
    gone = cursor.rowcount
    cursor.execute(_SUCCEED.format(inside=inside), own)
    return Kept(gone=gone)


def owed(campaign: Campaign) -> list[str]:
    """What a union that was merged owes, or is owed, still: returns, and its share of the pot."""
    return [thing.code for thing in campaign.each if thing.gives == "return" or thing.of_pot]


def _pieces(cursor: Any, drive: Drive, campaign: Campaign, part: who.Slice, today: date) -> None:
    """What each of them gets and has not been put down for yet; what stands moves along with whom it is for."""
    here = part.inside("e.union_id")
    opened = days.business_day(drive.opened_at) if drive.opened_at else today
    own: dict[str, Any] = {
        "drive": drive.pk,
        "slice": part.union.pk,
        "opened": opened,
        "owed": owed(campaign),
    }
    for thing in campaign.each:
        for time in rules.times(thing.cadence, opens=drive.opens_on, closes=drive.closes_on, today=today):
            within = days_of(thing, part.union.division, today)
            said = {"thing": thing.code, "begins": time.begins, "ends": time.ends, "days": within}
            cursor.execute(_GIVE.format(inside=here), {**own, **said, "again": thing.is_asked_again})
    cursor.execute(_FOLLOW.format(inside=here), own)


def days_of(thing: Thing, division: str, today: date) -> int | None:
    """Days until it is late there, none where it never is."""
    return int(parameters.value(thing.days, division=division, day=today)) if thing.days else None


def _share_pot(drive: Drive, campaign: Campaign, at: datetime) -> None:
    """The pot is shared once, among the unions on the first whole roster; who comes later has no part of it."""
    if campaign.pot is None or Entry.objects.using("bulk").filter(drive=drive, share__isnull=False).exists():
        return
    unions = Entry.objects.using("bulk").filter(drive=drive, left_on__isnull=True, of_union_id__isnull=False)
    there = sorted(one for one in unions.values_list("of_union_id", flat=True) if one is not None)
    parts = sharing.of_pot(drive, there, at=at)
    with whole() as cursor:
        cursor.execute("SELECT campaigns_held_open(%s)", [drive.pk])
        if cursor.fetchone()[0]:
            cursor.execute(_SHARE, [list(parts), list(parts.values()), drive.pk])


def nightly(*, at: datetime) -> list[int]:
    """Bring the roster of every open drive up to date and tell who is new on it; which drives. One that is long over by
    its days changes no more. One that cannot be made holds up no other: the next night meets it again."""
    today, done = days.business_day(at), list[int]()
    for drive in Drive.objects.filter(state=Drive.State.OPEN, opens_on__lte=today).order_by("pk"):
        if drive.closes_on is None or today <= drive.closes_on + timedelta(days=_AFTER):
            try:
                make(at=at, drive_id=drive.pk)
                telling.messages(at=at, drive_id=drive.pk)
                telling.employers(at=at, drive_id=drive.pk)
            except Exception:
                _log.exception("the roster of drive %s could not be made", drive.pk)
            else:
                done.append(drive.pk)
    return done
