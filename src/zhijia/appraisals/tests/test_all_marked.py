"""Whoever runs an appraisal is told once all marks are in, whosever step was the last, in words that fit it; who was
taken off is told apart from who stepped aside."""

import pytest
from django.urls import reverse

from zhijia.appraisals.services import judges, marking, settling
from zhijia.appraisals.tests.test_next_steps import homes, page_of, told
from zhijia.appraisals.tests.world import Homes, publish, said
from zhijia.audit.models import Entry as Trail
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.tests.world import AT

__all__ = ["homes"]
KINDS = (
    "appraisal_marked",
    "appraisal_third_needed",
    "appraisal_others_marked",
    "appraisal_self_score_last",
    "appraisal_stepped_aside",
)


def heard(homes: Homes, who: str = "luyang") -> list[str]:
    """What somebody was told of these."""
    return [kind for kind in KINDS for _once in range(told(homes, who, kind))]


def test_a_third_is_asked_for_where_two_are_far_apart_and_no_result(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second", "third")
    homes.visits("second", entry)
    assert heard(homes) == []
    homes.visits("third", entry, rooms="0")
    assert (heard(homes), heard(homes, "factory"), heard(homes, "shushan")) == (
        ["appraisal_third_needed"],
        [],
        [],
    )

    homes.name(entry, "fourth")
    homes.visits("fourth", entry, rooms="1")
    assert heard(homes) == ["appraisal_marked", "appraisal_third_needed"]


@pytest.mark.parametrize("by", ["third", "luyang"])
def test_the_result_is_asked_for_once_the_last_who_lags_marks_no_more(homes: Homes, by: str) -> None:
    entry = homes.scored_itself(homes.called())
    *_two, last = homes.name(entry, "second", "fourth", "third")
    for name in ("second", "fourth"):
        homes.visits(name, entry)
    assert heard(homes) == []

    judges.step_aside(actor=homes.act(by), at=AT, assessor_id=last.pk, reason="调离")

    assert heard(homes) == ["appraisal_others_marked"]
    assert settling.settle(actor=homes.act("luyang"), at=AT, entry_id=entry.pk).state == "scored"


def test_somebody_else_is_asked_for_where_too_few_are_left(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    _one, last = homes.name(entry, "second", "third")
    homes.visits("second", entry)
    judges.step_aside(actor=homes.act("third"), at=AT, assessor_id=last.pk, reason="亲戚在那里")
    assert heard(homes) == ["appraisal_stepped_aside"]


def test_the_result_is_asked_for_where_the_self_score_comes_last(homes: Homes) -> None:
    own, visit, members = said()["parts"]
    publish(version=2, parts=[own, visit | {"all_along": True}, members])
    entry = homes.called()
    homes.name(entry, "second", "third")
    for name in ("second", "third"):
        homes.visits(name, entry)
    assert heard(homes) == []

    homes.scored_itself(entry)

    assert heard(homes) == ["appraisal_self_score_last"]


def test_who_was_taken_off_is_no_one_who_stepped_aside_and_is_named_again_with_what_they_gave(
    homes: Homes,
) -> None:
    entry = homes.scored_itself(homes.called())
    (away,) = homes.name(entry, "second")
    rooms = {"at": AT, "entry_id": entry.pk, "part": "visit", "item": "rooms", "said": "7"}
    marking.mark(actor=homes.act("second"), **rooms)
    judges.step_aside(actor=homes.act("luyang"), at=AT, assessor_id=away.pk, reason="生病请假")

    off = page_of(homes, "luyang", "entry", entry.pk)
    assert ("taken off: 生病请假" in off, "stepped aside" in off) == (True, False)
    homes.act("luyang")
    away.refresh_from_db()
    assert away.left_by == homes.act("luyang").user_id
    actions = Trail.objects.filter(subject_id=str(entry.pk)).values_list("action", flat=True)
    assert ("appraisal.take_off" in actions, "appraisal.step_aside" in actions) == (True, False)
    with pytest.raises(NotForYou):
        marking.mark(actor=homes.act("second"), **rooms)

    (again,) = homes.name(entry, "second")

    assert (again.pk, again.left_at, again.left_by, again.reason) == (away.pk, None, None, "")
    assert "taken off" not in page_of(homes, "luyang", "entry", entry.pk)
    assert told(homes, "second", "appraisal_named_assessor") == 2
    assert again.marks.get().points == 700


def test_whoever_stepped_aside_is_not_named_again(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    (aside,) = homes.name(entry, "second")
    judges.step_aside(actor=homes.act("second"), at=AT, assessor_id=aside.pk, reason="亲戚在那里")
    assert "stepped aside: 亲戚在那里" in page_of(homes, "luyang", "entry", entry.pk)
    with pytest.raises(Refusal, match="stepped aside here"):
        homes.name(entry, "second")
    assert reverse("appraisals:marks", args=[entry.pk, "visit"]) not in page_of(homes, "second", "own")
