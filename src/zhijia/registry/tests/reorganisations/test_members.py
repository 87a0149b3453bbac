"""Members, and what waits, follow to the union that takes over."""

from datetime import date, timedelta
from typing import Any

import pytest

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Answer, Case, Step
from zhijia.matters.services import sides
from zhijia.notices.models import Message
from zhijia.registry import tree
from zhijia.registry.models import (
    Coverage,
    Employer,
    Membership,
    MembershipChange,
    Person,
    Post,
    TransferLeg,
    Union,
)
from zhijia.registry.queries import counts
from zhijia.registry.services import memberships
from zhijia.registry.services.reorganisations import doing
from zhijia.registry.services.reorganisations.plans import Dissolve, Merge, Rename, Split
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.reorganisations.plans import TODAY, done, everything_fits, ids, seen, whole
from zhijia.registry.tests.world import AT
from zhijia.vault.models import Secret


def test_a_dissolved_unions_members_keep_their_membership_in_another(kept: worlds.World) -> None:
    factory, mill, luyang = ids(kept, "factory", "mill", "luyang")
    with context.acting(Actor(None, "command", "test")):
        leaving = worlds.ask(kept, "ding", "couriers", serial=1, called="ding")
        worlds.take_in(kept, "couriers", leaving)
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
    assert [one.seat_id for one in whole(Step, code="look", state="active")] == [mill]
    assert [change.kind for change in whole(MembershipChange, reason="reorganisation")].count("03") == 2
    assert {person.union_id for person in whole(Person)} == {mill}
    everything_fits()


def test_a_member_who_was_on_the_way_there_has_arrived(kept: worlds.World) -> None:
    factory, mill = ids(kept, "factory", "mill")
    with context.acting(Actor(None, "command", "test")):
        asked = worlds.ask(kept, "ding", "mill", serial=1, called="ding")
        worlds.take_in(kept, "mill", asked)

    done(kept, Dissolve(union=factory, members_to=mill))
    sides.follow(at=AT)

    assert {leg.state for leg in whole(TransferLeg)} == {TransferLeg.State.CANCELLED}
    assert [step.code for step in whole(Step, case_id=asked.pk, state="active")] == ["look"]
    assert {one.state for one in whole(Case, code="transfer_out")} == {"withdrawn"}
    everything_fits()


def test_what_waits_at_a_merged_union_is_answered_by_the_one_that_took_it_over(kept: worlds.World) -> None:
    factory, mill, shushan = ids(kept, "factory", "mill", "shushan")
    with context.acting(Actor(None, "command", "test")):
        worlds.ask(kept, "bai", "factory", serial=7, called="bai")
        coming = worlds.ask(kept, "lan", "factory", serial=3, called="lan")
        worlds.take_in(kept, "factory", coming)
        leaving = worlds.ask(kept, "an", "mill", serial=2, called="an")
        worlds.take_in(kept, "mill", leaving)

    done(kept, Merge(unions=(factory,), into=mill))

    sides.follow(at=AT)
    looked = [step.case_id for step in whole(Step, code="look", state="active")]
    asked = [one for one in whole(Case, code="join") if one.pk in looked]
    assert {(one.union_id, one.county_id) for one in asked} == {(mill, shushan)}
    assert {one.shown_name for one in asked} == {"bai", "lan"}
    answers = whole(Answer, case_id__in=looked, name__in=("id_number", "_phone"))
    sealed = whole(Secret, row_id__in=[answer.pk for answer in answers])
    assert len(sealed) == 2
    assert {(secret.union_id, secret.county_id) for secret in sealed} == {(mill, shushan)}
    legs = {(leg.name, leg.side): leg.state for leg in whole(TransferLeg)}
    assert legs["lan", "in"] == legs["lan", "out"] == TransferLeg.State.CANCELLED
    assert TransferLeg.State.CANCELLED not in (legs["an", "in"], legs["an", "out"])
    told = whole(Message, kind="case_followed")
    assert {message.user_id for message in told} == {one.user_id for one in asked}
    everything_fits()


def test_a_transfer_on_its_way_to_a_merged_union_arrives_where_it_went(kept: worlds.World) -> None:
    factory, luyang, mill = ids(kept, "factory", "luyang", "mill")
    with context.acting(Actor(None, "command", "test")):
        coming = worlds.ask(kept, "lan", "factory", serial=3, called="lan")
        worlds.take_in(kept, "factory", coming)

    done(kept, Merge(unions=(factory,), into=luyang))

    assert {leg.union_id for leg in whole(TransferLeg, side="in")} == {luyang}
    assert {leg.union_id for leg in whole(TransferLeg, side="out")} == {mill}
    assert [one.seat_id for one in whole(Step, state="waiting")] == [luyang]
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

    assert [one.seat_id for one in whole(Step, code="look", state="active")] == [mill]
    assert len(whole(Message, kind="case_followed")) == 1


def test_a_split_takes_the_members_at_an_employer_and_who_covers_it(kept: worlds.World) -> None:
    factory, luyang = ids(kept, "factory", "luyang")
    works = Employer.objects.create(name="晨光二厂", division="340103000000")
    ready.add(Coverage(union_id=factory, employer=works, valid_from=date(2020, 1, 1)))
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
