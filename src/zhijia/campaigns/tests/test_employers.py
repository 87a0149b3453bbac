"""An employer answers what a drive asks of it itself: told, on its own page, once; its union sees what is missing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.campaigns import verify
from zhijia.campaigns.models import Answer, Draft, Drive, Piece
from zhijia.campaigns.queries import drives, employers, returns, roster
from zhijia.campaigns.services import drafting, opening, returning, telling
from zhijia.campaigns.tests.test_pages import signed_in
from zhijia.campaigns.tests.world import TODAY, Season, days_on, season
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.versions import content
from zhijia.kernel import days
from zhijia.kernel.codes import synthetic_employer_code
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import Coverage, Employer, Representative
from zhijia.registry.services import representatives
from zhijia.registry.tests.world import AT, worker

SAID = {"any": True, "which": "社保补贴，6月起"}
FIRMS = {"boss": ("晨光机械有限公司", "factory"), "rival": ("庐阳小厂有限公司", "couriers")}


@dataclass
class Firms:
    """Two firms of the county with somebody who acts for each, and a drive that asks both."""

    season: Season
    drive: Drive

    def piece(self, name: str) -> Piece:
        """What is asked of this firm, as the county sees it."""
        with self.season.at_work("luyang"):
            rows = Piece.objects.select_related("entry").filter(drive_id=self.drive.pk, thing="said")
            return rows.get(entry__employer_id=Employer.objects.get(name=FIRMS[name][0]).pk)

    def browser(self, name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=self.season.world.actors[name].user_id))
        return client


@pytest.fixture
def firms(committed: None, monkeypatch: Any) -> Firms:
    monkeypatch.setattr(days, "now", lambda: days_on(0))
    made = season()
    with transaction.atomic():
        for number, (name, (firm, union)) in enumerate(FIRMS.items()):
            made.world.act("luyang")
            where = made.world.unions[union]
            code = synthetic_employer_code(number)
            employer = Employer.objects.create(
                name=firm, credit_code=code, division=where.division, staff_count=10
            )
            Coverage.objects.create(union=where, employer=employer, valid_from=date(2020, 1, 1))
            account = worker(made.world, name)
            representatives.appoint(
                actor=made.world.act("luyang"), at=AT, user_id=account.user_id or 0,
                union=made.world.unions["luyang"], name=firm, credit_code=code,
            )  # fmt: skip
    drive = made.drive("relief_measures", targets={("told", 0): 1, ("got", 0): 1})
    telling.employers(at=AT, drive_id=drive.pk)
    return Firms(made, drive)


def test_whoever_acts_for_an_employer_is_told_answers_and_the_union_sees_it(firms: Firms) -> None:
    piece, browser = firms.piece("boss"), firms.browser("boss")
    told = Message.objects.using("bulk").filter(kind="campaign_asks_employer")
    page = reverse("campaigns:own_return", args=[piece.pk])
    assert page in set(told.values_list("link", flat=True))
    assert telling.employers(at=AT, drive_id=firms.drive.pk) == 0
    assert "企业自己填报" in browser.get(reverse("campaigns:own_returns")).content.decode()
    assert browser.post(page, {"any": "yes"}).status_code == 422

    assert browser.post(page, {"any": "yes", "which": SAID["which"]}).status_code == 302

    assert "社保补贴" in browser.get(page).content.decode()
    with firms.season.at_work("luyang"):
        union = firms.season.world.unions["luyang"]
        (said,) = [one for one in returns_of(firms) if one.gives == "return"]
        (came,) = returns.by_time(firms.drive, said, union, today=TODAY)
        assert (came.time.asked, came.time.sent) == (2, 1)
    entry = signed_in(firms.season, "factory").get(reverse("campaigns:fill", args=[piece.pk]))
    assert "社保补贴" in entry.content.decode()
    assert not verify.what_was_given_is_the_facts().differences


def returns_of(firms: Firms) -> tuple[Any, ...]:
    return definitions.load().campaigns["relief_measures"].each


def test_what_an_employer_did_not_send_is_missing_past_its_day_and_it_is_reminded_once(firms: Firms) -> None:
    piece = firms.piece("boss")
    late = days_on(90)
    assert telling.reminders(at=late) >= 2
    told = Message.objects.using("bulk").filter(kind="campaign_due_employer")
    assert told.count() == 2
    telling.reminders(at=late)
    assert told.count() == 2
    with firms.season.at_work("luyang"):
        thing = next(one for one in returns_of(firms) if one.gives == "return")
        lacking, _after = returns.missing(
            firms.drive,
            thing,
            firms.season.world.unions["luyang"],
            today=days.business_day(late),
            after=None,
            rows=9,
        )
    assert piece.pk in {one.pk for one in lacking}


def test_another_employer_finds_nothing_of_it(firms: Firms) -> None:
    piece = firms.piece("boss")
    page = reverse("campaigns:own_return", args=[piece.pk])
    assert firms.browser("rival").get(page).status_code == 404
    with pytest.raises(NotForYou):
        firms.season.do("rival", returning.send, piece_id=piece.pk, answers=SAID)
    with pytest.raises(NotForYou):
        firms.season.do("rival", drafting.keep, piece_id=piece.pk, typed={})
    own = firms.piece("rival").pk
    with firms.season.at_work("rival"):
        assert list(Piece.objects.values_list("pk", flat=True)) == [own]


def test_an_employer_writes_its_return_and_nothing_else(firms: Firms) -> None:
    piece = firms.piece("boss")
    user = firms.season.world.actors["boss"].user_id
    for change in (
        {"amount": 5},
        {"note": "x"},
        {"state": "void"},
        {"due_on": TODAY},
        {"state": "done", "done_at": AT},
    ):
        with firms.season.at_work("boss"), pytest.raises(Error), transaction.atomic():
            Piece.objects.filter(pk=piece.pk).update(**change)
    with firms.season.at_work("boss"), pytest.raises(Error, match="row-level security"), transaction.atomic():
        Answer.objects.bulk_create(
            [Answer(piece_id=piece.pk, version=1, union_id=1, county_id=1, sent_at=AT, sent_by=user)]
        )
    with firms.season.at_work("boss"):
        others = Piece.objects.filter(drive_id=firms.drive.pk).exclude(thing="said")
        assert not others.exists()


def test_the_drafts_of_both_sides_are_apart(firms: Firms) -> None:
    piece = firms.piece("boss")
    firms.season.do("boss", drafting.keep, piece_id=piece.pk, typed={"wish": "培训"})
    firms.season.do("factory", drafting.keep, piece_id=piece.pk, typed={"wish": "代填"})

    for name, kept in {"boss": "培训", "factory": "代填"}.items():
        with firms.season.at_work(name):
            assert [one["wish"] for one in Draft.objects.values_list("typed", flat=True)] == [kept]
    page = firms.browser("boss").get(reverse("campaigns:own_return", args=[piece.pk])).content.decode()
    assert "培训" in page
    firms.season.do("boss", returning.send, piece_id=piece.pk, answers=SAID)
    assert (
        "代填"
        not in signed_in(firms.season, "factory")
        .get(reverse("campaigns:fill", args=[piece.pk]))
        .content.decode()
    )
    firms.season.do("factory", drafting.keep, piece_id=piece.pk, typed={"wish": "更正"})
    firms.season.do("boss", drafting.keep, piece_id=piece.pk, typed={"wish": "再培训"})
    firms.season.do("factory", returning.send, piece_id=piece.pk, answers=SAID, reason="来电更正")
    for name in ("boss", "factory"):
        with firms.season.at_work(name):
            assert not Draft.objects.exists()


def test_what_employers_answer_is_no_work_of_the_officers(firms: Firms) -> None:
    union = firms.season.world.unions["factory"]
    with firms.season.at_work("factory"):
        rows, _after = roster.to_do(union, after=None, rows=50, today=TODAY)
        assert "said" not in {one.thing.code for one in rows}
        assert drives.burdens(union, day=TODAY) == []


def test_what_nobody_can_answer_for_an_employer_is_work_of_its_officers(firms: Firms) -> None:
    piece, union = firms.piece("boss"), firms.season.world.unions["factory"]
    late = days_on(90)
    factory = firms.season.world.actors["factory"].user_id
    with firms.season.at_work("boss"):
        acting = Representative.objects.get()
    firms.season.do("boss", representatives.end, representative_id=acting.pk)

    started = telling.started(at=AT, drive_id=firms.drive.pk)
    telling.reminders(at=late)

    for name, waits in {"factory": [piece.pk], "luyang": [piece.pk], "mill": []}.items():
        with firms.season.at_work(name):
            rows, _after = roster.to_do(firms.season.world.unions[name], after=None, rows=50, today=TODAY)
            assert [one.piece.pk for one in rows if one.thing.code == "said"] == waits
    due = Message.objects.using("bulk").filter(kind="campaign_due")
    assert started
    assert set(due.values_list("user_id", flat=True)) == {factory}
    firms.season.do("factory", returning.send, piece_id=piece.pk, answers=SAID)
    with firms.season.at_work("factory"):
        rows, _after = roster.to_do(union, after=None, rows=50, today=TODAY)
    assert "said" not in {one.thing.code for one in rows}


def test_returns_of_drives_that_are_over_take_no_place_on_the_page_and_the_rest_is_paged(
    firms: Firms,
) -> None:
    made = firms.season
    ended, *later = (
        made.drive("relief_measures", targets={("told", 0): 1, ("got", 0): 1}).pk for _drive in range(3)
    )
    firms.season.do("boss", returning.send, piece_id=firms.piece("boss").pk, answers=SAID)
    made.do("luyang", opening.close, drive_id=ended)
    names = {firms.piece("boss").entry.employer_id or 0: FIRMS["boss"][0]}

    with made.at_work("boss"):
        one = employers.asked(names, today=TODAY, rows=1)
        two = employers.asked(names, today=TODAY, due=one.due, rows=1)

    assert [[line.drive.pk for line in page.open] for page in (one, two)] == [[later[0]], [later[1]]]
    assert [len(page.sent) for page in (one, two)] == [0, 1]
    assert (two.due, two.next) == (None, None)
    assert two.sent[0].drive.pk == firms.drive.pk


def test_an_employer_corrects_what_it_sent_and_hears_when_the_drive_is_over(firms: Firms) -> None:
    piece = firms.piece("boss")
    firms.season.do("boss", returning.send, piece_id=piece.pk, answers=SAID)
    firms.season.do(
        "boss", returning.send, piece_id=piece.pk, answers={"any": False, "why": "不了解"}, reason="写错了"
    )
    with firms.season.at_work("factory"):
        assert Answer.objects.filter(piece=piece).count() == 2
    firms.season.do("luyang", opening.close, drive_id=firms.drive.pk)
    with pytest.raises(Refusal):
        firms.season.do("boss", returning.send, piece_id=piece.pk, answers=SAID, reason="太迟")


def test_a_definition_says_who_answers_where_an_employer_can(firms: Firms) -> None:
    data = content(definitions.load().campaigns["relief_measures"])
    of_unions = content(definitions.load().campaigns["arrears_weekly_report"])
    of_unions["each"][0]["by_employer"] = True
    with pytest.raises(ValueError, match="employer"):
        Campaign.model_validate(of_unions)
    data["each"][-1]["questions"].append(
        {"name": "members", "label": {"en": "M", "zh": "会员"}, "type": "whole", "held": {"port": "members"}}
    )
    with pytest.raises(ValueError, match="employer"):
        Campaign.model_validate(data)
