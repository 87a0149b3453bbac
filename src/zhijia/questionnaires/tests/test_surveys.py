"""Surveys and public votes: drafts, branches, small cells, samples."""

from typing import Any

import pytest

from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import Draft, Poll, Strip
from zhijia.questionnaires.queries import polls, results
from zhijia.questionnaires.services import casting, drafting, preparing
from zhijia.questionnaires.tests.world import Hall, add, hall
from zhijia.registry.models import Person
from zhijia.registry.tests.world import AT

PAGES: list[dict[str, list[str]]] = [
    {"contract": ["yes"], "contract_term": ["fixed"]},
    {"hours": ["up_to_40"], "pay_on_time": ["always"]},
    {f"content.{row}": ["4"] for row in ("pay", "safety", "hours", "union")},
    {"needs": ["aid", "training"]},
    {},
    {"words": ["没有了"]},
]


def page(made: Hall, place: int, poll: Poll, number: int, typed: dict[str, list[str]]) -> list[Any]:
    """Fill in one page of the survey, once more where it asks more; what is wrong there."""
    actor = made.as_voter(place)
    entry = casting.enter(actor=actor, at=AT, poll_id=poll.pk)
    for _time in range(2):
        questions = drafting.pages(entry, drafting.answers(actor, poll.pk), AT)[number]
        wrong = drafting.keep(actor=actor, at=AT, entry=entry, questions=questions, typed=typed).wrong
        if wrong or not drafting.grew(entry, questions, drafting.answers(actor, poll.pk), AT):
            break
    return wrong


def hand_in(made: Hall, place: int, poll: Poll) -> str:
    actor = made.as_voter(place)
    return drafting.hand_in(actor=actor, at=AT, entry=casting.enter(actor=actor, at=AT, poll_id=poll.pk))


def answer(made: Hall, place: int, poll: Poll, pages: list[dict[str, list[str]]]) -> str:
    for number, typed in enumerate(pages):
        page(made, place, poll, number, typed)
    return hand_in(made, place, poll)


def test_a_survey_is_answered_page_by_page_and_its_draft_goes_with_the_box(db: Any) -> None:
    made = hall(7)
    poll = made.poll("workforce_survey")
    page(made, 0, poll, 0, {"contract": ["yes"]})
    kept = drafting.answers(made.as_voter(0), poll.pk)
    assert kept == {"contract": True}
    assert not Draft.objects.filter(sealed__contains=b"contract").exists()

    answer(made, 0, poll, PAGES)

    assert not Draft.objects.exists()
    with pytest.raises(Refusal, match=r"重复|twice|twice|already|一票"):
        casting.cast(actor=made.as_voter(0), at=AT, poll_id=poll.pk, answers={})


def test_a_question_its_condition_leaves_out_is_not_asked_and_an_answer_to_it_does_not_count(db: Any) -> None:
    made = hall(7)
    poll = made.poll("workforce_survey")
    page(made, 0, poll, 0, PAGES[0])
    actor = made.as_voter(0)
    entry = casting.enter(actor=actor, at=AT, poll_id=poll.pk)
    page(made, 0, poll, 0, {"contract": ["no"], "contract_term": ["fixed"]})

    asked = [
        one.name
        for block in drafting.pages(entry, drafting.answers(made.as_voter(0), poll.pk), AT)
        for one in block
    ]
    for number in range(1, 6):
        page(made, 0, poll, number, PAGES[number])
    hand_in(made, 0, poll)
    counted = made.count(poll)

    assert "contract_term" not in asked
    assert not [line for line in counted.result["lines"] if line[0] == "contract_term"]


def test_a_survey_that_lacks_an_answer_is_not_handed_in(db: Any) -> None:
    made = hall(7)
    poll = made.poll("workforce_survey")
    page(made, 0, poll, 0, PAGES[0])

    with pytest.raises(Refusal) as refused:
        hand_in(made, 0, poll)

    assert refused.value.code == "unanswered"


def test_a_survey_of_members_asks_those_who_do_not_vote_too(db: Any) -> None:
    made = hall(2)
    add(made, 1, first=50, status="31")

    poll = made.poll("workforce_survey")

    assert poll.entitled == 3
    answer(made, 2, poll, PAGES)


def test_a_survey_by_a_rule_asks_those_it_holds_for_or_names_the_rule(db: Any) -> None:
    made = hall(1)
    Person.objects.filter(pk=made.voters[0].person_id).update(gig_group="00")
    with pytest.raises(Refusal) as nobody:
        made.poll("service_needs")
    add(made, 1, first=50)

    poll = made.poll("service_needs")

    assert "Works in one of the eight groups" in str(nobody.value) or "八大群体从业人员" in str(nobody.value)
    assert [row.person_id for row in poll.voters.all()] == [made.voters[1].person_id]


def test_nobody_reads_the_draft_of_another(db: Any) -> None:
    made = hall(7)
    poll = made.poll("workforce_survey")
    page(made, 0, poll, 0, PAGES[0])

    for actor in (made.as_voter(1), made.officer()):
        context.enter(actor)
        assert not Draft.objects.exists()


def test_small_cells_of_a_survey_are_covered_and_its_texts_are_published_nowhere(db: Any) -> None:
    made = hall(9)
    poll = made.poll("workforce_survey")
    for place in range(9):
        hours = "over_60" if place < 2 else "up_to_40"
        answer(made, place, poll, [PAGES[0], {**PAGES[1], "hours": [hours]}, *PAGES[2:]])
    counted = made.count(poll)
    asked = versions.definition(poll.version)

    parts = {part.question.name: part for part in results.parts(counted, asked, day=AT.date())}

    shown = [bar.text for bar in parts["hours"].charts[0].bars]
    assert {"2", "7"}.isdisjoint(shown), "the sum would tell the two"
    assert parts["hours"].covered
    assert list(parts["words"].texts) == []
    assert not Strip.objects.filter(poll=poll, question="words", open=True).exists()


def test_how_many_were_asked_and_took_part_are_facts_without_a_person(db: Any) -> None:
    made = hall(7)
    poll = made.poll("workforce_survey")
    answer(made, 0, poll, PAGES)
    made.count(poll)

    facts = {fact.kind: (fact.quantity, fact.person_id) for fact in Fact.objects.filter(record="poll")}
    assert facts == {"poll.asked": (7, None), "poll.answered": (1, None)}


def test_a_sample_is_drawn_and_is_drawn_the_same_again(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhijia.catalogue import parameters
    from zhijia.questionnaires.services import rolls

    value = parameters.value
    few = lambda key, **more: 4 if key == "questionnaires.sample_members" else value(key, **more)  # noqa: E731
    monkeypatch.setattr(parameters, "value", few)
    made = hall(12)
    poll = made.poll("workforce_survey", opened=False)
    first = set(poll.voters.values_list("person_id", flat=True))

    rolls.write_down(actor=made.officer(), at=AT, poll_id=poll.pk)

    assert len(first) == 4
    assert set(poll.voters.values_list("person_id", flat=True)) == first


def test_a_public_vote_counts_one_for_each_account(db: Any) -> None:
    made = hall(3)
    poll = made.poll("craftsman_vote", opened=False)
    for name in ("甲", "乙"):
        preparing.add_candidate(actor=made.officer(), at=AT, poll_id=poll.pk, name=name)
    preparing.open_poll(actor=made.officer(), at=AT, poll_id=poll.pk)
    for place in range(3):
        made.say(place, poll, {"craftsman.1": ["for"]})
    with pytest.raises(Refusal):
        made.say(0, poll, {"craftsman.2": ["for"]})

    counted = made.count(poll)

    assert ["craftsman", "1", "for", 3] in counted.result["lines"]
    assert "decided" not in counted.result


def test_what_one_is_asked_stands_on_ones_own_list_alone(db: Any) -> None:
    made = hall(4)
    poll = made.poll()
    stranger = hall(1, world=made.world, key="mill", first=70).voters[0]

    assert [seen.poll.pk for seen in polls.mine(made.as_voter(0))] == [poll.pk]
    context.enter(stranger)
    assert polls.mine(stranger) == []
    assert polls.mine(Actor(stranger.user_id, "page", "test")) == []
