"""Members who change their union by a reorganisation are told; employers' moves that wait follow the unions."""

from datetime import timedelta
from uuid import uuid4

import pytest

from zhijia.kernel import context
from zhijia.notices.models import Message
from zhijia.registry.models import (
    Employer,
    LeaveProposal,
    Membership,
    Person,
    TransferBatch,
    TransferLeg,
)
from zhijia.registry.services.batches import answering, proposing, working
from zhijia.registry.services.reorganisations import doing
from zhijia.registry.services.reorganisations.plans import Dissolve, Move, Split
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.reorganisations.plans import TODAY, done, everything_fits, ids, seen, whole
from zhijia.registry.tests.world import AT


@pytest.fixture
def moving(kept: worlds.World) -> TransferBatch:
    """The two members of the factory's union work at an employer that moves to the mill's."""
    with context.acting(kept.actors["factory"]) as officer:
        employer = Employer.objects.create(name="晨光机械有限公司", division="340103000000")
        Person.objects.update(employer_id=employer.pk)
        wish = proposing.Wish(
            leaving=kept.unions["factory"], receiving=kept.unions["mill"], employer=employer, closed=False,
            reason="迁往蜀山", once=uuid4(),
        )  # fmt: skip
        batch = proposing.propose(actor=officer, at=AT, wish=wish)
    return working.work(at=AT, batch_id=batch.pk)


def test_members_of_a_dissolved_union_are_told_once_where_they_are_now(kept: worlds.World) -> None:
    factory, mill = ids(kept, "factory", "mill")

    ended = done(kept, Dissolve(union=factory, members_to=mill))
    doing.do(at=AT, reorganisation_id=ended.pk)
    doing.settle(at=AT, since=AT - timedelta(hours=1))

    told = whole(Message, kind="membership_moved")
    assert {message.person_id for message in told} == {kept.actors[name].person_id for name in ("ding", "an")}
    assert [message.values for message in told] == [{"union": "新河纺织工会", "from": "晨光机械工会"}] * 2
    assert {message.user_id for message in told} == {kept.actors[name].user_id for name in ("ding", "an")}
    with context.acting(kept.actors["ding"]):
        assert Message.objects.filter(kind="membership_moved").count() == 1


def test_a_split_tells_those_who_go_and_a_new_county_nobody(
    kept: worlds.World, moving: TransferBatch
) -> None:
    factory, mill, luyang = ids(kept, "factory", "mill", "luyang")
    with context.whole():
        Person.objects.using("bulk").filter(pk=kept.actors["an"].person_id).update(employer_id=None)

    done(kept, Split(union=factory, name="晨光二厂工会", employers=(moving.employer_id,)))
    assert [message.person_id for message in whole(Message, kind="membership_moved")] == [
        kept.actors["ding"].person_id
    ]

    done(kept, Move(union=mill, parent=luyang))
    assert len(whole(Message, kind="membership_moved")) == 1
    assert [(row.county_id, row.other_county_id) for row in whole(TransferBatch)] == [(luyang, luyang)]
    everything_fits()


def test_a_move_to_a_union_that_ends_waits_at_its_successor(
    kept: worlds.World, moving: TransferBatch
) -> None:
    mill, couriers = ids(kept, "mill", "couriers")

    done(kept, Dissolve(union=mill, members_to=couriers))

    (waiting,) = whole(TransferBatch)
    assert (waiting.state, waiting.other_union_id) == ("open", couriers)
    with context.acting(kept.actors["couriers"]) as officer:
        answering.answer(actor=officer, at=AT, batch_id=moving.pk, agree=True)
    assert working.work(at=AT + timedelta(days=11), batch_id=moving.pk).moved == 2
    assert seen(kept, "couriers") == 3
    everything_fits()


def test_a_move_between_two_unions_that_become_one_is_called_off(
    kept: worlds.World, moving: TransferBatch
) -> None:
    factory, mill = ids(kept, "factory", "mill")

    done(kept, Dissolve(union=factory, members_to=mill))
    ended = working.work(at=AT, batch_id=moving.pk)

    assert (ended.state, ended.moved) == ("withdrawn", 0)
    assert {leg.state for leg in whole(TransferLeg)} == {"cancelled"}
    assert len(whole(Membership, valid_to=None, union_id=mill)) == 3
    everything_fits()


def test_a_question_whether_somebody_stays_goes_over_the_border_with_its_union(kept: worlds.World) -> None:
    luyang, shushan, mill = ids(kept, "luyang", "shushan", "mill")
    (held,) = whole(Membership, union_id=mill)
    LeaveProposal.objects.using("bulk").create(
        membership_id=held.pk, person_id=held.person_id, why="officer", since=TODAY, opened_at=AT,
        answer_until=TODAY, due_on=TODAY, union_id=mill, county_id=shushan,
    )  # fmt: skip

    done(kept, Move(union=mill, parent=luyang))

    assert [row.county_id for row in whole(LeaveProposal)] == [luyang]
    everything_fits()
