"""How definitions look and what they would do before they are published: nothing is written."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.services.showing import appraisals, questionnaires, rounds, splits
from zhijia.administration.tests.previews import address, checked, client, drafted, page, proposed
from zhijia.administration.views.previews.page import SHOWN
from zhijia.catalogue import definitions, parameters
from zhijia.catalogue.appraisal_rules import Criterion
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days
from zhijia.registers.models import List, Row
from zhijia.registers.services import adding
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.ui.templatetags.ui import day as day_words

TODAY = days.business_day(AT)
HERE = sorted(SHOWN.keys() - {"campaigns"})
"""Drives are counted on `bulk`: `test_preview_campaigns`."""


@pytest.fixture
def world(db: Any) -> worlds.World:
    """The province has a second officer, the county one of its own; the factory has a member."""
    world = worlds.build()
    worlds.appoint(world, "province", "province_officer", "second")
    worlds.member(world, "member", "factory", serial=41)
    return world


@pytest.mark.parametrize("kind", HERE)
def test_every_definition_that_comes_with_the_program_can_be_looked_at(
    world: worlds.World, kind: str
) -> None:
    officer = client(world, "province")
    for code in getattr(definitions.load(), kind):
        draft = drafted(world, kind, code, f"{code}_x"[:60])
        assert officer.get(address(kind, draft)).status_code == 200, code
        assert officer.post(address(kind, draft), {}).status_code in {200, 422}, code


@pytest.mark.parametrize("kind", HERE)
def test_an_english_page_parts_nothing_as_chinese_does(world: worlds.World, kind: str) -> None:
    for code in list(getattr(definitions.load(), kind))[:5]:
        draft = drafted(world, kind, code, f"{code}_x"[:60])
        said = client(world, "province", "en").get(address(kind, draft)).content.decode()
        assert "、" not in said, code
        assert "；" not in said, code


def test_a_list_without_a_row_says_so_beside_its_table_where_it_wraps_on_a_phone(world: worlds.World) -> None:
    shown = page(world, "registers", drafted(world, "registers", "service_brands"))
    table = shown.split('class="table-frame"')[1].split("</table>")[0]
    assert "填好上面的表并检查，这里就会出现一行。" in shown
    assert "填好上面的表并检查" not in table
    assert "<th" in table
    assert "data-row>" not in table


@pytest.mark.parametrize("kind", HERE)
def test_a_text_that_does_not_read_is_said_with_the_way_back(world: worlds.World, kind: str) -> None:
    draft = drafted(world, kind, next(iter(getattr(definitions.load(), kind))), colour="red")
    said = page(world, kind, draft)
    assert "colour" not in said or "red" not in said
    assert reverse("administration:design", args=[kind, draft.pk]) in said
    assert '<form method="post" action="/administration' not in said


@pytest.mark.parametrize("kind", HERE)
def test_the_second_person_looks_too_and_nobody_at_anothers_draft(world: worlds.World, kind: str) -> None:
    code = next(iter(getattr(definitions.load(), kind)))
    draft = drafted(world, kind, code)
    second, stranger = client(world, "second"), client(world, "factory")
    assert second.get(address(kind, draft)).status_code == 404
    proposed(world, kind, draft, TODAY + timedelta(days=400))
    assert second.get(address(kind, draft)).status_code == 200
    assert stranger.get(address(kind, draft)).status_code == 404


@pytest.mark.parametrize("kind", ["matters", "rules"])
def test_what_is_tried_where_it_is_written_leads_there(world: worlds.World, kind: str) -> None:
    draft = drafted(world, kind, next(iter(KINDS[kind].in_force(TODAY))))
    answer: Any = client(world, "province").get(address(kind, draft))
    assert answer["location"] == reverse("administration:design", args=[kind, draft.pk])


def test_a_union_that_is_not_there_is_said(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands")
    answer = client(world, "province").get(address("registers", draft), {"tried_at": "nowhere"})
    assert answer.status_code == 422
    assert "nowhere" in answer.content.decode()


def test_the_page_of_a_design_leads_to_what_it_looks_like(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands")
    design = reverse("administration:design", args=["registers", draft.pk])
    officer = client(world, "province")
    assert address("registers", draft) in officer.get(design).content.decode()
    designing.keep(
        actor=world.act("province"), at=AT, kind=KINDS["registers"], version_id=draft.pk, text="broken: ["
    )
    assert address("registers", draft) not in officer.get(design).content.decode()


ROW = {
    "name": "皖工暖",
    "owner": "权益部",
    "says": "常态送温暖",
    "services": ["aid"],
    "since": "2025-01-01",
}


def test_a_made_up_row_is_checked_and_shown_and_never_written(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands")
    before = (Row.objects.count(), List.objects.count())
    status, said = checked(world, "registers", draft, ROW)
    assert (status, said.count("皖工暖") >= 2) == (200, True)
    status, said = checked(world, "registers", draft, {"owner": "权益部"})
    assert (status, "权益部" in said) == (422, True)
    world.act("province")
    assert (Row.objects.count(), List.objects.count()) == before


def test_rows_that_would_not_fit_are_counted(world: worlds.World) -> None:
    adding.add(
        actor=world.act("province"),
        at=AT,
        code="service_brands",
        union_id=world.unions["province"].pk,
        typed=ROW,
    )
    fields = list(
        definitions.load().registers["service_brands"].model_dump(mode="json", by_alias=True)["fields"]
    )
    fields[0]["most"] = 2
    draft = drafted(world, "registers", "service_brands", "", fields=fields)
    said = page(world, "registers", draft)
    assert "现有 1 条" in said
    assert "无法发布" in said


def test_a_made_up_nomination_is_checked_and_said_what_comes_of_it(world: worlds.World) -> None:
    draft = drafted(world, "rounds", "civilised_family")
    said = {"story": "互相照应", "family_agrees": "yes"}
    status, answer = checked(world, "rounds", draft, said)
    assert (status, "这份提名可以提交" in answer) == (200, True)
    status, answer = checked(world, "rounds", draft, {"story": "互相照应"})
    assert (status, "互相照应" in answer) == (422, True)


def test_the_way_of_a_round_says_the_days_of_its_call_and_notices(world: worlds.World) -> None:
    asked = definitions.load().rounds["civilised_family"]
    stops = rounds.way(asked, world.unions["luyang"], on=TODAY)
    call = parameters.value("rounds.call_days", day=TODAY)
    assert day_words(TODAY + timedelta(days=call)) in str(stops[0].when)
    (decided,) = (stop for stop in stops if str(stop.title) == "评选结果公示")
    assert not any(day_words(TODAY + timedelta(days=day)) in str(decided.when) for day in range(call))
    labels = [str(stop.title) for stop in stops]
    assert labels.index("单位公示") < labels.index("评议") < labels.index("评选结果公示")


def test_the_days_of_a_round_never_run_backwards(world: worlds.World) -> None:
    asked = definitions.load().rounds["craftsman"]
    slow = [one.model_copy(update={"days": "=90"}) for one in asked.clearances]
    with translation.override("zh-hans"):
        stops = rounds.way(asked.model_copy(update={"clearances": slow}), world.unions["luyang"], on=TODAY)
        ends = [re.findall(r"(\d+)年(\d+)月(\d+)日", str(stop.when or "")) for stop in stops]
    last = [date(*map(int, found[-1])) for found in ends if found]
    assert len(last) >= 5
    assert last == sorted(last)


def test_a_notice_that_outlasts_the_call_is_said_with_both_days(world: worlds.World) -> None:
    draft = drafted(world, "rounds", "craftsman")
    assert "这些日期对不上" not in page(world, "rounds", draft)
    asked = definitions.load().rounds["craftsman"].model_copy(update={"days": "=2"})
    with translation.override("zh-hans"):
        said = rounds.out_of_order(asked, world.unions["luyang"], on=TODAY)
    assert day_words(TODAY + timedelta(days=2)) in said
    assert len(set(re.findall(r"\d+年\d+月\d+日", said))) == 2
    short = drafted(world, "rounds", "craftsman", "own_two", days="=2")
    assert "这些日期对不上" in page(world, "rounds", short)


def test_a_sheet_is_added_up_with_its_grade(world: worlds.World) -> None:
    scheme = definitions.load().appraisals["safety_station_rating"]
    known = appraisals.numbers(scheme, world.unions["luyang"], on=TODAY)
    best = {code: _best(item) for code, item in scheme.items.items()}
    tried, wrong = appraisals.attempt(scheme, known, best)
    assert (wrong, tried and tried.grade) == ([], scheme.grades[0])
    _tried, wrong = appraisals.attempt(scheme, known, {**best, next(iter(best)): "excellent"})
    assert [code for code, _words in wrong] == [next(iter(best))]


def _best(item: Criterion) -> str:
    if item.sort == "steps":
        return max(item.steps, key=lambda step: step.points).code
    return {"deduct": "0", "yes_no": "yes"}.get(item.sort, str(item.points))


def test_a_questionnaire_is_walked_through_page_by_page(world: worlds.World) -> None:
    code, asked = next(
        (code, one)
        for code, one in definitions.load().questionnaires.items()
        if one.sort == "survey" and any(question.when for question in one.questions)
    )
    draft = drafted(world, "questionnaires", code)
    first = asked.blocks[0][0]
    status, said = checked(world, "questionnaires", draft, {"page": "1"})
    assert (status, f'id="q-{first.name}"' in said) == (422, True)
    status, said = checked(world, "questionnaires", draft, {"page": "999999999999"})
    assert status == 422
    assert f'id="q-{first.name}"' in said


def test_a_branch_is_asked_of_whom_it_is_for_alone(world: worlds.World) -> None:
    asked = Questionnaire.model_validate(
        {
            **definitions.load().questionnaires[_survey()].model_dump(mode="json", by_alias=True),
            "questions": [
                {"name": "eats", "label": WORDS[0], "type": "yes_no"},
                {"name": "where", "label": WORDS[1], "type": "text", "when": "answers.eats"},
                {"name": "end", "label": WORDS[2], "type": "text", "required": False},
            ],
        }
    )
    place = {"on": TODAY, "division": world.unions["luyang"].division}

    def next_of(typed: dict[str, list[str]], page: int) -> list[str]:
        return [one.name for one in questionnaires.turn(asked, typed, page, **place).questions]

    assert next_of({}, 0) == ["eats"]
    assert next_of({"eats": ["yes"]}, 1) == ["where"]
    assert next_of({"eats": ["no"]}, 1) == ["end"]
    assert next_of({"eats": ["no"]}, 2) == []


def _survey() -> str:
    return next(code for code, one in definitions.load().questionnaires.items() if one.sort == "survey")


WORDS = [{"en": f"Word {number}", "zh": f"词{number}"} for number in range(3)]


@pytest.mark.parametrize(
    ("typed", "status"), [("0.01", 200), ("1,000", 200), ("-1", 422), ("much", 422), ("", 422)]
)
def test_a_made_up_sum_is_shared_to_the_fen(world: worlds.World, typed: str, status: int) -> None:
    draft = drafted(world, "splits", "national")
    assert checked(world, "splits", draft, {"sum": typed})[0] == status
    parts = splits.parts(definitions.load().splits["national"], 1)
    assert sum(part.fen for part in parts) == 1


def test_the_second_person_reads_what_is_different_and_what_was_only_copied(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands", label={"en": "Songs", "zh": "职工之歌"})
    proposed(world, "registers", draft, TODAY)
    design = reverse("administration:design", args=["registers", draft.pk])
    said = client(world, "second").get(design).content.decode()
    assert "<ins>职工之歌</ins>" in said
    assert "仍与“工会服务品牌”相同" in said
    same = drafted(world, "registers", "service_brands", "")
    said = (
        client(world, "province")
        .get(reverse("administration:design", args=["registers", same.pk]))
        .content.decode()
    )
    assert "没有不同" in said
