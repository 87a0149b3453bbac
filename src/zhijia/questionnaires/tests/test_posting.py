"""The pages of surveys, quizzes and ratings as they are sent: by a member, twice, after the end, by a stranger."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.facts.models import Fact
from zhijia.questionnaires import versions
from zhijia.questionnaires.models import Attempt, Poll, Rating
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.services import quizzing
from zhijia.questionnaires.tests.test_pages import browser
from zhijia.questionnaires.tests.test_ratings import rated
from zhijia.questionnaires.tests.test_surveys import PAGES
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.tests.world import AT

PAST_RATING = AT.replace(year=AT.year + 1)


@pytest.fixture
def made(db: Any, clock: dict[str, Any]) -> Hall:
    return hall(7)


@pytest.fixture
def stranger(made: Hall) -> Client:
    """A member of another union."""
    return browser(hall(1, world=made.world, key="mill", first=70).voters[0])


def page(name: str, *args: object) -> str:
    return reverse(f"questionnaires:{name}", args=args)


def fill_in(client: Client, poll: Poll) -> Any:
    """Answer a survey page by page, as a browser is led, up to where it is handed in."""
    shown = client.get(page("vote", poll.pk), follow=True)
    for _step in range(2 * len(PAGES)):
        number = shown.wsgi_request.resolver_match.kwargs["page"]
        if number > len(PAGES):
            break
        shown = client.post(page("answer", poll.pk, number), PAGES[number - 1], follow=True)
    return shown


def in_box(made: Hall, poll: Poll) -> int:
    made.officer()
    return box.count(poll.pk)


# A survey


def test_a_survey_is_handed_in_on_pages_and_counts_once_however_often_it_is_sent(made: Hall) -> None:
    poll, client = made.poll("workforce_survey"), browser(made.voters[0])

    last = fill_in(client, poll)
    sent = [client.post(page("answer", poll.pk, 9), {"step": "hand_in"}, follow=True) for _time in range(2)]

    assert "go in without your name" in last.content.decode()
    assert ["Your answers are in" in one.content.decode() for one in sent] == [True, True]
    assert in_box(made, poll) == 1


def test_a_page_of_a_survey_that_lacks_an_answer_is_shown_again_with_its_sentence(made: Hall) -> None:
    poll, client = made.poll("workforce_survey"), browser(made.voters[0])

    shown = client.post(page("answer", poll.pk, 2), {"hours": "up_to_40"})

    assert (shown.status_code, "Please answer this question" in shown.content.decode()) == (422, True)


def test_a_survey_that_is_not_filled_in_is_not_handed_in_by_its_last_form(made: Hall) -> None:
    poll, client = made.poll("workforce_survey"), browser(made.voters[0])

    shown = client.post(page("answer", poll.pk, 1), {"step": "hand_in"})

    assert (shown.status_code, "has no answer yet" in shown.content.decode()) == (422, True)
    assert in_box(made, poll) == 0


def test_a_survey_that_has_ended_takes_neither_a_page_nor_what_was_filled_in(
    made: Hall,
    clock: dict[str, Any],
) -> None:
    poll, client = made.poll("workforce_survey"), browser(made.voters[0])
    fill_in(client, poll)
    clock["at"] = LATER

    sent = [client.post(page("answer", poll.pk, 1), said) for said in ({"step": "hand_in"}, PAGES[0])]

    assert [(one.status_code, "Voting has ended" in one.content.decode()) for one in sent] == [
        (422, True)
    ] * 2
    assert in_box(made, poll) == 0


def test_a_stranger_answers_no_survey(made: Hall, stranger: Client) -> None:
    poll = made.poll("workforce_survey")

    sent = [stranger.post(page("answer", poll.pk, 1), said) for said in (PAGES[0], {"step": "hand_in"})]
    visitor = browser(None).post(page("answer", poll.pk, 1), PAGES[0])

    assert [(one.status_code, "not on the roll" in one.content.decode()) for one in sent] == [(422, True)] * 2
    assert visitor.status_code in {302, 303, 403}
    assert in_box(made, poll) == 0


# A quiz


def right_of(attempt: Attempt) -> dict[str, list[str]]:
    asked = versions.definition(attempt.poll.version)
    return {one.name: list(one.right) for one in quizzing.drawn(asked, attempt.seed)}


def entered(made: Hall, client: Client, poll: Poll, place: int = 0, **said: str) -> Attempt:
    client.post(page("quiz", poll.pk), said)
    made.as_voter(place)
    return Attempt.objects.select_related("poll__version").latest("pk")


def test_the_contest_is_entered_and_handed_in_once_on_pages(made: Hall) -> None:
    poll, client = made.poll("union_law_quiz"), browser(made.voters[0])
    assert "Enter the contest" in client.get(page("quiz", poll.pk)).content.decode()

    attempt = entered(made, client, poll)
    again = client.post(page("quiz", poll.pk), follow=True)
    asked = client.get(page("attempt", attempt.pk)).content.decode()
    done = client.post(page("attempt", attempt.pk), right_of(attempt), follow=True).content.decode()
    twice = client.post(page("attempt", attempt.pk), {}, follow=True).content.decode()

    assert "You took part already" in again.content.decode()
    assert "Right:" not in asked
    assert ["of 8 points" in said and "Passed" in said for said in (done, twice)] == [True, True]
    made.as_voter(0)
    assert Attempt.objects.get(practice=False).points == 8


def test_a_result_is_published_on_pages_and_taken_off_again(made: Hall) -> None:
    poll, client = made.poll("union_law_quiz"), browser(made.voters[0])
    attempt = entered(made, client, poll)
    client.post(page("attempt", attempt.pk), right_of(attempt))

    lists = []
    for agreed in ("yes", "no"):
        client.post(page("publish", attempt.pk), {"agreed": agreed})
        lists.append(browser(made.voters[1]).get(page("quiz", poll.pk)).content.decode())

    assert ["8 of 8 points" in shown for shown in lists] == [True, False]


def test_after_its_end_a_contest_is_practised_and_not_entered(
    made: Hall,
    clock: dict[str, Any],
) -> None:
    poll, client = made.poll("union_law_quiz"), browser(made.voters[0])
    attempt = entered(made, client, poll)
    clock["at"] = LATER

    late = client.post(page("attempt", attempt.pk), right_of(attempt), follow=True).content.decode()
    other = browser(made.voters[1])
    refused = other.post(page("quiz", poll.pk), follow=True).content.decode()
    practised = other.post(page("quiz", poll.pk), {"practice": "yes"}, follow=True)

    assert "Not passed" in late
    assert "The time was over" in late
    assert "The contest is not open now" in refused
    assert "Hand it in by" in practised.content.decode()


def test_a_try_whose_time_has_passed_asks_nothing_any_more(made: Hall, clock: dict[str, Any]) -> None:
    poll, client = made.poll("union_law_quiz"), browser(made.voters[0])
    attempt = entered(made, client, poll)
    clock["at"] = LATER

    shown = client.get(page("attempt", attempt.pk)).content.decode()

    assert "The time is over" in shown
    assert 'type="radio"' not in shown
    assert "you can still practise" in client.get(page("mine")).content.decode()


def test_a_try_at_a_quiz_is_nobody_elses(made: Hall, stranger: Client) -> None:
    poll, client = made.poll("union_law_quiz"), browser(made.voters[0])
    attempt = entered(made, client, poll)

    for other in (stranger, browser(made.voters[1]), browser(made.world.actors["factory"])):
        assert other.get(page("attempt", attempt.pk)).status_code == 404
        assert other.post(page("attempt", attempt.pk), right_of(attempt)).status_code == 404
        assert other.post(page("publish", attempt.pk), {"agreed": "yes"}).status_code == 404
    made.as_voter(0)
    attempt.refresh_from_db()
    assert (attempt.ended_at, attempt.publish) == (None, False)


# A rating


def test_a_rating_is_given_on_its_page_and_counts_once_however_often_it_is_sent(made: Hall) -> None:
    row, client = rated(made), browser(made.voters[0])
    assert "How content are you?" in client.get(page("rate", row.pk)).content.decode()

    first = client.post(page("rate", row.pk), {"mark": "5"}, follow=True).content.decode()
    second = client.post(page("rate", row.pk), {"mark": "1"}, follow=True)

    assert "Your rating has been taken" in first
    assert "You rated this already" in second.content.decode()
    made.as_voter(0)
    row.refresh_from_db()
    assert (row.mark, row.low) == (5, False)
    made.officer()
    assert Fact.objects.filter(kind="rating.given").count() == 1


def test_a_rating_without_a_mark_is_shown_again_with_its_sentence(made: Hall) -> None:
    row, client = rated(made), browser(made.voters[0])

    shown = client.post(page("rate", row.pk), {"words": "好"})

    assert (shown.status_code, "Please answer this question" in shown.content.decode()) == (422, True)


def test_a_rating_is_not_taken_once_it_is_too_late(
    made: Hall,
    clock: dict[str, Any],
) -> None:
    row, client = rated(made), browser(made.voters[0])
    clock["at"] = PAST_RATING

    shown = client.get(page("rate", row.pk)).content.decode()
    sent = client.post(page("rate", row.pk), {"mark": "5"}, follow=True).content.decode()

    assert "This can no longer be rated" in shown
    assert "This can no longer be rated" in sent
    made.as_voter(0)
    assert Rating.objects.get().answered_at is None


def test_nobody_rates_for_another_or_follows_up_at_another_union(made: Hall, stranger: Client) -> None:
    row = rated(made)

    for other in (stranger, browser(made.voters[1]), browser(made.world.actors["factory"])):
        assert other.get(page("rate", row.pk)).status_code == 404
        assert other.post(page("rate", row.pk), {"mark": "1"}).status_code == 404
    browser(made.voters[0]).post(page("rate", row.pk), {"mark": "1"})
    mill = browser(made.world.actors["mill"])
    assert mill.get(page("low_ratings", made.union.code)).status_code == 404
    said = {f"{row.pk}-words": "回访"}
    assert mill.post(page("follow_rating", row.pk), said).status_code == 404
    own = browser(made.world.actors["factory"])
    refused = own.post(page("follow_rating", row.pk), said)
    assert refused.status_code == 422
    assert "You decided this yourself" in refused.content.decode()


def test_who_follows_up_reads_what_was_wrong_and_keeps_what_was_typed(made: Hall) -> None:
    row = rated(made)
    answers = {"mark": "1", "why": ["slow", "unclear"], "words": "等了两个月"}
    browser(made.voters[0]).post(page("rate", row.pk), answers)
    county = browser(made.world.actors["luyang"])

    shown = county.get(page("low_ratings", made.world.unions["luyang"].code)).content.decode()
    assert "it took too long、the answer was unclear" in shown
    assert "等了两个月" in shown
    assert made.union.name in shown

    long = county.post(page("follow_rating", row.pk), {f"{row.pk}-words": "查" * 301})
    assert long.status_code == 422
    assert "查" * 301 in long.content.decode()

    county.post(page("follow_rating", row.pk), {f"{row.pk}-words": "已上门说明"})
    made.world.act("luyang")
    assert Rating.objects.get(pk=row.pk).followed == "已上门说明"
