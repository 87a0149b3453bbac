"""Two registrations become one whole: one history, both numbers, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import context, masking
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.notices.models import Message
from zhijia.registry import verify
from zhijia.registry.models import (
    Card,
    Membership,
    Merge,
    Moved,
    Pair,
    Person,
    TransferLeg,
)
from zhijia.registry.services import consents, memberships
from zhijia.registry.services.identities import deciding
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.identities.twice import (
    LATER,
    NUMBER,
    find,
    members,
    merge,
    only_pair,
    person_of,
    rows,
)
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault


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
        asked = worlds.correction(kept, "again", "occupation", "fitter")
    find()

    merge(kept)

    with context.acting(kept.actors["factory"]):
        assert consents.agreed(person_of(kept, "ding"), "sms")
    with context.whole():
        assert Case.objects.using("bulk").get(pk=asked.pk).person_id == person_of(kept, "ding")


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
        worlds.take_in(kept, "couriers", moving)
    with context.acting(city), pytest.raises(Refusal, check=lambda refusal: refusal.code == "transfer_waits"):
        deciding.merge(actor=city, at=AT, pair_id=pair.pk, stays=pair.first_id, reason="one card")

    assert only_pair().state == Pair.State.OPEN
    with context.whole():
        assert TransferLeg.objects.using("bulk").filter(state="pending").count() == 1
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

    with context.acting(kept.actors["mill"]):
        answered = worlds.take_in(kept, "mill", asked, document_seen=True, at=LATER)
        assert worlds.here(answered).state == "waiting"

    with context.whole():
        assert TransferLeg.objects.using("bulk").filter(person_id=person_of(kept, "ding")).count() == 2
