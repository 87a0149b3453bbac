"""What a change costs among 100,000 people: as many rows are read as people changed, not as many as there are."""

import sys
from typing import Any

import pytest
from django.db import connections

from zhijia.kernel.context import whole
from zhijia.watches.services import keeping
from zhijia.watches.tests import world as ours
from zhijia.watches.tests.test_keeping import RETIRED, WATCH, world
from zhijia.watches.tests.world import AT

__all__ = ["world"]
PEOPLE = 100_000
_PEOPLE = """
INSERT INTO registry_person (id, name, name_initials, id_type, sex, nationality, education, hukou_type, hukou_division,
  home_division, migrant, gig_group, occupation, skill, work_status, employer_name, model_level, real_name_level,
  sources, changed_at, union_id, county_id)
SELECT gen_random_uuid(), 'n', 'n', '111', '1', 'CHN', '', '', '', '', false, '00', '', '', '01', '', '0', 0, '{}',
  %(at)s, u.id, u.county_id
FROM generate_series(1, %(many)s) n
JOIN LATERAL (SELECT id, county_id FROM registry_union WHERE level = 6 ORDER BY id OFFSET n %% 3 LIMIT 1) u ON true"""
_MEMBERS = """
INSERT INTO registry_membership
  (id, person_id, member_number, status, joined_on, valid_from, channel, union_id, county_id)
SELECT gen_random_uuid(), p.id, '1', '10', '2020-01-01', '2020-01-01', 'page', p.union_id, p.county_id
FROM registry_person p"""
_CHANGE = """
UPDATE registry_person SET work_status = %(to)s
WHERE id IN (SELECT id FROM registry_person WHERE work_status <> %(to)s ORDER BY md5(id::text) LIMIT 100)"""
_READ = """
SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_user_tables
WHERE relname IN ('registry_person', 'registry_membership', 'registry_union')"""


def read() -> int:
    """Rows of the register read so far, by anybody."""
    with whole() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with whole() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_READ)
        return int(cursor.fetchone()[0])


@pytest.mark.slow
def test_a_thousand_changes_among_a_hundred_thousand_people_read_about_as_many_rows(
    world: Any, capsys: Any
) -> None:
    with whole() as cursor:
        cursor.execute(_PEOPLE, {"at": AT, "many": PEOPLE})
        cursor.execute(_MEMBERS)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE registry_person, registry_membership")
    told = []
    with ours.defined({"test.retired": RETIRED}, WATCH):
        keeping.work(at=AT)
        for many, status in ((100, "04"), (1_000, "04"), (1_000, "03")):
            for _hundred in range(0, many, 100):
                with whole() as cursor:
                    cursor.execute(_CHANGE, {"to": status})
            before = read()
            done = keeping.work(at=AT)["test.retired"]
            told.append((done.asked, read() - before))

        assert ours.kept("test.retired") == ours.asked_anew("test.retired")
    with capsys.disabled():
        sys.stdout.write(f"\n{PEOPLE:,} people; asked about, and rows of the register read: {told}\n")
    assert [asked for asked, _rows in told] == [100, 1_000, 1_000]
    assert [rows for asked, rows in told if rows > 4 * asked + PEOPLE / 50] == []
