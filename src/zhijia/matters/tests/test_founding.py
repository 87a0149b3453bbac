"""A union is founded by a request, and a re-election registered: whole when it is granted, nothing half done when the
register refuses; nobody answers what is not asked of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Answer, Case, Paper, Step
from zhijia.matters.services import asking, deciding, handing_in, lacking, versions
from zhijia.matters.tests import tales
from zhijia.matters.tests.shipped import add_papers, handed_in, through
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import build_with_member, here
from zhijia.registry.models import Coverage, Term, Union
from zhijia.registry.services import unions
from zhijia.registry.tests.world import AT, World, appoint, worker

FOUND, ELECT = tales.TALES["found_union"], tales.TALES["election_report"]
RESULT = FOUND.at_steps["result"]


@pytest.fixture
def world(db: Any) -> World:
    world = build_with_member()
    appoint(world, "luyang", "county_reviewer", "luyang-second")
    appoint(world, "city", "county_reviewer", "city-second")
    return world


def _replied(world: World) -> Case:
    """The union above has agreed to the preparation."""
    case = handed_in(world, "found_union", FOUND)
    for _step in ("look", "reply"):
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    return case


def _reported(world: World, case: Case, **change: str) -> None:
    """The election is reported, with these answers changed."""
    actor = world.act("factory")
    typed = {**RESULT, **change}
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    add_papers(world, case, "factory", "result")
    handing_in.complete(actor=world.act("factory"), at=AT, case_id=case.pk)


def test_the_union_above_replies_with_a_number_before_anything_is_elected(world: World) -> None:
    case = _replied(world)
    assert (here(case).code, here(case).state) == ("result", "paused")
    assert Paper.objects.get(case=case).number == "工组筹〔2026〕1号"
    assert not Union.objects.filter(name="新桥物流工会").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"attended": "19"}, "no_quorum"),
        ({"attended": "31"}, "answers_unsound"),
        ({"seats": "4"}, "answers_unsound"),
        ({"seats": "7"}, "committee_size"),
        ({"held_on": "2026-12-01"}, "day_not_come"),
        ({"stood": "王大力 主席 15\n何小燕 委员 15\n周平 委员 15\n吴勇 委员 3"}, "nobody_elected"),
        ({"stood": "王大力 主席 25\n何小燕 委员 20\n周平 委员 18"}, "too_few_candidates"),
        ({"stood": "王大力 主席 25\n何小燕 主席 20\n周平 委员 18\n吴勇 委员 3"}, "candidate_post"),
        ({"stood": "王大力 主席 27\n何小燕 委员 20\n周平 委员 18\n吴勇 委员 3"}, "too_many_votes"),
        ({"stood": "王大力主席25"}, "committee_line"),
    ],
)
def test_an_election_that_does_not_stand_is_refused_when_it_is_reported(
    world: World, change: Mapping[str, str], code: str
) -> None:
    case = _replied(world)
    with pytest.raises(Refusal) as bad:
        _reported(world, case, **change)
    assert bad.value.code == code
    assert here(case).code == "result"


def test_an_employer_that_is_covered_already_is_refused_before_it_is_handed_in(world: World) -> None:
    unions.cover_employer(
        actor=world.act("factory"), at=AT, union_id=world.unions["factory"].pk, name="新桥物流有限公司"
    )
    with pytest.raises(Refusal) as covered:
        handed_in(world, "found_union", FOUND)
    assert covered.value.code == "employer_covered"
    assert "晨光机械工会" in str(covered.value)


def test_an_employer_that_was_covered_meanwhile_leaves_nothing_half_done(world: World) -> None:
    case = _replied(world)
    _reported(world, case)
    unions.cover_employer(
        actor=world.act("factory"), at=AT, union_id=world.unions["factory"].pk, name="新桥物流有限公司"
    )
    world.act("luyang")
    step = here(case)
    with pytest.raises(Refusal) as covered, transaction.atomic():
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=step.pk)
    assert covered.value.code == "employer_covered"
    case.refresh_from_db()
    assert (case.state, here(case).code, case.other_union_id) == ("open", "approve", None)
    assert not Union.objects.filter(name="新桥物流工会").exists()
    assert not Term.objects.exists()
    assert Paper.objects.filter(case=case).count() == 1


def test_it_is_founded_once_and_under_the_union_that_decided(world: World) -> None:
    case = _replied(world)
    _reported(world, case)
    step = here(case)
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=step.pk)
    with pytest.raises(Refusal):
        deciding.approve(actor=world.act("luyang-second"), at=AT, step_id=step.pk)
    union = Union.objects.get(name="新桥物流工会")
    assert union.parents.get(tree="organisation").parent_id == world.unions["luyang"].pk
    assert Coverage.objects.filter(union=union).count() == 1


def test_nobody_without_the_right_to_found_decides(world: World) -> None:
    case = handed_in(world, "found_union", FOUND)
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    step = here(case).pk
    for stranger in ("factory", "couriers", "mill", "shushan"):
        with pytest.raises((NotForYou, Refusal)):
            deciding.approve(actor=world.act(stranger), at=AT, step_id=step)
    world.act("luyang")
    assert here(case).pk == step


def test_somebody_in_no_union_asks_the_county_where_they_work(world: World) -> None:
    actor = worker(world, "driver")
    client = browser(world, "driver")
    page = client.get(reverse("matters:matter", args=["found_union"])).content.decode()
    county = world.unions["shushan"]
    assert f'value="{county.code}"' in page
    answer = client.post(reverse("matters:matter", args=["found_union"]), {"union": county.code})
    world.act("driver")
    case = Case.objects.get(user_id=actor.user_id)
    assert answer["location"] == reverse("matters:form", args=[case.pk])
    assert case.union_id == county.pk
    assert "ui/staff" not in client.get(answer["location"]).content.decode()


def test_what_a_later_step_asks_is_not_answered_before(world: World) -> None:
    actor = world.act("factory")
    case = asking.start(actor=actor, at=AT, code="found_union", for_union=world.unions["factory"])
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"union_name": "新桥物流工会", **RESULT})
    assert list(Answer.objects.filter(case=case).values_list("name", flat=True)) == ["union_name"]


def test_what_was_replied_to_is_not_changed_with_the_report(world: World) -> None:
    case = _replied(world)
    actor = world.act("factory")
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"union_name": "别的工会", **RESULT})
    assert Answer.objects.get(case=case, name="union_name").value == "新桥物流工会"


def test_a_report_without_its_documents_is_not_handed_in(world: World) -> None:
    case = _replied(world)
    actor = world.act("factory")
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed=RESULT)
    with pytest.raises(lacking.NotComplete) as missing:
        handing_in.complete(actor=actor, at=AT, case_id=case.pk)
    assert [one.name for one in missing.value.wrong] == ["minutes"]


def test_a_report_sent_back_comes_straight_back(world: World) -> None:
    case = _replied(world)
    _reported(world, case)
    deciding.send_back(
        actor=world.act("luyang"), at=AT, step_id=here(case).pk, to="result", reason="票数与会议记录不符"
    )
    assert (here(case).code, here(case).state) == ("result", "paused")
    _reported(world, case, attended="25", stood=RESULT["stood"])
    assert here(case).code == "approve"


def test_an_officer_of_another_union_reports_nothing(world: World) -> None:
    case = _replied(world)
    with pytest.raises(NotForYou):
        asking.keep(actor=world.act("couriers"), at=AT, case_id=case.pk, typed=RESULT)
    with pytest.raises(NotForYou):
        handing_in.complete(actor=world.act("mill"), at=AT, case_id=case.pk)


def test_a_new_term_ends_the_alarm_of_the_old_one(world: World) -> None:
    case = handed_in(world, "election_report", ELECT)
    matter = versions.definition(case.version)
    through(world, case, matter, ELECT)
    world.act("factory")
    first = Term.objects.get(union_id=world.unions["factory"].pk, ended_on=None)
    Term.objects.filter(pk=first.pk).update(
        starts_on=date(2023, 10, 1), ends_on=date(2026, 10, 1), due_on=date(2026, 10, 1)
    )
    again = handed_in(world, "election_report", tales.without_before(ELECT))
    through(world, again, matter, ELECT)
    world.act("factory")
    first.refresh_from_db()
    term = Term.objects.get(union_id=world.unions["factory"].pk, ended_on=None)
    assert (first.ended_on, term.number, term.approval_number) == (date(2026, 11, 18), 2, "工选〔2026〕2号")
    assert term.due_on > date(2029, 1, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stood": "王建国 主席 5\n李秀英 副主席 4\n赵铁柱 委员 4\n周无名 委员 1"}, "committee_who"),
        ({"attended": "3"}, "no_quorum"),
        ({"declared": ["relative"]}, "not_declared"),
        ({"years": "years_5", "seats": "5"}, "committee_size"),
    ],
)
def test_a_re_election_that_does_not_stand_is_not_handed_in(
    world: World, change: Mapping[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as bad:
        handed_in(world, "election_report", tales.changed(ELECT, **change))
    assert bad.value.code == code


def test_nobody_replies_to_the_election_they_reported(world: World) -> None:
    tale = tales.changed(ELECT)
    case = handed_in(world, "election_report", tale)
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)


def test_questions_of_whoever_decides_are_drawn_for_them_and_asked_of_nobody_else(world: World) -> None:
    case = handed_in(world, "hazard_report", tales.TALES["hazard_report"])
    deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk)
    step = here(case)
    with pytest.raises(Refusal) as unanswered:
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=step.pk)
    assert unanswered.value.code == "answer_here"
    officer = browser(world, "luyang")
    page = officer.get(reverse("matters:file", args=[case.pk])).content.decode()
    assert 'name="told"' in page
    officer.post(
        reverse("matters:decide", args=[case.pk]),
        {"step": step.pk, "answer": "approve", "reason": "", "told": "二车间一处电缆绝缘破损"},
    )
    world.act("luyang")
    assert Answer.objects.get(case=case, name="told").value == "二车间一处电缆绝缘破损"
    assert here(case).code == "repair"


def test_an_applicant_answers_nothing_in_the_officers_name(world: World) -> None:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code="hazard_report")
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"told": "什么事也没有", "place": "三号机"})
    assert set(Answer.objects.filter(case=case).values_list("name", flat=True)) == {"place"}


def test_letters_stop_where_the_employer_agrees(world: World) -> None:
    tale = tales.TALES["formation_notices"]
    case = handed_in(world, "formation_notices", tale)
    through(
        world,
        case,
        versions.definition(case.version),
        tales.answering(tale, judge_letter={"after_letter": "agreed"}),
    )
    case.refresh_from_db()
    assert case.state == "granted"
    assert set(Step.objects.filter(case=case, state="skipped").values_list("code", flat=True)) == {
        "opinion", "judge_opinion", "suggestion", "close",
    }  # fmt: skip
    assert tales.numbers(world, case) == ["工组函〔2026〕1号"]


def test_no_opinion_follows_before_the_time_to_found_a_union_is_over(world: World) -> None:
    tale = tales.changed(tales.TALES["formation_notices"], opened="2026-06-01")
    case = handed_in(world, "formation_notices", tale)
    with pytest.raises(Refusal) as early:
        through(world, case, versions.definition(case.version), tale)
    assert early.value.code == "answers_unsound"
    world.act("luyang")
    assert here(case).code == "judge_letter"


def test_a_visitor_founds_nothing(world: World) -> None:
    with pytest.raises(NotForYou):
        asking.start(actor=Actor(None, "page", "x"), at=AT, code="found_union", union=world.unions["luyang"])


def test_the_same_report_posted_again_is_one(world: World) -> None:
    case = _replied(world)
    _reported(world, case)
    with pytest.raises(Refusal) as again:
        handing_in.complete(actor=world.act("factory"), at=AT, case_id=case.pk)
    assert again.value.code == "case_moved_on"
    assert Step.objects.filter(case=case, code="approve").count() == 1
