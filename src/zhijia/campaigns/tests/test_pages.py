"""The pages of drives, as officers of both sides see them, in both languages; a stranger finds nothing."""

import re
import threading
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import openpyxl
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from zhijia.accounts.actors import STEPPED_UP_AT
from zhijia.accounts.models import User
from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive
from zhijia.campaigns.services import opening, promises
from zhijia.campaigns.tests.world import TODAY, Season, days_on, season
from zhijia.campaigns.views import roster
from zhijia.kernel import days
from zhijia.ui.templatetags.ui import day


@pytest.fixture
def made(committed: None, monkeypatch: Any) -> Season:
    monkeypatch.setattr(days, "now", lambda: days_on(0))
    return season()


def signed_in(made: Season, name: str, language: str = "zh-hans") -> Client:
    """A browser in which this officer has logged in a moment ago."""
    user = User.objects.get(pk=made.world.actors[name].user_id)
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user)
    session = client.session
    session[STEPPED_UP_AT] = days.now().isoformat()
    session.save()
    client.cookies["language"] = language
    assert settings.SESSION_COOKIE_NAME in client.cookies
    return client


def at(made: Season, page: str, union: str = "luyang", **more: Any) -> str:
    return reverse(f"campaigns:{page}", kwargs={"code": made.world.unions[union].code, **more})


def test_a_drive_is_prepared_opened_shared_and_closed_on_its_pages(made: Season) -> None:
    client = signed_in(made, "province")
    assert "夏季送清凉" in client.get(at(made, "new", "province")).content.decode()
    form = f"{at(made, 'new', 'province')}?{urlencode({'of': 'send_coolness'})}"
    shown = client.get(form).content.decode()
    assert 'name="target-people-0"' in shown
    said = {"once": str(uuid4()), "opens_on": TODAY.isoformat(), "target-people-0": "7", "budget": "2,000"}
    assert client.post(form, {**said, "budget": "9,000,000"}).status_code == 422
    sent = client.post(form, said)
    again = client.post(form, said)
    assert (again["Location"], again["Idempotent-Replay"]) == (sent["Location"], "true")
    drive = Drive.objects.get()
    drafted = client.get(at(made, "drive", "province", number=drive.pk)).content.decode()
    assert "启动" in drafted
    assert "落实内容" not in drafted  # nothing to count yet: what is to be done next stands there
    assert (drive.budget, drive.shares.get().amount) == (200_000, 7)
    assert client.post(at(made, "act", "province", number=drive.pk, act="open")).status_code == 302
    made.fill(drive)
    page = client.get(at(made, "drive", "province", number=drive.pk)).content.decode()
    assert made.world.unions["city"].name in page
    targets = at(made, "targets", "province", number=drive.pk)
    city = f"union-{made.world.unions['city'].pk}"
    assert 'value="7"' in client.post(targets, {"by_members": "1"}).content.decode()
    assert client.post(targets, {city: "8"}).status_code == 422
    assert client.post(targets, {city: "7"}).status_code == 302
    assert (
        client.post(at(made, "act", "province", number=drive.pk, act="stop"), {"stop-reason": ""}).status_code
        == 422
    )
    client.post(at(made, "act", "province", number=drive.pk, act="close"))
    assert (
        "领到防暑用品的人数" in client.get(at(made, "report", "province", number=drive.pk)).content.decode()
    )
    sheet = client.get(at(made, "workbook", "province", number=drive.pk))
    page = openpyxl.load_workbook(BytesIO(sheet.content)).worksheets[0]
    assert [cell.value for cell in page[2][2:4]] == [7, 0]


def test_two_clicks_at_once_prepare_one_drive_and_the_key_is_good_for_what_was_sent_alone(
    made: Season,
) -> None:
    form = f"{at(made, 'new', 'province')}?{urlencode({'of': 'send_coolness'})}"
    said = {"once": str(uuid4()), "opens_on": TODAY.isoformat(), "target-people-0": "7", "budget": "20"}
    clients, answers = [signed_in(made, "province") for _click in "ab"], list[Any]()

    def click(client: Client) -> None:
        try:
            answers.append(client.post(form, said))
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click, args=[client]) for client in clients]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert clients[0].post(form, {**said, "budget": "30"})["Location"] != answers[0]["Location"]
    assert Drive.objects.get().budget == 2_000


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_a_roster_are_drawn_and_worked_on(made: Season, language: str) -> None:
    drive = made.drive()
    client = signed_in(made, "factory", language)
    for address in (
        at(made, "drives", "factory"),
        at(made, "to_do", "factory"),
        at(made, "drive", "factory", number=drive.pk),
        at(made, "roster", "factory", number=drive.pk),
        f"{at(made, 'roster', 'factory', number=drive.pk)}?thing=pack&state=open",
    ):
        assert client.get(address).status_code == 200
    piece = made.pieces(drive, "visited")[0]
    entry = reverse("campaigns:entry", args=[piece.entry_id])
    assert "会员" in client.get(entry).content.decode()
    client.post(reverse("campaigns:give", args=[piece.pk]), {f"p{piece.pk}-note": "看望过"})
    assert "看望过" in client.get(entry).content.decode()


def test_the_to_do_list_goes_on_behind_what_was_shown(made: Season, monkeypatch: Any) -> None:
    monkeypatch.setattr(roster, "rows_of_a_page", lambda: 2)
    made.drive()
    client, seen, address = signed_in(made, "factory"), list[str](), at(made, "to_do", "factory")
    for _page in range(4):
        shown = client.get(address).context
        seen += [f"{one.piece.pk}" for one in shown["rows"]]
        address = f"{at(made, 'to_do', 'factory')}?after={shown['next']}"
        if not shown["next"]:
            break
    assert len(seen) == len(set(seen)) == 6


def test_a_return_is_answered_on_its_page_with_what_is_held_shown(made: Season) -> None:
    drive = made.drive("arrears_weekly_report", by="province", targets={}, opens_on=TODAY.replace(day=2))
    piece = made.pieces(drive, "week", "luyang")[-1]
    client, address = signed_in(made, "luyang"), reverse("campaigns:fill", args=[piece.pk])
    shown = client.get(address).content.decode()
    assert "已掌握，不用填写" in shown
    assert 'name="members"' not in shown
    assert client.post(address, {"any": "yes", "firms": "x"}).status_code == 422
    lacking = client.post(address, {"any": "yes"}).content.decode()
    assert lacking.count("请回答这道题。") > 2  # each beside its question, and all on top
    assert client.post(address, {"any": "yes", "firms": "1"}).status_code == 422
    said = {"any": "yes", "firms": "1", "people": "30", "owed": "10,000", "done": "已约谈"}
    assert client.post(address, said).status_code == 302
    assert "10,000.00元" in client.get(address).content.decode()
    assert client.post(address, {**said, "people": "31", "why_corrected": "漏报"}).status_code == 302
    sent = client.get(address).content.decode()
    assert f"会员登记，截至{day(piece.ends_on)}" in sent
    assert "已掌握，不用填写" not in sent  # they stand with what was sent, once
    abroad = signed_in(made, "luyang", "en").get(address).content.decode()
    assert "Register of members, as it was on" in abroad
    assert str(versions.of(drive).label.en) in abroad
    client = signed_in(made, "luyang")
    both = client.get(at(made, "returns", "luyang", number=drive.pk)).content.decode()
    assert re.search(r'<td class="number[^"]*">31</td>', both)
    assert "各期合计" in both
    assert "逾期未报" in both
    assert "每月43分钟" in client.get(at(made, "drives", "luyang")).content.decode()


def test_beside_each_figure_stands_what_it_counts_and_as_of_when(made: Season) -> None:
    drive = made.drive()
    weekly = made.drive("legal_help_drive", targets={("firms", 0): 1, ("workers", 0): 1})

    def page(which: Drive) -> str:
        return signed_in(made, "luyang", "en").get(at(made, "drive", number=which.pk)).content.decode()

    assert "Counts people who got in this drive:" in page(drive)
    other = page(weekly)
    assert "Counts what was done in this drive: Check-up held." in other
    assert "Counts at all unions here, on the roster or not:" in other
    assert f"as of {day(TODAY)}" in other
    assert "The figures on top can differ" in other


def test_who_is_meant_and_how_many_they_are_is_said_before_a_drive_is_opened(made: Season) -> None:
    client = signed_in(made, "luyang", "en")
    some, none = made.drive(opened=False), made.drive("send_warmth", opened=False, targets={})
    pages = [at(made, "drive", number=one.pk) for one in (some, none)]

    plain = client.get(pages[0]).content.decode()
    counted = [client.get(f"{page}?count=1").content.decode() for page in pages]
    preparing = client.get(f"{at(made, 'new')}?of=send_coolness&count=1").content.decode()

    assert "Count how many that are today" in plain
    assert ["3 are meant" in page for page in (plain, counted[0], preparing)] == [False, True, True]
    assert "Nobody is meant today" in counted[1]
    assert "Look at the list “Households that are helped" in counted[1]


def test_an_empty_roster_says_whom_it_is_made_of(made: Season) -> None:
    drive = made.drive("model_worker_visits", targets={("visited", 0): 1, ("sum", 0): 1})
    page = at(made, "roster", number=drive.pk)

    shown = {
        language: signed_in(made, "luyang", language).get(page).content.decode()
        for language in ("zh-hans", "en")
    }

    assert "nobody of these was found here" in shown["en"]
    assert "Entries of the list" in shown["en"]
    assert "哪些人、哪些单位" in shown["zh-hans"]


def test_a_stranger_finds_nothing(made: Season) -> None:
    drive = made.drive()
    piece = made.pieces(drive, "visited")[0]
    client = signed_in(made, "mill")
    for address in (
        at(made, "drives", "factory"),
        at(made, "drive", "mill", number=drive.pk),
        at(made, "roster", "mill", number=drive.pk),
        reverse("campaigns:entry", args=[piece.entry_id]),
        reverse("campaigns:fill", args=[piece.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("campaigns:give", args=[piece.pk])).status_code == 404
    assert client.post(at(made, "act", "mill", number=drive.pk, act="close")).status_code == 404


def test_a_return_stands_union_by_union_with_what_it_asks(made: Season) -> None:
    drive = made.drive("arrears_weekly_report", by="province", targets={}, opens_on=TODAY.replace(day=2))
    client = signed_in(made, "province")
    overview = at(made, "returns", "province", number=drive.pk)
    assert "分单位进度" in client.get(overview).content.decode()

    shown = client.get(f"{overview}?by=union")

    city = made.world.unions["city"]
    assert [(one.union.pk, one.how.missing, one.minutes) for one in shown.context["lines"]] == [
        (city.pk, 2, 87)
    ]
    assert "每月用时（分钟）" in shown.content.decode()
    below = signed_in(made, "luyang", "en").get(at(made, "returns", number=drive.pk))
    assert "What it asks here" in below.content.decode()
    assert below.context["own"].minutes == 43


def test_what_is_typed_is_kept_when_the_drive_closed_meanwhile(made: Season) -> None:
    drive = made.drive("arrears_weekly_report", by="province", targets={}, opens_on=TODAY.replace(day=2))
    piece = made.pieces(drive, "week", "luyang")[0]
    client = signed_in(made, "luyang")
    fill = reverse("campaigns:fill", args=[piece.pk])
    assert 'name="people"' in client.get(fill).content.decode()
    made.do("province", opening.close, drive_id=drive.pk)

    shown = client.post(fill, {"any": "yes", "people": "4711", "done": "约谈了两家企业"})

    page = shown.content.decode()
    assert shown.status_code == 422
    assert "约谈了两家企业" in page
    assert str(promises.BROKEN["given_while_the_drive_is_open"]) in page
