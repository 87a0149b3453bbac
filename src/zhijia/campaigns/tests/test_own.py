"""A member's own side of drives: what they get, that they signed for it, and why they stand on no roster."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.assets.services import goods
from zhijia.campaigns.queries import own
from zhijia.campaigns.services import handing
from zhijia.campaigns.tests.test_handing import PACK, drive_of, give, lot
from zhijia.campaigns.tests.test_handing import store as store
from zhijia.campaigns.tests.world import TODAY, Season, days_on, define, season
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.notices.models import Message
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(committed: None, monkeypatch: Any) -> Season:
    monkeypatch.setattr(days, "now", lambda: days_on(0))
    return season()


def member(actor: Actor, language: str = "zh-hans") -> Client:
    """A browser in which this member has logged in."""
    client = Client()
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user)
    client.cookies["language"] = language
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_member_reads_what_a_drive_gives_them_and_a_colleague_reads_their_own(
    made: Season, language: str
) -> None:
    drive = made.drive()
    first, second = made.factory.voters[:2]

    shown = member(first, language).get(reverse("campaigns:mine")).content.decode()

    assert drive.called in shown
    assert made.world.unions["luyang"].name in shown
    with acting(second) as actor:
        (one,) = own.given(actor, today=TODAY)
        assert {had.piece.person_id for had, _signed in one.pieces} == {second.person_id}


def test_the_message_of_a_drive_leads_to_what_it_gives(made: Season) -> None:
    made.drive()
    client = member(made.factory.voters[0])
    with acting(made.factory.voters[0]):
        message = Message.objects.get(kind="campaign_message", user_id=made.factory.voters[0].user_id)

    sent = client.post(reverse("notices:read", args=[message.pk]))

    assert sent["Location"] == reverse("campaigns:mine")


def test_who_is_on_no_roster_reads_why_condition_by_condition(made: Season) -> None:
    define(
        "for_retired", who={"text": 'person.membership.status == "30"'}, measures=[], each=[PACK],
        label={"en": "Care of the retired", "zh": "退休慰问"},
    )  # fmt: skip
    made.drive("for_retired", targets={})

    with acting(made.factory.voters[0]) as actor:
        assert own.given(actor, today=TODAY) == []
        (one,) = own.without(actor, today=TODAY)
    assert one.why is not None
    assert one.why.kind != "yes"
    assert [clause.verdict for clause in one.why.clauses] == [False]
    shown = member(made.factory.voters[0]).get(reverse("campaigns:mine")).content.decode()
    assert "退休慰问" in shown


def test_a_drive_of_another_county_is_none_of_a_members(made: Season) -> None:
    define("for_retired", who={"text": 'person.membership.status == "30"'}, measures=[], each=[PACK])
    made.drive("for_retired", targets={}, by="factory")

    with acting(made.mill.voters[0]) as actor:
        assert (own.given(actor, today=TODAY), own.without(actor, today=TODAY)) == ([], [])


def test_visits_that_officers_make_are_no_news_for_whom_they_visit(made: Season) -> None:
    define(
        "visits",
        measures=[],
        each=[{"code": "seen", "label": {"en": "Visit", "zh": "走访"}, "gives": "task"}],
    )
    made.drive("visits", targets={})

    with acting(made.factory.voters[0]) as actor:
        assert (own.given(actor, today=TODAY), own.without(actor, today=TODAY)) == ([], [])


def test_goods_say_when_they_were_signed_for(store: Any) -> None:
    drive = drive_of(store)
    gone = give(store, lot(store), drive)
    handing.follow(at=AT)
    with acting(store.world.actors["factory-treasurer"]):
        line = gone.lines.get()
    person = next(one for one in store.world.actors.values() if one.person_id == line.person_id)
    with acting(person) as actor:
        ((_had, signed),) = own.given(actor, today=TODAY)[0].pieces
        assert signed is None

    with transaction.atomic():
        goods.sign(actor=store.act("factory-treasurer"), at=AT, issue_id=gone.pk, lines=[line.pk])

    with acting(person) as actor:
        ((_had, signed),) = own.given(actor, today=TODAY)[0].pieces
        assert signed == AT


def test_whoever_is_not_logged_in_is_sent_to_the_door(made: Season) -> None:
    assert Client().get(reverse("campaigns:mine")).status_code in {302, 403}
