"""Papers: numbered without a gap, printed once, opened through their case alone, proved real by their QR."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from zhijia.catalogue import definitions, matter_checks
from zhijia.catalogue.matter_rules import Matter
from zhijia.files import services as files
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Paper, PaperSeries, Served
from zhijia.matters.services import asking, deciding, handing_in, papers, serving
from zhijia.matters.tests.world import aid, build_with_member, defined, here
from zhijia.registry.tests.world import AT, World

REPLY = {
    "code": "reply",
    "label": {"en": "Reply", "zh": "批复"},
    "at": "union",
    "number": "工补〔{year}〕{serial}号",
    "to": {"en": "To {own}", "zh": "{own}"},
    "title": {"en": "Reply about {sum}", "zh": "关于{sum}元补助的批复"},
    "body": {"en": "Why: {why}\n\nHospital: {hospital}", "zh": "原因：{why}\n\n医院：{hospital}"},
}


@pytest.fixture
def world(db: Any, tmp_path: Path) -> Any:
    with defined(tmp_path, aid(papers=[REPLY])):
        yield build_with_member()


def _asked(world: World, why: str = "家人住院") -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code="test.aid")
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "1200", "why": why, "ill": "no"})
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())


def _agreed(world: World, case: Case) -> Paper:
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    return Paper.objects.get(case=case)


def test_whoever_agrees_issues_the_paper_and_it_says_what_was_answered(world: World) -> None:
    paper = _agreed(world, _asked(world))
    assert paper.number == "工补〔2026〕1号"
    assert paper.words["zh"]["title"] == "关于1200.00元补助的批复"
    assert paper.words["zh"]["paragraphs"] == ["原因：家人住院", "医院：—"]
    assert paper.words["en"]["to"] == "To 晨光机械工会"


def test_the_pdf_holds_the_words_and_its_number(world: World, tmp_path: Path) -> None:
    paper = _agreed(world, _asked(world))
    with files.on_disk(actor=world.act("member"), at=AT, file_id=paper.file_id) as path:
        text = "".join(page.extract_text() for page in PdfReader(path).pages).replace(" ", "")
    assert "家人住院" in text
    assert "2026〕1号" in text
    assert "晨光机械工会" in text


def test_numbers_leave_no_gap_where_a_decision_was_taken_back(world: World) -> None:
    first = _agreed(world, _asked(world))
    case = _asked(world)
    with pytest.raises(Refusal):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk, amount=10**9)
    second = _agreed(world, case)
    assert [first.number, second.number] == ["工补〔2026〕1号", "工补〔2026〕2号"]
    assert PaperSeries.objects.get().count == 2


def test_a_letter_the_font_lacks_issues_nothing(world: World) -> None:
    case = _asked(world, "名字里有" + chr(0x2A700))
    with pytest.raises(Refusal) as lacking:
        deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    assert lacking.value.code == "letters_lacking"


def test_markup_in_an_answer_is_printed_and_never_run(world: World) -> None:
    paper = _agreed(world, _asked(world, '#panic("x") $a$ {union}'))
    assert paper.words["zh"]["paragraphs"][0] == '原因：#panic("x") $a$ {union}'


@pytest.mark.parametrize(
    ("who", "opens"), [("member", True), ("factory", True), ("luyang", True), ("mill", False)]
)
def test_it_is_opened_by_whoever_sees_the_case_alone(world: World, who: str, opens: bool) -> None:
    paper = _agreed(world, _asked(world))
    actor = world.act(who)
    if opens:
        assert files.open_for(actor=actor, at=AT, file_id=paper.file_id).file.media_type == "application/pdf"
    else:
        with pytest.raises(NotForYou):
            files.open_for(actor=actor, at=AT, file_id=paper.file_id)
        assert not Paper.objects.filter(pk=paper.pk).exists()


def test_anybody_who_holds_it_learns_that_it_is_real_and_nothing_else(world: World) -> None:
    paper = _agreed(world, _asked(world))
    page = Client().get(f"/papers/{paper.pk}/")
    words = page.content.decode()
    assert paper.number in words
    assert "关于1200.00元补助的批复" in words
    assert "家人住院" not in words
    assert "张小丰" not in words
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(f"/papers/{uuid4()}/").status_code == 404


def test_serving_again_on_the_same_party_is_the_same_paper(world: World, tmp_path: Path) -> None:
    reply = {"parameter": "matter.employer_reply_days", "unit": "days"}
    serve = {
        **aid()["steps"][0],
        "code": "letter",
        "does": "serve",
        "serving": {"party": "employer", "reply": reply},
    }
    matter = aid(steps=[serve, *aid()["steps"][1:]], papers=[{**REPLY, "at": "letter"}], version=2)
    with defined(tmp_path / "letters", matter):
        case = _asked(world)
        officer = world.act("factory")
        for party in ("晨光机械", "晨光机械", "晨光重工"):
            serving.serve(actor=officer, at=AT, step_id=here(case).pk, party_name=party)
    made = [(paper.number, paper.words["zh"]["to"]) for paper in Paper.objects.order_by("number")]
    assert made == [("工补〔2026〕1号", "晨光机械"), ("工补〔2026〕2号", "晨光重工")]


LETTER = {
    "at": "letter",
    "title": {"en": "Letter", "zh": "函"},
    "body": {"en": "Until {until}", "zh": "请于{until}前答复"},
}


def test_a_letter_has_one_day_and_one_proof_and_another_letter_its_own(world: World, tmp_path: Path) -> None:
    reply = {"parameter": "matter.employer_reply_days", "unit": "days"}
    serving_rule = {"does": "serve", "code": "letter", "serving": {"party": "employer", "reply": reply}}
    steps = [{**aid()["steps"][0], **serving_rule}, *aid()["steps"][1:]]
    seen = []
    with defined(tmp_path / "letters", aid(steps=steps, papers=[{**REPLY, **LETTER}], version=2)):
        step = here(_asked(world))
        officer = world.act("factory")

        def served(party: str, days: int) -> Served:
            at = AT + timedelta(days=days)
            serving.serve(actor=officer, at=at, step_id=step.pk, party_name=party)
            one = Served.objects.get(step=step)
            step.refresh_from_db()
            seen.append((step.due_at, one.served_at, one.proof_file, papers.read_by(one)))
            return one

        served("晨光机械", -120)
        slip = BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
        serving.add_proof(actor=officer, at=AT, step_id=step.pk, content=slip, name="slip.pdf")
        served("晨光机械", -118)
        served("晨光机械", -60)
        served("晨光重工", -50)
        served("晨光机械", -40)
    first, again, late, other, back = seen
    assert again[:2] == first[:2]
    assert again[3] == first[3]
    assert again[2] is not None
    assert [one[2] for one in (first, late, other, back)] == [None] * 4
    assert len({one[0] for one in (first, late, other, back)}) == 4
    assert [len(one[3]) for one in seen] == [1] * 5
    untils = {paper.number: paper.words["zh"]["paragraphs"][0] for paper in Paper.objects.all()}
    assert len(untils) == len(set(untils.values())) == 4
    assert (late[3][0][0], back[3][0][0]) == ("工补〔2026〕2号", "工补〔2026〕4号")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at": "nowhere"}, "there is no step nowhere"),
        ({"title": {"en": "{who}", "zh": "批复"}}, "there is no {who} to fill in"),
        ({"body": {"en": "x", "zh": "{hospital.name}"}}, "there is no {hospital.name} to fill in"),
        ({"body": {"en": "x", "zh": "大括号{"}}, "a brace stands alone"),
        ({"to": {"en": "{secret}", "zh": "x"}}, "{secret} is sealed and is never printed"),
    ],
)
def test_words_that_name_what_is_not_there_are_refused_when_it_is_read(
    change: dict[str, Any], said: str
) -> None:
    secret = {**aid()["form"][1], "name": "secret", "sealed": True}
    matter = Matter.model_validate(aid(form=[*aid()["form"], secret], papers=[{**REPLY, **change}]))
    problems = list(matter_checks.problems_of(matter, definitions.load()))
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize("number", ["工补{serial}号", "工补〔{year}〕号", "{year}{serial}{case}"])
def test_a_number_that_does_not_count_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"names \{year\} and \{serial\}"):
        Matter.model_validate(aid(papers=[{**REPLY, "number": number}]))
