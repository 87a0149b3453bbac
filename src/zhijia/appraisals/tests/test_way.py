"""An appraisal from its opening to a title, and everything that must not happen on the way."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, transaction

from zhijia.appraisals.models import Assessor, Entry, Mark, Notice, Objection, Opened
from zhijia.appraisals.queries import sheets
from zhijia.appraisals.services import (
    entering,
    held,
    judges,
    marking,
    naming,
    objecting,
    opening,
    publishing,
    settling,
)
from zhijia.appraisals.services.judges import Recused
from zhijia.appraisals.services.marking import NotAllMarked
from zhijia.appraisals.tests.world import AFTER, LATER, Homes, again
from zhijia.facts.models import Fact
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.registers.models import Row
from zhijia.registry.tests.world import AT

BEST = {"honours": "5"}


@pytest.fixture
def homes(db: Any) -> Homes:
    return Homes()


def _code(act: Any) -> str:
    with pytest.raises(Refusal) as refused, transaction.atomic():
        act()
    return refused.value.code


def _shown(entry: Entry, part: str, item: str) -> str:
    """What the page of the entry says a part gave to an item."""
    scheme = held.entry(entry.pk)[1]
    lines = [
        line for _group, _parts, lines in sheets.sheet(entry, scheme, of_all=True).groups for line in lines
    ]
    return next(
        cell.points
        for line in lines
        if line.item.code == item
        for cell in line.cells
        if cell.part.code == part
    )


def _settle(homes: Homes, entry: Entry, who: str = "luyang") -> Entry:
    return settling.settle(actor=homes.act(who), at=AT, entry_id=entry.pk)


def test_a_union_is_scored_published_and_named_by_a_second_person(homes: Homes) -> None:
    entry = homes.published(**BEST)
    # itself 30 of 40, the visit 40 of 40 and 5 on top, nobody joined: 0.2 * 75 + 0.6 * 112.5 + 0.2 * 0
    assert (entry.result, entry.grade, entry.state) == (8250, "home", "published")
    mine = {"actor": homes.act("luyang"), "at": AFTER, "entry_id": entry.pk, "decision": "庐工〔2026〕8号"}
    assert _code(lambda: naming.finish(**mine)) == "entry_is_named_by_a_second_person"
    other = {**mine, "actor": homes.act("second")}
    assert _code(lambda: naming.finish(**{**other, "at": LATER})) == "notice_hangs"
    assert _code(lambda: naming.finish(**{**other, "decision": " "})) == "decision_missing"
    entry = naming.finish(**other)
    row = Row.objects.get(pk=entry.named_row)
    assert row.union_id == homes.world.unions["luyang"].pk
    assert (row.values["union"], row.values["score"], row.values["level"]) == (entry.target, 83, "county")
    assert naming.finish(**other).named_row == row.pk
    told = Fact.objects.filter(record="appraisal", record_id=str(entry.pk)).values_list("kind", flat=True)
    assert sorted(told) == ["appraisal.begun", "appraisal.named", "appraisal.scored"]


def test_what_was_named_is_withdrawn_once_and_told(homes: Homes) -> None:
    entry = homes.published(**BEST)
    naming.finish(actor=homes.act("second"), at=AFTER, entry_id=entry.pk, decision="8")
    asked = {"actor": homes.act("luyang"), "at": AFTER, "entry_id": entry.pk}
    assert _code(lambda: naming.withdraw(**asked, reason=" ")) == "reason_missing"
    entry = naming.withdraw(**asked, reason="复核不达标")
    assert Row.objects.get(pk=entry.named_row).ended_on is not None
    assert "复核不达标" in Notice.objects.get(entry=entry, withdrawal=True).words["zh"]
    assert naming.withdraw(**asked, reason="再来一次").reason == "复核不达标"


def test_nobody_hands_in_what_is_not_whole_or_shown(homes: Homes) -> None:
    entry = homes.called()
    actor = homes.act("factory")
    marking.score_self(actor=actor, at=AT, entry_id=entry.pk, item="rooms", said="8")
    with pytest.raises(NotAllMarked) as refused:
        marking.hand_in(actor=actor, at=AT, entry_id=entry.pk)
    lacking = [(item.code, what) for item, what in refused.value.lacking]
    assert lacking == [("term", "mark"), ("rooms", "file"), ("complaints", "mark"), ("mothers", "mark")]
    homes.scored_itself(entry, mothers="lacks")
    late = {"actor": actor, "at": AFTER + (AFTER - AT), "entry_id": entry.pk, "item": "rooms", "said": "1"}
    assert _code(lambda: marking.score_self(**late)) == "self_score_over"
    assert _code(lambda: marking.score_self(**{**late, "at": AT})) == "handed_in_already"


def test_an_officer_of_another_union_finds_nothing(homes: Homes) -> None:
    entry = homes.called()
    for name in ("couriers", "shushan", "mill"):
        actor = homes.act(name)
        assert not Entry.objects.filter(pk=entry.pk).exists()
        with pytest.raises(NotForYou):
            marking.score_self(actor=actor, at=AT, entry_id=entry.pk, item="rooms", said="1")
        with pytest.raises(NotForYou):
            settling.settle(actor=actor, at=AT, entry_id=entry.pk)
        with pytest.raises(NotForYou):
            opening.close(actor=actor, at=AT, run_id=entry.run_id)


def test_nobody_assesses_what_is_theirs(homes: Homes) -> None:
    entry = homes.called()
    actor = homes.act("luyang")
    named = {"actor": actor, "at": AT, "entry_id": entry.pk, "part": "visit"}
    with pytest.raises(Recused) as refused:
        judges.name(**named, login="factory-officer")
    assert refused.value.reasons == ("own_union",)
    assert _code(lambda: judges.name(**named, login="nobody")) == "no_such_assessor"
    assert (
        _code(lambda: judges.name(**{**named, "part": "self"}, login="second-officer")) == "nobody_is_named"
    )
    own = Assessor(
        entry=entry, union_id=entry.union_id, county_id=entry.county_id, part="visit",
        user_id=homes.world.actors["factory"].user_id, named_at=AT,
    )  # fmt: skip
    with pytest.raises(Error, match="nobody_judges_their_own"), transaction.atomic():
        own.save(force_insert=True)


def test_whoever_handed_the_self_score_in_does_not_assess_it(homes: Homes) -> None:
    entry = homes.called()
    actor = homes.act("second")
    for item, said in {"term": "whole", "rooms": "0", "complaints": "0", "mothers": "yes"}.items():
        marking.score_self(actor=actor, at=AT, entry_id=entry.pk, item=item, said=said)
    marking.hand_in(actor=actor, at=AT, entry_id=entry.pk)
    with pytest.raises(Recused) as refused:
        homes.name(entry, "second")
    assert refused.value.reasons == ("entered_it",)


def test_assessors_are_blind_to_each_other_until_all_have_handed_in(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second", "third")
    homes.visits("second", entry, rooms="9")

    def others() -> int:
        return Mark.objects.filter(entry=entry, part="visit").exclude(user_id=actor.user_id).count()

    for name in ("third", "luyang", "factory"):
        actor = homes.act(name)
        assert others() == 0, name
    actor = homes.act("second")
    with pytest.raises(Error, match="blind"), transaction.atomic():
        Mark.objects.filter(entry=entry, part="visit").update(shown=True)
    homes.visits("third", entry, rooms="7")
    actor = homes.act("second")
    assert others() == 4
    assert Mark.objects.filter(entry=entry, part="visit", user_id=actor.user_id).count() == 4


def test_who_is_named_after_the_first_has_handed_in_sees_nothing_of_it_before_marking(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second")
    homes.visits("second", entry)
    homes.name(entry, "third")
    homes.act("third")
    assert not Mark.objects.filter(entry=entry, part="visit").exists()


def test_what_somebody_gave_who_stepped_aside_neither_counts_nor_is_waited_for(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    *_two, aside = homes.name(entry, "second", "fourth", "third")
    given = {"at": AT, "entry_id": entry.pk, "part": "visit", "item": "rooms"}
    marking.mark(actor=homes.act("third"), **given, said="0")
    for name in ("second", "fourth"):
        homes.visits(name, entry)
    judges.step_aside(actor=homes.act("third"), at=AT, assessor_id=aside.pk, reason="老同事的单位")
    homes.act("luyang")
    assert not Mark.objects.filter(entry=entry, assessor=aside).exists()
    assert _settle(homes, entry).result == 7500


def test_a_mark_is_of_its_assessor_alone_and_never_above_its_points(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    (mine,) = homes.name(entry, "second")
    given = {"at": AT, "entry_id": entry.pk, "part": "visit", "item": "rooms"}
    with pytest.raises(NotForYou):
        marking.mark(actor=homes.act("third"), **given, said="1")
    assert _code(lambda: marking.mark(actor=homes.act("second"), **given, said="10.5")) == "points_up_to"
    mark = marking.mark(actor=homes.act("second"), **given, said="9")
    for change in ({"points": 1001}, {"most": 2000, "points": 2000}):
        with pytest.raises(Error), transaction.atomic():
            Mark.objects.filter(pk=mark.pk).update(**change)
    homes.act("third")
    forged = Mark(
        entry=entry, union_id=entry.union_id, county_id=entry.county_id, part="visit", item="term", assessor=mine,
        said="whole", points=1000, most=1000, user_id=homes.world.actors["third"].user_id, made_at=AT,
    )  # fmt: skip
    with pytest.raises(Error, match="mark_is_of_its_assessor"), transaction.atomic():
        forged.save(force_insert=True)


def test_a_third_is_named_where_two_are_far_apart_and_the_two_nearest_count(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second", "third")
    homes.visits("second", entry)
    homes.visits("third", entry, rooms="0")
    assert _code(lambda: _settle(homes, entry)) == "third_needed"
    homes.name(entry, "fourth")
    assert _code(lambda: _settle(homes, entry)) == "part_not_marked"
    homes.act("fourth")
    assert not Mark.objects.filter(entry=entry, part="visit").exists()
    homes.visits("fourth", entry, rooms="1")
    entry = _settle(homes, entry)
    # the two nearest gave 30 and 31 of 40: 0.2 * 75 + 0.6 * 76.25 + 0
    assert entry.result == 6075
    assert _shown(entry, "visit", "rooms") == "0.5"


def test_one_mark_is_opened_again_by_an_objection_and_answered_by_another(homes: Homes) -> None:
    entry = homes.settled(rooms="2")
    said = {
        "actor": homes.act("factory"),
        "at": AT,
        "entry_id": entry.pk,
        "part": "visit",
        "words": "有照片为证",
    }
    assert _code(lambda: objecting.object_to(**{**said, "part": "self"}, item="rooms")) == "no_such_mark"
    assert _code(lambda: objecting.object_to(**{**said, "at": LATER}, item="rooms")) == "objection_over"
    objection = objecting.object_to(**said, item="rooms")
    assert objecting.object_to(**said, item="rooms").pk == objection.pk
    luyang = homes.act("luyang")
    assert (
        _code(lambda: publishing.publish(actor=luyang, at=LATER, run_id=entry.run_id)) == "nothing_to_publish"
    )
    answer = {"at": AT, "objection_id": objection.pk, "words": "已补充核实"}
    broken = "mark_is_given_anew_by_another"
    assert _code(lambda: objecting.answer(actor=homes.act("second"), **answer, said="10")) == broken
    by = homes.world.actors["fourth"].user_id  # who is not here
    with pytest.raises(Error, match="objection_is_to_a_result"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(state="changed", answered_by=by)
    before = entry.result
    objecting.answer(actor=homes.act("luyang"), **answer, said="10")
    entry = again(entry)
    assert (before, entry.result) == (6300, 7500)
    objecting.answer(actor=homes.act("fourth"), **{**answer, "words": "晚了"}, said="0")
    assert again(entry).result == 7500
    assert publishing.publish(actor=homes.act("luyang"), at=LATER, run_id=entry.run_id) == 1


def test_what_was_published_stands_whoever_writes(homes: Homes) -> None:
    entry = homes.published(**BEST)
    homes.act("luyang")
    for said in (
        {"state": "published"},
        {"state": "begun", "result": 9999},
        {"state": "begun", "grade": "model"},
    ):
        with pytest.raises(Error, match="entry_goes_its_way"), transaction.atomic():
            Entry.objects.create(
                **said, id=uuid4(), run_id=entry.run_id, union_id=entry.union_id, county_id=entry.county_id,
                kind="union", target="1", name="x", begun_at=AT,
            )  # fmt: skip
    for change in ({"result": 9999}, {"grade": "model"}, {"state": "scored"}):
        with pytest.raises(Error), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(**change)
    homes.act("factory")
    with pytest.raises(Error, match="marks_stand_once_scored"), transaction.atomic():
        Mark.objects.filter(entry=entry, part="self").update(points=1000)
    Entry.objects.filter(pk=entry.pk).update(held="有人反映")


def test_a_veto_leaves_no_grade_and_opens_what_is_to_be_put_right(homes: Homes) -> None:
    entry = homes.published(**BEST, term="late")
    assert (entry.vetoed, entry.grade, entry.failed) == ("term", "", ["term", "joined"])
    homes.act("factory")
    (opened,) = Opened.objects.filter(entry=entry)
    case = Case.objects.get(pk=opened.case_id)
    assert (case.code, case.asking_union_id, case.state) == ("rectification", entry.union_id, "paused")
    assert case.answers.get(name="found").value == "按期换届"
    entry = naming.finish(actor=homes.act("luyang"), at=AFTER, entry_id=entry.pk)
    assert (entry.state, entry.named_row) == ("settled", None)


def test_what_is_held_is_not_final_until_it_is_let_go(homes: Homes) -> None:
    entry = homes.published(**BEST)
    publishing.hold(actor=homes.act("luyang"), at=LATER, entry_id=entry.pk, reason="有人反映台账不实")
    done = {"actor": homes.act("second"), "at": AFTER, "entry_id": entry.pk, "decision": "8"}
    assert _code(lambda: naming.finish(**done)) == "held"
    publishing.hold(actor=homes.act("luyang"), at=LATER, entry_id=entry.pk, reason="")
    assert naming.finish(**{**done, "actor": homes.act("second")}).state == "settled"


def test_a_run_closes_once_nothing_is_under_way(homes: Homes) -> None:
    entry = homes.called()
    closing = {"actor": homes.act("luyang"), "at": AT, "run_id": entry.run_id}
    assert _code(lambda: opening.close(**closing)) == "entries_under_way"
    left = {"actor": homes.act("luyang"), "at": AT, "entry_id": entry.pk}
    assert _code(lambda: entering.leave_out(**left, reason="")) == "reason_missing"
    entering.leave_out(**left, reason="已并入新单位")
    assert opening.close(**closing).state == "closed"
    assert _code(lambda: entering.call(**closing, text="晨光机械工会")) == "run_closed"


def test_all_under_the_union_take_part_at_once_and_once_each(homes: Homes) -> None:
    run = homes.opened("all")
    assert sorted(run.entries.values_list("name", flat=True)) == ["庐阳区快递行业工会联合会", "晨光机械工会"]
    entry = homes.called("couriers")
    assert run.entries.count() == 2
    assert entry.begun_by is not None
    text = homes.world.unions["mill"].name
    calling = {"actor": homes.act("luyang"), "at": AT, "run_id": run.pk, "text": text}
    assert _code(lambda: entering.call(**calling)) == "nobody_of_this_name"


def test_a_union_enters_itself_where_the_run_says_so(homes: Homes) -> None:
    run = homes.opened("self")
    asked = {"actor": homes.act("factory"), "at": AT, "run_id": run.pk}
    entry = entering.enter(**asked, text="晨光机械工会")
    assert entering.enter(**asked, text=homes.world.unions["factory"].code).pk == entry.pk
    with pytest.raises(NotForYou):
        entering.enter(**asked, text="庐阳区快递行业工会联合会")


def test_the_same_form_opens_one_run(homes: Homes) -> None:
    run = homes.opened()
    task = opening.Task(run.code, "另一次", run.since, run.until, "above")
    union = homes.world.unions["luyang"]
    again_ = opening.open_run(actor=homes.act("luyang"), at=AT, union=union, task=task, once=run.once)
    assert again_.pk == run.pk
    higher = {"at": AT, "union": homes.world.unions["province"], "task": task, "once": uuid4()}
    assert _code(lambda: opening.open_run(actor=homes.act("province"), **higher)) == "not_this_level"


def test_who_holds_the_title_is_called_to_the_re_check(homes: Homes) -> None:
    entry = homes.published(**BEST)
    naming.finish(actor=homes.act("second"), at=AFTER, entry_id=entry.pk, decision="8")
    again_ = homes.opened("holders")
    assert list(again_.entries.values_list("name", flat=True)) == ["晨光机械工会"]
    naming.withdraw(actor=homes.act("luyang"), at=AFTER, entry_id=entry.pk, reason="复核不达标")
    assert homes.opened("holders").entries.count() == 0
