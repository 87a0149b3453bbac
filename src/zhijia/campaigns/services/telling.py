"""What a drive says to people: its messages, once each; targets to officers; a return that is due soon."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Share
from zhijia.campaigns.services import answering, giving, opening
from zhijia.catalogue import notices as words
from zhijia.catalogue import parameters, roles
from zhijia.catalogue.campaign_rules import Thing
from zhijia.kernel import actors, days
from zhijia.kernel.context import acting, whole
from zhijia.notices import many
from zhijia.notices import services as notices
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders

AT_ONCE = 5_000
STARTED, STARTED_OPEN = "campaign_started", "campaign_started_open"
"""Kinds of message: something falls due by a day, or by none."""
_WAITING = """
SELECT p.id, p.person_id, p.union_id, p.county_id, p.turn FROM campaigns_piece p
JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
WHERE p.drive_id = %s AND p.thing = %s AND p.state = 'open' AND p.person_id IS NOT NULL
LIMIT %s FOR UPDATE OF p SKIP LOCKED FOR SHARE OF d SKIP LOCKED"""
OWN = "campaigns:mine"
"""The page of a message: what drives give whoever reads it."""
BY_OFFICERS = frozenset({"return", "goods", "task"})
"""What officers of a union do for those on the roster, and for an employer for which nobody acts."""
_ASKED = """
SELECT u.id, u.code, coalesce(min(p.due_on), %(last)s::date) FROM campaigns_piece p
JOIN registry_union u ON u.id = p.union_id
WHERE p.drive_id = %(drive)s AND p.state = 'open' AND (p.thing = ANY (%(things)s) OR p.thing = ANY (%(by_employer)s)
  AND (SELECT e.employer_id FROM campaigns_entry e WHERE e.id = p.entry_id)
    NOT IN (SELECT employer FROM campaigns_represented(ARRAY[%(drive)s]))) GROUP BY u.id, u.code"""
_OFFICERS = """
SELECT DISTINCT g.union_id, g.user_id FROM registry_grant g JOIN accounts_user a ON a.id = g.user_id AND a.is_active
WHERE g.union_id = ANY (%(unions)s) AND g.role = ANY (%(roles)s)
  AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to > %(today)s) ORDER BY 1, 2"""
_SOON = """
WITH soon AS (
  SELECT p.id FROM campaigns_piece p JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
  WHERE p.drive_id = %(drive)s AND p.thing = %(thing)s AND p.state = 'open' AND p.reminded_on IS NULL
    AND p.due_on <= %(until)s ORDER BY p.id LIMIT %(most)s FOR UPDATE OF p SKIP LOCKED)
UPDATE campaigns_piece p SET reminded_on = %(today)s FROM soon WHERE p.id = soon.id
RETURNING p.union_id, p.due_on, p.id"""


def messages(*, at: datetime, drive_id: int) -> int:
    """Send what an open drive says to those on its roster who have not heard it yet, some thousands in a transaction;
    how many. Killed in between, the rest follows with the next run; nobody hears it twice."""
    drive = Drive.objects.select_related("version").filter(pk=drive_id, state=Drive.State.OPEN).first()
    if drive is None:
        return 0
    told = 0
    for thing in versions.of(drive).each:
        while thing.gives == "message" and (some := _some(drive, thing, at)):
            told += some
    return told


def _some(drive: Drive, thing: Thing, at: datetime) -> int:
    with whole() as cursor:
        cursor.execute(_WAITING, [drive.pk, thing.code, AT_ONCE])
        rows: list[giving.Given] = cursor.fetchall()
        if not rows or thing.words is None:
            return 0
        union = Union.objects.get(pk=drive.union_id)
        values = {"union": union.name, "title": drive.title, "words": words.both(thing.words)}
        people = [row[1] for row in rows if row[1] is not None]
        many.tell(
            at=at, kind="campaign_message", values=values, person_ids=people, link=OWN, reason="campaign"
        )
        giving.done_many(drive, thing, rows, at=at)
    return len(rows)


def targets(*, at: datetime, drive_id: int, above_id: int) -> int:
    """Tell the officers of the unions below that they have a target; how many messages."""
    drive = Drive.objects.get(pk=drive_id)
    below = list(
        Share.objects.filter(drive=drive, above_id=above_id).values_list("union_id", flat=True).distinct()
    )
    union = Union.objects.get(pk=above_id)
    values = {"union": union.name, "title": drive.title}
    return _officers(below, at=at, kind="campaign_target", values=values)


def started(*, at: datetime, drive_id: int) -> int:
    """Tell the officers of each union that has something to do in an open drive that it started, and by which day; once
    for each union. How many were told."""
    drive = Drive.objects.select_related("version").filter(pk=drive_id, state=Drive.State.OPEN).first()
    if drive is None:
        return 0
    byhand = [thing for thing in versions.of(drive).each if thing.gives in BY_OFFICERS]
    things, by_employer = (
        [thing.code for thing in byhand if thing.by_employer is itself] for itself in (False, True)
    )
    values = {"union": Union.objects.get(pk=drive.union_id).name, "title": drive.title}
    with whole() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"campaigns.started {drive.pk}"]
        )
        cursor.execute(
            _ASKED,
            {"drive": drive.pk, "things": things, "by_employer": by_employer, "last": drive.closes_on},
        )
        asked: dict[int, tuple[str, date | None]] = {
            union_id: (code, until) for union_id, code, until in cursor.fetchall()
        }
        told: dict[str, list[tuple[int, str, dict[str, Any]]]] = {STARTED: [], STARTED_OPEN: []}
        for union_id, users in holders(asked, opening.WORK, at, using="bulk").items():
            code, until = asked[union_id]
            link = f"/work/unions/{code}/campaigns/{drive.pk}/"
            said = values | ({"day": until.isoformat()} if until else {})
            told[STARTED if until else STARTED_OPEN].extend((user_id, link, said) for user_id in users)
        return sum(
            many.tell_users_once(at=at, kind=kind, told=some, reason="campaign")
            for kind, some in told.items()
        )


def employers(*, at: datetime, drive_id: int) -> int:
    """Tell whoever acts for an employer of each return an open drive asks of it, once; how many were told."""
    drive = Drive.objects.select_related("version").filter(pk=drive_id, state=Drive.State.OPEN).first()
    if drive is None:
        return 0
    own = [thing for thing in versions.of(drive).returns if thing.by_employer]
    return sum(answering.asked(at=at, drive=drive, thing=thing) for thing in own)


def reminders(*, at: datetime) -> int:
    """Tell officers, or whoever acts for the employer that answers, once, of returns that are due within days; officers
    also where nobody acts for it. How many messages."""
    today, told = days.business_day(at), 0
    for drive in Drive.objects.filter(state=Drive.State.OPEN).select_related("version").order_by("pk"):
        division = Union.objects.values_list("division", flat=True).get(pk=drive.union_id)
        ahead = int(parameters.value("campaigns.alarm_days", division=division, day=today))
        for thing in versions.of(drive).returns:
            while due := _due(drive, thing, today, today + timedelta(days=ahead)):
                if thing.by_employer:
                    pieces = [piece for _union, _day, piece in due]
                    told += answering.reminded(at=at, drive=drive, thing=thing, pieces=pieces)
                    alone = answering.alone(drive, pieces)
                    due = [one for one in due if one[2] in alone]
                groups: dict[date, set[int]] = {}
                for union_id, day, _piece in due:
                    groups.setdefault(day, set()).add(union_id)
                for day, unions in groups.items():
                    values = {"title": drive.title, "what": words.both(thing.label), "day": day.isoformat()}
                    told += _officers(sorted(unions), at=at, kind="campaign_due", values=values)
    return told


def _due(drive: Drive, thing: Thing, today: date, until: date) -> list[tuple[int, date, int]]:
    """Some of what is due until then, at which union and by when; each is answered once."""
    with whole() as cursor:
        asked: dict[str, Any] = {
            "drive": drive.pk,
            "thing": thing.code,
            "today": today,
            "until": until,
            "most": AT_ONCE,
        }
        cursor.execute(_SOON, asked)
        rows: list[tuple[int, date, int]] = cursor.fetchall()
    return rows


def _officers(unions: Sequence[int], *, at: datetime, kind: str, values: Mapping[str, Any]) -> int:
    holding = [role.code for role in roles.all() if opening.WORK in role.permissions]
    with whole() as cursor:
        cursor.execute(_OFFICERS, {"unions": list(unions), "roles": holding, "today": days.business_day(at)})
        users = sorted({user_id for _union, user_id in cursor.fetchall()})
    actor = actors.system("campaigns")
    with acting(actor):
        for user_id in users:
            notices.send(
                actor=actor,
                at=at,
                to_user=user_id,
                kind=kind,
                values=values,
                link="campaigns:here",
                reason="campaign",
            )
    return len(users)
