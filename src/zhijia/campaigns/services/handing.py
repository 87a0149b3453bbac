"""Goods of a drive. The union's treasurer hands them out under Assets (`assets`), naming the drive and the thing by
their key; the issue is the proof, and is signed there. Who stands on its roster counts here within minutes, once; whose
goods came back counts no more. Goods of the drive's own union and fund spend its budget as they go."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from zhijia.assets.models import Issue, Return
from zhijia.assets.queries import register
from zhijia.assets.services.asked_for import AskedFor
from zhijia.campaigns import versions, who
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import drives
from zhijia.campaigns.services import giving, opening, promises
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.facts import services as facts
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services.posting import Source
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words

NAMED = 5
"""So many names of people who do not wait for goods stand in one sentence."""
_NOT_WAITING = "SELECT * FROM campaigns_not_waiting(%s, %s, %s, %s, %s::uuid[], %s, %s)"
_HANDED = """
WITH handed AS (
  SELECT i.id AS issue, h.id AS line, waiting.piece
  FROM assets_issue i JOIN assets_handed h ON h.issue_id = i.id
  CROSS JOIN LATERAL campaigns_waiting(%(drive)s, i.purpose, h.person_id, %(members)s, %(household)s) AS waiting (piece)
  WHERE i.source = 'campaign' AND i.source_id = %(drive)s::text AND i.purpose = %(thing)s
    AND NOT EXISTS (SELECT FROM assets_return r WHERE r.issue_id = i.id AND h.id = ANY (r.lines))
    AND NOT EXISTS (
      SELECT FROM campaigns_piece had WHERE had.source <> '' AND had.source = 'issue:' || i.id || '.' || h.id)
  ORDER BY h.id LIMIT %(most)s)
SELECT p.id, p.person_id, p.union_id, p.county_id, p.turn, handed.issue, handed.line
FROM handed JOIN campaigns_piece p ON p.id = handed.piece AND p.state = 'open'
JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
ORDER BY handed.line, p.id FOR UPDATE OF p SKIP LOCKED FOR SHARE OF d SKIP LOCKED"""
_FROM = """
UPDATE campaigns_piece p SET source = said.source FROM unnest(%s::bigint[], %s::text[]) AS said (id, source)
WHERE p.id = said.id"""
_CAME_BACK = """
SELECT p.id FROM assets_issue i JOIN assets_return r ON r.issue_id = i.id CROSS JOIN unnest(r.lines) AS line
JOIN campaigns_piece p ON p.source <> '' AND p.source = 'issue:' || i.id || '.' || line AND p.state = 'done'
JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
WHERE i.source = 'campaign' ORDER BY p.id LIMIT %s FOR UPDATE OF p SKIP LOCKED FOR SHARE OF d SKIP LOCKED"""
_OPEN_AGAIN = """
UPDATE campaigns_piece p SET state = CASE WHEN e.left_on IS NULL THEN 'open' ELSE 'void' END, done_at = NULL,
  done_by = NULL, late = false, source = '', turn = p.turn + 1
FROM campaigns_entry e WHERE e.id = p.entry_id AND p.id = ANY (%s)"""


def asked_for(*, union: Union, day: date) -> list[AskedFor]:
    """The port `assets.asked_for.campaign`: the goods that open drives of this union and those above it give."""
    running = drives.at_union(union).filter(state=Drive.State.OPEN, opens_on__lte=day)
    return [
        AskedFor(
            Source(giving.SOURCE, str(drive.pk), thing.code),
            drive.title,
            _called(drive, thing),
            thing.category,
        )
        for drive in running
        for thing in versions.of(drive).each
        if thing.gives == "goods"
    ]


def goes_out(*, actor: Actor, at: datetime, issue: Issue, people: Sequence[UUID]) -> None:
    """The port `assets.goes_out.campaign`, in the transaction of the issue. Raises Refusal for whoever does not wait
    for it on the roster, and beyond the drive's budget. The drive is held: who hand out at once follow each other."""
    drive = opening.running(opening.locked(int(issue.source_id)))
    campaign = versions.of(drive)
    others = _not_waiting(drive, campaign, issue, people)
    if others:
        named = register.names(issue.union_id, others)
        words = _("On the roster of this drive, and without it so far, are not: %(names)s.")
        names = "、".join(register.called(named.get(one)) for one in others[:NAMED])
        raise Refusal("not_on_the_roster", words % {"names": names})
    _spend(drive, campaign, issue, issue.worth)
    opening.told(actor, at, "campaign.goods", drive, issue=issue.pk, people=len(people))


def comes_back(*, actor: Actor, at: datetime, back: Return) -> None:
    """The port `assets.comes_back.campaign`, in the transaction of the return: the budget has it again. Of a drive that
    was removed past its term only the goods and the books are left to set right."""
    if not Drive.objects.filter(pk=back.issue.source_id).exists():
        return
    drive = opening.locked(int(back.issue.source_id))
    _spend(drive, versions.of(drive), back.issue, -back.worth)
    opening.told(actor, at, "campaign.goods_back", drive, issue=back.issue.pk, people=len(back.lines))


def follow(*, at: datetime) -> int:
    """Whoever was handed what an open drive gives has got it, with the fact; whose goods came back waits again, and
    their fact is taken back. How many. A second run finds nothing."""
    many = _reopened()
    for drive in Drive.objects.filter(state=Drive.State.OPEN).select_related("version").order_by("pk"):
        for thing in versions.of(drive).each:
            while thing.gives == "goods" and (some := _handed(drive, thing, at)):
                many += some
    return many


def _called(drive: Drive, thing: Thing) -> str:
    return _("%(title)s · %(what)s (from %(day)s, no. %(number)s)") % {
        "title": drive.called, "what": thing.label, "day": day_words(drive.opens_on), "number": drive.pk,
    }  # fmt: skip


def _not_waiting(drive: Drive, campaign: Campaign, issue: Issue, people: Sequence[UUID]) -> list[UUID]:
    members, household = who.belonging(campaign)
    asked: list[Any] = [drive.pk, issue.purpose, issue.pk, issue.union_id, list(people), members, household]
    with connection.cursor() as cursor:
        cursor.execute(_NOT_WAITING, asked)
        return [person for (person,) in cursor.fetchall()]


def _spend(drive: Drive, campaign: Campaign, issue: Issue, fen: int) -> None:
    """So much of the drive's budget is spent (below 0: there again), where these goods are the drive's own."""
    own = campaign.budget is not None and issue.lot.fund == campaign.budget.fund
    if fen and own and issue.union_id == drive.union_id:
        drive.spent += fen
        with promises.kept():
            drive.save(update_fields=["spent"])


def _handed(drive: Drive, thing: Thing, at: datetime) -> int:
    members, household = who.belonging(versions.of(drive))
    asked: dict[str, Any] = {
        "drive": drive.pk, "thing": thing.code, "members": members, "household": household, "most": giving.AT_ONCE,
    }  # fmt: skip
    with whole() as cursor:
        cursor.execute(_HANDED, asked)
        rows: dict[int, tuple[Any, ...]] = {}
        lines = set[int]()
        for row in cursor.fetchall():
            if row[0] not in rows and row[-1] not in lines:
                rows[row[0]] = row
                lines.add(row[-1])
        if rows:
            sources = [f"issue:{issue}.{line}" for *_piece, issue, line in rows.values()]
            cursor.execute(_FROM, [list(rows), sources])
            giving.done_many(drive, thing, [row[:5] for row in rows.values()], at=at)
    return len(rows)


def _reopened() -> int:
    many = 0
    while True:
        with whole() as cursor:
            cursor.execute(_CAME_BACK, [giving.AT_ONCE])
            pieces = [piece for (piece,) in cursor.fetchall()]
            if not pieces:
                return many
            cursor.execute(_OPEN_AGAIN, [pieces])
            facts.reverse(record="piece", record_ids=pieces, kinds=[giving.REACHED])
        many += len(pieces)
