"""What is typed, chosen or sent wrongly about an appraisal gets its sentence; nothing typed is lost or done."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.models import Entry, Mark, Proof
from zhijia.appraisals.services import entering, marking, opening, settling
from zhijia.appraisals.tests.world import LATER, Homes, again
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.registry.tests.world import AT

MANY_BYTES = 30 * 1024 * 1024


@pytest.fixture
def homes(db: Any, monkeypatch: pytest.MonkeyPatch) -> Homes:
    monkeypatch.setattr(days, "now", lambda: AT)
    return Homes()


def _browser(homes: Homes, who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=homes.world.actors[who].user_id))
    return client


def _item(entry: Entry, part: str, code: str) -> str:
    return reverse("appraisals:mark_item", args=[entry.pk, part, code])


def test_a_photo_of_thirty_megabytes_is_refused_in_a_sentence_and_the_words_stay(homes: Homes) -> None:
    entry = homes.called()
    photo = SimpleUploadedFile("room.jpg", b"\xff\xd8\xff" + bytes(MANY_BYTES), content_type="image/jpeg")
    sent = {"said": "9", "words": "新建三间活动室", "page": photo}

    answer = _browser(homes, "factory").post(_item(entry, "self", "rooms"), sent)

    page = answer.content.decode()
    assert (answer.status_code, "新建三间活动室" in page, "MB" in page) == (422, True, True)
    homes.act("factory")
    assert (Mark.objects.count(), Proof.objects.count()) == (0, 0)


def test_what_is_no_picture_is_refused_and_neither_it_nor_its_mark_stays(homes: Homes) -> None:
    entry = homes.called()
    sent = {
        "said": "9",
        "words": "见照片",
        "page": SimpleUploadedFile("room.jpg", b"MZ\x90\x00 not a picture"),
    }
    answer = _browser(homes, "factory").post(_item(entry, "self", "rooms"), sent)
    assert (answer.status_code, "见照片" in answer.content.decode()) == (422, True)
    homes.act("factory")
    assert (Mark.objects.count(), Proof.objects.count()) == (0, 0)


@pytest.mark.parametrize("typed", ["９．５", "9.50", " 9.5 "])
def test_points_are_read_as_phones_type_them(homes: Homes, typed: str) -> None:
    entry = homes.called()
    answer = _browser(homes, "factory").post(_item(entry, "self", "rooms"), {"said": typed, "words": "x"})
    assert answer.status_code == 302, typed
    homes.act("factory")
    assert Mark.objects.get().points == 950


@pytest.mark.parametrize(
    ("item", "typed"),
    [
        *(("rooms", said) for said in ("10.01", "-1", "1e1", "9,5", "NaN", "九", "9" * 10, "9.555")),
        *(("complaints", said) for said in ("-1", "1.5", "很多")),
        *(("term", said) for said in ("", "perhaps")),
        ("rooms", "lacks"),
    ],
)
def test_no_mark_of_an_item_is_taken_and_the_page_says_why(homes: Homes, item: str, typed: str) -> None:
    entry = homes.called()
    answer = _browser(homes, "factory").post(
        _item(entry, "self", item), {"said": typed, "words": "写好的说明"}
    )
    page = answer.content.decode()
    assert (answer.status_code, "写好的说明" in page, "field-wrong" in page) == (422, True, True)
    homes.act("factory")
    assert not Mark.objects.exists()


def test_after_it_was_handed_in_or_settled_a_late_mark_says_that_it_stands(homes: Homes) -> None:
    entry = homes.called()
    factory = _browser(homes, "factory")
    factory.get(reverse("appraisals:marks", args=[entry.pk, "self"]))
    homes.scored_itself(entry)
    late = factory.post(_item(entry, "self", "rooms"), {"said": "10", "words": "改一改"})
    assert (late.status_code, "改一改" in late.content.decode()) == (422, True)
    homes.visited(entry)
    settling.settle(actor=homes.act("luyang"), at=AT, entry_id=entry.pk)
    with pytest.raises(Refusal):
        marking.mark(
            actor=homes.act("second"), at=AT, entry_id=entry.pk, part="visit", item="rooms", said="1"
        )
    homes.act("luyang")
    assert again(entry).state == "scored"


def test_what_comes_after_the_run_was_closed_says_so_and_keeps_what_was_typed(homes: Homes) -> None:
    entry = homes.called()
    run = entry.run
    entering.leave_out(actor=homes.act("luyang"), at=AT, entry_id=entry.pk, reason="合并")
    opening.close(actor=homes.act("luyang"), at=AT, run_id=run.pk)
    luyang, factory = _browser(homes, "luyang"), _browser(homes, "factory")
    called = luyang.post(reverse("appraisals:run_act", args=[run.pk, "call"]), {"text": "骑手工会联合会"})
    assert (called.status_code, "骑手工会联合会" in called.content.decode()) == (422, True)
    entered = factory.post(reverse("appraisals:enter", args=[run.pk]), {"text": "晨光机械工会"})
    assert (entered.status_code, "已经结束" in entered.content.decode()) == (422, True)
    scored = factory.post(_item(entry, "self", "rooms"), {"said": "9", "words": "x"})
    assert scored.status_code == 422


@pytest.mark.parametrize("act", ["settle", "name", "object", "finish", "withdraw", "nonsense"])
def test_the_address_of_a_deed_opened_again_leads_to_the_page(homes: Homes, act: str) -> None:
    entry = homes.called()
    answer = _browser(homes, "luyang").get(reverse("appraisals:entry_act", args=[entry.pk, act]))
    assert answer.status_code == (404 if act == "nonsense" else 302)


def test_a_day_that_passed_keeps_the_self_score_from_being_changed(homes: Homes, monkeypatch: Any) -> None:
    entry = homes.called()
    monkeypatch.setattr(days, "now", lambda: LATER.replace(year=2027))
    answer = _browser(homes, "factory").post(
        _item(entry, "self", "rooms"), {"said": "9", "words": "迟到的说明"}
    )
    page = answer.content.decode()
    assert (answer.status_code, "迟到的说明" in page) == (422, True)


@pytest.mark.parametrize("page", ["hand_in", "step_aside", "mark_item"])
def test_the_address_of_marking_opened_again_leads_to_the_marks(homes: Homes, page: str) -> None:
    entry = homes.called()
    given = [entry.pk, "self", *(["rooms"] if page == "mark_item" else [])]
    address = reverse(f"appraisals:{page}", args=given)
    there = _browser(homes, "factory").get(address)
    assert there["Location"] == reverse("appraisals:marks", args=[entry.pk, "self"])
    assert _browser(homes, "mill").get(address).status_code == 404


def test_a_run_opened_with_days_the_wrong_way_round_says_so_and_keeps_the_title(homes: Homes) -> None:
    union = homes.world.unions["luyang"]
    typed = {
        "code": "test.home", "title": "写好的标题", "since": "2026-12-31", "until": "2026-01-01", "begins": "above",
    }  # fmt: skip
    answer = _browser(homes, "luyang").post(reverse("appraisals:new", args=[union.code]), typed)
    assert (answer.status_code, "写好的标题" in answer.content.decode()) == (422, True)
