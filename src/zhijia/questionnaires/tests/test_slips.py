"""Slips: whoever has no account answers an open survey once, by a code that nobody can read anywhere afterwards."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from zhijia.audit.models import Entry
from zhijia.catalogue import definitions
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import branching, envelopes
from zhijia.questionnaires.models import Poll, Slip
from zhijia.questionnaires.services import casting, counting, slips
from zhijia.questionnaires.tests.test_pages import browser
from zhijia.questionnaires.tests.test_posting import in_box, page
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.tests.world import AT

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}")
FIRST = {"used": ["no"], "dear": ["first"], "overall": ["7"]}


@pytest.fixture
def made(db: Any, clock: dict[str, Any]) -> Hall:
    return hall(7)


def open_survey(made: Hall) -> Poll:
    return made.poll("public_satisfaction_survey")


def printed(made: Hall, poll: Poll, many: int = 1) -> list[str]:
    return slips.make(actor=made.officer(), at=AT, poll_id=poll.pk, many=many, once=uuid4())


def test_a_slip_answers_a_survey_once_without_an_account(made: Hall) -> None:
    poll = open_survey(made)
    (code,) = printed(made, poll)
    visitor = browser(None)
    assert "Hand it in" in visitor.post(page("slip", poll.pk), {"code": code.lower()}).content.decode()
    said = {"code": code, "step": "answer", **FIRST}

    sent = visitor.post(page("slip", poll.pk), said).content.decode()
    again = visitor.post(page("slip", poll.pk), said).content.decode()

    assert "Your answers are in" in sent
    receipt = CODE.search(sent)
    assert receipt is not None
    assert "This code has been used" in again
    assert receipt[0] not in again
    assert in_box(made, poll) == 1


def test_every_branch_stands_on_the_page_with_the_answer_that_leads_there_and_the_server_decides(
    made: Hall,
) -> None:
    poll = open_survey(made)
    (code, other) = printed(made, poll, 2)
    visitor = browser(None)
    asked = visitor.post(page("slip", poll.pk), {"code": code}).content.decode()
    said = {"code": code, "step": "answer", **FIRST, "used": ["yes"]}
    marks = {f"marks.{row}": ["4"] for row in ("easy", "fast", "kind", "solved")}

    lacking = visitor.post(page("slip", poll.pk), said)
    done = visitor.post(page("slip", poll.pk), {**said, **marks}).content.decode()
    # whoever was not asked and marked it all the same: it is left out
    stray = visitor.post(page("slip", poll.pk), {**said, **marks, "used": ["no"], "code": other})

    assert 'name="marks.easy"' in asked
    assert "Only if you answered “Yes” to “Did you use one of them this year?”." in asked
    assert 'data-only="{&quot;used&quot;: [&quot;yes&quot;]}"' in asked
    assert lacking.status_code == 422
    assert 'value="7" checked' in lacking.content.decode()
    assert "Your answers are in" in done
    assert "Your answers are in" in stray.content.decode()
    assert in_box(made, poll) == 2


def test_a_condition_is_said_by_the_answers_that_lead_there_or_not_at_all() -> None:
    held = definitions.load().questionnaires["aid_satisfaction_survey"]

    def leads(when: str) -> dict[str, Any] | None:
        question = held.by_name["kind"].model_copy(update={"when": when})
        return branching.only_with(held, question, day=AT.date(), division="340000000000")

    assert leads('answers.helped == "helped"') == {"helped": ("helped",)}
    assert leads('answers.helped == "helped" || answers.helped == "asked"') == {"helped": ("helped", "asked")}
    assert leads("") == {}
    assert leads("has(answers.why_not)") == {"why_not": ("clear", "unclear", "nothing")}
    assert leads("has(answers.kind)") is None  # of several choices it cannot be said so
    assert leads("!has(answers.why_not)") is None  # nor of a question left open
    assert leads('!has(answers.why_not) || answers.why_not == "clear"') is None


def test_an_answer_to_a_question_that_was_not_asked_leads_nowhere() -> None:
    held = definitions.load().questionnaires["aid_satisfaction_survey"]
    said = held.model_dump(by_alias=True)
    for question in said["questions"]:
        if question["name"] == "mark":
            question["when"] = "has(answers.why_not)"
    survey = Questionnaire.model_validate(said)

    def names(**said: str) -> set[str]:
        asked = branching.pages(survey, said, day=AT.date(), division="340000000000")
        return {question.name for page in asked for question in page}

    assert {"why_not", "mark"} <= names(helped="asked", why_not="clear")
    assert not {"why_not", "mark"} & names(helped="none", why_not="clear")


def test_a_survey_that_has_ended_says_so_and_leads_to_its_result(made: Hall, clock: dict[str, Any]) -> None:
    poll = open_survey(made)
    (code,) = printed(made, poll)
    visitor = browser(None)
    assert "Begin to answer" in visitor.get(page("slip", poll.pk)).content.decode()

    clock["at"] = LATER
    ended = visitor.get(page("slip", poll.pk)).content.decode()
    sent = visitor.post(page("slip", poll.pk), {"code": code})

    assert ("This survey has ended" in ended, "Begin to answer" in ended) == (True, False)
    assert ("are being counted" in ended, sent.status_code) == (True, 422)
    counting.count(actor=made.officer(), at=LATER, poll_id=poll.pk)
    counted = visitor.get(page("slip", poll.pk)).content.decode()
    assert page("result", poll.pk) in counted


def test_a_code_of_no_slip_of_another_survey_or_after_the_end_is_refused(
    made: Hall, clock: dict[str, Any]
) -> None:
    poll, other = open_survey(made), open_survey(made)
    (code,) = printed(made, poll)
    visitor = browser(None)

    wrong = [
        visitor.post(page("slip", one.pk), {"code": said}) for one, said in ((poll, "AAAA"), (other, code))
    ]
    clock["at"] = LATER
    late = visitor.post(page("slip", poll.pk), {"code": code})

    assert ["on no slip of this survey" in one.content.decode() for one in wrong] == [True, True]
    assert [one.status_code for one in (*wrong, late)] == [422, 422, 422]


def test_codes_are_printed_and_kept_nowhere(made: Hall) -> None:
    poll = open_survey(made)
    shown = browser(made.world.actors["factory"]).post(page("slips", poll.pk), {"many": "3"}).content.decode()

    codes = set(CODE.findall(shown))
    assert len(codes) == 3
    made.officer()
    assert Slip.objects.filter(poll=poll).count() == 3
    trail = str(list(Entry.objects.filter(action="poll.slips").values_list("detail", flat=True)))
    assert not any(code in trail for code in codes)


def test_a_code_is_taken_however_it_is_typed(made: Hall) -> None:
    poll = open_survey(made)
    (code,) = printed(made, poll)
    letters = code.replace("-", "")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in letters)
    typed = [
        letters.lower(), f" {code} ", code.replace("-", "—"), code.replace("-", " － "), wide,
        " ".join(letters), code.replace("-", "\u2011"), code.replace("-", "\u3000"),
    ]  # fmt: skip

    taken = [browser(None).post(page("slip", poll.pk), {"code": one}).status_code for one in typed]

    assert taken == [200] * len(typed)
    assert all(len(one) <= envelopes.TYPED for one in typed)


def test_a_receipt_is_found_however_it_is_typed(made: Hall, clock: dict[str, Any]) -> None:
    poll = made.poll()
    receipt = made.vote(0, poll, 1, 2)
    made.count(poll)
    typed = [receipt.lower().replace("-", ""), receipt.replace("-", "——"), "\u3000".join(receipt.split("-"))]
    visitor = browser(made.voters[1])

    found = [visitor.post(page("receipt", poll.pk), {"receipt": one}).content.decode() for one in typed]
    none = visitor.post(page("receipt", poll.pk), {"receipt": "没有"}).content.decode()

    assert [f"{receipt} is among the ballots" in one for one in found] == [True] * len(typed)
    assert "没有 is not among them" in none


def test_no_browser_keeps_a_page_of_a_slip_for_who_comes_next(made: Hall) -> None:
    poll = open_survey(made)
    (code,) = printed(made, poll)
    visitor = browser(None)
    asked = visitor.post(page("slip", poll.pk), {"code": code})
    said = {"code": code, "step": "answer", **FIRST}

    answers = [
        visitor.get(page("slip", poll.pk)), asked, visitor.post(page("slip", poll.pk), {"code": "AAAA"}),
        visitor.post(page("slip", poll.pk), said), visitor.post(page("slip", poll.pk), said),
    ]  # fmt: skip

    assert ["no-store" in answer.headers.get("Cache-Control", "") for answer in answers] == [True] * 5


def test_slips_are_made_once_however_often_the_page_is_sent_or_opened(made: Hall) -> None:
    poll, officer = open_survey(made), browser(made.world.actors["factory"])
    said = {"many": "3", "once": str(uuid4())}

    first = officer.post(page("slips", poll.pk), said).content.decode()
    second = officer.post(page("slips", poll.pk), said, follow=True)
    opened = officer.get(page("slips", poll.pk))
    other = officer.post(page("slips", poll.pk), {**said, "once": str(uuid4())}).content.decode()

    assert "These slips were made already" in second.content.decode()
    assert CODE.search(second.content.decode().replace("7KQ2-M9XW-3RTB", "")) is None
    assert (opened.status_code, opened["Location"]) == (302, page("desk", poll.pk))
    assert browser(made.world.actors["mill"]).get(page("slips", poll.pk)).status_code == 404
    assert set(CODE.findall(first)).isdisjoint(CODE.findall(other))
    made.officer()
    assert Slip.objects.filter(poll=poll).count() == 6


def test_the_result_says_how_many_slips_were_made_and_how_many_answers_came_by_one(
    made: Hall, clock: dict[str, Any]
) -> None:
    poll = open_survey(made)
    code, _left, _over = printed(made, poll, 3)
    visitor = browser(None)
    visitor.post(page("slip", poll.pk), {"code": code, "step": "answer", **FIRST})
    casting.cast(actor=made.as_voter(0), at=AT, poll_id=poll.pk, answers={"dear": "first", "overall": 9})

    counted = made.count(poll)
    shown = browser(made.world.actors["factory"]).get(page("result", poll.pk)).content.decode()

    assert (counted.cast, counted.result["slips"]) == (2, {"made": 3, "used": 1})
    assert {line[0] for line in counted.result["lines"]} == set(FIRST)
    assert "Answers by slip" in shown


def test_slips_go_with_the_count(made: Hall) -> None:
    poll = open_survey(made)
    printed(made, poll, 5)

    made.count(poll)

    assert not Slip.objects.filter(poll=poll).exists()


@pytest.mark.parametrize("many", [0, slips.AT_ONCE + 1])
def test_no_slips_or_too_many_are_refused_and_the_page_says_so(made: Hall, many: int) -> None:
    poll = open_survey(made)

    with pytest.raises(Refusal) as refused:
        printed(made, poll, many)
    shown = browser(made.world.actors["factory"]).post(page("slips", poll.pk), {"many": str(many)})

    assert refused.value.code == "slips_at_once"
    assert shown.status_code == 422


def test_a_ballot_and_a_survey_by_roll_take_no_slips(made: Hall) -> None:
    for code in ("committee_election", "workforce_survey"):
        poll = made.poll(code)
        with pytest.raises(Refusal) as refused:
            printed(made, poll)
        assert refused.value.code == "no_slips"
        assert browser(None).post(page("slip", poll.pk), {"code": "AAAA"}).status_code == 404
        with pytest.raises(NotForYou):
            slips.enter(at=AT, poll_id=poll.pk, code="AAAA")


def test_a_survey_nobody_named_is_called_as_its_reader_says_it(made: Hall) -> None:
    poll = open_survey(made)
    shown = {language: browser(None) for language in ("en", "zh-hans")}
    for language, visitor in shown.items():
        visitor.cookies["language"] = language

    pages = [visitor.get(page("slip", poll.pk)).content.decode() for visitor in shown.values()]

    assert "What do you think of the union?" in pages[0]
    assert "工会工作公众满意度调查" in pages[1]


def test_an_officer_of_another_union_prints_none(made: Hall) -> None:
    poll = open_survey(made)
    with pytest.raises(NotForYou):
        slips.make(actor=made.world.act("mill"), at=AT, poll_id=poll.pk, many=1, once=uuid4())
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO questionnaires_slip VALUES (%s, gen_random_uuid())", [poll.pk])
    assert browser(made.world.actors["mill"]).post(page("slips", poll.pk), {"many": "1"}).status_code == 404
