"""Surveys, public votes, ratings and quizzes: drafts, branches, small cells, low marks, time."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import Draft, Poll, Rating, Strip
from zhijia.questionnaires.queries import polls, results
from zhijia.questionnaires.services import casting, drafting, preparing, quizzing, rating
from zhijia.questionnaires.tests.world import LATER, Hall, add, hall
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds
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


# Ratings


def rated(made: Hall, place: int = 0) -> Rating:
    """What was done for this member, as a room would say it."""
    actor = made.voters[place]
    made.officer()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO questionnaires_rating (id, code, source, source_id, about, user_id, not_by, asked_at, answers,"
            " low, followed, union_id, county_id) VALUES (gen_random_uuid(), 'case_rating', 'matter', %s, '入会 1', %s,"
            " to_jsonb(%s::bigint[]), %s, '{}', false, '', %s, %s)",
            [
                str(UUID(int=place)),
                actor.user_id,
                [made.world.actors["factory"].user_id],
                AT,
                made.union.pk,
                made.union.stands_in,
            ],
        )
    return Rating.objects.get(source_id=str(UUID(int=place)))


def give(made: Hall, row: Rating, mark: int, place: int = 0) -> None:
    actor = made.as_voter(place)
    rating.give(actor=actor, at=AT, rating_id=row.pk, typed={"mark": [str(mark)]})


def test_a_rating_is_given_once_and_only_by_whom_it_was_done_for(db: Any) -> None:
    made = hall(3)
    row = rated(made)
    with pytest.raises(NotForYou):
        give(made, row, 5, place=1)
    give(made, row, 5)

    with pytest.raises(Refusal) as twice:
        give(made, row, 1)

    assert twice.value.code == "rated_already"
    row.refresh_from_db()
    assert (row.mark, row.low) == (5, False)


def test_a_low_rating_is_followed_up_by_somebody_who_did_not_decide(db: Any) -> None:
    made = hall(3)
    row = rated(made)
    give(made, row, 1)
    follow = {"at": LATER, "rating_id": row.pk, "words": "电话回访，已补办。"}

    with pytest.raises(Refusal) as own:
        rating.follow(actor=made.officer(), **follow)
    with pytest.raises(NotForYou):
        rating.follow(actor=made.world.act("mill"), **follow)
    colleague = worlds.appoint(made.world, "factory", "grassroots_officer", "colleague")
    made.world.act("colleague")
    done = rating.follow(actor=colleague, **follow)

    assert own.value.code == "own_rating"
    assert done.followed_by == colleague.user_id


def test_what_was_done_is_asked_about_once_and_not_where_the_applicant_is_hidden(
    committed: None, work: Any
) -> None:
    from django.db import transaction

    from zhijia.kernel.actors import system
    from zhijia.kernel.context import acting

    with transaction.atomic():
        world = worlds.build()
        worlds.member(world, "ding", "factory", serial=1)
    asked = []
    for _time in range(2):
        with acting(system("test")) as actor:
            asked.append(rating.ask(actor=actor, at=AT + timedelta(hours=1)))

    found = Rating.objects.using("bulk").get()
    assert asked == [1, 0]
    assert found.user_id == world.actors["ding"].user_id
    assert world.actors["factory"].user_id in found.not_by


# Quizzes


def quiz(made: Hall) -> Poll:
    return made.poll("union_law_quiz")


def begin(made: Hall, poll: Poll, place: int = 0, *, practice: bool = False) -> Any:
    return quizzing.begin(actor=made.as_voter(place), at=AT, poll_id=poll.pk, practice=practice)


def right(attempt: Any, poll: Poll) -> dict[str, list[str]]:
    asked = versions.definition(poll.version)
    return {one.name: list(one.right) for one in quizzing.drawn(asked, attempt.seed)}


def test_a_quiz_draws_by_its_seed_and_counts_what_is_right(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    attempt = begin(made, poll)
    asked = versions.definition(poll.version)
    drawn = [one.name for one in quizzing.drawn(asked, attempt.seed)]

    done = quizzing.hand_in(actor=made.as_voter(0), at=AT, attempt_id=attempt.pk, typed=right(attempt, poll))

    assert len(drawn) == 8
    assert drawn == [one.name for one in quizzing.drawn(asked, attempt.seed)]
    assert (done.points, done.most) == (8, 8)
    assert quizzing.passed(done, asked, AT)


def test_answers_after_the_time_count_for_nothing(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    attempt = begin(made, poll)
    late = attempt.ends_at + timedelta(minutes=1)

    done = quizzing.hand_in(
        actor=made.as_voter(0), at=late, attempt_id=attempt.pk, typed=right(attempt, poll)
    )

    assert done.points == 0


def test_the_contest_is_entered_once_and_practice_as_often_as_one_likes(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    begin(made, poll)

    with pytest.raises(Refusal) as twice:
        begin(made, poll)
    tries = [begin(made, poll, practice=True).pk for _time in range(3)]

    assert twice.value.code == "contest_once_for_each"
    assert len(set(tries)) == 3


def test_a_result_is_published_with_consent_and_practice_never(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    attempt, practice = begin(made, poll), begin(made, poll, practice=True)
    for one in (attempt, practice):
        quizzing.hand_in(actor=made.as_voter(0), at=AT, attempt_id=one.pk, typed={})
    seen = lambda: made.as_voter(1) and list(poll.attempts.all())  # noqa: E731
    assert seen() == []

    quizzing.publish(actor=made.as_voter(0), at=AT, attempt_id=attempt.pk, agreed=True)
    with pytest.raises(Refusal):
        quizzing.publish(actor=made.as_voter(0), at=AT, attempt_id=practice.pk, agreed=True)
    with pytest.raises(NotForYou):
        quizzing.publish(actor=made.as_voter(1), at=AT, attempt_id=attempt.pk, agreed=True)

    assert [one.pk for one in seen()] == [attempt.pk]


def test_what_one_is_asked_stands_on_ones_own_list_alone(db: Any) -> None:
    made = hall(4)
    poll = made.poll()
    stranger = hall(1, world=made.world, key="mill", first=70).voters[0]

    assert [seen.poll.pk for seen in polls.mine(made.as_voter(0))] == [poll.pk]
    context.enter(stranger)
    assert polls.mine(stranger) == []
    assert polls.mine(Actor(stranger.user_id, "page", "test")) == []
