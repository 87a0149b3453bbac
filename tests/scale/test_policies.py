"""Row policies at the size of a province: no look-up reads a whole table, and none costs twice what it would
without policies (`design.md` 4). Slow: it loads a million members."""

import os
import statistics
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import seconds_of
from zhijia.kernel.context import acting, whole
from zhijia.registry.models import Union
from zhijia.registry.queries import counts, finding, members
from zhijia.registry.queries.members import Filters
from zhijia.registry.tree import TREES
from zhijia.web.bench.scratch import scratch
from zhijia.web.demo.loading import load
from zhijia.web.demo.logins import MEMBER, OFFICER, REVIEWER, workers, workplace
from zhijia.web.demo.plan import Plan

MEMBERS = int(os.environ.get("ZHIJIA_SCALE_MEMBERS", "1000000"))
UNIONS = int(os.environ.get("ZHIJIA_SCALE_UNIONS", "115400"))
PROTECTED = {"registry_person", "registry_membership", "vault_secret"}
WHO = (MEMBER, OFFICER, REVIEWER, "province")
TURNS = 1500
TWICE = 2.0
SHORT = 100
"""Pages: 51 rows, each on a page of its own, the index down to them, and the grants."""
FEW = 2000
"""Pages: six kinds of facts of every county, or of every union of a township."""

pytestmark = [pytest.mark.slow, pytest.mark.database]


@dataclass(frozen=True)
class Asked:
    """What is looked for: a person, their union and its county, the beginning of their name."""

    person: Any
    union: int
    county: int
    prefix: str


PERSON = "SELECT id, name, union_id FROM registry_person WHERE id = %(person)s"
OPEN = (
    "SELECT id, status, union_id FROM registry_membership WHERE person_id = %(person)s AND valid_to IS NULL"
)
SECRET = "SELECT sealed, key_id FROM vault_secret WHERE kind = 1 AND row_id = %(person)s"
LOOKUPS = {"person": PERSON, "membership": OPEN, "secret": SECRET}
PAGE = "SELECT id, name FROM registry_person WHERE union_id = %(union)s ORDER BY name, id LIMIT 51"
STAYS = (
    "SELECT id, person_id FROM registry_membership WHERE union_id = %(union)s AND valid_to IS NULL"
    " ORDER BY id LIMIT 51"
)
PREFIX = "SELECT id, name FROM registry_person WHERE name ^@ %(prefix)s ORDER BY name, id LIMIT 51"
PREFIX_HERE = (
    "SELECT id, name FROM registry_person WHERE union_id = %(union)s AND name ^@ %(prefix)s"
    " ORDER BY name, id LIMIT 51"
)
PREFIX_COUNTY = (
    "SELECT id, name FROM registry_person WHERE county_id = %(county)s AND name ^@ %(prefix)s"
    " ORDER BY name, id LIMIT 51"
)
QUERIES = LOOKUPS | {
    "page": PAGE, "stays": STAYS, "prefix": PREFIX, "prefix here": PREFIX_HERE, "prefix in county": PREFIX_COUNTY,
}  # fmt: skip


@pytest.fixture(scope="module")
def province(django_db_blocker):
    """A million members in a database of its own, with the settings of service."""
    with django_db_blocker.unblock(), scratch(print):
        load(Plan(UNIONS, MEMBERS, seed=7), at=days.now(), say=print)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "VACUUM (ANALYZE) registry_person, registry_membership, vault_secret, registry_tree_place"
            )
        union = workplace()
        person = workers(union, 5)[-1]
        asked = Asked(person.pk, union.pk, union.county_id, person.name[:2])
        yield {login: (actor_of(login), asked_by(login, asked)) for login in WHO}


def actor_of(login):
    user = User.objects.get(login=login)
    return Actor(user.pk, "page", "scale", person_id=user.person_id)


def asked_by(login, asked):
    """A member looks for themself; the others for the same worker."""
    own = User.objects.get(login=login).person_id
    return Asked(own, asked.union, asked.county, asked.prefix) if login == MEMBER else asked


def plan_of(cursor, sql, values):
    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
    return cursor.fetchone()[0][0]["Plan"]


def whole_tables(node):
    """The protected tables this plan reads from end to end."""
    here = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return (here & PROTECTED).union(*(whole_tables(child) for child in node.get("Plans", ())))


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("login", WHO)
def test_no_table_of_people_is_read_from_end_to_end(province, login, name):
    actor, asked = province[login]

    with acting(actor), connection.cursor() as cursor:
        plan = plan_of(cursor, QUERIES[name], vars(asked))

    assert whole_tables(plan) == set(), plan


@pytest.mark.parametrize("login", [OFFICER, REVIEWER, "province"])
@pytest.mark.parametrize("prefix", [False, True])
def test_the_members_table_of_the_pages_reads_no_table_from_end_to_end(province, login, prefix):
    actor, asked = province[login]
    union = Union.objects.get(pk=asked.union)
    filters = Filters(name=asked.prefix if prefix else "")
    told = []

    def listen(execute, sql, params, many, context):
        told.append((sql, params))
        return execute(sql, params, many, context)

    with acting(actor), connection.execute_wrapper(listen):
        first = members.page(actor=actor, union=union, filters=filters)
        members.page(actor=actor, union=union, filters=filters, after=first.rows[0].person_id)
    assert first.rows
    with acting(actor), connection.cursor() as cursor:
        for sql, values in told:
            if sql.lstrip().startswith("SELECT"):
                assert whole_tables(plan_of(cursor, sql, values)) == set(), sql


def most_pages(actor, ask):
    """The most pages of the database any statement of this question looks into, and the plans' indexes."""
    told, most, indexes = [], 0, set()

    def listen(execute, sql, params, many, context):
        told.append((sql, params))
        return execute(sql, params, many, context)

    with acting(actor), connection.execute_wrapper(listen):
        ask()
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("SELECT access_counties(), access_unions(), access_person()")
        for sql, values in told:
            if sql.startswith("SET LOCAL"):
                cursor.execute(sql)
                continue
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
            plan = cursor.fetchone()[0][0]["Plan"]
            most = max(most, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
            indexes |= indexes_of(plan)
    return most, indexes


def indexes_of(node):
    here = {node["Index Name"]} if "Index Name" in node else set()
    return here.union(*(indexes_of(child) for child in node.get("Plans", ())))


WALKED = {
    (OFFICER, "name"): "registry_person_by_union_name",
    (REVIEWER, "name"): "registry_person_by_county_name",
    (REVIEWER, "name_initials"): "registry_person_by_county_ini",
    ("province", "name"): "registry_person_by_name",
    ("province", "name_initials"): "registry_person_by_initials",
}


@pytest.mark.parametrize("prefix", ["surname", "two letters", "nobody's"])
@pytest.mark.parametrize(("login", "column"), WALKED)
def test_a_name_is_looked_up_in_a_short_stretch_of_one_index(province, login, column, prefix):
    actor, asked = province[login]
    typed = {
        "name": {"surname": asked.prefix[0], "two letters": asked.prefix, "nobody's": "龘"},
        "name_initials": {"surname": "z", "two letters": "zw", "nobody's": "vvv"},
    }[column][prefix]

    pages, indexes = most_pages(
        actor, lambda: finding.beginning(actor=actor, column=column, prefix=typed, rows=50)
    )

    assert WALKED[login, column] in indexes
    assert pages <= SHORT


@pytest.mark.parametrize("level", [Union.Level.PROVINCE, Union.Level.COUNTY, Union.Level.TOWNSHIP])
@pytest.mark.parametrize("tree", TREES)
def test_the_members_of_today_are_told_by_a_few_pages_in_every_tree(province, tree, level):
    actor, _asked = province["province"]
    union = Union.objects.filter(level=level, dissolved_on__isnull=True).order_by("id").first()

    pages, _indexes = most_pages(actor, lambda: counts.members(union.pk, tree=tree))

    assert pages <= FEW


@contextmanager
def on_one_processor(*servers):
    """This process and the server's for these connections on one processor: else the longer way to whichever
    the kernel put on the other one (30 to 50 µs here) is measured instead of the policies."""
    free = os.sched_getaffinity(0)
    one = {min(free)}
    os.sched_setaffinity(0, one)
    for each in servers:
        os.sched_setaffinity(each.info.backend_pid, one)
    try:
        yield
    finally:
        os.sched_setaffinity(0, free)
        for each in servers:
            os.sched_setaffinity(each.info.backend_pid, free)


def medians(asked, actor):
    """Seconds of one look-up with the policies (as the app) and without (as bulk): one of each in turns, many
    times, so that whatever else the machine does meets both alike; the median of each."""
    found = {}
    for name, sql in LOOKUPS.items():
        took = {"default": [], "bulk": []}
        with (
            acting(actor),
            whole(),
            connection.cursor() as app,
            connections["bulk"].cursor() as bulk,
            on_one_processor(connection.connection, connections["bulk"].connection),
        ):
            for _turn in range(TURNS):
                took["default"].append(seconds_of(lambda: look_up(app.cursor, sql, asked)))  # noqa: B023
                took["bulk"].append(seconds_of(lambda: look_up(bulk.cursor, sql, asked)))  # noqa: B023
        found[name] = tuple(statistics.median(took[alias]) for alias in ("default", "bulk"))
    return found


def look_up(cursor: psycopg.Cursor, sql, asked):
    cursor.execute(sql, vars(asked), prepare=True)
    assert cursor.fetchone() is not None


def test_a_look_up_from_the_province_costs_at_most_twice_the_same_without_policies(province):
    actor, asked = province["province"]

    found = medians(asked, actor)

    for name, (ours, bare) in found.items():
        told = f"{name}: {ours * 1e6:.0f} µs under policies, {bare * 1e6:.0f} µs without, {ours / bare:.2f} times"
        sys.stderr.write(told + "\n")
    assert all(ours <= TWICE * bare for ours, bare in found.values()), found
