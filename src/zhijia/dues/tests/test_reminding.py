"""Reminders: of what is overdue alone, served with proof, and the evidence only after its day has passed unpaid."""

import io
import re
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from zhijia.accounts.models import User
from zhijia.dues.models import Reminder
from zhijia.dues.services import letters, reminding
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.errors import NotForYou, Refusal

LATER = AT + timedelta(days=16)


@pytest.fixture
def dues(db):
    made = build()
    made.declare("couriers", month=202608, yuan=50_000)
    made.declare("couriers", month=202609, yuan=60_000)
    made.declare("couriers", month=202610, yuan=60_000)  # due on the last of November
    return made


def _remind(dues, once=None, who="couriers-treasurer"):
    return reminding.remind(
        actor=dues.world.act(who),
        at=AT,
        union=dues.world.unions["couriers"],
        employer=dues.employers["couriers"],
        once=once or uuid4(),
    )


def _serve(dues, made, day=date(2026, 11, 20), **more):
    return reminding.serve(
        actor=dues.world.act("couriers-treasurer"),
        at=AT,
        reminder_id=made.pk,
        day=day,
        how="post",
        proof=None,
        **more,
    )


def _evidence(dues, made, at=LATER):
    return reminding.evidence(actor=dues.world.act("couriers-treasurer"), at=at, reminder_id=made.pk)


def test_the_letter_asks_for_what_is_overdue_and_no_more(dues):
    once = uuid4()

    made, again = _remind(dues, once), _remind(dues, once)

    assert again.pk == made.pk
    assert (made.since, made.until, made.owed, made.late_fee) == (202608, 202609, 2200_00, 0)
    assert made.answer_by == date(2026, 12, 5)


def test_evidence_has_the_list_and_the_letter_once_its_day_has_passed(dues):
    made = _remind(dues)
    _serve(dues, made)

    pack = zipfile.ZipFile(io.BytesIO(_evidence(dues, made)))

    assert pack.namelist() == ["1-evidence.pdf", "2-letter.pdf"]
    assert pack.read("1-evidence.pdf").startswith(b"%PDF")


@pytest.mark.parametrize(("served", "at", "code"), [(False, LATER, "not_served"), (True, AT, "still_time")])
def test_there_is_no_evidence_before(dues, served, at, code):
    made = _remind(dues)
    if served:
        _serve(dues, made)

    with pytest.raises(Refusal) as refused:
        _evidence(dues, made, at)

    assert refused.value.code == code


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
def test_a_letter_arrives_after_it_was_made_and_not_to_morrow(dues, day):
    made = _remind(dues)

    with pytest.raises(Refusal) as refused:
        _serve(dues, made, day)

    assert refused.value.code == "day_does_not_fit"


def test_who_owes_nothing_gets_no_letter(dues):
    with pytest.raises(Refusal) as refused:
        reminding.remind(
            actor=dues.world.act("factory-treasurer"),
            at=AT,
            union=dues.world.unions["factory"],
            employer=dues.employers["factory"],
            once=uuid4(),
        )

    assert refused.value.code == "nothing_overdue"


@pytest.mark.parametrize("who", ["mill-treasurer", "luyang"])
def test_nobody_else_reminds(dues, who):
    with pytest.raises(NotForYou):
        _remind(dues, who=who)


def _client(dues, who):
    client = Client()
    client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def test_the_page_makes_the_letter_and_says_how_it_arrived(dues):
    address = reverse(
        "dues:reminders", args=[dues.world.unions["couriers"].code, dues.employers["couriers"].pk]
    )
    client = _client(dues, "couriers-treasurer")

    assert client.post(address, {"once": str(uuid4())}).status_code == 302
    dues.world.act("couriers-treasurer")
    made = Reminder.objects.get()
    page = client.get(address)
    assert page.status_code == 200
    letter = client.get(reverse("files:stored_file", args=[made.file_id]))
    assert letter.status_code == 200
    assert _client(dues, "mill-treasurer").get(address).status_code == 404
    assert (
        _client(dues, "mill-treasurer").get(reverse("files:stored_file", args=[made.file_id])).status_code
        == 404
    )
    assert _client(dues, "mill-treasurer").post(reverse("dues:evidence", args=[made.pk])).status_code == 404


def test_what_goes_to_an_employer_or_a_court_is_chinese_whoever_prints_it(dues, monkeypatch):
    said = []
    monkeypatch.setattr(letters, "printed", lambda values, at: said.append(values) or b"%PDF-1.7 ")
    with translation.override("en"):
        made = _remind(dues)
        _serve(dues, made)
        _evidence(dues, made)

    letter, listed = said
    assert letter["title"] == "工会经费催缴通知书"
    assert letter["rows"][0][0] == "2026-08"
    assert "邮寄" in listed["after"][-1]
    shown = [*letter["head"], *letter["after"], *listed["after"], *letter["before"]]
    assert not re.search("[A-Za-z]{3,}", "".join(shown))
