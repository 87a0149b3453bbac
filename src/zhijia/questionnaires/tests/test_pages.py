"""The pages of polls: an officer holds one, members take part on a phone, a stranger reads the result."""

from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.audit.models import Entry
from zhijia.catalogue import definitions
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.services import preparing
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.models import Election
from zhijia.registry.tests.elections import DECLARED
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(db: Any, clock: dict[str, Any]) -> Hall:
    return hall(6)


def browser(actor: Actor | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["language"] = "en"
    if actor is not None:
        User.objects.filter(pk=actor.user_id).update(language="en")
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_an_officer_elects_a_committee_on_pages_and_reports_it(made: Hall, clock: dict[str, Any]) -> None:
    officer = browser(made.world.actors["factory"])
    asked = {
        "once": str(uuid4()), "title": "第一届委员会选举", "seats": "3",
        "opens_at": "2026-11-20T10:00", "closes_at": "2026-11-21T10:00",
    }  # fmt: skip
    officer.post(reverse("questionnaires:new", args=[made.union.code]) + "?of=committee_election", asked)
    poll = Poll.objects.get()

    def act(name: str, **said: Any) -> Any:
        return officer.post(reverse("questionnaires:act", args=[poll.pk, name]), said)

    for place, number in enumerate(made.numbers[:4]):
        assert act("candidate", number=number, post="01" if place == 0 else "03").status_code == 302
    assert act("candidate", number="nobody").status_code == 422
    act("roll")
    act("open")
    for place in range(5):
        voter = browser(made.voters[place])
        page = reverse("questionnaires:vote", args=[poll.pk])
        typed = {f"committee.{n}": "for" for n in (1, 2, 3)}
        assert voter.get(page).status_code == 200
        looked = voter.post(page, {"step": "look", **typed})
        assert "Into the box" in looked.content.decode()
        assert voter.post(page, {"step": "cast", **typed}).status_code == 302
        shown = voter.get(reverse("questionnaires:poll", args=[poll.pk])).content.decode()
        assert "Your ballot is in the box" in shown
    clock["at"] = LATER
    act("count")
    poll.refresh_from_db()
    assert poll.state == Poll.State.COUNTED
    act("elect", years="5", declared=list(DECLARED))

    made.officer()
    election = Election.objects.get()
    assert (election.attended, election.entitled, election.filled) == (5, 6, 3)
    stranger = browser(None)
    page = stranger.get(reverse("questionnaires:result", args=[poll.pk]))
    assert page.status_code == 200
    assert "elected" in page.content.decode()


@pytest.mark.parametrize(
    ("code", "until", "fields"),
    [
        ("committee_election", "2026-11-21", {"seats", "on_paper"}),
        ("congress_resolution", "2026-11-21", {"on_paper"}),
        ("service_needs", "2026-12-04", set()),
    ],
)
def test_a_poll_is_asked_what_its_definition_needs_and_lasts_as_long_as_that_says(
    made: Hall, code: str, until: str, fields: set[str]
) -> None:
    officer, page = (
        browser(made.world.actors["factory"]),
        reverse("questionnaires:new", args=[made.union.code]),
    )

    assert f'href="?of={code}"' in officer.get(page).content.decode()
    form = officer.get(f"{page}?of={code}").context["form"]

    assert set(form.fields) & {"seats", "on_paper"} == fields
    assert form.initial["closes_at"].startswith(until)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({f"committee.{n}": "for" for n in range(1, 5)}, "Take 1 off"),
        ({"committee.9": "for"}, "does not stand"),
    ],
)
def test_a_ballot_that_cannot_be_is_shown_again_with_its_sentence(
    made: Hall, typed: dict[str, str], words: str
) -> None:
    poll = made.poll()
    voter = browser(made.voters[0])

    for step in ("look", "cast"):
        page = voter.post(reverse("questionnaires:vote", args=[poll.pk]), {"step": step, **typed})
        assert (page.status_code, words in page.content.decode()) == (422, True)


def test_what_is_refused_at_the_box_says_why_and_leaves_no_line_on_the_trail(
    made: Hall, clock: dict[str, Any]
) -> None:
    poll = made.poll()
    voter, page = browser(made.voters[0]), reverse("questionnaires:vote", args=[poll.pk])
    made.vote(1, poll, 1)
    clock["at"] = LATER

    late = voter.post(page, {"step": "cast", "committee.1": "for"})

    assert (late.status_code, "Voting has ended" in late.content.decode()) == (422, True)
    assert not Entry.objects.using("default").filter(action="refused").exists()


def test_a_ballot_is_posted_twice_and_lies_in_the_box_once(made: Hall) -> None:
    poll = made.poll()
    voter, page = browser(made.voters[0]), reverse("questionnaires:vote", args=[poll.pk])
    for _time in range(2):
        assert voter.post(page, {"step": "cast", "committee.1": "for"}).status_code == 302

    made.officer()
    assert box.count(poll.pk) == 1


def test_a_member_of_another_union_and_a_visitor_find_no_ballot(made: Hall) -> None:
    poll = made.poll()
    stranger = hall(1, world=made.world, key="mill", first=70).voters[0]

    page = browser(stranger).get(reverse("questionnaires:vote", args=[poll.pk]))
    visitor = browser(None).get(reverse("questionnaires:vote", args=[poll.pk]))

    assert (page.status_code, "not on the roll" in page.content.decode()) == (422, True)
    assert visitor.status_code in {302, 303, 403}


def test_an_officer_of_another_union_finds_nothing(made: Hall) -> None:
    poll = made.poll()
    mill = browser(made.world.actors["mill"])

    assert mill.get(reverse("questionnaires:desk", args=[poll.pk])).status_code == 404
    assert mill.post(reverse("questionnaires:act", args=[poll.pk, "count"])).status_code == 404
    assert mill.get(reverse("questionnaires:polls", args=[made.union.code])).status_code == 404


def test_the_result_of_an_open_poll_is_nobodys(made: Hall) -> None:
    poll = made.poll()
    made.vote(0, poll, 1)

    for name in ("result", "ballots", "data", "receipt"):
        for client in (browser(None), browser(made.world.actors["factory"])):
            assert client.get(reverse(f"questionnaires:{name}", args=[poll.pk])).status_code == 404


@pytest.mark.parametrize("code", sorted(definitions.load().questionnaires))
def test_every_questionnaire_opens(made: Hall, code: str) -> None:
    asked = definitions.load().questionnaires[code]
    if asked.sort == "rating":
        pytest.skip("A rating is asked by what was done.")
    poll = made.poll(code, seats=1, opened=False)
    context.enter(made.world.actors["factory"])
    if asked.sort == "vote":
        preparing.add_candidate(actor=made.officer(), at=AT, poll_id=poll.pk, name="一号作品")
    if asked.decides and asked.decides.body == "committee":
        Poll.objects.filter(pk=poll.pk).update(seats=3)
    preparing.open_poll(actor=made.officer(), at=AT, poll_id=poll.pk)
    page = {"quiz": "quiz"}.get(asked.sort, "poll")

    for language in ("en", "zh-hans"):
        client = browser(made.voters[0])
        client.cookies["language"] = language
        User.objects.filter(pk=made.voters[0].user_id).update(language=language)
        shown = client.get(reverse(f"questionnaires:{page}", args=[poll.pk]))
        words = asked.guidance.en if language == "en" else asked.guidance.zh
        assert words[:12] in unescape(shown.content.decode())


@pytest.mark.parametrize(("names", "said"), [(5, "Mark “Agree” at those you choose;"), (6, "5 at most")])
def test_a_public_ballot_says_who_is_meant_and_that_each_name_is_voted_on_by_itself(
    made: Hall, names: int, said: str
) -> None:
    poll = made.poll("craftsman_vote", opened=False)
    context.enter(made.world.actors["factory"])
    for number in range(names):
        about = f"机械厂工会，焊工，事迹{number}"
        preparing.add_candidate(
            actor=made.officer(), at=AT, poll_id=poll.pk, name=f"张*{number}", about=about
        )
    preparing.open_poll(actor=made.officer(), at=AT, poll_id=poll.pk)
    voter, page = browser(made.voters[0]), reverse("questionnaires:vote", args=[poll.pk])

    ballot = voter.get(page).content.decode()
    looked = voter.post(page, {"step": "look", "craftsman.2": "for"}).content.decode()

    assert said in ballot
    assert "2. 张*1" in ballot
    assert ["焊工，事迹1" in shown for shown in (ballot, looked)] == [True, True]
