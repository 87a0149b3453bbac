"""A member's own side of drives: what they get, that they signed for it, and why they stand on no roster."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.assets.services import goods
from zhijia.campaigns.queries import own
from zhijia.campaigns.services import handing
from zhijia.campaigns.tests.test_handing import PACK, drive_of, give, lot
from zhijia.campaigns.tests.test_handing import store as store
from zhijia.campaigns.tests.test_withdrawing import made as treasury  # noqa: F401 - a fixture
from zhijia.campaigns.tests.test_withdrawing import order, relief
from zhijia.campaigns.tests.world import TODAY, Season, days_on, define, season
from zhijia.campaigns.views import own as views
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.notices.models import Message
from zhijia.registry.models import Membership
from zhijia.registry.tests.world import AT

ROWS = 20
VISIT = {"code": "seen", "label": {"en": "Visit", "zh": "走访"}, "gives": "task"}
RETIRED = {"text": 'person.membership.status == "30"'}


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


def mine(actor: Actor, rows: int = ROWS, after: int | None = None) -> tuple[list[own.Own], int | None]:
    return own.given(actor, today=TODAY, rows=rows, after=after)


def others(actor: Actor, rows: int = ROWS, after: int | None = None) -> tuple[list[own.NotOn], int | None]:
    return own.without(actor, rows=rows, after=after)


def asked(actor: Actor) -> int:
    """How often the page of one's drives asks the database."""
    client = member(actor)
    client.get(reverse("campaigns:mine"))
    with CaptureQueriesContext(connection) as said:
        assert client.get(reverse("campaigns:mine")).status_code == 200
    return len(said)


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
        (one,), _next = mine(actor)
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
        "for_retired", who=RETIRED, measures=[], each=[PACK],
        label={"en": "Care of the retired", "zh": "退休慰问"},
    )  # fmt: skip
    made.drive("for_retired", targets={})

    with acting(made.factory.voters[0]) as actor:
        assert mine(actor) == ([], None)
        (one,), _next = others(actor)
        missed = own.missed(actor, one.drive.pk, today=TODAY)
    assert missed is not None
    assert missed.why is not None
    assert missed.why.kind != "yes"
    assert [clause.verdict for clause in missed.why.clauses] == [False]
    client, why = member(made.factory.voters[0]), reverse("campaigns:why", args=[one.drive.pk])
    shown = client.get(reverse("campaigns:mine")).content.decode()
    assert "退休慰问" in shown
    assert f'href="{why}"' in shown
    told = client.get(why).content.decode()
    assert "退休慰问" in told
    assert str(missed.why.clauses[0].clause) in told


def test_a_drive_of_another_county_is_none_of_a_members(made: Season) -> None:
    define("for_retired", who=RETIRED, measures=[], each=[PACK])
    drive = made.drive("for_retired", targets={}, by="factory")

    why = reverse("campaigns:why", args=[drive.pk])
    assert member(made.factory.voters[0]).get(why).status_code == 200
    assert member(made.mill.voters[0]).get(why).status_code == 404
    assert Client().get(why).status_code in {302, 403}
    with acting(made.mill.voters[0]) as actor:
        assert (mine(actor), others(actor)) == (([], None), ([], None))


def test_visits_that_officers_make_are_no_news_for_whom_they_visit(made: Season) -> None:
    define("visits", measures=[], each=[VISIT])
    made.drive("visits", targets={})

    with acting(made.factory.voters[0]) as actor:
        assert (mine(actor), others(actor)) == (([], None), ([], None))


def test_goods_say_when_they_were_signed_for(store: Any) -> None:
    drive = drive_of(store)
    gone = give(store, lot(store), drive)
    handing.follow(at=AT)
    with acting(store.world.actors["factory-treasurer"]):
        line = gone.lines.get()
    person = next(one for one in store.world.actors.values() if one.person_id == line.person_id)
    with acting(person) as actor:
        ((_had, signed),) = mine(actor)[0][0].pieces
        assert signed is None

    with transaction.atomic():
        goods.sign(actor=store.act("factory-treasurer"), at=AT, issue_id=gone.pk, lines=[line.pk])

    with acting(person) as actor:
        ((_had, signed),) = mine(actor)[0][0].pieces
        assert signed == AT


def test_whoever_is_not_logged_in_is_sent_to_the_door(made: Season) -> None:
    assert Client().get(reverse("campaigns:mine")).status_code in {302, 403}


def test_newer_visits_hide_nothing_that_was_given_before(made: Season) -> None:
    define("packs", measures=[], each=[VISIT, PACK])
    define("for_retired", who=RETIRED, measures=[], each=[PACK])
    define("visits", measures=[], each=[VISIT])
    define("visits_of_retired", who=RETIRED, measures=[], each=[VISIT])
    given, missed = made.drive("packs", targets={}), made.drive("for_retired", targets={})
    for code in ("visits", "visits_of_retired") * 2:
        made.drive(code, targets={})

    with acting(made.factory.voters[0]) as actor:
        (one,), following = mine(actor, rows=1)
        (other,), other_following = others(actor, rows=1)

    assert (one.drive, following) == (given, None)
    assert [had.thing.code for had, _signed in one.pieces] == ["pack"]
    assert (other.drive, other_following) == (missed, None)


def test_drives_stand_page_by_page(made: Season, monkeypatch: Any) -> None:
    define("packs", measures=[], each=[PACK])
    define("for_retired", who=RETIRED, measures=[], each=[PACK])
    given = [made.drive("packs", targets={}, title=f"送礼包{one}") for one in "甲乙丙"]
    missed = [made.drive("for_retired", targets={}, title=f"老年礼包{one}") for one in "丁戊己"]
    monkeypatch.setattr(views, "rows_of_a_page", lambda: 2)
    client = member(made.factory.voters[0])

    pages = [client.get(reverse("campaigns:mine"))]
    for key, place in (("after", pages[0].context["next"]), ("others", pages[0].context["others_next"])):
        pages.append(client.get(reverse("campaigns:mine"), {key: place}))

    titles = {drive.pk: drive.title for drive in [*given, *missed]}
    shown = [{title for title in titles.values() if title in page.content.decode()} for page in pages]
    assert shown == [
        {"送礼包丙", "送礼包乙", "老年礼包己", "老年礼包戊"},
        {"送礼包甲", "老年礼包己", "老年礼包戊"},
        {"送礼包丙", "送礼包乙", "老年礼包丁"},
    ]
    assert f"others={pages[0].context['others_next']}" in pages[0].content.decode()


def test_the_page_asks_the_database_as_often_for_many_drives_as_for_one(made: Season) -> None:
    define("packs", measures=[], each=[PACK])
    define("for_retired", who=RETIRED, measures=[], each=[PACK])
    for code in ("packs", "for_retired"):
        made.drive(code, targets={})
    few = asked(made.factory.voters[0])
    for code in ("packs", "for_retired") * 3:
        made.drive(code, targets={})

    assert asked(made.factory.voters[0]) == few


def test_a_drive_one_left_stands_once_and_leads_to_why(made: Season) -> None:
    define("packs", who={"text": 'person.membership.status == "10"'}, measures=[], each=[PACK], live=True)
    drive = made.drive("packs", targets={}, title="送礼包")
    person = made.factory.voters[0]
    with whole():
        held = Membership.objects.using("bulk").filter(person_id=person.person_id, valid_to=None)
        assert held.update(status="11") == 1
    made.fill(drive)

    with acting(person) as actor:
        (one,), _next = mine(actor)
        assert (one.drive, one.asks, others(actor)) == (drive, True, ([], None))
    client, why = member(person), reverse("campaigns:why", args=[drive.pk])
    shown = client.get(reverse("campaigns:mine")).content.decode()
    assert shown.count("送礼包") == 1
    assert f'href="{why}"' in shown
    assert client.get(why).status_code == 200
    assert member(made.factory.voters[1]).get(why).status_code == 404


def test_money_that_was_arranged_says_who_pays_how_much_and_that_a_message_comes(treasury: Season) -> None:  # noqa: F811
    drive = relief(treasury)
    assert order(treasury, drive) == 3
    with treasury.at_work("factory"):
        person = treasury.pieces(drive, "sum")[0].person_id
    voter = next(one for one in treasury.factory.voters if one.person_id == person)
    name = treasury.world.unions["factory"].name

    chinese, english = (
        member(voter, language).get(reverse("campaigns:mine")).content.decode()
        for language in ("zh-hans", "en")
    )

    assert f"{name}安排向您付款0.03元，付款后会有消息通知您。" in chinese
    assert f"{name} arranged to pay you 0.03 yuan. A message tells you when it is paid." in english
