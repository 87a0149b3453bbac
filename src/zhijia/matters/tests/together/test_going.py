"""A case of several items: handed in once, each part its own way."""

from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.kernel.errors import NotForYou
from zhijia.matters.models import Answer, Case
from zhijia.matters.queries import inbox, mine
from zhijia.matters.services import asking, deciding, handing_in, lacking
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.together.world import (
    CARD,
    SCHOOL,
    TYPED,
    WHOLE,
    agreed,
    drafted,
    handed,
    part,
    refused,
)
from zhijia.matters.tests.world import CODE, here
from zhijia.notices.models import Message
from zhijia.registry.tests.world import AT, World


def test_each_part_goes_its_own_way_and_the_whole_is_granted_with_the_last(world: World) -> None:
    case = handed(world)
    assert set(Case.objects.filter(part_of=case).values_list("code", "state")) == {
        (CODE, "open"),
        (CARD, "open"),
    }
    agreed(world, part(case, CARD))
    agreed(world, part(case, CODE))
    case.refresh_from_db()
    assert (case.state, part(case, CODE).state) == ("open", "open")
    agreed(world, part(case, CODE), "luyang")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("granted", AT)


def test_a_part_has_the_answers_its_matter_asks_and_no_others(world: World) -> None:
    case = handed(world, with_test_school="yes", school="合肥职业学院")
    names = {
        code: set(Answer.objects.filter(case=part(case, code)).values_list("name", flat=True))
        for code in (CODE, CARD, SCHOOL)
    }
    assert names == {CODE: {"sum", "why", "ill"}, CARD: {"colour", "why"}, SCHOOL: {"school", "why"}}
    assert part(case, CODE).amount == 120_000


def test_some_granted_and_some_not_is_said_so_and_the_refused_part_is_objected_to(world: World) -> None:
    from zhijia.matters.services import appealing

    case = handed(world)
    refused(world, part(case, CARD))
    agreed(world, part(case, CODE))
    agreed(world, part(case, CODE), "luyang")
    member = world.act("member")
    case.refresh_from_db()
    assert case.state == "partly"
    objection = appealing.appeal(
        actor=member, at=AT, case_id=part(case, CARD).pk, key=uuid4(), reason="颜色写清楚了"
    )
    case.refresh_from_db()
    assert (objection.part_of_id, objection.state, case.state) == (None, "open", "partly")
    message = Message.objects.filter(kind="case_together_done").get()
    assert CARD in message.values["refused"]


def test_what_is_missing_in_one_part_does_not_hold_up_the_other(world: World) -> None:
    case = handed(world)
    step = here(part(case, CARD))
    deciding.ask_for_more(actor=world.act("factory"), at=AT, step_id=step.pk, reason="颜色写清楚")
    agreed(world, part(case, CODE))
    actor = world.act("member")
    (row,) = [row for row in mine.page(actor, at=AT) if row.case.code in {WHOLE, CODE, CARD}]
    assert (row.case.pk, row.lacks) == (case.pk, True)
    asking.keep(actor=actor, at=AT, case_id=part(case, CARD).pk, typed={"colour": "大红"})
    handing_in.complete(actor=actor, at=AT, case_id=part(case, CARD).pk)
    agreed(world, part(case, CARD))
    assert part(case, CARD).state == "granted"


def test_taking_back_the_whole_takes_back_what_is_open_and_leaves_what_is_done(world: World) -> None:
    case = handed(world)
    agreed(world, part(case, CARD))
    handing_in.withdraw(actor=world.act("member"), at=AT, case_id=case.pk)
    case.refresh_from_db()
    states = (case.state, part(case, CARD).state, part(case, CODE).state)
    assert states == ("granted", "granted", "withdrawn")


def test_taking_back_one_part_lets_the_rest_decide(world: World) -> None:
    case = handed(world)
    handing_in.withdraw(actor=world.act("member"), at=AT, case_id=part(case, CODE).pk)
    agreed(world, part(case, CARD))
    case.refresh_from_db()
    assert case.state == "granted"


def test_what_is_lacking_for_one_item_hands_in_none(world: World) -> None:
    case = drafted(world, with_test_school="yes")
    with pytest.raises(lacking.NotComplete) as said:
        handing_in.submit(actor=world.act("member"), at=AT, case_id=case.pk, key=uuid4())
    assert [wrong.name for wrong in said.value.wrong] == ["school"]
    assert not Case.objects.filter(part_of=case).exists()


def test_handed_in_twice_with_one_key_is_once(world: World) -> None:
    case, key = drafted(world), uuid4()
    for _time in range(2):
        handing_in.submit(actor=world.act("member"), at=AT, case_id=case.pk, key=key)
    assert Case.objects.filter(part_of=case).count() == 2


def test_nothing_is_counted_twice(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = handed(kept)
    with context.acting(kept.actors["factory"]) as officer:
        deciding.approve(actor=officer, at=AT, step_id=here(part(case, CARD)).pk)
    told = list(
        Fact.objects.using("bulk")
        .filter(record="case", dimensions__matter__startswith="test.")
        .values_list("kind", "dimensions__matter")
    )
    assert sorted(told) == [
        ("matter.granted", CARD),
        ("matter.opened", CODE),
        ("matter.opened", CARD),
        ("matter.together", WHOLE),
    ]


def test_officers_have_the_parts_to_decide_and_never_the_whole(world: World) -> None:
    case = handed(world)
    waiting = inbox.page(world.act("factory"))
    assert {step.case.code for step in waiting} == {CODE, CARD}
    page = browser(world, "factory").get(reverse("matters:file", args=[part(case, CARD).pk])).content.decode()
    assert case.number in page
    assert part(case, CODE).number in page


def test_an_officer_of_another_union_finds_neither_the_whole_nor_a_part(world: World) -> None:
    case = handed(world)
    for found in (case, part(case, CARD)):
        assert browser(world, "mill").get(reverse("matters:file", args=[found.pk])).status_code == 404
    with pytest.raises(NotForYou):
        handing_in.withdraw(actor=world.act("mill"), at=AT, case_id=case.pk)


def test_one_message_says_that_it_has_arrived(world: World) -> None:
    handed(world)
    user = world.actors["member"].user_id
    told = Message.objects.filter(kind="case_opened", user_id=user)
    assert sum(WHOLE in str(message.values) for message in told) == 1
    assert not any(CARD in str(message.values) for message in told)


def test_the_pages_work_without_script(world: World) -> None:
    client = browser(world, "member")
    begun = client.post(reverse("matters:matter", args=[WHOLE]))
    form = begun["location"]
    shown = client.get(form).content.decode()
    assert shown.count('name="why"') == 1
    asked = {f"asked-{name}": "1" for name in TYPED}
    check = client.post(form, {**TYPED, **asked})["location"]
    done = client.post(check, {"once": str(uuid4())})["location"]
    page = client.get(done).content.decode()
    world.act("member")
    case = Case.objects.get(code=WHOLE)
    for one in Case.objects.filter(part_of=case):
        assert reverse("matters:case", args=[one.pk]) in page
    assert "庐阳" in page or "工会" in page


def test_a_form_that_names_server_owned_columns_opens_nothing_more(world: World) -> None:
    client = browser(world, "member")
    form = client.post(reverse("matters:matter", args=[WHOLE]))["location"]
    hostile = {"part_of": str(uuid4()), "state": "granted", "items": SCHOOL, "part_of_id": str(uuid4())}
    client.post(form, {**TYPED, **hostile})
    world.act("member")
    case = Case.objects.get(code=WHOLE)
    assert (case.state, case.part_of_id) == ("draft", None)
    assert not Case.objects.filter(part_of=case).exists()


def test_the_whole_taken_back_ends_as_its_last_part_taken_back_would(world: World) -> None:
    ends = set()
    for whole in (True, False):
        case = handed(world)
        refused(world, part(case, CARD))
        taken = case if whole else part(case, CODE)
        handing_in.withdraw(actor=world.act("member"), at=AT, case_id=taken.pk)
        case.refresh_from_db()
        ends.add((case.state, case.closed_at))
    assert ends == {("refused", AT)}


def test_the_whole_taken_back_before_any_answer_is_taken_back(world: World) -> None:
    case = handed(world)
    assert handing_in.withdraw(actor=world.act("member"), at=AT, case_id=case.pk).state == "withdrawn"
