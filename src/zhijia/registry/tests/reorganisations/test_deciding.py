"""A plan is decided above, done once and whole on its day, taken back before it, or stopped with its reason."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connections

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import (
    Membership,
    Reorganisation,
    Union,
)
from zhijia.registry.queries import counts
from zhijia.registry.services.reorganisations import doing, moving, planning
from zhijia.registry.services.reorganisations.plans import Dissolve, Found, Merge, Move, Rename
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.reorganisations.plans import (
    TODAY,
    State,
    at_once,
    done,
    everything_fits,
    ids,
    planned,
    whole,
)
from zhijia.registry.tests.world import AT


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
