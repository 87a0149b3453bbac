"""Reorganisations are done as a whole on their day, once, by whoever decides above; rows and access follow at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connections

from zhijia.catalogue.models import Division
from zhijia.facts import verify as fact_checks
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import tree, verify
from zhijia.registry.models import (
    Application,
    Card,
    Coverage,
    Employer,
    Grant,
    Membership,
    MembershipChange,
    Parent,
    Person,
    Post,
    Reorganisation,
    TransferLeg,
    Union,
)
from zhijia.registry.queries import counts
from zhijia.registry.services import applications, memberships
from zhijia.registry.services.reorganisations import doing, moving, planning
from zhijia.registry.services.reorganisations.plans import Dissolve, Found, Merge, Move, Plan, Rename, Split
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.vault.models import Secret

TODAY = date(2026, 11, 20)
State = Reorganisation.State


@pytest.fixture
def kept(committed: None) -> worlds.World:
    """Two members in the factory (Luyang), one in the mill (Shushan); another city with its own officer."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        world.unions["wuhu"] = Union.objects.create(
            code="340200-900099", name="芜湖市总工会", type="10", level=3, division="340200000000",
            founded_on=date(2020, 1, 1),
        )  # fmt: skip
        Parent.objects.create(
            union=world.unions["wuhu"], parent=world.unions["province"], tree="organisation",
            valid_from=date(2020, 1, 1), recorded_at=AT,
        )  # fmt: skip
        tree.rebuild()
        worlds.appoint(world, "wuhu", "province_officer")
        worlds.appoint(world, "city", "province_officer")
        for name, union, serial in (("ding", "factory", 1), ("an", "factory", 2), ("lan", "mill", 3)):
            worlds.member(world, name, union, serial=serial, called=name)
        world.refresh()
    return world


def ids(world: worlds.World, *names: str) -> tuple[int, ...]:
    return tuple(world.unions[name].pk for name in names)


def planned(world: worlds.World, plan: Plan, who: str = "city", *, day: date = TODAY, at: Any = AT) -> UUID:
    with context.acting(world.actors[who]):
        return planning.plan(
            actor=world.actors[who], at=at, plan=plan, effective_on=day, reason="区划调整", once=uuid4()
        ).pk


def done(world: worlds.World, plan: Plan, who: str = "city", *, day: date = TODAY) -> Reorganisation:
    at = AT + (day - TODAY)
    return doing.do(at=at, reorganisation_id=planned(world, plan, who, day=day, at=at))


def at_once(plans: list[UUID]) -> list[str]:
    """What became of each plan, all delivered at the same moment."""

    def act(plan: UUID) -> str:
        try:
            return doing.do(at=AT, reorganisation_id=plan).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(act, plans))


def seen(world: worlds.World, who: str) -> int:
    with context.acting(world.actors[who]):
        return Membership.objects.filter(valid_to=None).count()


def whole(model: Any, **wanted: Any) -> list[Any]:
    with context.whole():
        return list(model.objects.using("bulk").filter(**wanted).order_by("pk"))


def everything_fits() -> None:
    for check in (
        *(verify.members_are_the_facts, verify.rows_stand_in_their_place, verify.trees_are_whole),
        *(verify.grants_are_sealed, fact_checks.facts_are_told_once, fact_checks.rollups_are_the_facts),
    ):
        assert check().differences == ()


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


def test_a_dissolved_unions_members_keep_their_membership_in_another(kept: worlds.World) -> None:
    factory, mill, luyang = ids(kept, "factory", "mill", "luyang")
    with context.acting(Actor(None, "command", "test")):
        leaving = worlds.ask(kept, "ding", "couriers", serial=1, called="ding")
        applications.approve(actor=kept.act("couriers"), at=AT, application_id=leaving.pk)
        worlds.ask(kept, "bai", "factory", serial=7, called="bai")
    (ding,) = whole(Person, name="ding")
    Post.objects.using("bulk").create(
        person_id=ding.pk,
        kind="01",
        term_from=TODAY,
        term_to=date(2029, 1, 1),
        union_id=factory,
        county_id=luyang,
    )
    day = TODAY + timedelta(days=2)

    ended = done(kept, Dissolve(union=factory, members_to=mill), day=day)

    assert ended.counts == {"members": 2, "ended": 1}
    assert (seen(kept, "factory"), seen(kept, "mill"), seen(kept, "luyang")) == (0, 3, 0)
    assert counts.members(factory, day=TODAY) == counts.members(factory, day=TODAY, reading="now") == 2
    assert counts.members(luyang, day=TODAY) == counts.members(luyang, day=TODAY, reading="now") == 2
    assert [(post.ended_on) for post in whole(Post)] == [day]
    assert {leg.union_id for leg in whole(TransferLeg, side="out")} == {mill}
    assert {one.union_id for one in whole(Application, state="waiting")} == {mill}
    assert [change.kind for change in whole(MembershipChange, reason="reorganisation")].count("03") == 2
    assert {person.union_id for person in whole(Person)} == {mill}
    everything_fits()


def test_a_member_who_was_on_the_way_there_has_arrived(kept: worlds.World) -> None:
    factory, mill = ids(kept, "factory", "mill")
    with context.acting(Actor(None, "command", "test")):
        asked = worlds.ask(kept, "ding", "mill", serial=1, called="ding")
        applications.approve(actor=kept.act("mill"), at=AT, application_id=asked.pk)

    done(kept, Dissolve(union=factory, members_to=mill))

    assert {leg.state for leg in whole(TransferLeg)} == {TransferLeg.State.CANCELLED}
    assert {one.state for one in whole(Application, pk=asked.pk)} == {Application.State.WAITING}
    everything_fits()


def test_what_waits_at_a_merged_union_is_answered_by_the_one_that_took_it_over(kept: worlds.World) -> None:
    factory, mill, shushan = ids(kept, "factory", "mill", "shushan")
    with context.acting(Actor(None, "command", "test")):
        worlds.ask(kept, "bai", "factory", serial=7, called="bai")
        coming = worlds.ask(kept, "lan", "factory", serial=3, called="lan")
        applications.approve(actor=kept.act("factory"), at=AT, application_id=coming.pk)
        leaving = worlds.ask(kept, "an", "mill", serial=2, called="an")
        applications.approve(actor=kept.act("mill"), at=AT, application_id=leaving.pk)

    done(kept, Merge(unions=(factory,), into=mill))

    asked = whole(Application, state="waiting")
    assert {(one.union_id, one.county_id) for one in asked} == {(mill, shushan)}
    assert {one.name for one in asked} == {"bai", "lan"}
    sealed = whole(Secret, row_id__in=[one.pk for one in asked])
    assert len(sealed) == 4
    assert {(secret.union_id, secret.county_id) for secret in sealed} == {(mill, shushan)}
    legs = {(leg.name, leg.side): leg.state for leg in whole(TransferLeg)}
    assert legs["lan", "in"] == legs["lan", "out"] == TransferLeg.State.CANCELLED
    assert TransferLeg.State.CANCELLED not in (legs["an", "in"], legs["an", "out"])
    told = whole(Message, kind="application_moved")
    assert {message.user_id for message in told} == {one.user_id for one in asked}
    everything_fits()


def test_a_transfer_on_its_way_to_a_merged_union_arrives_where_it_went(kept: worlds.World) -> None:
    factory, luyang, mill = ids(kept, "factory", "luyang", "mill")
    with context.acting(Actor(None, "command", "test")):
        coming = worlds.ask(kept, "lan", "factory", serial=3, called="lan")
        applications.approve(actor=kept.act("factory"), at=AT, application_id=coming.pk)

    done(kept, Merge(unions=(factory,), into=luyang))

    assert {leg.union_id for leg in whole(TransferLeg, side="in")} == {luyang}
    assert {leg.union_id for leg in whole(TransferLeg, side="out")} == {mill}
    assert [one.union_id for one in whole(Application, state="other_side")] == [luyang]
    everything_fits()


def test_an_application_written_while_its_union_was_merged_follows_once(
    kept: worlds.World, owner_sql: Any
) -> None:
    factory, mill = ids(kept, "factory", "mill")
    done(kept, Merge(unions=(factory,), into=mill))
    owner_sql("UPDATE registry_union SET dissolved_on = NULL WHERE id = %s", [factory])
    with context.acting(Actor(None, "command", "test")):
        worlds.ask(kept, "bai", "factory", serial=7, called="bai")
    owner_sql("UPDATE registry_union SET dissolved_on = %s WHERE id = %s", [TODAY, factory])

    for _time in range(2):
        doing.settle(at=AT, since=AT - timedelta(hours=1))

    assert [one.union_id for one in whole(Application, state="waiting")] == [mill]
    assert len(whole(Message, kind="application_moved")) == 1


def test_a_split_takes_the_members_at_an_employer_and_who_covers_it(kept: worlds.World) -> None:
    factory, luyang = ids(kept, "factory", "luyang")
    works = Employer.objects.create(name="晨光二厂", division="340103000000")
    Coverage.objects.create(union_id=factory, employer=works, valid_from=date(2020, 1, 1))
    with context.whole():
        Person.objects.using("bulk").filter(name="an").update(employer_id=works.pk)

    split = done(kept, Split(union=factory, name="晨光二厂工会", employers=(works.pk,)))

    (new,) = whole(Union, name="晨光二厂工会")
    assert split.counts == {"founded": 1, "members": 1}
    assert (counts.members(factory), counts.members(new.pk), counts.members(luyang)) == (1, 1, 2)
    assert [row.union_id for row in whole(Coverage, valid_to=None)] == [new.pk]
    assert new.level == kept.unions["factory"].level
    everything_fits()


def test_a_new_name_rewrites_nothing(kept: worlds.World) -> None:
    (factory,) = ids(kept, "factory")
    for days, name in ((0, "晨光集团工会"), (5, "晨光联合工会")):
        done(kept, Rename(union=factory, name=name), day=TODAY + timedelta(days=days))

    called = [tree.at(TODAY + timedelta(days=days)).names([factory])[factory] for days in (-1, 0, 4, 5)]

    assert called == ["晨光机械工会", "晨光集团工会", "晨光集团工会", "晨光联合工会"]


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


def test_nothing_changes_before_the_day_and_the_order_is_that_of_the_plans(kept: worlds.World) -> None:
    factory, shushan = ids(kept, "factory", "shushan")
    day = TODAY + timedelta(days=30)
    planned(kept, Rename(union=factory, name="乙"), day=day, at=AT + timedelta(hours=1))
    sooner = planned(kept, Rename(union=factory, name="甲"), day=day)
    planned(kept, Move(union=factory, parent=shushan), day=day, at=AT + timedelta(hours=2))

    assert doing.do_due(at=AT + timedelta(days=29)) == 0
    assert doing.do(at=AT, reorganisation_id=sooner).state == State.PLANNED
    assert (counts.members(shushan), whole(Union, pk=factory)[0].name) == (1, "晨光机械工会")
    assert doing.do_due(at=AT + timedelta(days=30)) == 3

    assert (counts.members(shushan), whole(Union, pk=factory)[0].name) == (3, "乙")
    assert {one.state for one in whole(Reorganisation)} == {State.DONE}
    everything_fits()


def test_a_plan_is_taken_back_before_its_day_and_not_after(kept: worlds.World) -> None:
    luyang, shushan = ids(kept, "luyang", "shushan")
    actor = kept.actors["city"]
    plan = planned(kept, Merge(unions=(shushan,), into=luyang), day=TODAY + timedelta(days=9))
    with context.acting(actor):
        planning.undo(actor=actor, at=AT, reorganisation_id=plan)

    assert doing.do_due(at=AT + timedelta(days=9)) == 0
    with context.acting(actor), pytest.raises(Refusal) as refused:
        planning.undo(actor=actor, at=AT, reorganisation_id=plan)
    assert refused.value.code == "reorganisation_over"
    assert whole(Union, pk=shushan)[0].dissolved_on is None


def test_a_plan_whose_premises_changed_stops_says_why_and_does_nothing(kept: worlds.World) -> None:
    factory, couriers, shushan = ids(kept, "factory", "couriers", "shushan")
    day = TODAY + timedelta(days=9)
    waiting = planned(kept, Dissolve(union=factory, members_to=couriers), "luyang", day=day)
    moved = planned(kept, Move(union=couriers, parent=shushan), day=day)
    done(kept, Dissolve(union=couriers, members_to=factory), "luyang")

    assert doing.do_due(at=AT + timedelta(days=9)) == 0

    stopped = {one.pk: (one.state, one.failure) for one in whole(Reorganisation)}
    assert stopped[waiting] == stopped[moved] == (State.STOPPED, "union_ended")
    assert counts.members(factory) == 2
    with context.acting(kept.actors["luyang"]):
        assert Message.objects.filter(kind="reorganisation_stopped").count() == 1
    everything_fits()


def test_a_union_that_hangs_elsewhere_by_the_day_is_looked_at_again(kept: worlds.World) -> None:
    factory, couriers, shushan, luyang = ids(kept, "factory", "couriers", "shushan", "luyang")
    waiting = planned(kept, Move(union=factory, parent=couriers), "luyang", day=TODAY + timedelta(days=5))
    done(kept, Move(union=factory, parent=shushan))

    assert doing.do_due(at=AT + timedelta(days=5)) == 0
    assert whole(Reorganisation, pk=waiting)[0].failure == "moved_meanwhile"
    assert counts.members(luyang) == 0


def test_delivered_twice_it_is_done_once_and_sent_twice_it_is_one_plan(kept: worlds.World) -> None:
    factory, mill = ids(kept, "factory", "mill")
    once, actor = uuid4(), kept.actors["city"]
    for _click in range(2):
        with context.acting(actor):
            planning.plan(
                actor=actor, at=AT, plan=Dissolve(union=factory, members_to=mill), effective_on=TODAY,
                reason="并", once=once,
            )  # fmt: skip

    states = [doing.do(at=AT, reorganisation_id=once).state for _delivery in range(2)]

    assert states == [State.DONE] * 2
    assert (len(whole(Reorganisation)), counts.members(mill), len(whole(Membership))) == (1, 3, 5)
    everything_fits()


def test_of_two_overlapping_mergers_at_once_one_is_done_and_one_stopped(kept: worlds.World) -> None:
    factory, couriers, luyang, shushan = ids(kept, "factory", "couriers", "luyang", "shushan")
    plans = [
        planned(kept, Merge(unions=(factory,), into=couriers)),
        planned(kept, Merge(unions=(couriers,), into=factory)),
        planned(kept, Merge(unions=(luyang,), into=shushan)),
        planned(kept, Merge(unions=(shushan,), into=luyang)),
    ]

    states = at_once(plans)

    assert sorted(states[:2]) == sorted(states[2:]) == [State.DONE, State.STOPPED]
    everything_fits()


def test_delivered_by_several_at_once_it_is_done_once(kept: worlds.World) -> None:
    factory, mill = ids(kept, "factory", "mill")
    plan = planned(kept, Dissolve(union=factory, members_to=mill))

    states = at_once([plan] * 4)

    assert (states, len(whole(Membership)), counts.members(mill)) == ([State.DONE] * 4, 5, 3)
    everything_fits()


def test_killed_in_the_middle_nothing_of_it_is_there_and_it_is_done_later(
    kept: worlds.World, monkeypatch: pytest.MonkeyPatch, owner_sql: Any
) -> None:
    factory, mill = ids(kept, "factory", "mill")
    plan = planned(kept, Dissolve(union=factory, members_to=mill))
    tables = ("registry_union", "registry_parent", "registry_membership", "registry_person", "facts_fact")
    tables = (*tables, "vault_secret", "registry_membership_change", "registry_reorganisation")
    digest = " || ".join(
        f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t)" for table in tables
    )
    before = owner_sql(f"SELECT {digest}")
    tell = moving.facts.record_many

    def killed(*args: Any, **named: Any) -> int:
        written = tell(*args, **named)
        with connections["bulk"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return written

    with monkeypatch.context() as patched:
        patched.setattr(moving.facts, "record_many", killed)
        with pytest.raises(OperationalError):
            doing.do(at=AT, reorganisation_id=plan)
    connections["bulk"].close()

    assert owner_sql(f"SELECT {digest}") == before
    assert doing.do_due(at=AT) == 1
    assert counts.members(mill) == 3
    everything_fits()


NOT_THEIRS = [
    ("wuhu", lambda w: Merge(unions=ids(w, "shushan"), into=ids(w, "luyang")[0])),
    ("wuhu", lambda w: Move(union=ids(w, "luyang")[0], parent=ids(w, "wuhu")[0])),
    ("city", lambda w: Move(union=ids(w, "luyang")[0], parent=ids(w, "wuhu")[0])),
    ("luyang", lambda w: Merge(unions=ids(w, "shushan"), into=ids(w, "luyang")[0])),
    ("luyang", lambda w: Dissolve(union=ids(w, "luyang")[0])),
    ("luyang", lambda w: Move(union=ids(w, "factory")[0], parent=ids(w, "shushan")[0])),
    ("luyang", lambda w: Dissolve(union=ids(w, "factory")[0], members_to=ids(w, "mill")[0])),
    ("factory", lambda w: Rename(union=ids(w, "factory")[0], name="新")),
    (
        "shushan",
        lambda w: Found(parent=ids(w, "luyang")[0], name="新", type="50", level=6, division="340103000000"),
    ),
    ("ding", lambda w: Rename(union=ids(w, "factory")[0], name="新")),
]


@pytest.mark.parametrize(("who", "plan"), NOT_THEIRS)
def test_only_the_union_above_all_that_changes_decides(kept: worlds.World, who: str, plan: Any) -> None:
    with pytest.raises(NotForYou):
        planned(kept, plan(kept), who)
    assert whole(Reorganisation) == []


def test_a_plan_is_taken_back_only_by_who_may_decide_it(kept: worlds.World) -> None:
    luyang, shushan = ids(kept, "luyang", "shushan")
    plan = planned(kept, Merge(unions=(shushan,), into=luyang), day=TODAY + timedelta(days=9))
    for who in ("luyang", "wuhu", "factory"):
        actor = kept.actors[who]
        with context.acting(actor), pytest.raises(NotForYou):
            planning.undo(actor=actor, at=AT, reorganisation_id=plan)
    assert whole(Reorganisation)[0].state == State.PLANNED


def test_the_password_is_asked_again_and_the_past_stays_as_it_is(kept: worlds.World) -> None:
    (factory,) = ids(kept, "factory")
    actor = kept.actors["luyang"]
    bare = Actor(actor.user_id, "page", "test")
    plan = Rename(union=factory, name="新")
    with context.acting(bare), pytest.raises(NeedsStepUp):
        planning.plan(actor=bare, at=AT, plan=plan, effective_on=TODAY, reason="改", once=uuid4())
    with context.acting(actor), pytest.raises(Refusal) as refused:
        planning.plan(
            actor=actor, at=AT, plan=plan, effective_on=TODAY - timedelta(days=1), reason="改", once=uuid4()
        )
    assert refused.value.code == "day_past"


def test_who_joins_a_merged_union_is_asked_to_join_the_other(kept: worlds.World) -> None:
    factory, couriers = ids(kept, "factory", "couriers")
    done(kept, Merge(unions=(factory,), into=couriers))
    kept.refresh()

    with context.acting(Actor(None, "command", "test")), pytest.raises(Refusal):
        worlds.ask(kept, "new", "factory", serial=20)

    with context.acting(kept.actors["couriers"]):
        membership = Membership.objects.filter(valid_to=None).first()
        assert membership is not None
        memberships.leave(actor=kept.actors["couriers"], at=AT, membership_id=membership.pk, reason="走")
    assert counts.members(couriers) == 1
