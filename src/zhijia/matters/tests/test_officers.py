"""What officers do besides deciding: flags, batches, duplicates, dossiers, the desk; each by whoever may."""

from datetime import timedelta
from uuid import uuid4

import pytest

from zhijia.audit.models import Entry
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Decision, Linked
from zhijia.matters.services import asking, batching, deciding, desk, handing_in, merging
from zhijia.matters.tests.world import CODE, asked, here
from zhijia.registry.tests.world import AT, World, member


def test_asking_twice_in_a_year_stands_out(world: World) -> None:
    first, second = asked(world), asked(world)
    assert (first.flags, second.flags) == ([], ["asked_before"])


def test_a_request_taken_back_does_not_count_as_asking_before(world: World) -> None:
    first = asked(world)
    handing_in.withdraw(actor=world.act("member"), at=AT, case_id=first.pk)
    assert asked(world).flags == []


def test_what_was_sent_back_stands_out_from_then_on(world: World) -> None:
    case = asked(world)
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    deciding.send_back(actor=world.act("luyang"), at=AT, step_id=here(case).pk, to="union", reason="再核实")
    case.refresh_from_db()
    assert case.flags == ["sent_back"]


def test_a_batch_agrees_to_what_nothing_stands_out_at_and_says_so_of_each(world: World) -> None:
    plain, twice = asked(world), asked(world)
    steps = [here(plain).pk, here(twice).pk]
    answers = batching.approve_all(actor=world.act("factory"), at=AT, step_ids=steps)
    assert {(answer.case.pk, answer.done) for answer in answers} == {(plain.pk, True), (twice.pk, False)}
    assert here(plain).code == "county"
    assert here(twice).code == "union"


def test_the_same_batch_again_changes_nothing(world: World) -> None:
    case = asked(world)
    step = here(case).pk
    batching.approve_all(actor=world.act("factory"), at=AT, step_ids=[step])
    again = batching.approve_all(actor=world.act("factory"), at=AT, step_ids=[step])
    assert [answer.done for answer in again] == [True]
    assert Decision.objects.filter(case=case).count() == 1


def test_what_is_late_is_not_agreed_to_in_a_batch(world: World) -> None:
    step = here(asked(world)).pk
    later = AT + timedelta(days=90)
    answers = batching.approve_all(actor=world.act("factory"), at=later, step_ids=[step])
    assert [answer.done for answer in answers] == [False]


def test_a_batch_of_another_unions_officer_reaches_nothing(world: World) -> None:
    case = asked(world)
    step = here(case).pk
    assert batching.approve_all(actor=world.act("couriers"), at=AT, step_ids=[step]) == []
    world.act("factory")
    assert not Decision.objects.filter(case=case).exists()


def test_a_duplicate_goes_on_with_the_other_request(world: World) -> None:
    first, second = asked(world), asked(world)
    step = here(second).pk
    merging.merge(actor=world.act("factory"), at=AT, step_id=step, into=first.pk)
    second.refresh_from_db()
    assert (second.state, second.merged_into_id) == (Case.State.MERGED, first.pk)
    with pytest.raises(Refusal) as again:
        merging.merge(actor=world.act("factory"), at=AT, step_id=step, into=first.pk)
    assert again.value.code == "case_moved_on"


def test_requests_of_two_people_are_not_merged(world: World) -> None:
    mine = asked(world)
    member(world, "other", "factory", serial=42, called="欧阳兰")
    actor = world.act("other")
    theirs = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(actor=actor, at=AT, case_id=theirs.pk, typed={"sum": "100", "why": "住院", "ill": "no"})
    handing_in.submit(actor=actor, at=AT, case_id=theirs.pk, key=uuid4())
    world.act("factory")
    with pytest.raises(Refusal) as refused:
        merging.merge(actor=world.act("factory"), at=AT, step_id=here(mine).pk, into=theirs.pk)
    assert refused.value.code == "not_the_same_request"


def test_two_requests_stand_in_one_dossier_once(world: World) -> None:
    first, second = asked(world), asked(world)
    officer = world.act("factory")
    merging.link(actor=officer, at=AT, case_id=first.pk, number=second.number, why="同一次住院")
    merging.link(actor=officer, at=AT, case_id=second.pk, number=first.number, why="同一次住院")
    assert Linked.objects.count() == 1


def test_an_officer_of_another_union_links_nothing(world: World) -> None:
    first, second = asked(world), asked(world)
    with pytest.raises(NotForYou):
        merging.link(actor=world.act("mill"), at=AT, case_id=first.pk, number=second.number, why="试")


def test_an_officer_asks_at_a_desk_for_a_member_who_agreed(world: World) -> None:
    person = world.actors["member"].person_id
    assert person is not None
    officer = world.act("factory")
    with pytest.raises(Refusal) as without:
        desk.begin(actor=officer, at=AT, code=CODE, person_id=person, agreed="")
    assert without.value.code == "consent_missing"
    case = desk.begin(actor=officer, at=AT, code=CODE, person_id=person, agreed="signed")
    asking.keep(actor=officer, at=AT, case_id=case.pk, typed={"sum": "900", "why": "住院", "ill": "no"})
    case = handing_in.submit(actor=officer, at=AT, case_id=case.pk, key=uuid4())
    assert (case.person_id, case.user_id, case.desk_user_id) == (person, None, officer.user_id)
    assert "at_desk" in case.flags
    told = Entry.objects.get(action="case.desk", subject_id=str(case.pk))
    assert told.detail == {"agreed": "signed"}


def test_whoever_asked_at_a_desk_does_not_decide_it(world: World) -> None:
    person = world.actors["member"].person_id
    assert person is not None
    officer = world.act("factory")
    case = desk.begin(actor=officer, at=AT, code=CODE, person_id=person, agreed="here")
    asking.keep(actor=officer, at=AT, case_id=case.pk, typed={"sum": "900", "why": "住院", "ill": "no"})
    handing_in.submit(actor=officer, at=AT, case_id=case.pk, key=uuid4())
    with pytest.raises(Refusal) as refused:
        deciding.approve(actor=officer, at=AT, step_id=here(case).pk)
    assert refused.value.code == "own_case"


@pytest.mark.parametrize("officer", ["couriers", "mill", "shushan"])
def test_nobody_asks_at_a_desk_for_a_member_of_another_union(world: World, officer: str) -> None:
    person = world.actors["member"].person_id
    assert person is not None
    with pytest.raises(NotForYou):
        desk.begin(actor=world.act(officer), at=AT, code=CODE, person_id=person, agreed="here")
