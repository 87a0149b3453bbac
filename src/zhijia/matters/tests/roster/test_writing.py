"""The lines of a roster, written one by one: what can be taken, and by whom."""

from uuid import uuid4

import pytest

from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.services import (
    asking,
    handing_in,
    lacking,
    listed,
    rosters,
)
from zhijia.matters.tests.roster.world import CODE, added, begun, handed, line, number_of, person, typed
from zhijia.registry.tests.world import AT, World, member


def test_the_lines_sum_up_to_what_is_asked(world: World) -> None:
    case = handed(world)
    assert (case.amount, case.lines.count()) == (180_000, 3)
    assert line(case, 1).person_id == person(world, "甲一")


@pytest.mark.parametrize(
    ("typed_", "column"),
    [
        ({"who": "外人", "why": "ill", "sum": "5"}, "who"),
        ({"who": "查无此人", "why": "ill", "sum": "5"}, "who"),
        ({"who": "", "why": "ill", "sum": "5"}, "who"),
        ({"who": "甲一", "why": "other", "sum": "5"}, "why"),
        ({"who": "甲一", "why": "ill", "sum": "五百"}, "sum"),
        ({"who": "甲一", "why": "ill", "sum": "10001"}, "sum"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_beside_its_column(
    world: World, typed_: dict[str, str], column: str
) -> None:
    case = begun(world)
    with pytest.raises(lacking.NotComplete) as wrong:
        rosters.add(actor=world.act("factory"), at=AT, case_id=case.pk, line_id=uuid4(), typed=typed_)
    assert [one.name for one in wrong.value.wrong] == [column]
    assert not case.lines.exists()


def test_somebody_of_another_union_and_nobody_get_the_same_sentence(world: World) -> None:
    case = begun(world)
    world.act("mill")
    there = number_of(world, "外人")
    world.act("factory")
    ask = listed.finder(case, [there, "000000"])
    assert ask(there) == ask("000000")


def test_whoever_sees_more_unions_lists_members_of_the_one_that_asks_alone(world: World) -> None:
    member(world, "骑手", "couriers", serial=71, called="骑手")
    officer = world.act("luyang")
    case = asking.start(actor=officer, at=AT, code=CODE, for_union=world.unions["factory"])
    rider = {"who": "骑手", "why": "ill", "sum": "5"}
    with pytest.raises(lacking.NotComplete):
        rosters.add(actor=officer, at=AT, case_id=case.pk, line_id=uuid4(), typed=rider)
    rosters.add(actor=officer, at=AT, case_id=case.pk, line_id=uuid4(), typed={**rider, "who": "甲一"})


def test_each_line_of_a_sheet_that_names_nobody_says_so(world: World) -> None:
    case = begun(world)
    rows = [{"who": who, "why": "ill", "sum": "5"} for who in ("查无此人", "也无此人")]
    with pytest.raises(rosters.CellsWrong) as wrong:
        rosters.check(actor=world.act("factory"), at=AT, case_id=case.pk, rows=rows)
    assert [cell.words for cell in wrong.value.cells] == [listed._NOBODY, listed._NOBODY]


def test_two_of_one_name_are_told_apart_by_their_number(world: World) -> None:
    member(world, "同名", "factory", serial=80, called="甲一")
    case = begun(world)
    with pytest.raises(lacking.NotComplete) as wrong:
        rosters.add(
            actor=world.act("factory"), at=AT, case_id=case.pk, line_id=uuid4(),
            typed={"who": "甲一", "why": "ill", "sum": "5"},
        )  # fmt: skip
    assert wrong.value.wrong[0].words == listed._SEVERAL
    assert added(world, case, "甲一").person_id == person(world, "甲一")


def test_nobody_stands_on_two_lines(world: World) -> None:
    case = begun(world)
    added(world, case, "甲一")
    with pytest.raises(lacking.NotComplete):
        added(world, case, "甲一")


def test_no_more_lines_fit_than_the_parameter_says(world: World) -> None:
    case = begun(world)
    for who in ("甲一", "甲二", "甲三"):
        added(world, case, who)
    with pytest.raises(Refusal) as full:
        added(world, case, "甲四")
    assert full.value.code == "list_full"


def test_the_same_form_posted_twice_is_one_line(world: World) -> None:
    case, key = begun(world), uuid4()
    for _time in range(2):
        rosters.add(
            actor=world.act("factory"), at=AT, case_id=case.pk, line_id=key, typed=typed(world, "甲一")
        )
    assert case.lines.count() == 1


def test_an_officer_of_another_union_writes_no_line(world: World) -> None:
    case = begun(world)
    row = typed(world, "甲一")
    for who in ("mill", "couriers"):
        with pytest.raises(NotForYou):
            rosters.add(actor=world.act(who), at=AT, case_id=case.pk, line_id=uuid4(), typed=row)


def test_a_list_without_a_line_is_not_handed_in(world: World) -> None:
    case = begun(world)
    with pytest.raises(lacking.NotComplete) as wrong:
        handing_in.submit(actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4())
    assert [one.name for one in wrong.value.wrong] == ["people"]


def test_after_it_was_handed_in_no_line_changes(world: World) -> None:
    case = handed(world)
    first = line(case, 1)
    for act in (
        lambda: rosters.remove(actor=world.act("factory"), at=AT, case_id=case.pk, line_id=first.pk),
        lambda: rosters.change(
            actor=world.act("factory"),
            at=AT,
            case_id=case.pk,
            line_id=first.pk,
            typed=typed(world, "甲一", "900"),
        ),
        lambda: added(world, case, "甲四"),
    ):
        with pytest.raises(Refusal, match=r"moved on|已"):
            act()
    assert case.lines.count() == 3
