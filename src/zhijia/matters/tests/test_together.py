"""Several matters in one go: one form, a part for each, and one end."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.catalogue.matter_items import together, wanted
from zhijia.catalogue.matter_rules import Matter
from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.kernel.errors import NotForYou
from zhijia.matters import flow, verify
from zhijia.matters.models import Answer, Case
from zhijia.matters.queries import inbox, mine
from zhijia.matters.services import asking, batching, deciding, handing_in, lacking, late
from zhijia.matters.tests.kept import at_once
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, aid, build_with_member, defined, here
from zhijia.notices.models import Message
from zhijia.registry.tests.world import AT, World, appoint, member

WHOLE, CARD, SCHOOL = "test.together", "test.card", "test.school"
LIMIT = {"parameter": "membership.join_answer_days", "unit": "working_days"}
TYPED = {"sum": "1200", "why": "家人住院", "ill": "no", "colour": "红", "with_test_school": "no"}


def item(code: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A matter of one step at the member's own union."""
    said = aid(**{"code": code, "form": list(questions), "amount": "", **more})
    return {**said, "label": {"en": code, "zh": code}, "steps": said["steps"][:1]}


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": {"en": name, "zh": name}, "type": kind, **more}


def matters(**more: Any) -> list[dict[str, Any]]:
    """Help in need (it asks sum, why, ill, hospital), a card, perhaps schooling, and the three of them as one."""
    whole = {
        **item(
            WHOLE, items=[{"matter": CODE}, {"matter": CARD}, {"matter": SCHOOL, "optional": True}], **more
        ),
        "steps": [],
    }
    return [
        aid(),
        item(CARD, question("colour"), aid()["form"][1], appeal=LIMIT),
        item(SCHOOL, question("school"), aid()["form"][1]),
        whole,
    ]


def read(*definitions: dict[str, Any]) -> dict[str, Matter]:
    return {one["code"]: Matter.model_validate(one) for one in definitions}


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Iterator[World]:
    with defined(tmp_path, *matters()):
        yield build_with_member()


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    from zhijia.kernel.actors import Actor

    with defined(tmp_path, *matters()):
        with context.acting(Actor(None, "command", "test")):
            world = build_with_member()
        yield world


def drafted(world: World, **typed: str) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=WHOLE)
    return asking.keep(actor=actor, at=AT, case_id=case.pk, typed={**TYPED, **typed})


def handed(world: World, **typed: str) -> Case:
    case = drafted(world, **typed)
    return handing_in.submit(actor=world.act("member"), at=AT, case_id=case.pk, key=uuid4())


def part(case: Case, code: str) -> Case:
    return Case.objects.get(part_of=case, code=code)


def agreed(world: World, case: Case, who: str = "factory") -> None:
    deciding.approve(actor=world.act(who), at=AT, step_id=here(case).pk)


def refused(world: World, case: Case) -> None:
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="材料不符")


# The pure part: one form of several, and how all of it ends.


def test_what_two_items_ask_is_asked_once_and_what_is_optional_is_asked_for_first() -> None:
    known = read(*matters())
    whole = together(known[WHOLE], known)
    assert [one.name for one in whole.form] == [
        "with_test_school", "sum", "why", "ill", "hospital", "colour", "school",
    ]  # fmt: skip
    conditions = {one.name: one.when for one in whole.form}
    assert conditions["school"] == "(answers.with_test_school)"
    assert (conditions["why"], conditions["hospital"]) == ("", "((answers.ill))")


@pytest.mark.parametrize(
    ("answer", "codes"), [(True, [CODE, CARD, SCHOOL]), (False, [CODE, CARD]), (None, [CODE, CARD])]
)
def test_an_item_that_is_optional_is_asked_for_when_the_applicant_says_so(
    answer: bool | None, codes: list[str]
) -> None:
    known = read(*matters())
    assert [one.matter for one in wanted(known[WHOLE], {"with_test_school": answer})] == codes


@pytest.mark.parametrize(
    ("states", "end"),
    [
        (["granted", "granted"], "granted"),
        (["granted", "refused"], "partly"),
        (["refused", "refused"], "refused"),
        (["granted", "open"], ""),
        (["granted", "paused"], ""),
        (["granted", "draft"], ""),
        (["granted", "withdrawn"], "granted"),
        (["refused", "withdrawn"], "refused"),
        (["withdrawn", "merged"], "withdrawn"),
        (["granted", "refused", "withdrawn"], "partly"),
    ],
)
def test_the_whole_ends_with_the_last_of_its_parts(states: list[str], end: str) -> None:
    assert flow.together(states) == end


# The case: handed in once, each part its own way.


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


# In the hands of several at once.


def test_two_batches_over_parts_of_the_same_wholes_both_come_to_an_end(kept: World) -> None:
    with context.acting(kept.actors["founder"]):
        appoint(kept, "factory", "grassroots_officer", "second")
        member(kept, "other", "factory", serial=43, called="李大嘴")
    pairs = []
    for who in ("member", "other"):
        with context.acting(kept.actors[who]) as actor:
            case = asking.start(actor=actor, at=AT, code=WHOLE)
            asking.keep(actor=actor, at=AT, case_id=case.pk, typed=TYPED)
            handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
            pairs.append((here(part(case, CODE)).pk, here(part(case, CARD)).pk))
    (first, one), (second, two) = pairs
    meet = Barrier(2)

    def agree(who: str, steps: list[int]) -> list[bool]:
        with context.acting(kept.actors[who]) as actor:
            meet.wait(20)
            return [said.done for said in batching.approve_all(actor=actor, at=AT, step_ids=steps)]

    said = at_once(lambda: agree("factory", [one, second, first]), lambda: agree("second", [two, first, one]))
    assert [len(answers) for answers in said] == [3, 3]
    with context.acting(kept.actors["founder"]):
        assert verify.wholes_end_with_their_parts().differences == ()


def test_parts_are_worked_whole_by_whole_after_all_of_them_are_locked(world: World) -> None:
    first, second = handed(world), handed(world)
    parts = [part(case, code) for case in (second, first) for code in (CARD, CODE)]
    officer = world.act("factory")
    steps = [here(one).pk for one in parts]
    with CaptureQueriesContext(connection) as asked:
        said = batching.approve_all(actor=officer, at=AT, step_ids=steps)
    wholes = [str(one.case.part_of_id) for one in said]
    assert wholes == sorted(wholes)
    locks = [query["sql"] for query in asked if "FOR UPDATE" in (query["sql"] or "")]
    assert "ORDER BY 1 ASC FOR UPDATE" in locks[0]
    assert all(one.pk.hex in locks[0] for one in parts)


def test_the_last_two_parts_decided_at_once_end_the_whole_once(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = handed(kept)
        card, help_ = here(part(case, CARD)).pk, here(part(case, CODE)).pk
    factory, luyang = kept.actors["factory"], kept.actors["luyang"]

    def refuse(actor: Any, step: int) -> str:
        with context.acting(actor):
            return deciding.refuse(actor=actor, at=AT, step_id=step, reason="材料不符").state

    assert at_once(lambda: refuse(factory, card), lambda: refuse(luyang, help_)) == ["refused", "refused"]
    with context.acting(kept.actors["member"]):
        case.refresh_from_db()
        assert case.state == "refused"
    assert verify.wholes_end_with_their_parts().differences == ()
    assert verify.cases_are_the_facts().differences == ()
    assert verify.open_cases_are_somewhere().differences == ()


def test_the_whole_taken_back_while_a_part_is_decided_has_one_end(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = handed(kept)
        step = here(part(case, CARD)).pk
    member, officer = kept.actors["member"], kept.actors["factory"]

    def take_back() -> str:
        with context.acting(member):
            return handing_in.withdraw(actor=member, at=AT, case_id=case.pk).state

    def agree() -> str:
        with context.acting(officer):
            return deciding.approve(actor=officer, at=AT, step_id=step).state

    at_once(take_back, agree)
    with context.acting(member):
        case.refresh_from_db()
        assert case.state == part(case, CARD).state
        assert case.state in {"withdrawn", "granted"}
        assert not Case.objects.filter(part_of=case, closed_at=None).exists()


def test_a_part_that_passes_by_time_ends_the_whole_though_the_job_sees_no_other(
    committed: None, tmp_path: Path
) -> None:
    from datetime import timedelta

    from zhijia.kernel.actors import Actor

    said = matters()
    said[1]["steps"][0]["late"] = "pass"
    with defined(tmp_path, *said):
        with context.acting(Actor(None, "command", "test")):
            world = build_with_member()
        with context.acting(world.actors["member"]):
            case = handed(world)
        with context.acting(world.actors["factory"]):
            refused_step = here(part(case, CODE))
            deciding.refuse(actor=world.actors["factory"], at=AT, step_id=refused_step.pk, reason="材料不符")
        late.take_up(at=AT + timedelta(days=60))
        with context.acting(world.actors["member"]):
            case.refresh_from_db()
            assert case.state == "partly"


def test_killed_in_the_middle_of_handing_in_nothing_was_handed_in(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with context.acting(kept.actors["member"]):
        case = drafted(kept)
    begun: list[str] = []

    def dies(**named: Any) -> None:
        begun.append(named["case"].code)
        if len(begun) == 2:
            raise MemoryError

    monkeypatch.setattr("zhijia.matters.services.moving.begin", dies)
    with pytest.raises(MemoryError), context.acting(kept.actors["member"]) as actor:
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    with context.acting(kept.actors["member"]):
        case.refresh_from_db()
        assert (case.state, case.number, Case.objects.filter(part_of=case).count()) == ("draft", "", 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda m: m[3].update(items=[{"matter": CODE}, {"matter": "no.such"}]),
            "no.such is no matter that can",
        ),
        (
            lambda m: m[3].update(items=[{"matter": CODE}, {"matter": WHOLE}]),
            f"{WHOLE} is no matter that can",
        ),
        (lambda m: m[1]["form"][1].update(required=False), f"{CARD} asks why in another way than {CODE}"),
        (lambda m: m[1].update(who=["non_member"]), f"{CARD} cannot be asked for by member"),
        (lambda m: m[1].update(against_employer=True), f"{CARD} cannot be asked for together"),
    ],
)
def test_a_definition_whose_items_do_not_fit_is_refused(tmp_path: Path, change: Any, said: str) -> None:
    from zhijia.catalogue import definitions
    from zhijia.catalogue.reader import DefinitionError

    broken = matters()
    change(broken)
    with pytest.raises(DefinitionError, match=said), defined(tmp_path, *broken):
        definitions.load()
