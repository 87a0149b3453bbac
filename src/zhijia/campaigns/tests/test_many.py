"""A roster of 100,000: some statements a slice in bounded memory, gone on with where it was killed, and pages that
read a few hundred blocks of it."""

import logging
import resource
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.campaigns import verify, versions
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import progress, roster
from zhijia.campaigns.services import folding, opening, rostering, telling
from zhijia.campaigns.tests.world import TODAY, Season, days_on, season
from zhijia.kernel.context import whole
from zhijia.registry.tests.world import AT

MANY = 100_000
SECONDS = 180
"""For the roster with its 300,000 pieces, on a machine that does other things besides."""
MEGABYTES = 150
"""By which the process may grow; 100,000 rows as objects are more."""
BLOCKS = 2_000
_PEOPLE = """
INSERT INTO registry_person SELECT made.*
FROM (SELECT * FROM registry_person WHERE union_id = %s AND gig_group <> '' LIMIT 1) AS p,
generate_series(1, %s) AS n, LATERAL jsonb_populate_record(
  NULL::registry_person, to_jsonb(p) || jsonb_build_object('id', md5('many ' || n)::uuid)) AS made"""
_MEMBERS = """
INSERT INTO registry_membership SELECT made.*
FROM (SELECT * FROM registry_membership WHERE union_id = %s LIMIT 1) AS m, (
  SELECT id, row_number() OVER () AS n FROM registry_person p
  WHERE p.union_id = %s AND NOT EXISTS (SELECT FROM registry_membership held WHERE held.person_id = p.id)) AS p,
LATERAL jsonb_populate_record(NULL::registry_membership, to_jsonb(m)
  || jsonb_build_object('id', gen_random_uuid(), 'person_id', p.id, 'member_number', 'N' || p.n)) AS made"""


def fill(owner_sql: Any, union: int) -> None:
    """So many members more at the union. What the register does besides for each who joins is not looked at here."""
    for table, text, said in (
        ("registry_person", _PEOPLE, [union, MANY]),
        ("registry_membership", _MEMBERS, [union, union]),
    ):
        owner_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            owner_sql(text, said)
        finally:
            owner_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner_sql(f"ANALYZE {table}")


def counted(text: str, drive: Drive) -> dict[str, int]:
    with whole() as cursor:
        cursor.execute(text, [drive.pk])
        return dict(cursor.fetchall())


def blocks(made: Season, drive: Drive, name: str) -> int:
    """The blocks of the database that what a union sees of the drive takes: progress, roster, to do."""
    union, campaign, read = made.world.unions[name], versions.of(drive), 0
    with made.at_work(name):
        with CaptureQueriesContext(connection) as ran:
            progress.of(drive, campaign, union, [union], TODAY)
            progress.given(drive, campaign, union, TODAY)
            roster.page(drive, campaign, union, thing="pack", state="open", after=None, rows=50, today=TODAY)
            roster.page(drive, campaign, union, after=None, rows=50, today=TODAY)
            roster.to_do(union, after=None, rows=50, today=TODAY)
        with connection.cursor() as cursor:
            for query in ran.captured_queries:
                if "campaigns_" in query["sql"] and query["sql"].lstrip().startswith(("SELECT", "WITH")):
                    cursor.execute(
                        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query['sql'].replace('%', '%%')}", []
                    )
                    (plan,) = cursor.fetchone()[0]
                    read += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return read


@pytest.mark.slow
def test_a_hundred_thousand_come_onto_a_roster_in_some_statements(
    committed: None, owner_sql: Any, monkeypatch: Any
) -> None:
    made = season(1, 2)
    union = made.world.unions["factory"].pk
    fill(owner_sql, union)
    drive = made.drive(by="province", opened=False)
    made.do("province", opening.open_drive, drive_id=drive.pk)
    there = made.world.unions["luyang"].pk
    reached = rostering.failpoints.reached

    def killed(name: str) -> None:
        reached(name)
        if Drive.objects.using("bulk").get(pk=drive.pk).place == there:
            raise KeyboardInterrupt

    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    monkeypatch.setattr(rostering.failpoints, "reached", killed)
    with pytest.raises(KeyboardInterrupt):
        rostering.make(at=AT, drive_id=drive.pk)
    monkeypatch.setattr(rostering.failpoints, "reached", reached)
    assert rostering.make(at=AT, drive_id=drive.pk) == rostering.Kept(came=2)
    listed = time.monotonic()
    assert telling.messages(at=AT, drive_id=drive.pk) == MANY + 3
    told = time.monotonic()
    owner_sql("ANALYZE campaigns_entry")
    owner_sql("ANALYZE campaigns_piece")
    assert rostering.make(at=days_on(1), drive_id=drive.pk) == rostering.Kept()
    again = time.monotonic()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    folding.fold()
    drive.refresh_from_db()
    read = {name: blocks(made, drive, name) for name in ("province", "luyang", "factory")}
    logging.getLogger(__name__).info(
        "roster %.1f s, messages %.1f s, again %.1f s, %d MB more, blocks read %s",
        listed - began, told - listed, again - told, grown, read,
    )  # fmt: skip

    things = counted("SELECT thing, count(*) FROM campaigns_piece WHERE drive_id = %s GROUP BY 1", drive)
    assert things == dict.fromkeys(("told", "pack", "visited"), MANY + 3)
    assert not verify.tallies_are_the_roster().differences
    assert max(listed - began, again - told) < SECONDS
    assert grown < MEGABYTES
    assert max(read.values()) < BLOCKS
