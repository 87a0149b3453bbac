"""One person once: found by what is shared, decided by a human, merged whole, put apart exactly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.facts import queries as facts
from zhijia.kernel import context, masking
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import access, verify
from zhijia.registry.bench import doubles, identities_limit
from zhijia.registry.bench import identities as bench
from zhijia.registry.models import (
    Blocks,
    Card,
    CutBlock,
    Membership,
    MembershipChange,
    Merge,
    Moved,
    Pair,
    Person,
    TransferLeg,
)
from zhijia.registry.queries import identities as queries
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services import applications, consents, corrections, memberships
from zhijia.registry.services.identities import deciding, finding
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault

LATER = AT + timedelta(hours=1)
NUMBER = "registry_person.id_number"
COPIED = (
    "registry_person", "registry_membership", "registry_card", "registry_consent", "registry_correction",
    "registry_post", "registry_application", "registry_transfer_leg", "vault_secret", "notices_message",
)  # fmt: skip
"""What an undo has to leave as it was, but for the moment of the last change."""


@pytest.fixture
def kept(committed: None) -> World:
    """张小丰 was taken in twice: at the factory in one county, at the mill in the other, one digit apart."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.appoint(world, "city", "province_officer")
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "again", "mill", serial=3)
    return world


@pytest.fixture
def bulk(kept: World) -> Iterator[Any]:
    with context.whole() as cursor:
        yield cursor


def find() -> finding.Found:
    return finding.run(actor=Actor(None, "job", "test"), at=AT)


def only_pair() -> Pair:
    with context.whole():
        return Pair.objects.using("bulk").get()


def merge(world: World, stays: str = "ding", by: str = "city") -> Merge:
    pair, actor = only_pair(), world.actors[by]
    with context.acting(actor):
        return deciding.merge(
            actor=actor, at=LATER, pair_id=pair.pk, stays=person_of(world, stays), reason="one card, one man"
        )


def person_of(world: World, name: str) -> UUID:
    person_id = world.actors[name].person_id
    assert person_id is not None
    return person_id


def rows(table: str) -> list[tuple[Any, ...]]:
    """Every row of a table as text but for what tells when it was last touched, in a stable order."""
    with context.whole() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) - 'changed_at' - 'sealed_at' FROM {table} t"
            " ORDER BY (to_jsonb(t) - 'changed_at')::text"
        )
        return list(cursor.fetchall())


def everything() -> dict[str, list[tuple[Any, ...]]]:
    found = {table: rows(table) for table in COPIED}
    found["notices_message"] = [
        (text,) for (text,) in found["notices_message"] if '"registrations_' not in text
    ]
    return found


def members(world: World, key: str) -> int:
    return facts.total(MEMBERS, unions=[world.unions[key].pk])


def test_two_registrations_one_digit_apart_are_found_and_wait_for_a_human(kept: World) -> None:
    found = find()

    pair = only_pair()
    assert (found.registrations, found.proposed, pair.state) == (2, 1, Pair.State.OPEN)
    assert {pair.first_id, pair.second_id} == {person_of(kept, "ding"), person_of(kept, "again")}
    assert set(pair.reasons) >= {"number_near", "name_same", "birth_same"}
    with context.whole():
        assert Membership.objects.using("bulk").filter(valid_to=None).count() == 2


def test_a_second_run_compares_only_who_changed(kept: World) -> None:
    find()
    assert find().registrations == 0
    pair = only_pair()

    with context.acting(kept.actors["factory"]):
        Person.objects.filter(pk=person_of(kept, "ding")).update(name="丁大勇", changed_at=LATER)
    again = find()

    assert (again.registrations, again.proposed) == (1, 0)
    with context.whole():
        assert not Pair.objects.using("bulk").filter(pk=pair.pk).exists()


def test_a_run_killed_in_the_middle_goes_on_where_it_was(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, calls = finding._judge, iter(range(9))

    def dies(*args: Any) -> Any:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return judge(*args)

    monkeypatch.setattr(finding, "_judge", dies)
    with pytest.raises(KeyboardInterrupt):
        finding.run(actor=Actor(None, "job", "test"), at=AT, chunk=1)
    with context.whole():
        assert Blocks.objects.using("bulk").count() == 1

    assert find().registrations == 1
    assert only_pair().state == Pair.State.OPEN


def test_a_block_that_is_too_large_is_counted_and_not_compared(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = finding._limits(date(2026, 11, 20))
    monkeypatch.setattr(finding, "_limits", lambda _day: replace(limits, block=1))

    assert find().proposed == 0

    with context.whole():
        cut = CutBlock.objects.using("bulk").get()
        assert (cut.kind, cut.registrations) == ("birth", 2)
        Blocks.objects.using("bulk").all().delete()
    monkeypatch.setattr(finding, "_limits", lambda _day: limits)
    find()
    with context.whole():
        assert not CutBlock.objects.using("bulk").exists()


def test_nothing_clear_is_kept_of_what_is_compared(kept: World) -> None:
    find()
    with context.whole() as cursor:
        cursor.execute(
            "SELECT to_jsonb(b)::text FROM registry_blocks b UNION ALL SELECT to_jsonb(w)::text FROM registry_pair w"
        )
        told = "".join(text for (text,) in cursor.fetchall())
    assert not [word for word in ("张", "199003", "1690000") if word in told]


@pytest.mark.parametrize("who", ["factory", "mill", "luyang", "shushan"])
def test_who_has_one_side_alone_finds_no_pair(kept: World, who: str) -> None:
    find()
    pair = only_pair()

    with context.acting(kept.actors[who]) as actor:
        assert not Pair.objects.exists()
        with pytest.raises(NotForYou):
            deciding.merge(actor=actor, at=AT, pair_id=pair.pk, stays=pair.first_id, reason="mine")

    assert only_pair().state == Pair.State.OPEN


def test_a_pair_follows_a_person_who_moves(kept: World) -> None:
    find()
    couriers = kept.unions["couriers"]
    with context.whole() as cursor:
        cursor.execute(
            "SELECT registry_move_person(%s, %s, %s)",
            [person_of(kept, "again"), couriers.pk, couriers.county_id],
        )
    with context.acting(kept.actors["luyang"]):
        assert Pair.objects.count() == 1
    with context.acting(kept.actors["shushan"]):
        assert Pair.objects.count() == 0


def test_a_merge_leaves_one_member_with_one_history_and_both_numbers_find_them(kept: World) -> None:
    find()
    ding, again = person_of(kept, "ding"), person_of(kept, "again")
    assert (members(kept, "factory"), members(kept, "mill")) == (1, 1)

    done = merge(kept)

    assert (members(kept, "factory"), members(kept, "mill")) == (1, 0)
    assert [vault.find(NUMBER, worlds.number(serial)) for serial in (1, 3)] == [ding, ding]
    with context.whole():
        stays = Membership.objects.using("bulk").filter(person_id=ding)
        assert {(stay.status, stay.valid_to is None) for stay in stays} == {("10", True), ("90", False)}
        assert Membership.objects.using("bulk").filter(person_id=again).count() == 0
        assert Card.objects.using("bulk").filter(person_id=ding, ended_at=None).count() == 1
        assert Person.objects.using("bulk").get(pk=again).union_id is None
        assert User.objects.using("bulk").get(pk=kept.actors["again"].user_id).person_id is None
    assert done.person_id == ding
    assert only_pair().state == Pair.State.MERGED
    assert verify.members_are_the_facts().differences == ()
    assert verify.rows_stand_in_their_place().differences == ()
    assert verify.merged_registrations_stand_empty().differences == ()
    assert find().proposed == 0


def test_the_person_is_told_and_may_object(kept: World) -> None:
    find()
    done = merge(kept)
    ding = kept.actors["ding"]

    with context.acting(ding):
        assert Message.objects.filter(person_id=ding.person_id, kind="registrations_merged").count() == 1
        deciding.object_to(actor=ding, at=LATER, merge_id=done.pk, words="The mill was my brother")
    with context.acting(kept.actors["again"]) as other:
        assert Message.objects.filter(user_id=other.user_id, kind="registrations_merged").count() == 1
        with pytest.raises(NotForYou):
            deciding.object_to(actor=other, at=LATER, merge_id=done.pk, words="me too")

    with context.acting(kept.actors["city"]):
        assert Merge.objects.get().objection == "The mill was my brother"


def test_an_undo_puts_every_row_back(kept: World) -> None:
    with context.acting(kept.actors["again"]) as again:
        consents.give(actor=again, at=AT, purpose="sms")
        corrections.ask(actor=again, at=AT, field="occupation", value="fitter")
    with context.acting(kept.actors["ding"]) as ding:
        consents.give(actor=ding, at=AT, purpose="sms")
        corrections.ask(actor=ding, at=AT, field="occupation", value="welder")
    find()
    before = everything()
    done = merge(kept)
    assert everything() != before

    with context.acting(kept.actors["city"]) as actor:
        deciding.undo(actor=actor, at=LATER + timedelta(hours=1), merge_id=done.pk, reason="two brothers")

    after = everything()
    assert {table: after[table] for table in COPIED if after[table] != before[table]} == {}
    assert (members(kept, "factory"), members(kept, "mill")) == (1, 1)
    with context.whole():
        users = User.objects.using("bulk").filter(
            pk__in=[kept.actors[who].user_id for who in ("ding", "again")]
        )
        assert {user.person_id for user in users} == {person_of(kept, "ding"), person_of(kept, "again")}
        kinds = set(MembershipChange.objects.using("bulk").values_list("kind", flat=True))
    assert kinds == {"01", "07", "08"}
    assert only_pair().state == Pair.State.OPEN
    assert verify.members_are_the_facts().differences == ()
    assert verify.rows_stand_in_their_place().differences == ()
    assert find().proposed == 1, "a pair whose merge was undone waits to be decided anew"


def test_after_an_undo_the_other_one_can_be_kept(kept: World) -> None:
    find()
    done = merge(kept)
    with context.acting(kept.actors["city"]) as actor:
        deciding.undo(actor=actor, at=LATER + timedelta(hours=1), merge_id=done.pk, reason="wrong one kept")
        waiting = queries.waiting(access.rights_of(actor), within=True)
        assert [pair.pk for pair in waiting] == [done.pair_id]

        anew = deciding.merge(
            actor=actor,
            at=LATER + timedelta(hours=2),
            pair_id=done.pair_id,
            stays=person_of(kept, "again"),
            reason="the mill has the right number",
        )

    assert anew.person_id == person_of(kept, "again")
    assert only_pair().state == Pair.State.MERGED
    assert verify.members_are_the_facts().differences == ()


def test_a_list_of_merges_names_the_person_masked(kept: World, client: Client) -> None:
    find()
    done = merge(kept)
    client.force_login(User.objects.get(pk=kept.actors["city"].user_id))

    page = client.get(reverse("registry:merges")).content.decode()

    with context.whole():
        name = Person.objects.using("bulk").get(pk=done.person_id).name
    assert masking.name(name) in page
    assert name not in page


def test_what_only_one_of_them_had_follows(kept: World) -> None:
    with context.acting(kept.actors["again"]) as again:
        consents.give(actor=again, at=AT, purpose="sms")
        corrections.ask(actor=again, at=AT, field="occupation", value="fitter")
    find()

    merge(kept)

    with context.acting(kept.actors["factory"]):
        assert consents.agreed(person_of(kept, "ding"), "sms")
    with context.acting(kept.actors["ding"]) as ding:
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "correction_waits"):
            corrections.ask(actor=ding, at=AT, field="occupation", value="welder")


def test_an_agreement_taken_back_later_under_the_other_registration_ends(kept: World) -> None:
    with context.acting(kept.actors["ding"]) as ding:
        consents.give(actor=ding, at=AT, purpose="sms")
    with context.acting(kept.actors["again"]) as again:
        consents.give(actor=again, at=AT, purpose="sms")
        consents.withdraw(actor=again, at=AT + timedelta(minutes=5), purpose="sms")
    find()
    before = rows("registry_consent")

    done = merge(kept)

    with context.acting(kept.actors["factory"]):
        assert not consents.agreed(person_of(kept, "ding"), "sms")
    with context.acting(kept.actors["city"]) as actor:
        deciding.undo(actor=actor, at=LATER, merge_id=done.pk, reason="two brothers")
    assert rows("registry_consent") == before


def test_of_two_stays_that_do_not_overlap_both_are_kept(kept: World) -> None:
    with context.acting(kept.actors["mill"]) as mill:
        held = Membership.objects.get(person_id=person_of(kept, "again"))
        memberships.leave(actor=mill, at=AT, membership_id=held.pk, reason="moved away")
    with context.whole():
        Membership.objects.using("bulk").filter(pk=held.pk).update(
            valid_from=date(2021, 1, 1), joined_on=date(2021, 1, 1), valid_to=date(2022, 1, 1)
        )
    find()

    merge(kept)

    with context.whole():
        stays = Membership.objects.using("bulk").filter(person_id=person_of(kept, "ding"))
        assert sorted(stay.status for stay in stays) == ["10", "40"]


def test_who_is_a_member_under_the_other_registration_alone_comes_to_its_union(kept: World) -> None:
    with context.acting(kept.actors["factory"]) as factory:
        held = Membership.objects.get(person_id=person_of(kept, "ding"))
        memberships.leave(actor=factory, at=AT, membership_id=held.pk, reason="moved away")
    with context.whole():
        Membership.objects.using("bulk").filter(pk=held.pk).update(
            valid_from=date(2021, 1, 1), valid_to=date(2022, 1, 1)
        )
    find()

    merge(kept)

    with context.acting(kept.actors["mill"]):
        assert Person.objects.get(pk=person_of(kept, "ding")).union_id == kept.unions["mill"].pk
        assert Membership.objects.filter(valid_to=None).count() == 1
    with context.acting(kept.actors["factory"]):
        assert not Person.objects.exists()


def test_the_day_of_joining_is_the_earlier_one(kept: World) -> None:
    with context.whole():
        Membership.objects.using("bulk").filter(person_id=person_of(kept, "again")).update(
            valid_from=date(2019, 4, 1), joined_on=date(2019, 4, 1)
        )
    find()

    merge(kept)

    with context.acting(kept.actors["factory"]):
        assert Membership.objects.get(valid_to=None).joined_on == date(2019, 4, 1)


WORK = {
    "membership": lambda world, actor: memberships.leave(
        actor=actor, at=LATER + timedelta(hours=1), reason="moved away",
        membership_id=Membership.objects.get(valid_to=None, person_id=person_of(world, "ding")).pk,
    ),
    "consent": lambda world, actor: consents.give(
        actor=world.act("ding"), at=LATER + timedelta(hours=1), purpose="sms"
    ),
    "data": lambda world, actor: corrections.ask(
        actor=world.act("ding"), at=LATER + timedelta(hours=1), field="occupation", value="fitter"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WORK)
def test_an_undo_after_work_is_refused_with_a_sentence_and_changes_nothing(kept: World, what: str) -> None:
    find()
    done = merge(kept)
    with context.acting(kept.actors["factory"]) as actor:
        WORK[what](kept, actor)
    before = everything()

    with (
        pytest.raises(Refusal, check=lambda refusal: refusal.code == f"merge_{what}"),
        context.acting(kept.actors["city"]) as actor,
    ):
        deciding.undo(actor=actor, at=LATER + timedelta(hours=2), merge_id=done.pk, reason="two brothers")

    assert everything() == before


def test_a_merge_is_undone_once_and_by_who_has_both_sides(kept: World) -> None:
    find()
    done = merge(kept)
    with context.acting(kept.actors["luyang"]) as luyang, pytest.raises(NotForYou):
        deciding.undo(actor=luyang, at=LATER, merge_id=done.pk, reason="ours")
    with context.acting(kept.actors["city"]) as city:
        deciding.undo(actor=city, at=LATER, merge_id=done.pk, reason="two brothers")

    with (
        pytest.raises(Refusal, check=lambda refusal: refusal.code == "merge_undone"),
        context.acting(kept.actors["city"]) as city,
    ):
        deciding.undo(actor=city, at=LATER, merge_id=done.pk, reason="two brothers")


def test_two_people_are_kept_apart_and_not_proposed_again(kept: World) -> None:
    find()
    with context.acting(kept.actors["city"]) as city:
        deciding.keep_apart(actor=city, at=AT, pair_id=only_pair().pk, reason="brothers, both cards seen")
    with context.whole():
        Blocks.objects.using("bulk").all().delete()

    find()

    assert only_pair().state == Pair.State.DIFFERENT


def test_a_merge_wants_a_reason_the_password_and_no_transfer_under_way(kept: World) -> None:
    find()
    pair, city = only_pair(), kept.actors["city"]
    cold = replace(city, stepped_up=False)

    with context.acting(city), pytest.raises(Refusal, check=lambda refusal: refusal.code == "reason_missing"):
        deciding.merge(actor=city, at=AT, pair_id=pair.pk, stays=pair.first_id, reason=" ")
    with context.acting(cold), pytest.raises(NeedsStepUp):
        deciding.merge(actor=cold, at=AT, pair_id=pair.pk, stays=pair.first_id, reason="one card")
    with context.acting(kept.actors["ding"]):
        moving = worlds.ask(kept, "ding", "couriers", serial=1)
        applications.approve(actor=kept.act("couriers"), at=AT, application_id=moving.pk)
    with context.acting(city), pytest.raises(Refusal, check=lambda refusal: refusal.code == "transfer_waits"):
        deciding.merge(actor=city, at=AT, pair_id=pair.pk, stays=pair.first_id, reason="one card")

    assert only_pair().state == Pair.State.OPEN
    with context.whole():
        assert TransferLeg.objects.using("bulk").filter(state="pending").count() == 2
        assert not Moved.objects.using("bulk").exists()


def test_two_officers_merging_both_ways_at_once_merge_once(kept: World) -> None:
    find()
    pair = only_pair()
    officers = [kept.actors["city"], kept.actors["province"]]

    def decide(number: int) -> str:
        actor = officers[number % 2]
        try:
            with context.acting(actor):
                stays = pair.first_id if number % 2 else pair.second_id
                deciding.merge(actor=actor, at=LATER, pair_id=pair.pk, stays=stays, reason="one card")
                return "merged"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        came = sorted(pool.map(decide, range(6)))

    assert came == ["answered_already"] * 5 + ["merged"]
    with context.whole():
        assert Membership.objects.using("bulk").filter(valid_to=None).count() == 1
        assert Merge.objects.using("bulk").count() == 1
    assert verify.members_are_the_facts().differences == ()


def test_a_merged_number_joins_nobody_anew(kept: World) -> None:
    """An import or an application under the number that went finds the person who stayed."""
    find()
    merge(kept)
    with context.acting(Actor(None, "page", "test")):
        worlds.worker(kept, "third")
    with context.acting(kept.actors["third"]):
        asked = worlds.ask(kept, "third", "mill", serial=3)

    with context.acting(kept.actors["mill"]) as mill:
        answered = applications.approve(actor=mill, at=LATER, application_id=asked.pk, document_seen=True)

    assert answered.state == "other_side"
    with context.whole():
        assert TransferLeg.objects.using("bulk").filter(person_id=person_of(kept, "ding")).count() == 2


def test_of_a_planted_set_nearly_all_are_found_and_hardly_anybody_else(committed: None) -> None:
    """Another seed than the bench's; the pairs are those a comparison in memory finds."""
    made = doubles.make(3_000, seed=23)
    ids = bench.load(made, AT)
    limits = finding._limits(date(2026, 11, 20))

    finding.run(actor=Actor(None, "job", "test"), at=AT, chunk=700)

    found, _cut = bench.found_pairs(ids)
    right = found & set(made.truth)
    assert len(right) / len(made.truth) >= 0.95
    assert len(right) / len(found) >= 0.9
    clear = identities_limit.columns(made.rows)
    assert found == identities_limit.pairs(clear, limits.points, limits.threshold, limits.block)


def test_a_roster_with_both_documents_of_one_person_names_the_second_row(kept: World) -> None:
    find()
    merge(kept)
    factory = kept.actors["factory"]
    text = "姓名,身份证号,手机号码\n" + "".join(
        f"张小丰,{worlds.number(serial)},16900000001\n" for serial in (1, 3)
    )
    with context.acting(factory):
        sent = runs.upload(
            actor=factory, at=LATER, union=kept.unions["factory"], name="roster.csv",
            content=BytesIO(text.encode()), in_background=False,
        )  # fmt: skip

    checked = work.check(actor=factory, at=LATER, import_id=sent.pk)

    assert checked.counts["wrong"] == 1
    assert "id_twice" in str(checked.first_errors)


def test_an_undo_after_a_union_went_to_another_county_puts_the_person_where_the_union_is_now(
    kept: World,
) -> None:
    find()
    done = merge(kept)
    mill, luyang = kept.unions["mill"], kept.unions["luyang"]
    with context.whole() as cursor:
        cursor.execute("UPDATE registry_union SET county_id = %s WHERE id = %s", [luyang.pk, mill.pk])

    with context.acting(kept.actors["city"]) as city:
        deciding.undo(actor=city, at=LATER, merge_id=done.pk, reason="two brothers")

    with context.whole():
        back = Person.objects.using("bulk").get(pk=done.gone_id)
        assert (back.union_id, back.county_id) == (mill.pk, luyang.pk)
