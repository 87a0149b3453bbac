"""Counties merge, are founded and are crossed: nodes move, rows only where they have to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from zhijia.catalogue.models import Division
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry.models import (
    Card,
    Grant,
    Union,
)
from zhijia.registry.queries import counts
from zhijia.registry.services.reorganisations import doing, moving
from zhijia.registry.services.reorganisations.plans import Found, Merge, Move
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.reorganisations.plans import TODAY, State, done, everything_fits, ids, seen, whole
from zhijia.registry.tests.world import AT
from zhijia.vault.models import Secret

Sql = Callable[..., list[Any]]


def test_a_merged_county_moves_as_a_node_and_no_members_row_is_written(kept: worlds.World) -> None:
    luyang, shushan, city = ids(kept, "luyang", "shushan", "city")
    where = (
        "SELECT id, xmin::text FROM registry_membership"
        " UNION ALL SELECT id, xmin::text FROM registry_person ORDER BY 1"
    )
    with context.whole() as cursor:
        cursor.execute(where)
        before = cursor.fetchall()

    merger = done(kept, Merge(unions=(shushan,), into=luyang), day=TODAY + timedelta(days=1))

    with context.whole() as cursor:
        cursor.execute(where)
        assert cursor.fetchall() == before
    assert merger.state == State.DONE
    assert (seen(kept, "luyang"), seen(kept, "shushan"), seen(kept, "factory")) == (3, 1, 2)
    assert counts.members(luyang) == counts.members(luyang, day=TODAY, reading="now") == 3
    assert counts.members(luyang, day=TODAY) == 2
    assert counts.members(city, day=TODAY) == counts.members(city) == 3
    (merged,) = whole(Union, pk=shushan)
    assert (merged.dissolved_on, merged.successor_id) == (TODAY + timedelta(days=1), luyang)
    everything_fits()


def test_no_table_of_a_union_refuses_the_county_of_its_rows_to_change(owner_sql: Sql) -> None:
    placed = moving.placed()

    refusing = owner_sql(
        """SELECT t.tgrelid::regclass::text FROM pg_trigger t
        JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attname = 'county_id'
        WHERE t.tgfoid = 'refuse_change()'::regprocedure AND t.tgtype & 16 > 0
          AND (t.tgattr = ''::int2vector OR a.attnum = ANY (t.tgattr)) AND t.tgrelid::regclass::text = ANY (%s)""",
        [placed],
    )

    assert len(placed) > 50
    assert refusing == []


def test_a_union_that_goes_over_a_county_border_takes_its_rows_along(kept: worlds.World) -> None:
    luyang, shushan, factory = ids(kept, "luyang", "shushan", "factory")
    day = TODAY + timedelta(days=3)
    with context.acting(Actor(None, "command", "test")):
        worlds.ask(kept, "bai", "factory", serial=7, called="bai")

    moved = done(kept, Move(union=factory, parent=shushan), day=day)

    assert moved.counts["over_a_border"] == 2
    assert (seen(kept, "luyang"), seen(kept, "shushan"), seen(kept, "factory")) == (0, 3, 2)
    assert (counts.members(luyang), counts.members(shushan)) == (0, 3)
    assert (counts.members(luyang, day=TODAY), counts.members(shushan, day=TODAY)) == (2, 1)
    assert (
        counts.members(luyang, day=TODAY, reading="now"),
        counts.members(shushan, day=TODAY, reading="now"),
    ) == (0, 3)
    assert {grant.county_id for grant in whole(Grant, union_id=factory)} == {shushan}
    assert {secret.county_id for secret in whole(Secret, union_id=factory)} == {shushan}
    assert {card.county_id for card in whole(Card, union_id=factory)} == {shushan}
    everything_fits()


def test_over_the_border_and_back_every_day_reads_as_it_was(kept: worlds.World) -> None:
    luyang, shushan, factory = ids(kept, "luyang", "shushan", "factory")
    for days, parent in ((1, shushan), (1, luyang), (2, shushan)):
        assert done(kept, Move(union=factory, parent=parent), day=TODAY + timedelta(days=days)).done_at

    told = [counts.members(luyang, day=TODAY + timedelta(days=days)) for days in range(3)]
    now = [counts.members(luyang, day=TODAY + timedelta(days=days), reading="now") for days in range(3)]

    assert (told, now) == ([2, 2, 0], [0, 0, 0])
    everything_fits()


def test_what_was_written_under_the_old_county_meanwhile_is_taken_along(
    kept: worlds.World, owner_sql: Any
) -> None:
    luyang, shushan, factory = ids(kept, "luyang", "shushan", "factory")
    done(kept, Move(union=factory, parent=shushan))
    owner_sql("UPDATE registry_union SET county_id = %s WHERE id = %s", [luyang, factory])
    with context.acting(Actor(None, "command", "test")):
        kept.unions["factory"].refresh_from_db()
        worlds.member(kept, "late", "factory", serial=9, called="late")
    owner_sql("UPDATE registry_union SET county_id = %s WHERE id = %s", [shushan, factory])

    settled = doing.settle(at=AT, since=AT - timedelta(hours=1))
    again = doing.settle(at=AT, since=AT - timedelta(hours=1))

    assert (settled, again) == (1, 0)
    everything_fits()


def test_the_fund_tree_moves_without_touching_rows_or_access(kept: worlds.World) -> None:
    factory, shushan = ids(kept, "factory", "shushan")

    done(kept, Move(union=factory, parent=shushan, trees=("fund", "industry")))

    assert (counts.members(shushan), counts.members(shushan, tree="fund")) == (1, 2)
    assert (counts.members(shushan, day=TODAY - timedelta(days=1), tree="fund")) == 0
    assert (seen(kept, "shushan"), seen(kept, "luyang")) == (1, 2)
    done(kept, Move(union=factory, parent=None, trees=("industry",)), day=TODAY + timedelta(days=1))
    assert counts.members(shushan, tree="industry") == 0
    everything_fits()


def test_a_merged_county_ends_its_division_too_when_asked(kept: worlds.World) -> None:
    luyang, shushan = ids(kept, "luyang", "shushan")
    for code in ("340103000000", "340104000000"):
        Division.objects.using("owner").update_or_create(
            code=code, defaults={"name": code, "level": 3, "parent": "340100000000"}
        )

    done(kept, Merge(unions=(shushan,), into=luyang, division=True))

    ended = Division.objects.get(code="340104000000")
    assert (ended.successor, ended.valid_to) == ("340103000000", TODAY)


def test_a_county_is_founded_and_its_officers_see_it_at_once(kept: worlds.World) -> None:
    (city,) = ids(kept, "city")
    plan = Found(parent=city, name="新区总工会", type="10", level=4, division="340191000000")

    done(kept, plan, day=TODAY + timedelta(days=1))

    (new,) = whole(Union, name="新区总工会")
    assert (new.county_id, new.county_ids) == (new.pk, [new.pk])
    assert new.pk in Union.objects.get(pk=city).county_ids
    everything_fits()
