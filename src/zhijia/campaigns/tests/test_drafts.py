"""What was typed into a return waits until it is sent: for whoever may send it, counted nowhere, lost by nobody."""

import re
from typing import Any

import pytest
from django.db import Error, transaction
from django.urls import reverse

from zhijia.campaigns.models import Draft, Drive, Piece
from zhijia.campaigns.queries import drives, roster, tallies
from zhijia.campaigns.services import drafting, opening, returning
from zhijia.campaigns.tests.test_drives import WEEK, weekly
from zhijia.campaigns.tests.test_pages import signed_in
from zhijia.campaigns.tests.world import TODAY, Season, days_on, season
from zhijia.facts.models import Fact
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.tests.world import appoint

TYPED = {"any": "yes", "firms": "十", "done": "约谈"}


@pytest.fixture
def made(committed: None, monkeypatch: Any) -> Season:
    monkeypatch.setattr(days, "now", lambda: days_on(0))
    return season()


@pytest.fixture
def drive(made: Season) -> Drive:
    return weekly(made)


def first(made: Season, drive: Drive, name: str = "luyang") -> Piece:
    return made.pieces(drive, "week", name)[0]


def drafts(made: Season, piece: Piece, name: str) -> list[dict[str, Any]]:
    with made.at_work(name):
        return list(Draft.objects.filter(piece=piece).values_list("typed", flat=True))


def test_what_was_typed_is_there_on_another_phone_as_it_was_typed(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    page = reverse("campaigns:fill", args=[piece.pk])
    kept = signed_in(made, "luyang").post(page, TYPED | {"step": "keep", "turn": "0"})

    shown = signed_in(made, "luyang").get(page).content.decode()

    assert kept.status_code == 302
    assert 'value="十"' in shown
    assert "约谈" in shown
    assert "还没有报送" in shown


def test_a_draft_counts_nowhere(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    union = made.world.unions["luyang"]

    def counted() -> tuple[Any, ...]:
        with made.at_work("luyang"):
            here = tallies.of_return(drive, "week", [union], today=TODAY)[union.pk].how
            asked = drives.burdens(union, day=TODAY)
            return (
                here,
                asked,
                Fact.objects.filter(kind="campaign.returned").count(),
                Piece.objects.get(pk=piece.pk).state,
            )

    before = counted()
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED)

    assert counted() == before
    assert before[-1] == Piece.State.OPEN
    with made.at_work("luyang"):
        rows, _after = roster.to_do(union, after=None, rows=9, today=TODAY)
    assert [one.begun for one in rows if one.piece.pk == piece.pk] == [True]


def test_sending_takes_the_draft_away_and_a_correction_has_one_of_its_own(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED)
    made.do("luyang", returning.send, piece_id=piece.pk, answers=WEEK)
    assert drafts(made, piece, "luyang") == []
    page, client = reverse("campaigns:fill", args=[piece.pk]), signed_in(made, "luyang")

    client.post(page, {"people": "31", "why_corrected": "漏报一家", "step": "keep", "turn": "0"})

    assert 'value="漏报一家"' in client.get(page).content.decode()


def test_a_colleague_who_kept_meanwhile_is_not_written_over_unheard(made: Season, drive: Drive) -> None:
    appoint_colleague(made)
    piece = first(made, drive)
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED, turn=0)
    page, client = reverse("campaigns:fill", args=[piece.pk]), signed_in(made, "colleague")

    late = client.post(page, {"done": "另一份", "step": "keep", "turn": "0"})

    assert late.status_code == 422
    assert "另一份" in late.content.decode()
    assert drafts(made, piece, "luyang")[0]["done"] == "约谈"
    turn = "0"
    for _keystroke in range(2):
        said = {"done": "另一份", "step": "keep", "turn": turn}
        quiet = client.post(page, said, headers={"HX-Request": "true"}).content.decode()
        assert "没有保存" in quiet
        turn = hidden(quiet, "turn")
    assert drafts(made, piece, "luyang")[0]["done"] == "约谈"
    client.post(page, {"done": "另一份", "step": "keep", "turn": "1"})
    assert drafts(made, piece, "luyang")[0]["done"] == "另一份"


def test_a_page_that_is_shown_again_for_an_answer_it_lacks_writes_over_no_newer_draft(
    made: Season, drive: Drive
) -> None:
    appoint_colleague(made)
    piece = first(made, drive)
    page, client = reverse("campaigns:fill", args=[piece.pk]), signed_in(made, "colleague")
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED, turn=0)

    lacking = client.post(page, {"done": "另一份", "turn": "0"}).content.decode()
    client.post(page, {"done": "另一份", "step": "keep", "turn": hidden(lacking, "turn")})

    assert drafts(made, piece, "luyang")[0]["done"] == "约谈"


def test_ones_own_older_page_on_another_phone_is_told_too(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    page = reverse("campaigns:fill", args=[piece.pk])
    phone, desk = signed_in(made, "luyang"), signed_in(made, "luyang")
    older, newer = ({"page": hidden(one.get(page).content.decode(), "page")} for one in (phone, desk))
    for typed in ("约", "约谈"):  # typed quickly: the answer with the next turn is still under way
        assert desk.post(page, newer | {"done": typed, "step": "keep", "turn": "0"}).status_code == 302

    late = phone.post(page, older | {"done": "旧的", "step": "keep", "turn": "0"})

    assert late.status_code == 422
    assert "更新的草稿" in late.content.decode()
    assert drafts(made, piece, "luyang")[0]["done"] == "约谈"


def test_another_union_has_no_part_in_a_draft(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED)

    assert drafts(made, piece, "shushan") == []
    with pytest.raises(NotForYou):
        made.do("shushan", drafting.keep, piece_id=piece.pk, typed=TYPED)
    with made.at_work("shushan") as stranger, pytest.raises(NotForYou):
        drafting.throw_away(actor=stranger, piece_id=piece.pk)
    with made.at_work("shushan"), pytest.raises(Error, match="row-level security"), transaction.atomic():
        Draft.objects.bulk_create([Draft(piece_id=piece.pk, by_employer=True, kept_at=days.now())])
    assert signed_in(made, "shushan").post(reverse("campaigns:discard", args=[piece.pk])).status_code == 404


def test_what_is_typed_into_a_closed_drive_is_shown_again_with_why(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    made.do("province", opening.close, drive_id=drive.pk)

    shown = signed_in(made, "luyang").post(
        reverse("campaigns:fill", args=[piece.pk]), TYPED | {"step": "keep"}
    )

    assert shown.status_code == 422
    assert "约谈" in shown.content.decode()
    with pytest.raises(Refusal):
        made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED)


def test_a_draft_of_a_union_that_was_merged_is_gone_on_with_by_its_successor(
    made: Season, drive: Drive
) -> None:
    piece = first(made, drive)
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed=TYPED)
    made.merge("luyang", "shushan")
    made.fill(drive, days_on(1))

    assert [one["done"] for one in drafts(made, piece, "shushan")] == ["约谈"]


def test_a_draft_is_thrown_away_on_its_page(made: Season, drive: Drive) -> None:
    piece = first(made, drive)
    made.do("luyang", drafting.keep, piece_id=piece.pk, typed={"done": "作废\x00", "other": "x"})
    assert drafts(made, piece, "luyang") == [{"done": "作废"}]

    signed_in(made, "luyang").post(reverse("campaigns:discard", args=[piece.pk]))

    assert drafts(made, piece, "luyang") == []
    assert (
        "保存为草稿"
        in signed_in(made, "luyang").get(reverse("campaigns:fill", args=[piece.pk])).content.decode()
    )


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def appoint_colleague(made: Season) -> None:
    with transaction.atomic():
        appoint(made.world, "luyang", "county_reviewer", "colleague")
