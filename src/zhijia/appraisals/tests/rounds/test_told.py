"""Who is told what becomes of a round, and what is theirs to do now: officers, judges, who objected, who can appeal."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from zhijia.appraisals.models.rounds import Nomination, RoundVersion
from zhijia.appraisals.queries.rounds import mine as own
from zhijia.appraisals.services.rounds import (
    batching,
    judging,
    nominating,
    objecting,
    recommending,
    showing,
)  # fmt: skip
from zhijia.appraisals.tests.rounds.test_pages import STATION, browser, words
from zhijia.appraisals.tests.rounds.test_refusals import in_stage, proposed, refused
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair, paper
from zhijia.catalogue import definitions
from zhijia.catalogue.models import Division
from zhijia.catalogue.versions import content, digest
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.notices.models import Message
from zhijia.registers.services import adding
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT

LATER = CLOSED + timedelta(days=9)


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(4)


def told(actor: Actor, kind: str) -> list[str]:
    """Where the messages of this kind lead whoever is here."""
    assert actor.user_id is not None
    return list(Message.objects.filter(kind=kind).values_list("link", flat=True))


def decided(made: Fair) -> list[Nomination]:
    """Two judged entries of which the better one was decided on."""
    rows = proposed(made)
    batching.decide(actor=made.act("second"), at=LATER, round_id=made.round.pk)
    return rows


def test_whoever_objects_reads_the_answer_and_officers_are_told_that_one_waits(made: Fair) -> None:
    rows = proposed(made)
    notice = showing.of_batch(made.again(), "batch")
    assert notice is not None
    said = objecting.object_to(
        actor=made.member(2), at=CLOSED, notice_id=notice.pk, nomination_id=rows[0].pk, words="业绩不实"
    )
    assert told(made.act("second"), "round_objected") == [f"/work/rounds/entries/{rows[0].pk}/"]
    assert told(made.act("mill"), "round_objected") == []

    objecting.answer(
        actor=made.act("second"), at=CLOSED, objection_id=said.pk, upheld=False, words="已核实，业绩属实"
    )

    assert told(made.member(2), "round_objection_answered") == ["/rounds/"]
    page = words(browser(made.hall.voters[2]).get(reverse("appraisals:my_rounds")))
    assert ("已核实，业绩属实" in page, made.round.title in page, rows[0].title in page) == (
        True,
        True,
        False,
    )
    assert own.objections(made.member(3)) == []


def test_whoever_was_not_chosen_is_told_of_the_decision_while_they_can_appeal(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = decided(made)
    monkeypatch.setattr(days, "now", lambda: LATER)

    assert [len(told(made.member(place), "round_decided")) for place in (0, 1, 2)] == [0, 1, 0]
    chosen, other = (
        words(browser(made.hall.voters[place]).get(reverse("appraisals:nomination", args=[rows[place].pk])))
        for place in (0, 1)
    )
    appeal = "Appeal against the decision"
    assert (appeal in chosen, "you were chosen" in chosen) == (False, True)
    assert (appeal in other, "You can appeal until the end of" in other) == (True, True)
    with refused("appeal_of_the_chosen"):
        objecting.appeal(actor=made.member(0), at=LATER, nomination_id=rows[0].pk, words="请复核")

    said = objecting.appeal(actor=made.member(1), at=LATER, nomination_id=rows[1].pk, words="请复核")
    objecting.answer(
        actor=made.act("province"), at=LATER, objection_id=said.pk, upheld=False, words="评分无误"
    )
    assert told(made.member(1), "round_objection_answered") == [f"/rounds/entries/{rows[1].pk}/"]
    with refused("appealed_already"):
        objecting.appeal(actor=made.member(1), at=LATER, nomination_id=rows[1].pk, words="再请复核")
    own_page = reverse("appraisals:nomination", args=[rows[1].pk])
    after = words(browser(made.hall.voters[1]).get(own_page))
    assert (appeal in after, "评分无误" in after, "the decision stands" in after) == (False, True, True)


def test_an_appeal_is_answered_on_the_page_by_who_had_no_part_in_the_decision(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = decided(made)
    monkeypatch.setattr(days, "now", lambda: LATER)
    said = objecting.appeal(actor=made.member(1), at=LATER, nomination_id=rows[1].pk, words="请复核")
    page = reverse("appraisals:round_entry", args=[rows[1].pk])
    answer = reverse("appraisals:round_entry_act", args=[rows[1].pk, "answer"])

    own, other = (words(browser(made.world.actors[who]).get(page)) for who in ("luyang", "province"))
    assert (answer in own, "You had a part in this decision" in own) == (False, True)
    assert (answer in other, "The batch is put together anew" in other) == (True, True)
    lacks = browser(made.world.actors["province"]).post(
        answer, {"objection": str(said.pk), "words": "查过了"}
    )
    assert (lacks.status_code, "查过了" in words(lacks), "The decision stands" in words(lacks)) == (
        422,
        True,
        True,
    )


def test_what_keeps_a_batch_from_its_decision_and_its_names_is_said_instead_of_a_button(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(made)
    hands = {"at": CLOSED}
    monkeypatch.setattr(days, "now", lambda: hands["at"])
    page = reverse("appraisals:round", args=[made.round.pk])
    decide, name = (reverse("appraisals:round_act", args=[made.round.pk, act]) for act in ("decide", "name"))
    second = browser(made.world.actors["second"])

    early = words(second.get(page))
    assert (decide in early, "The notice hangs until the end of" in early) == (False, True)
    assert ("rank 1, " in early, "at least 1" in early) == (True, True)  # what decides: its place, the quotas
    hands["at"] = LATER
    assert decide in words(second.get(page))
    assert second.post(decide).status_code == 302
    assert second.post(reverse("appraisals:round_act", args=[made.round.pk, "show"])).status_code == 302
    hanging = words(second.get(page))
    assert name not in hanging
    hands["at"] = LATER + timedelta(days=20)
    assert name in words(second.get(page))


def test_judges_are_told_that_they_judge_and_when_entries_wait_for_them(made: Fair) -> None:
    made.name_judges()
    judge = made.act("judge-0")
    assert (told(judge, "round_judge"), told(judge, "round_to_score")) == (["/rounds/"], [])
    before = words(browser(made.world.actors["judge-0"]).get("/rounds/"))
    assert "You get a message when there is something to score" in before

    made.take_in(made.nominate(0))
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)

    assert told(made.act("judge-0"), "round_to_score") == [f"/rounds/judging/{made.round.pk}/"]
    assert told(made.act("second"), "round_to_score") == []


def test_a_nomination_is_recommended_on_the_page_once_its_notice_is_over(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made.nominate(0)
    recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk)
    hands = {"at": AT}
    monkeypatch.setattr(days, "now", lambda: hands["at"])
    page = reverse("appraisals:round_entry", args=[row.pk])
    recommend = reverse("appraisals:round_entry_act", args=[row.pk, "recommend"])
    unit = browser(made.world.actors["factory"])

    early = words(unit.get(page))
    assert (recommend in early, "The notice hangs until the end of" in early) == (False, True)
    hands["at"] = AT + timedelta(days=9)
    assert recommend in words(unit.get(page))


def test_whoever_is_nominated_is_not_offered_the_same_call_again(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: AT + timedelta(hours=1))
    made.nominate(0)
    offered = [len(browser(made.hall.voters[place]).get("/rounds/").context["calls"]) for place in (0, 1)]
    assert offered == [0, 1]


def test_a_stage_is_offered_to_be_closed_once_every_entry_has_its_scores(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = in_stage(made)
    monkeypatch.setattr(days, "now", lambda: CLOSED)
    page = reverse("appraisals:round", args=[made.round.pk])
    close = reverse("appraisals:round_act", args=[made.round.pk, "close"])
    county = browser(made.world.actors["luyang"])

    made.judge({rows[0].pk: 40})
    early = words(county.get(page))
    made.judge({rows[1].pk: 10})
    ready = words(county.get(page))

    assert (close in early, "These lack some: 2." in early) == (False, True)
    assert close in ready


BEAUTIFUL = {"stars": "four", "hours": "long", "people_a_day": "50", "special": "夜间也开"}


def stations(made: Fair, unit: str = "factory") -> list[Nomination]:
    """Two stations that this union nominates; the county chooses the first."""
    Division.objects.create(code="340103000000", name="庐阳区", level=3, parent="")
    rows, union = [], made.world.unions[unit]
    for name in ("南门驿站", "北门驿站"):
        adding.add(
            actor=made.act(unit), at=AT, code="service_station", union_id=union.pk,
            typed={**STATION, "name": name},
        )  # fmt: skip
        actor, at = made.act(unit), AT
        row = nominating.begin(
            actor=actor, at=at, once=uuid4(), round_id=made.round.pk, union=union, number=name
        )
        wrong = nominating.keep(
            actor=actor, at=at, nomination_id=row.pk, typed=BEAUTIFUL, sent={"photos": [paper()]}
        )
        assert not wrong
        nominating.hand_in(actor=actor, at=at, nomination_id=row.pk)
        rows.append(recommending.recommend(actor=actor, at=at, nomination_id=row.pk, words="会议通过"))
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(rows[0], why="投票在后")
    batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    batching.decide(actor=made.act("second"), at=CLOSED, round_id=made.round.pk)
    return rows


def test_a_union_appeals_on_its_page_for_what_it_nominated_and_nobody_else_does(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = definitions.load().rounds["most_beautiful_station"]
    plain = asked.model_copy(update={"code": "test.station", "stages": (), "ties": (), "quotas": ()})
    ready.add(RoundVersion(
        code=plain.code, number=1, content=content(plain), digest=digest(plain), state="published",
        since=AT.date(), made_by=1, published_by=2, published_at=AT, made_at=AT,
    ))  # fmt: skip
    made = fair(2, code="test.station", budget=0)
    monkeypatch.setattr(days, "now", lambda: CLOSED)
    chosen, other = stations(made)
    unit, county = browser(made.world.actors["factory"]), browser(made.world.actors["luyang"])

    assert len(told(made.act("factory"), "round_decided_of_union")) == 1
    act = {row.pk: reverse("appraisals:round_entry_act", args=[row.pk, "appeal"]) for row in (chosen, other)}
    page = {row.pk: reverse("appraisals:round_entry", args=[row.pk]) for row in (chosen, other)}
    offered = [
        act[row.pk] in words(client.get(page[row.pk])) for client in (unit, county) for row in (chosen, other)
    ]
    assert offered == [False, True, False, False]
    assert unit.post(act[other.pk], {"words": ""}).status_code == 422
    assert unit.post(act[other.pk], {"words": "夜间也开放，请复核"}).status_code == 302
    assert browser(made.world.actors["mill"]).post(act[other.pk], {"words": "x"}).status_code == 404
    with pytest.raises(NotForYou):
        objecting.appeal(actor=made.member(0), at=CLOSED, nomination_id=other.pk, words="请复核")
