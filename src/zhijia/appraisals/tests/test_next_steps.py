"""What happens now, who does it and by when: nobody waits for somebody who was not told, and no step is a dead end."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.models import Mark
from zhijia.appraisals.services import judges, marking, opening, publishing, settling
from zhijia.appraisals.tests.test_pages import PNG
from zhijia.appraisals.tests.test_way import BEST
from zhijia.appraisals.tests.world import AFTER, LATER, Homes, publish
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

LATE = AT + timedelta(days=60)


@pytest.fixture
def homes(db: Any, clock: dict[str, Any]) -> Homes:
    return Homes()


def page_of(homes: Homes, who: str, name: str, *args: object) -> str:
    """What somebody reads on a page, in English."""
    client = _browser(homes, who)
    answer = client.get(reverse(f"appraisals:{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def _browser(homes: Homes, who: str) -> Client:
    user = User.objects.get(pk=homes.world.actors[who].user_id)
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def told(homes: Homes, who: str, kind: str) -> int:
    """How many messages of this kind somebody has."""
    homes.act(who)
    return Message.objects.filter(kind=kind).count()


def test_the_page_says_that_two_are_far_apart_and_whose_marks_count(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second", "third")
    homes.visits("second", entry)
    assert "points apart" not in page_of(homes, "luyang", "entry", entry.pk)
    homes.visits("third", entry, rooms="0")

    apart = page_of(homes, "luyang", "entry", entry.pk)
    settle = reverse("appraisals:entry_act", args=[entry.pk, "settle"])
    assert ("are 25 points apart" in apart, "Name a third" in apart, settle in apart) == (True, True, False)
    assert ("100 of 100" in apart, "75 of 100" in apart) == (True, True)

    homes.name(entry, "fourth")
    homes.visits("fourth", entry, rooms="1")
    near = page_of(homes, "luyang", "entry", entry.pk)
    assert (settle in near, near.count("does not count: the two nearest do")) == (True, 1)
    assert "of 100" not in page_of(homes, "factory", "entry", entry.pk)


def test_whoever_does_not_mark_is_taken_off_by_who_runs_it_and_told(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    away, _other = homes.name(entry, "second", "third")
    homes.visits("third", entry)
    act = reverse("appraisals:entry_act", args=[entry.pk, "take_off"])
    luyang = _browser(homes, "luyang")

    assert page_of(homes, "luyang", "entry", entry.pk).count(act) == 1  # who handed in stays
    assert luyang.post(act, {"assessor": away.pk, "reason": ""}).status_code == 422
    assert luyang.post(act, {"assessor": "0", "reason": "生病"}).status_code == 404
    assert _browser(homes, "factory").post(act, {"assessor": away.pk, "reason": "x"}).status_code == 404
    assert luyang.post(act, {"assessor": away.pk, "reason": "生病请假"}).status_code == 302

    assert told(homes, "second", "appraisal_taken_off") == 1
    homes.name(entry, "fourth")
    homes.visits("fourth", entry)
    assert settling.settle(actor=homes.act("luyang"), at=AT, entry_id=entry.pk).state == "scored"


def test_who_runs_it_is_told_that_an_assessor_stepped_aside(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    (aside,) = homes.name(entry, "second")
    judges.step_aside(actor=homes.act("second"), at=AT, assessor_id=aside.pk, reason="老同事的单位")
    assert told(homes, "luyang", "appraisal_stepped_aside") == 1
    assert told(homes, "factory", "appraisal_stepped_aside") == 0


def test_assessors_are_told_when_the_self_score_comes_in_and_who_runs_it_when_all_marks_have(
    homes: Homes,
) -> None:
    entry = homes.called()
    homes.name(entry, "second", "third")
    assert "waits for the self-score" in page_of(homes, "second", "own")
    assert told(homes, "second", "appraisal_to_mark") == 0

    homes.scored_itself(entry)
    assert told(homes, "second", "appraisal_to_mark") == 1
    assert "to be marked" in page_of(homes, "second", "own")
    homes.visits("second", entry)
    assert told(homes, "luyang", "appraisal_marked") == 0
    homes.visits("third", entry)
    assert told(homes, "luyang", "appraisal_marked") == 1


def test_whoever_only_marks_is_led_to_the_marks_and_once_off_to_what_is_theirs(homes: Homes) -> None:
    worlds.appoint(homes.world, "shushan", "county_reviewer", "guest")
    entry = homes.scored_itself(homes.called())
    (guest,) = homes.name(entry, "guest")
    client = _browser(homes, "guest")
    page, marks = (
        reverse("appraisals:entry", args=[entry.pk]),
        reverse("appraisals:marks", args=[entry.pk, "visit"]),
    )
    assert client.get(page)["Location"] == marks
    assert client.get(marks).status_code == 200

    judges.step_aside(actor=homes.act("guest"), at=AT, assessor_id=guest.pk, reason="亲戚在那里")

    assert client.get(marks)["Location"] == reverse("appraisals:own")
    assert client.get(page).status_code == 404
    assert _browser(homes, "shushan").get(page).status_code == 404


def test_photos_of_one_assessor_are_seen_by_no_other_and_not_by_the_subject_before_the_result(
    homes: Homes,
) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second", "third")
    sent = {"said": "2", "words": "", "page": SimpleUploadedFile("locked.png", PNG)}
    address = reverse("appraisals:mark_item", args=[entry.pk, "visit", "rooms"])
    assert _browser(homes, "second").post(address, sent).status_code == 302

    assert "locked" in page_of(homes, "second", "marks", entry.pk, "visit")
    assert "locked" not in page_of(homes, "third", "marks", entry.pk, "visit")
    assert "locked" not in page_of(homes, "factory", "entry", entry.pk)
    for name in ("second", "third"):
        homes.visits(name, entry)
    settling.settle(actor=homes.act("luyang"), at=AT, entry_id=entry.pk)
    assert "locked" in page_of(homes, "factory", "entry", entry.pk)


def test_there_is_more_time_for_a_self_score_that_is_late(homes: Homes, clock: dict[str, Any]) -> None:
    entry = homes.called()
    clock["at"] = LATE
    late = {"actor": homes.act("factory"), "at": LATE, "entry_id": entry.pk, "item": "rooms", "said": "0"}
    with pytest.raises(Refusal):
        marking.score_self(**late)
    assert "for more time" in page_of(homes, "factory", "entry", entry.pk)
    assert "Give more time on the page of the run" in page_of(homes, "luyang", "entry", entry.pk)
    act = reverse("appraisals:run_act", args=[entry.run_id, "prolong"])
    assert act in page_of(homes, "luyang", "run", entry.run_id)
    luyang = _browser(homes, "luyang")
    for typed in ("", "2026-01-01", "31.2."):
        assert luyang.post(act, {"until": typed}).status_code == 422
    assert _browser(homes, "shushan").post(act, {"until": "2027-03-01"}).status_code == 404

    assert luyang.post(act, {"until": "2027-03-01"}).status_code == 302
    assert told(homes, "factory", "appraisal_prolonged") == 1
    assert marking.score_self(**{**late, "actor": homes.act("factory")}).points == 0
    assert luyang.post(act, {"until": "2027-03-01"}).status_code == 302
    assert told(homes, "factory", "appraisal_prolonged") == 1


def test_nobody_else_gives_more_time(homes: Homes) -> None:
    run = homes.opened()
    with pytest.raises(NotForYou):
        opening.prolong(actor=homes.act("factory"), at=AT, run_id=run.pk, until=LATE.date())


def test_an_item_is_filled_in_from_its_figure_and_counts_only_once_it_is_saved(homes: Homes) -> None:
    figure = {"port": "facts.count", "given": {"kind": "member.joined"}, "full": 4}
    item = {"code": "joined", "label": {"en": "joined", "zh": "发展会员"}, "points": 10, "from": figure}
    group = {"code": "work", "label": {"en": "work", "zh": "工作"}, "items": [item]}
    parts = [
        {
            "code": "self",
            "label": {"en": "self", "zh": "自评"},
            "by": "self",
            "weight": "appraisals.home_weight_self",
        }
    ]
    publish(version=2, parts=parts, scheme=[group], fails_under="")
    entry = homes.called()

    shown = page_of(homes, "factory", "marks", entry.pk, "self")
    kept = _browser(homes, "factory").get(reverse("appraisals:marks", args=[entry.pk, "self"]))
    (_group, (card,)) = kept.context["cards"][0]
    homes.act("factory")
    assert Mark.objects.filter(entry=entry).count() == 0
    assert card["form"]["said"].value() == card["told"][1]
    assert "Filled in from that" in shown
    save = reverse("appraisals:mark_item", args=[entry.pk, "self", "joined"])
    saved = _browser(homes, "factory").post(save, {"said": "3"}, headers={"HX-Request": "true"})
    said = saved.content.decode()
    assert ("The platform counts" in said, "Filled in from that" in said) == (True, False)
    homes.act("factory")
    assert Mark.objects.get(entry=entry).points == 300


def test_a_grade_that_a_share_alone_can_have_is_called_one_by_points_until_the_results_are_published(
    homes: Homes, clock: dict[str, Any]
) -> None:
    best = {"code": "model", "label": {"en": "model", "zh": "模范"}, "at": "appraisals.home_at"}
    home = {"code": "home", "label": {"en": "home", "zh": "达标"}, "at": "appraisals.fails_under"}
    publish(version=2, grades=[{**best, "most": "appraisals.model_home_most"}, home])
    entry = homes.settled(**BEST)
    assert "By its points: model" in page_of(homes, "factory", "entry", entry.pk)
    publishing.publish(actor=homes.act("luyang"), at=LATER, run_id=entry.run_id)
    after = page_of(homes, "factory", "entry", entry.pk)
    assert ("By its points" in after, "a second person makes it final" in after) == (False, True)


def test_whoever_published_it_reads_that_a_colleague_makes_it_final(
    homes: Homes, clock: dict[str, Any]
) -> None:
    entry = homes.published(**BEST)
    clock["at"] = AFTER
    finish = reverse("appraisals:entry_act", args=[entry.pk, "finish"])
    own, other = (page_of(homes, who, "entry", entry.pk) for who in ("luyang", "second"))
    assert (finish in own, "a colleague makes it final" in own) == (False, True)
    assert finish in other


def steps(homes: Homes, who: str = "luyang") -> list[tuple[str, str, str]]:
    """What the page of the run says is next: whose it is, until when, and where the button leads."""
    assert homes.run is not None
    shown = _browser(homes, who).get(reverse("appraisals:run", args=[homes.run.pk]))
    assert shown.status_code == 200
    return [
        (one.whose, one.until.isoformat() if one.until else "", one.href if one.button else "")
        for one in shown.context["next_steps"]
    ]


def test_the_page_of_a_run_says_who_has_the_next_step_and_until_when(
    homes: Homes, clock: dict[str, Any]
) -> None:
    run = homes.opened()
    assert steps(homes) == [("you", "", "#call")]
    entry = homes.called()
    assert steps(homes) == [("units", run.self_until.isoformat(), "")]
    homes.scored_itself(entry)
    assert steps(homes) == [("you", "", "?state=marking")]  # assessors are to be named
    homes.name(entry, "second", "third")
    assert steps(homes) == [("assessors", "", "")]
    homes.visits("second", entry)
    homes.visits("third", entry)
    assert steps(homes) == [("you", "", "?state=marking")]
    scored = settling.settle(actor=homes.act("luyang"), at=AT, entry_id=entry.pk)
    assert scored.objection_until is not None
    assert steps(homes) == [("units", scored.objection_until.isoformat(), "")]
    page = page_of(homes, "luyang", "run", run.pk)
    assert reverse("appraisals:run_act", args=[run.pk, "publish"]) not in page
    clock["at"] = LATER
    assert steps(homes) == [("you", "", "#publish")]


def test_whoever_published_reads_that_a_colleague_makes_it_final(homes: Homes, clock: dict[str, Any]) -> None:
    entry = homes.published()
    homes.run = entry.run
    clock["at"] = LATER
    assert entry.notice_until is not None
    assert steps(homes)[0][:2] == ("colleague", entry.notice_until.isoformat())
    clock["at"] = AFTER
    assert steps(homes) == [("colleague", "", "")]
    assert steps(homes, "second") == [("you", "", "?state=published")]
    homes.act("luyang")
    assert _browser(homes, "mill").get(reverse("appraisals:run", args=[entry.run_id])).status_code == 404


def test_a_self_score_that_is_late_is_the_step_of_who_runs_it(homes: Homes, clock: dict[str, Any]) -> None:
    homes.called()
    assert homes.run is not None
    clock["at"] = LATE + timedelta(days=60)
    assert steps(homes) == [("you", homes.run.self_until.isoformat(), "#more-time")]
