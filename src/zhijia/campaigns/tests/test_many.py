"""A roster of 100,000 people, set-based: by a few statements a slice, in bounded time, and again without a change."""

import time
from typing import Any

import pytest

from zhijia.campaigns.services import rostering
from zhijia.campaigns.tests.world import days_on, season
from zhijia.kernel.context import whole

MANY = 100_000
SECONDS = 120
_PEOPLE = """
INSERT INTO registry_person SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).*
FROM (SELECT * FROM registry_person WHERE union_id = %s LIMIT 1) AS p, generate_series(1, %s)"""
_MEMBERS = """
INSERT INTO registry_membership SELECT (jsonb_populate_record(m, jsonb_build_object(
  'id', gen_random_uuid(), 'person_id', p.id, 'member_number', 'N' || row_number() OVER ()))).*
FROM (SELECT * FROM registry_membership WHERE union_id = %s LIMIT 1) AS m, registry_person p
WHERE p.union_id = %s AND NOT EXISTS (SELECT FROM registry_membership held WHERE held.person_id = p.id)"""


@pytest.mark.slow
def test_a_hundred_thousand_come_onto_a_roster_in_some_statements(committed: None, owner_sql: Any) -> None:
    made = season(1, 0)
    union = made.world.unions["factory"].pk
    owner_sql(_PEOPLE, [union, MANY])
    owner_sql(_MEMBERS, [union, union])
    owner_sql("ANALYZE registry_person; ANALYZE registry_membership")
    began = time.monotonic()
    drive = made.drive()
    filled = time.monotonic() - began
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_entry WHERE drive_id = %s", [drive.pk])
        assert cursor.fetchone() == (MANY + 1,)
        cursor.execute(
            "SELECT state, count(*) FROM campaigns_piece WHERE drive_id = %s GROUP BY 1", [drive.pk]
        )
        assert dict(cursor.fetchall()) == {"done": MANY + 1, "open": 2 * (MANY + 1)}
    began = time.monotonic()
    assert made.fill(drive, days_on(1)) == rostering.Kept()
    again = time.monotonic() - began
    assert filled < SECONDS
    assert again < SECONDS
