"""Where a union stands decides who sees and who pays: no session of the app says so by SQL, whoever is asking."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg.types.json import Jsonb

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry import tree
from zhijia.registry.models import Person, Reorganisation, Union
from zhijia.registry.services import unions
from zhijia.registry.services.reorganisations import planning, plans
from zhijia.registry.tests import by_hand
from zhijia.registry.tests.world import AT, World, appoint, build, found, member

TODAY = AT.date()
ASKING = ("shushan", "mill", "luyang", "factory", "couriers", "member", "founder", "nobody", "a job")
STRANGERS = ("shushan", "mill", "member", "founder", "nobody", "a job")
WRITES = {
    "sees another county": "UPDATE registry_union SET county_ids = county_ids || %(shushan)s WHERE id = %(luyang)s",
    "sees nobody": "UPDATE registry_union SET county_ids = '{}' WHERE id = %(luyang)s",
    "stands in another county": "UPDATE registry_union SET county_id = %(shushan)s WHERE id = %(factory)s",
    "stands in no county": "UPDATE registry_union SET county_id = NULL WHERE id = %(factory)s",
    "stands over those beside it": "UPDATE registry_union SET tree_right = 1::bigint << 40 WHERE id = %(factory)s",
    "stands beside what hangs under it": "UPDATE registry_union SET tree_right = tree_left + 1 WHERE id = %(luyang)s",
    "stands in another": "UPDATE registry_union u SET tree_left = o.tree_left + 1, tree_right = o.tree_right - 1"
    " FROM registry_union o WHERE u.id = %(factory)s AND o.id = %(mill)s",
    "stands nowhere": "UPDATE registry_union SET tree_left = 0, tree_right = 0 WHERE id = %(factory)s",
    "ends": "UPDATE registry_union SET dissolved_on = '2026-11-20' WHERE id = %(factory)s",
    "is followed": "UPDATE registry_union SET successor_id = %(mill)s WHERE id = %(factory)s",
    "has another code": "UPDATE registry_union SET code = '340104-999999' WHERE id = %(factory)s",
    "has another name": "UPDATE registry_union SET name = '甲' WHERE id = %(factory)s",
    "is a county": "UPDATE registry_union SET level = 4 WHERE id = %(factory)s",
    "is deleted": "DELETE FROM registry_union WHERE id = %(factory)s",
    "hangs elsewhere": "UPDATE registry_parent SET parent_id = %(shushan)s WHERE union_id = %(factory)s",
    "hangs nowhere": "DELETE FROM registry_parent WHERE union_id = %(factory)s",
    "hung elsewhere": "INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, valid_to, recorded_at)"
    " VALUES (%(factory)s, %(shushan)s, 'organisation', '2019-01-01', '2020-01-01', now())",
    "pays elsewhere": "INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, recorded_at)"
    " VALUES (%(factory)s, %(shushan)s, 'fund', '2020-01-01', now())",
    "hangs under one below": "INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, recorded_at)"
    " VALUES (%(province)s, %(factory)s, 'organisation', '2020-01-01', now())",
    "was called otherwise": "INSERT INTO registry_union_name (union_id, name, valid_from, valid_to, recorded_at)"
    " VALUES (%(factory)s, '甲', '2020-01-01', '2021-01-01', now())",
    "went over a border": "UPDATE registry_county_change SET to_county_id = %(shushan)s",
}
FOUNDED = (
    "INSERT INTO registry_union (code, name, type, level, division, county_id, county_ids, holding_pool, industry,"
    " unit_nature, founded_on, approval_number, dissolved_on, tree_left, tree_right)"
    " VALUES ('340103-777777', '甲', '50', 4, '340103000000', %(county)s, %(county_ids)s, false, '', '',"
    " '2026-11-20', '', %(ended)s, %(left)s, %(left)s) RETURNING id"
)
PLAIN: dict[str, Any] = {"county_ids": [], "ended": None, "left": 0}
KEPT = (
    "INSERT INTO registry_tree_place VALUES (%(factory)s, 'fund', %(luyang)s, 1, 2)",
    "INSERT INTO registry_tree_total VALUES ('fund', %(luyang)s, 'member.joined', 9, 0, 9)",
    "UPDATE registry_tree_turn SET turn = turn + 1",
)


@pytest.fixture
def world(db: None) -> World:
    made = build()
    member(made, "member", "factory", serial=1)
    made.actors["nobody"] = Actor(None, "page", "test")
    made.actors["a job"] = Actor(None, "job", "test")
    return made


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nobody_moves_or_ends_a_union_by_sql(world: World, write: str) -> None:
    for who in ASKING:
        assert refused(world, who, write), who


@pytest.mark.parametrize(
    "odd", [{"county_ids": [1]}, {"ended": TODAY}, {"left": 1}], ids=["with a list", "ended", "with a place"]
)
def test_a_union_begins_with_nothing(world: World, odd: dict[str, Any]) -> None:
    values = PLAIN | {"county": world.unions["luyang"].pk}

    assert not refused(world, "luyang", FOUNDED, **values)
    assert refused(world, "luyang", FOUNDED, **values | odd)


def test_a_union_is_founded_only_where_who_founds_it_works(world: World) -> None:
    values = PLAIN | {"county": world.unions["luyang"].pk}

    assert [who for who in ASKING if not refused(world, who, FOUNDED, **values)] == [
        "luyang",
        "factory",
        "couriers",
    ]
    assert refused(world, "luyang", FOUNDED, **PLAIN | {"county": None})


def test_a_union_hangs_only_under_one_where_who_founds_it_works(world: World) -> None:
    world.act("luyang")
    with connection.cursor() as cursor:
        cursor.execute(FOUNDED, PLAIN | {"county": world.unions["luyang"].pk})
        (new,) = cursor.fetchone()
    hangs = (
        "INSERT INTO registry_parent (union_id, parent_id, tree, valid_from, recorded_at)"
        " VALUES (%(new)s, %(parent)s, %(tree)s, '2026-11-20', now())"
    )

    def under(who: str, parent: str, kind: str = "organisation") -> bool:
        return refused(world, who, hangs, new=new, parent=world.unions[parent].pk, tree=kind)

    assert under("luyang", "shushan")
    assert under("luyang", "city")
    assert under("luyang", "shushan", "fund")
    assert under("factory", "luyang")
    assert all(under(who, "luyang") for who in STRANGERS)
    assert not under("luyang", "luyang")
    assert not under("factory", "factory")
    world.act("luyang")
    with connection.cursor() as cursor:
        cursor.execute(hangs, {"new": new, "parent": world.unions["luyang"].pk, "tree": "organisation"})
    for tree_of in ("fund", "industry"):
        assert under("luyang", "shushan", tree_of), (
            "its money and its figures hang where who founds it works, too"
        )
    assert not under("luyang", "luyang", "fund")


@pytest.mark.parametrize("write", KEPT)
def test_the_other_trees_are_kept_by_who_works_somewhere(world: World, write: str) -> None:
    assert [who for who in ("member", "founder", "nobody", "a job") if not refused(world, who, write)] == []
    assert not refused(world, "factory", write)


def test_what_a_session_cannot_widen_it_does_not_read(world: World) -> None:
    world.act("shushan")
    with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute(
            "UPDATE registry_union SET county_ids = county_ids || %s WHERE id = %s",
            [world.unions["luyang"].pk, world.unions["shushan"].pk],
        )

    assert not Person.objects.exists()


def test_a_plan_is_written_by_who_works_above_all_it_changes(world: World) -> None:
    appoint(world, "city", "province_officer")
    world.act("member")
    ids = {name: union.pk for name, union in world.unions.items()}
    dissolve = plans.Dissolve(union=ids["factory"], members_to=ids["couriers"])
    take = plans.Move(union=ids["factory"], parent=ids["shushan"])
    merge = plans.Merge(unions=(ids["mill"],), into=ids["couriers"])

    def let(plan: plans.Plan, **told: Any) -> list[str]:
        return [who for who in ("city", *ASKING) if not planned(world, who, plan, **told)]

    assert let(dissolve) == ["city", "luyang"]
    assert let(take) == let(merge) == ["city"]
    assert let(plans.Rename(union=ids["factory"], name="甲")) == ["city", "luyang"]
    assert let(plans.Rename(union=ids["province"], name="甲")) == []
    assert let(dissolve, state="done") == let(dissolve, user_id=world.actors["mill"].user_id) == []


def test_a_plan_of_others_is_not_taken_back_or_changed(world: World) -> None:
    luyang = world.act("luyang")
    about = plans.Rename(union=world.unions["factory"].pk, name="晨光集团工会")
    plan = planning.plan(actor=luyang, at=AT, plan=about, effective_on=TODAY, reason="更名", once=uuid4())
    take_back = "UPDATE registry_reorganisation SET state = 'undone', undone_by = {} WHERE id = %(plan)s"
    undone, by_another = take_back.format("access_user()"), take_back.format("access_user() + 1")
    done = "UPDATE registry_reorganisation SET state = 'done' WHERE id = %(plan)s"
    again = "UPDATE registry_reorganisation SET state = 'planned' WHERE id = %(plan)s"
    other = "UPDATE registry_reorganisation SET plan = '{}' WHERE id = %(plan)s"

    assert all(refused(world, who, undone, plan=plan.pk) for who in (*STRANGERS, "factory", "couriers"))
    assert all(
        refused(world, who, write, plan=plan.pk)
        for who in ASKING
        for write in (done, by_another, again, other)
    )

    with context.acting(luyang):
        taken = planning.undo(actor=luyang, at=AT, reorganisation_id=plan.pk)
    assert taken.state == Reorganisation.State.UNDONE
    assert refused(world, "luyang", again, plan=plan.pk)


def test_what_is_kept_of_the_tree_is_made_anew_by_who_works_and_is_the_same(world: World) -> None:
    appoint(world, "city", "province_officer")
    city = world.act("city")
    county = unions.found_union(
        actor=city, at=AT, parent_id=world.unions["city"].pk, name="新站区总工会", type="10",
        level=Union.Level.COUNTY, division="340103000000", founded_on=TODAY,
    )  # fmt: skip
    before = list(Union.objects.order_by("tree_left").values_list("id", "county_id", "county_ids"))
    assert county.county_ids == [county.pk]
    assert county.pk in Union.objects.get(pk=world.unions["province"].pk).county_ids

    world.act("couriers")
    tree.rebuild()

    assert list(Union.objects.order_by("tree_left").values_list("id", "county_id", "county_ids")) == before


def test_of_a_union_beside_others_the_place_is_its_own(world: World) -> None:
    found(world, "workshop", "factory", "一车间", type="50", level=Union.Level.BRANCH)
    into = (
        "UPDATE registry_union u SET tree_left = o.tree_left + 1, tree_right = o.tree_left + 2"
        " FROM registry_union o WHERE u.id = %(couriers)s AND o.id = %(workshop)s"
    )

    assert refused(world, "luyang", into)


def refused(world: World, who: str, write: str, **values: Any) -> bool:
    """Whether the database refuses this, said by them."""
    return by_hand.refused(
        world.actors[who], write, {name: union.pk for name, union in world.unions.items()} | values
    )


def planned(world: World, who: str, plan: plans.Plan, **told: Any) -> bool:
    """Whether the database refuses a plan of theirs that no service looked at."""
    columns = {
        "id": uuid4(), "kind": plan.kind, "state": "planned", "effective_on": TODAY,
        "plan": Jsonb({"said": plans.written(plan), "was": {}, "names": {}}), "counts": Jsonb({}),
        "union_id": plan.about, "place_id": world.unions.get(who, world.unions["factory"]).pk, "reason": "r",
        "approval_number": "", "user_id": world.actors[who].user_id, "recorded_at": AT, "failure": "",
    } | told  # fmt: skip
    names = ", ".join(columns)
    values = ", ".join(f"%({name})s" for name in columns)
    return refused(world, who, f"INSERT INTO registry_reorganisation ({names}) VALUES ({values})", **columns)
