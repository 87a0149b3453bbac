"""What a page of one union reads of a drive that stands at thousands: by an index each time, never the roster."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import drives, progress, report, returns, roster
from zhijia.campaigns.tests.world import TODAY, Season, season
from zhijia.registry.models import Union

PLACES, UNIONS, MOST = 20_000, 5_000, 12
"""So many on the roster, at so many unions of another county; so many statements a page."""
_ENTRIES = """
INSERT INTO campaigns_entry (drive_id, row_id, union_id, county_id, listed_on, left_why)
SELECT %s, gen_random_uuid(), 900000 + n %% %s, %s, %s, '' FROM generate_series(1, %s) AS n"""
_PIECES = """
INSERT INTO campaigns_piece (entry_id, drive_id, thing, begins_on, ends_on, due_on, state, source, amount, note, late,
  turn, union_id, county_id)
SELECT e.id, e.drive_id, %s, d.opens_on, d.opens_on, d.opens_on + 6, 'open', '', 0, '', false,
  0, e.union_id, e.county_id
FROM campaigns_entry e JOIN campaigns_drive d ON d.id = e.drive_id WHERE e.drive_id = %s AND e.union_id >= 900000"""
_TALLIES = """
INSERT INTO campaigns_tally (drive_id, county_id, union_id, thing, state, late, many, amount)
SELECT -1 - n %% 20, %s, 900000 + n %% %s, '', 'open', false, 1, 0 FROM generate_series(1, %s) AS n"""
"""What other drives have counted, so that one drive's is a small part."""
READ = ("campaigns_entry", "campaigns_piece", "campaigns_tally")
Page = Callable[[Drive, Union], object]
PAGES: dict[str, Page] = {
    "how far it is": lambda drive, union: (
        progress.of(drive, versions.of(drive), union, [union], TODAY),
        progress.given(drive, versions.of(drive), union, TODAY),
    ),
    "its roster": lambda drive, union: roster.page(
        drive, versions.of(drive), union, after=None, rows=50, today=TODAY
    ),
    "those with something to do": lambda drive, union: roster.page(
        drive, versions.of(drive), union, thing=versions.of(drive).each[0].code, state="open", after=None, rows=50,
        today=TODAY,
    ),
    "to do": lambda drive, union: roster.to_do(union, after=None, rows=50, today=TODAY),
    "what is asked of it": lambda _drive, union: drives.burdens(union, day=TODAY),
    "the report": lambda drive, _union: report.figures(drive, versions.of(drive), today=TODAY),
}  # fmt: skip
RETURNS: dict[str, Page] = {
    "time by time": lambda drive, union: returns.by_time(
        drive, versions.of(drive).returns[0], union, today=TODAY
    ),
    "by union": lambda drive, union: returns.by_union(
        drive, versions.of(drive).returns[0], [union], today=TODAY
    ),
    "missing": lambda drive, union: returns.missing(
        drive, versions.of(drive).returns[0], union, today=TODAY, after=None, rows=50
    ),
}


def plans(made: Season, drive: Drive, page: Page, union: str) -> list[str]:
    """How the database reads what an officer of this union is shown."""
    found: list[str] = []
    with made.at_work(union):
        page(drive, made.world.unions[union])
        with CaptureQueriesContext(connection) as ran:
            page(drive, made.world.unions[union])
        assert len(ran) <= MOST
        with connection.cursor() as cursor:
            for query in ran.captured_queries:
                if any(table in query["sql"] for table in READ):
                    cursor.execute("EXPLAIN (COSTS OFF) " + query["sql"].replace("%", "%%"), [])
                    found.append("\n".join(line for (line,) in cursor.fetchall()))
    return found


@pytest.mark.parametrize("code", ["send_coolness", "arrears_weekly_report"])
def test_a_page_of_one_union_reads_no_roster_from_end_to_end(
    committed: None, owner_sql: Any, code: str
) -> None:
    made = season(2, 1)
    is_return = code == "arrears_weekly_report"
    more: dict[str, Any] = {"targets": {}, "opens_on": TODAY.replace(day=2)} if is_return else {}
    drive = made.drive(code, by="province", **more)
    there = made.world.unions["shushan"].pk
    owner_sql(_ENTRIES, [drive.pk, UNIONS, there, TODAY, PLACES])
    owner_sql(_PIECES, [versions.of(drive).each[-1].code, drive.pk])
    owner_sql(_TALLIES, [there, UNIONS, 5 * PLACES])
    for table in READ:
        owner_sql(f"ANALYZE {table}")

    for name, page in {**PAGES, **(RETURNS if is_return else {})}.items():
        for union in ("luyang", "factory"):
            for plan in plans(made, drive, page, union):
                for table in READ:
                    assert f"Seq Scan on {table}" not in plan, f"{name} of {union}:\n{plan}"
