"""A merge is put apart exactly as it was, or refused with a sentence."""

from datetime import timedelta

import pytest

from zhijia.accounts.models import User
from zhijia.kernel import context
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access, verify
from zhijia.registry.models import (
    Membership,
    MembershipChange,
    Pair,
    Person,
)
from zhijia.registry.queries import identities as queries
from zhijia.registry.services import consents, corrections, memberships
from zhijia.registry.services.identities import deciding
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.identities.twice import (
    COPIED,
    LATER,
    everything,
    find,
    members,
    merge,
    only_pair,
    person_of,
)
from zhijia.registry.tests.world import AT, World


def test_an_undo_puts_every_row_back(kept: World) -> None:
    with context.acting(kept.actors["again"]) as again:
        consents.give(actor=again, at=AT, purpose="sms")
        worlds.correction(kept, "again", "occupation", "fitter")
    with context.acting(kept.actors["ding"]) as ding:
        consents.give(actor=ding, at=AT, purpose="sms")
        worlds.correction(kept, "ding", "occupation", "welder")
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


WORK = {
    "membership": lambda world, actor: memberships.leave(
        actor=actor, at=LATER + timedelta(hours=1), reason="moved away",
        membership_id=Membership.objects.get(valid_to=None, person_id=person_of(world, "ding")).pk,
    ),
    "consent": lambda world, actor: consents.give(
        actor=world.act("ding"), at=LATER + timedelta(hours=1), purpose="sms"
    ),
    "data": lambda world, actor: corrections.put_right(
        actor=actor, at=LATER + timedelta(hours=1), person_id=person_of(world, "ding"), field="occupation",
        value="fitter",
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
