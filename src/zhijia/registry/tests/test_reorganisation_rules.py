"""What a plan means and what stands in its way, as tables: no database."""

import pytest

from zhijia.registry.services.reorganisations import words
from zhijia.registry.services.reorganisations.plans import Dissolve, Found, Merge, Move, Plan, Rename, Split
from zhijia.registry.services.reorganisations.rules import (
    NEW,
    TREES,
    Begin,
    End,
    Hand,
    Hang,
    Node,
    Succeed,
    deciding,
    effects,
    objection,
)

NATION, PROVINCE, CITY, EAST, WEST, TOWN, MILL, GONE = range(1, 9)
HANGS = {PROVINCE: NATION, CITY: PROVINCE, EAST: CITY, WEST: CITY, TOWN: EAST, MILL: TOWN, GONE: EAST}
LEVELS = {NATION: 1, PROVINCE: 2, CITY: 3, EAST: 4, WEST: 4, TOWN: 5, MILL: 6, GONE: 6}
PLACES = {CITY: "340100000000", EAST: "340102000000", WEST: "340103000000"}


def path(union: int) -> list[int]:
    above = HANGS.get(union)
    return [*path(above), above] if above else []


def node(union: int) -> Node:
    parents = {tree: HANGS[union] for tree in ("organisation", "fund") if union in HANGS}
    children = [child for child, parent in HANGS.items() if parent == union]
    return Node(
        id=union,
        name=f"union {union}",
        type="50",
        level=LEVELS[union],
        division=PLACES.get(union, "340102000000"),
        ended=union == GONE,
        parents=parents,
        members=union in (MILL, TOWN),
        above={"organisation": path(union), "fund": path(union), "industry": []},
        children={"organisation": children, "fund": children, "industry": []},
        sibling_names=frozenset({"taken"}),
        child_names=frozenset({"taken"}),
    )


STANDING = {union: node(union) for union in LEVELS}
NEW_ONE = {"type": "50", "level": 6, "division": "340102000000"}
OBJECTIONS: list[tuple[Plan, str]] = [
    (Move(union=TOWN, parent=WEST), ""),
    (Move(union=TOWN, parent=MILL), "own_child"),
    (Move(union=TOWN, parent=TOWN), "own_child"),
    (Move(union=TOWN, parent=MILL, trees=("fund",)), "own_child"),
    (Move(union=TOWN, parent=MILL, trees=("industry",)), ""),
    (Move(union=TOWN, parent=EAST), "hangs_there"),
    (Move(union=EAST, parent=TOWN, trees=("industry",)), ""),
    (Move(union=WEST, parent=TOWN), "parent_lower"),
    (Move(union=TOWN, parent=None), "needs_parent"),
    (Move(union=TOWN, parent=None, trees=("fund",)), ""),
    (Move(union=TOWN, parent=WEST, trees=()), "no_tree"),
    (Move(union=TOWN, parent=GONE), "union_ended"),
    (Move(union=99, parent=WEST), "no_such_union"),
    (Merge(unions=(EAST,), into=WEST), ""),
    (Merge(unions=(EAST,), into=WEST, division=True), ""),
    (Merge(unions=(EAST, EAST), into=WEST), "merged_with_itself"),
    (Merge(unions=(EAST,), into=EAST), "merged_with_itself"),
    (Merge(unions=(EAST,), into=TOWN), "own_child"),
    (Merge(unions=(WEST,), into=TOWN), "parent_lower"),
    (Merge(unions=(NATION,), into=WEST), "highest_union"),
    (Merge(unions=(CITY,), into=WEST, division=True), "division_is_higher"),
    (Rename(union=MILL, name="another"), ""),
    (Rename(union=MILL, name="taken"), "name_taken"),
    (Rename(union=MILL, name=f"union {MILL}"), "name_same"),
    (Found(parent=TOWN, name="new", **NEW_ONE), ""),
    (Found(parent=TOWN, name="taken", **NEW_ONE), "name_taken"),
    (Found(parent=MILL, name="new", type="50", level=5, division="340102000000"), "parent_lower"),
    (Split(union=TOWN, name="new", children=(MILL,)), ""),
    (Split(union=TOWN, name="new", employers=(1,)), ""),
    (Split(union=TOWN, name="new"), "splits_nothing"),
    (Split(union=EAST, name="new", children=(MILL,)), "not_under_it"),
    (Split(union=NATION, name="new", children=(PROVINCE,)), "highest_union"),
    (Dissolve(union=MILL, members_to=TOWN), ""),
    (Dissolve(union=MILL), "members_nowhere"),
    (Dissolve(union=MILL, members_to=MILL), "own_child"),
    (Dissolve(union=TOWN, members_to=WEST), "children_nowhere"),
    (Dissolve(union=TOWN, members_to=WEST, children_to=WEST), ""),
    (Dissolve(union=TOWN, members_to=WEST, children_to=MILL), "own_child"),
]


@pytest.mark.parametrize(("plan", "code"), OBJECTIONS)
def test_what_cannot_be_is_said_before_anything_is_done(plan: Plan, code: str) -> None:
    assert objection(plan, STANDING) == code


def test_every_objection_has_its_sentence() -> None:
    assert {code for _plan, code in OBJECTIONS if code} <= words.WHY.keys()


def test_a_merger_hangs_ends_and_then_hands_over_but_moves_no_member() -> None:
    done = effects(Merge(unions=(EAST,), into=WEST, division=True), STANDING)

    assert done == (
        Hang(EAST, "organisation", WEST),
        Hang(EAST, "fund", WEST),
        End(EAST, WEST),
        Hand(EAST, WEST, None, members=False),
        Succeed("340102000000", "340103000000"),
    )


def test_a_split_founds_first_and_then_hands_over() -> None:
    done = effects(Split(union=TOWN, name="new", children=(MILL,), employers=(7,)), STANDING)

    assert done == (
        Begin("new", "50", 5, "340102000000", "", False, EAST),
        Hang(NEW, "organisation", EAST),
        Hang(NEW, "fund", EAST),
        Hang(MILL, "organisation", NEW),
        Hang(MILL, "fund", NEW),
        Hand(TOWN, NEW, (7,)),
    )


def test_a_dissolved_union_keeps_its_place() -> None:
    done = effects(Dissolve(union=TOWN, members_to=WEST, children_to=WEST), STANDING)

    assert {effect.union for effect in done if isinstance(effect, Hang)} == {MILL}
    assert End(TOWN, None) in done
    assert {effect.tree for effect in done if isinstance(effect, Hang)} < set(TREES)


DECIDING: list[tuple[Plan, tuple[int, ...]]] = [
    (Rename(union=MILL, name="x"), (TOWN,)),
    (Rename(union=NATION, name="x"), (NATION,)),
    (Move(union=TOWN, parent=WEST), (EAST, WEST)),
    (Move(union=TOWN, parent=None, trees=("fund",)), (EAST,)),
    (Merge(unions=(EAST,), into=WEST), (CITY,)),
    (Merge(unions=(MILL,), into=WEST), (TOWN, CITY)),
    (Dissolve(union=MILL, members_to=WEST), (TOWN, WEST)),
    (Found(parent=TOWN, name="x", industry_parent=CITY, **NEW_ONE), (TOWN, CITY)),
]


@pytest.mark.parametrize(("plan", "places"), DECIDING)
def test_the_union_straight_above_decides_and_so_does_who_takes_over(
    plan: Plan, places: tuple[int, ...]
) -> None:
    assert deciding(plan, STANDING) == places
