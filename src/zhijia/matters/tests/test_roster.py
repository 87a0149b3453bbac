"""A roster: lines on the phone and from a sheet, an answer to each, and what comes of those that were granted."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhijia.catalogue import ports
from zhijia.facts.models import Fact
from zhijia.kernel import context, sheets
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import at_hand, verify
from zhijia.matters.models import Case, Line, LineAnswer
from zhijia.matters.queries import roster as queries
from zhijia.matters.services import (
    appealing,
    asking,
    batching,
    deciding,
    handing_in,
    lacking,
    line_answers,
    listed,
    rosters,
    versions,
)
from zhijia.matters.services.line_answers import Said
from zhijia.matters.tests.kept import at_once
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import WORDS, aid, build_with_member, defined, here
from zhijia.registry.models import Membership
from zhijia.registry.tests.world import AT, World, member

CODE = "test.list"
MANY = 3


def named(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh}


def listing(**more: Any) -> dict[str, Any]:
    """A union asks for help for several of its members; the county and (from 5,000 yuan) the city decide."""
    said = aid()
    county, city = (
        {**said["steps"][1], "may": ["approve", "refuse", "return", "pause"]},
        {**said["steps"][2], "may": ["approve", "refuse", "return"]},
    )
    return {
        **said,
        "code": CODE,
        "who": ["union"],
        "subject": "union",
        "amount": "people",
        "form": [
            {
                "name": "people",
                "label": named("People", "名册"),
                "type": "roster",
                "most_lines": "test.most_lines",
                "columns": [
                    {"name": "who", "label": named("Member", "会员"), "type": "person"},
                    {
                        "name": "why",
                        "label": named("Why", "事由"),
                        "type": "choice",
                        "choices": [
                            {"code": "ill", "label": named("Ill", "生病")},
                            {"code": "poor", "label": named("In need", "困难")},
                        ],
                    },
                    {"name": "sum", "label": named("Amount", "金额"), "type": "money", "most": 1_000_000},
                ],
            }
        ],
        "steps": [county, city],
        **more,
    }


@pytest.fixture
def most_lines(tmp_path: Path) -> None:
    import yaml

    (tmp_path / "parameters").mkdir(exist_ok=True)
    told = {
        "code": "test.most_lines",
        "label": WORDS,
        "version": 1,
        "type": "whole",
        "unit": "lines",
        "values": [{"from": "2020-01-01", "value": MANY, "source": "test", "confidence": "D"}],
    }
    (tmp_path / "parameters" / "test.most_lines.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")


def peopled() -> World:
    """Four members of the factory, called by their names here, and somebody of another union."""
    world = build_with_member()
    for number, who in enumerate(("甲一", "甲二", "甲三", "甲四")):
        member(world, who, "factory", serial=60 + number, called=who)
    member(world, "外人", "mill", serial=70, called="外人")
    return world


def person(world: World, who: str) -> UUID | None:
    return world.actors[who].person_id


@pytest.fixture
def world(db: Any, tmp_path: Path, most_lines: None) -> Iterator[World]:
    with defined(tmp_path, listing()):
        yield peopled()


@pytest.fixture
def kept(committed: None, tmp_path: Path, most_lines: None) -> Iterator[World]:
    with defined(
        tmp_path,
        listing(facts=[{"kind": "matter.line_granted", "on": "granted", "amount": True, "lines": True}]),
    ):
        with context.acting(Actor(None, "command", "test")):
            world = peopled()
        yield world


def number_of(world: World, who: str) -> str:
    return Membership.objects.get(person_id=person(world, who), valid_to=None).member_number


def typed(world: World, who: str, yuan: str = "500", why: str = "ill") -> dict[str, str]:
    return {"who": number_of(world, who), "why": why, "sum": yuan}


def begun(world: World) -> Case:
    return asking.start(actor=world.act("factory"), at=AT, code=CODE, for_union=world.unions["factory"])


def added(world: World, case: Case, who: str, yuan: str = "500") -> Line:
    return rosters.add(
        actor=world.act("factory"), at=AT, case_id=case.pk, line_id=uuid4(), typed=typed(world, who, yuan)
    )


def handed(world: World, *amounts: str) -> Case:
    case = begun(world)
    for who, yuan in zip(("甲一", "甲二", "甲三"), amounts or ("500", "600", "700"), strict=False):
        added(world, case, who, yuan)
    return handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())


def line(case: Case, number: int) -> Line:
    return case.lines.get(number=number)


def said(world: World, case: Case, *answers: Said, who: str = "luyang") -> Case:
    return line_answers.say(actor=world.act(who), at=AT, step_id=here(case).pk, said=answers)


def agreed(world: World, case: Case, who: str = "luyang") -> Case:
    return deciding.approve(actor=world.act(who), at=AT, step_id=here(case).pk)


# Writing the lines.


def test_the_lines_sum_up_to_what_is_asked(world: World) -> None:
    case = handed(world)
    assert (case.amount, case.lines.count()) == (180_000, 3)
    assert line(case, 1).person_id == person(world, "甲一")


@pytest.mark.parametrize(
    ("typed_", "column"),
    [
        ({"who": "外人", "why": "ill", "sum": "5"}, "who"),
        ({"who": "查无此人", "why": "ill", "sum": "5"}, "who"),
        ({"who": "", "why": "ill", "sum": "5"}, "who"),
        ({"who": "甲一", "why": "other", "sum": "5"}, "why"),
        ({"who": "甲一", "why": "ill", "sum": "五百"}, "sum"),
        ({"who": "甲一", "why": "ill", "sum": "10001"}, "sum"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_beside_its_column(
    world: World, typed_: dict[str, str], column: str
) -> None:
    case = begun(world)
    with pytest.raises(lacking.NotComplete) as wrong:
        rosters.add(actor=world.act("factory"), at=AT, case_id=case.pk, line_id=uuid4(), typed=typed_)
    assert [one.name for one in wrong.value.wrong] == [column]
    assert not case.lines.exists()


def test_somebody_of_another_union_and_nobody_get_the_same_sentence(world: World) -> None:
    case = begun(world)
    world.act("mill")
    there = number_of(world, "外人")
    world.act("factory")
    ask = listed.finder(case, [there, "000000"])
    assert ask(there) == ask("000000")


def test_whoever_sees_more_unions_lists_members_of_the_one_that_asks_alone(world: World) -> None:
    member(world, "骑手", "couriers", serial=71, called="骑手")
    officer = world.act("luyang")
    case = asking.start(actor=officer, at=AT, code=CODE, for_union=world.unions["factory"])
    rider = {"who": "骑手", "why": "ill", "sum": "5"}
    with pytest.raises(lacking.NotComplete):
        rosters.add(actor=officer, at=AT, case_id=case.pk, line_id=uuid4(), typed=rider)
    rosters.add(actor=officer, at=AT, case_id=case.pk, line_id=uuid4(), typed={**rider, "who": "甲一"})


def test_each_line_of_a_sheet_that_names_nobody_says_so(world: World) -> None:
    case = begun(world)
    rows = [{"who": who, "why": "ill", "sum": "5"} for who in ("查无此人", "也无此人")]
    with pytest.raises(rosters.CellsWrong) as wrong:
        rosters.check(actor=world.act("factory"), at=AT, case_id=case.pk, rows=rows)
    assert [cell.words for cell in wrong.value.cells] == [listed._NOBODY, listed._NOBODY]


def test_two_of_one_name_are_told_apart_by_their_number(world: World) -> None:
    member(world, "同名", "factory", serial=80, called="甲一")
    case = begun(world)
    with pytest.raises(lacking.NotComplete) as wrong:
        rosters.add(
            actor=world.act("factory"), at=AT, case_id=case.pk, line_id=uuid4(),
            typed={"who": "甲一", "why": "ill", "sum": "5"},
        )  # fmt: skip
    assert wrong.value.wrong[0].words == listed._SEVERAL
    assert added(world, case, "甲一").person_id == person(world, "甲一")


def test_nobody_stands_on_two_lines(world: World) -> None:
    case = begun(world)
    added(world, case, "甲一")
    with pytest.raises(lacking.NotComplete):
        added(world, case, "甲一")


def test_no_more_lines_fit_than_the_parameter_says(world: World) -> None:
    case = begun(world)
    for who in ("甲一", "甲二", "甲三"):
        added(world, case, who)
    with pytest.raises(Refusal) as full:
        added(world, case, "甲四")
    assert full.value.code == "list_full"


def test_the_same_form_posted_twice_is_one_line(world: World) -> None:
    case, key = begun(world), uuid4()
    for _time in range(2):
        rosters.add(
            actor=world.act("factory"), at=AT, case_id=case.pk, line_id=key, typed=typed(world, "甲一")
        )
    assert case.lines.count() == 1


def test_an_officer_of_another_union_writes_no_line(world: World) -> None:
    case = begun(world)
    row = typed(world, "甲一")
    for who in ("mill", "couriers"):
        with pytest.raises(NotForYou):
            rosters.add(actor=world.act(who), at=AT, case_id=case.pk, line_id=uuid4(), typed=row)


def test_a_list_without_a_line_is_not_handed_in(world: World) -> None:
    case = begun(world)
    with pytest.raises(lacking.NotComplete) as wrong:
        handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())
    assert [one.name for one in wrong.value.wrong] == ["people"]


def test_after_it_was_handed_in_no_line_changes(world: World) -> None:
    case = handed(world)
    first = line(case, 1)
    for act in (
        lambda: rosters.remove(actor=world.act("factory"), at=AT, case_id=case.pk, line_id=first.pk),
        lambda: rosters.change(
            actor=world.act("factory"),
            at=AT,
            case_id=case.pk,
            line_id=first.pk,
            typed=typed(world, "甲一", "900"),
        ),
        lambda: added(world, case, "甲四"),
    ):
        with pytest.raises(Refusal, match=r"moved on|已"):
            act()
    assert case.lines.count() == 3


# Answering line by line.


def test_each_line_has_an_answer_and_the_rest_goes_as_asked(world: World) -> None:
    case = handed(world)
    said(
        world,
        case,
        Said(line(case, 1).pk, "less", granted=30_000, reason="按标准"),
        Said(line(case, 2).pk, "refuse", reason="上月已慰问"),
    )
    case = agreed(world, case)
    case.refresh_from_db()
    assert (case.state, case.amount) == ("granted", 100_000)
    got = {one.number: (one.verdict, one.granted) for one in case.lines.all()}
    assert got == {1: ("less", 30_000), 2: ("refuse", 0), 3: ("grant", 70_000)}
    assert [one.number for one in listed.granted(case)] == [1, 3]


@pytest.mark.parametrize(
    "answer",
    [
        {"verdict": "refuse"},
        {"verdict": "less", "granted": 50_000, "reason": "x"},
        {"verdict": "less", "granted": 0, "reason": "x"},
        {"verdict": "less", "granted": -1, "reason": "x"},
        {"verdict": "less", "reason": "x"},
        {"verdict": "more", "granted": 900_000},
    ],
)
def test_an_answer_that_is_none_changes_no_line(world: World, answer: dict[str, Any]) -> None:
    case = handed(world)
    with pytest.raises(Refusal):
        said(world, case, Said(line(case, 2).pk, "refuse", reason="x"), Said(line(case, 1).pk, **answer))
    assert set(case.lines.values_list("verdict", flat=True)) == {""}


def test_what_is_said_of_a_line_is_added_and_said_twice_is_once(world: World) -> None:
    case = handed(world)
    answer = Said(line(case, 1).pk, "refuse", reason="上月已慰问")
    for _time in range(2):
        said(world, case, answer)
    said(world, case, Said(line(case, 1).pk, "grant"))
    told = list(LineAnswer.objects.filter(case=case).order_by("pk").values_list("number", "verdict"))
    assert told == [(1, "refuse"), (1, "grant")]


def test_a_line_of_another_case_is_not_answered_here(world: World) -> None:
    case = handed(world)
    other = handed(world)
    said(world, case, Said(line(other, 1).pk, "refuse", reason="x"))
    assert line(other, 1).verdict == ""


@pytest.mark.parametrize("who", ["factory", "mill", "member"])
def test_nobody_answers_lines_who_does_not_decide_there(world: World, who: str) -> None:
    case = handed(world)
    step, first = here(case).pk, line(case, 1).pk
    with pytest.raises(NotForYou):
        line_answers.say(actor=world.act(who), at=AT, step_id=step, said=[Said(first, "refuse", reason="x")])


def test_less_money_needs_fewer_levels(world: World) -> None:
    case = handed(world, "4000", "4000")
    said(world, case, Said(line(case, 2).pk, "refuse", reason="另案办理"))
    case = agreed(world, case)
    case.refresh_from_db()
    assert case.state == "granted"


def test_the_next_level_may_answer_a_line_otherwise(world: World) -> None:
    case = handed(world, "4000", "4000")
    said(world, case, Said(line(case, 1).pk, "less", granted=390_000, reason="按标准"))
    agreed(world, case)
    said(world, case, Said(line(case, 1).pk, "grant"), who="city")
    case = agreed(world, case, "city")
    case.refresh_from_db()
    assert (case.state, case.amount) == ("granted", 800_000)


def test_where_every_line_is_refused_the_request_is_refused_and_not_granted(world: World) -> None:
    case = handed(world)
    said(world, case, *(Said(one.pk, "refuse", reason="不符合") for one in case.lines.all()))
    with pytest.raises(Refusal) as none:
        agreed(world, case)
    assert none.value.code == "all_lines_refused"


def test_a_sum_is_not_agreed_to_beside_the_lines(world: World) -> None:
    case = handed(world)
    with pytest.raises(Refusal) as wrong:
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk, amount=1)
    assert wrong.value.code == "amount_by_line"


def test_a_batch_agrees_to_the_lines_as_asked(world: World) -> None:
    case = handed(world)
    (answer,) = batching.approve_all(actor=world.act("luyang"), at=AT, step_ids=[here(case).pk])
    assert answer.done
    assert set(case.lines.values_list("verdict", flat=True)) == {"grant"}


def test_while_it_is_completed_the_list_asks_for_no_more_than_before(world: World) -> None:
    case = handed(world)
    said(world, case, Said(line(case, 1).pk, "refuse", reason="重复"))
    deciding.ask_for_more(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="核对名单")
    rosters.change(
        actor=world.act("factory"),
        at=AT,
        case_id=case.pk,
        line_id=line(case, 2).pk,
        typed=typed(world, "甲二", "900"),
    )
    with pytest.raises(lacking.NotComplete):
        handing_in.complete(actor=world.act("factory"), at=AT, case_id=case.pk)
    rosters.change(
        actor=world.act("factory"),
        at=AT,
        case_id=case.pk,
        line_id=line(case, 2).pk,
        typed=typed(world, "甲二", "400"),
    )
    done = handing_in.complete(actor=world.act("factory"), at=AT, case_id=case.pk)
    assert done.amount == 110_000


def test_a_line_added_later_never_takes_the_number_of_one_that_was_answered(world: World) -> None:
    case = handed(world)
    said(world, case, Said(line(case, 3).pk, "refuse", reason="重复"))
    deciding.ask_for_more(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="核对名单")
    rosters.remove(actor=world.act("factory"), at=AT, case_id=case.pk, line_id=line(case, 3).pk)
    assert added(world, case, "甲四", "1").number == 4


def test_an_outcome_reads_the_granted_lines_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paid: list[tuple[int, int | None]] = []

    def pay(*, case: Case, **_more: Any) -> None:
        paid.extend((one.number, one.granted) for one in listed.granted(case))

    monkeypatch.setitem(ports._functions, "matters.outcome.test.pay", pay)
    with defined(tmp_path, listing(outcomes=[{"port": "test.pay"}], version=2)):
        case = handed(world)
        said(world, case, Said(line(case, 1).pk, "refuse", reason="重复"))
        agreed(world, case)
    assert paid == [(2, 60_000), (3, 70_000)]


def test_an_objection_asks_for_the_lines_once_more(world: World, tmp_path: Path) -> None:
    limit = {"parameter": "membership.join_answer_days", "unit": "working_days"}
    with defined(tmp_path, listing(appeal=limit, version=2)):
        case = handed(world)
        said(world, case, Said(line(case, 1).pk, "less", granted=1, reason="按标准"))
        deciding.refuse(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="材料不符")
        objection = appealing.appeal(
            actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4(), reason="材料齐全"
        )
    lines = list(objection.lines.order_by("number").values_list("asked", "verdict"))
    assert lines == [(50_000, ""), (60_000, ""), (70_000, "")]
    assert objection.amount == 180_000


# Sheets.


def workbook(*rows: list[str], heads: tuple[str, ...] = ("会员", "事由", "金额")) -> BytesIO:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        sheets.write_workbook(path, heads, rows)
        return BytesIO(path.read_bytes())


def test_a_sheet_is_checked_first_and_each_wrong_cell_is_told(world: World) -> None:
    case = begun(world)
    added(world, case, "甲四")
    client = browser(world, "factory")
    world.act("factory")
    good, bad = [number_of(world, "甲一"), "生病", "500"], [number_of(world, "甲二"), "别的", "很多"]
    address = reverse("matters:lines_sheet", args=[case.pk])

    def send(act: str, *rows: list[str]) -> Any:
        sent = SimpleUploadedFile("名册.xlsx", workbook(*rows).getvalue())
        return client.post(address, {"sheet": sent, "act": act})

    answer = send("take", good, bad)
    world.act("factory")
    assert (answer.status_code, case.lines.count()) == (422, 1)
    assert answer.content.decode().count("<td>3</td>") == 2
    assert send("check", good).status_code == 200
    world.act("factory")
    assert case.lines.get().person_id == person(world, "甲四")
    assert send("take", good).status_code == 302
    world.act("factory")
    one = case.lines.get()
    assert (one.person_id, one.values, one.asked) == (person(world, "甲一"), {"why": "ill"}, 50_000)


def test_a_sheet_of_too_many_lines_or_another_form_changes_nothing(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    address = reverse("matters:lines_sheet", args=[case.pk])
    row = ["甲", "生病", "5"]
    for content in (
        workbook(*[row] * (MANY + 1)).getvalue(),
        workbook(row, heads=("姓名", "原因", "元")).getvalue(),
        b"MZ\x90\x00no workbook",
        b"",
    ):
        sent = SimpleUploadedFile("x.xlsx", content)
        assert client.post(address, {"sheet": sent, "act": "take"}).status_code == 422
    world.act("factory")
    assert not case.lines.exists()


def test_the_template_is_read_back_as_it_is(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    content = client.get(reverse("matters:lines_template", args=[case.pk]))
    assert content["Content-Disposition"].startswith("attachment")
    sent = SimpleUploadedFile("x.xlsx", content.content)
    answer = client.post(reverse("matters:lines_sheet", args=[case.pk]), {"sheet": sent, "act": "check"})
    assert answer.status_code == 422


# Pages, without script.


def test_the_pages_of_whoever_asks_work_without_script(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    row = typed(world, "甲一")
    lines = reverse("matters:lines", args=[case.pk])
    assert client.post(lines, {**row, "once": str(uuid4())})["location"] == lines
    wrong = client.post(lines, {**row, "sum": "很多", "once": str(uuid4())})
    assert (wrong.status_code, "很多" in wrong.content.decode()) == (422, True)
    world.act("factory")
    first = case.lines.get()
    change = reverse("matters:line", args=[case.pk, first.pk])
    assert 'value="500.00"' in client.get(change).content.decode()
    assert client.post(change, {**row, "sum": "450"})["location"] == lines
    check = client.get(reverse("matters:check", args=[case.pk])).content.decode()
    assert "甲一" in check
    done = client.post(reverse("matters:check", args=[case.pk]), {"once": str(uuid4())})
    assert done.status_code == 302
    world.act("factory")
    case.refresh_from_db()
    assert (case.state, case.amount) == ("open", 45_000)
    assert "450" in client.get(lines).content.decode()
    assert client.post(reverse("matters:remove_line", args=[case.pk, first.pk])).status_code == 302
    world.act("factory")
    assert case.lines.count() == 1


def test_the_officers_page_answers_lines_without_script(world: World) -> None:
    case = handed(world)
    client = browser(world, "luyang")
    page = reverse("matters:answer_lines", args=[case.pk])
    assert page in client.get(reverse("matters:file", args=[case.pk])).content.decode()
    world.act("luyang")
    first, second, step = line(case, 1).pk, line(case, 2).pk, here(case).pk
    body = {
        "step": str(step), f"verdict-{first}": "less", f"amount-{first}": "300", f"reason-{first}": "按标准",
        f"verdict-{second}": "refuse", f"reason-{second}": "",
    }  # fmt: skip
    wrong = client.post(page, body)
    assert (wrong.status_code, 'value="300"' in wrong.content.decode()) == (422, True)
    assert client.post(page, {**body, f"reason-{second}": "重复"}).status_code == 302
    decided = client.post(reverse("matters:decide", args=[case.pk]), {"step": str(step), "answer": "approve"})
    assert decided.status_code == 302
    world.act("factory")
    case.refresh_from_db()
    assert (case.state, case.amount) == ("granted", 100_000)
    mine = browser(world, "factory").get(reverse("matters:case", args=[case.pk])).content.decode()
    assert "按标准" in mine
    assert "重复" in mine


def test_an_officer_of_another_union_finds_no_line(world: World) -> None:
    case = handed(world)
    client = browser(world, "mill")
    world.act("factory")
    first = line(case, 1).pk
    for name, arguments in (
        ("lines", [case.pk]), ("line", [case.pk, first]), ("answer_lines", [case.pk]), ("lines_template", [case.pk]),
    ):  # fmt: skip
        assert client.get(reverse(f"matters:{name}", args=arguments)).status_code == 404
    world.act("mill")
    assert not Line.objects.filter(case=case).exists()


def test_server_owned_columns_and_other_questions_are_nobodys(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    hostile = {
        "person_id": str(person(world, "外人")), "asked": "1", "granted": "999", "verdict": "grant", "number": "7",
        "case": str(uuid4()), "people": "[]",
    }  # fmt: skip
    client.post(
        reverse("matters:lines", args=[case.pk]), {**typed(world, "甲一"), **hostile, "once": str(uuid4())}
    )
    client.post(reverse("matters:form", args=[case.pk]), hostile)
    world.act("factory")
    one = case.lines.get()
    assert (one.person_id, one.asked, one.verdict, one.granted, one.number) == (
        person(world, "甲一"), 50_000, "", None, 1,
    )  # fmt: skip
    assert not case.answers.exists()


def test_a_long_list_is_read_a_page_at_a_time(world: World) -> None:
    case = handed(world)
    matter = versions.definition(case.version)
    first = queries.page(case, matter, rows=2)
    assert first is not None
    rest = queries.page(case, matter, after=first.after or 0, rows=2)
    assert rest is not None
    assert [[row.line.number for row in page.rows] for page in (first, rest)] == [[1, 2], [3]]
    assert rest.after is None


# What is kept, and several at once.


def test_facts_are_told_of_the_granted_lines_alone(kept: World) -> None:
    def act(who: str) -> Any:
        return context.acting(kept.actors[who])

    with act("factory"):
        case = handed(kept)
    with act("luyang"):
        said(kept, case, Said(line(case, 1).pk, "refuse", reason="重复"))
        agreed(kept, case)
    told = Fact.objects.using("bulk").filter(kind="matter.line_granted").order_by("amount")
    people = [person(kept, who) for who in ("甲二", "甲三")]
    assert [(fact.person_id, fact.amount) for fact in told] == list(
        zip(people, (60_000, 70_000), strict=True)
    )
    whole = Fact.objects.using("bulk").get(kind="matter.granted", record_id=str(case.pk))
    assert whole.amount == 130_000
    assert verify.cases_are_the_facts().differences == ()


def test_one_line_answered_by_two_at_once_has_one_answer_that_stands(kept: World) -> None:
    with context.acting(kept.actors["factory"]):
        case = handed(kept)
        first, step = line(case, 1).pk, here(case).pk
    actor = kept.actors["luyang"]

    def answer(granted: int) -> int | None:
        with context.acting(actor):
            return line_answers.say(
                actor=actor, at=AT, step_id=step, said=[Said(first, "less", granted=granted, reason="x")]
            ).amount

    sums = at_once(*(lambda granted=granted: answer(granted) for granted in (10_000, 20_000)))
    with context.acting(kept.actors["factory"]):
        case.refresh_from_db()
        assert case.amount in sums
        assert case.amount == listed.sums(case).stands


def test_lines_added_at_once_are_no_more_than_fit(kept: World) -> None:
    with context.acting(kept.actors["factory"]):
        case = begun(kept)
        rows = [typed(kept, who) for who in ("甲一", "甲二", "甲三", "甲四")]
    actor = kept.actors["factory"]

    def add(row: dict[str, str]) -> int:
        with context.acting(actor):
            return rosters.add(actor=actor, at=AT, case_id=case.pk, line_id=uuid4(), typed=row).number

    came = at_once(*(lambda row=row: add(row) for row in rows))
    assert sorted(map(str, came)) == ["1", "2", "3", "list_full"]


def test_the_database_keeps_what_was_said_of_a_line(kept: World) -> None:
    from django.db import connection, transaction

    with context.acting(kept.actors["factory"]):
        case = handed(kept)
    with context.acting(kept.actors["luyang"]):
        said(kept, case, Said(line(case, 1).pk, "refuse", reason="重复"))
    for sql in ("UPDATE matters_line_answer SET verdict = 'grant'", "DELETE FROM matters_line_answer"):
        with context.acting(kept.actors["luyang"]), connection.cursor() as cursor:
            at_hand.take(case.pk)
            with pytest.raises(Exception, match="only"), transaction.atomic():
                cursor.execute(sql)


def test_a_program_reads_and_replaces_the_lines_of_ones_own_request(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    address = f"/api/requests/{case.pk}/lines"

    def put(*rows: dict[str, str], who: Any = client) -> Any:
        return who.put(address, json.dumps(rows), content_type="application/json")

    good = typed(world, "甲一")
    assert put(good, {**good, "sum": "很多"}).json()["wrong"].keys() == {"1"}
    assert put(good).json() == {"taken": 1, "wrong": {}}
    (line,) = client.get(address).json()["lines"]
    assert (line["name"], line["asked"], line["verdict"]) == ("甲一", 50_000, "")
    mill = browser(world, "mill")
    assert (mill.get(address).status_code, put(good, who=mill).status_code) == (404, 404)


def test_the_receipt_shows_each_line_with_its_answer(world: World) -> None:
    case = handed(world)
    said(world, case, Said(line(case, 2).pk, "refuse", reason="上月已慰问"))
    agreed(world, case)
    paper = browser(world, "factory").get(reverse("matters:paper", args=[case.pk]))
    assert paper.status_code == 200
    pages = pypdf.PdfReader(BytesIO(paper.content)).pages
    words = "".join(page.extract_text() for page in pages).replace(" ", "")
    assert "甲三" in words
    assert "上月已慰问" in words
