"""By whatever way the register changes (roster, undo, load, merge, reorganisation), what is kept follows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.registry.models import Load, Person
from zhijia.registry.services.loads import indexes, runs
from zhijia.registry.services.reorganisations import moving
from zhijia.registry.services.reorganisations.plans import Dissolve
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.identities import twice
from zhijia.registry.tests.provinces import Here, file_of, loaded, row
from zhijia.registry.tests.reorganisations.plans import done
from zhijia.registry.tests.rosters import applied, content, person, small_world, undone
from zhijia.watches import verify
from zhijia.watches.models import Clue, Kept, State, Touch
from zhijia.watches.services import keeping
from zhijia.watches.tests import world as ours
from zhijia.watches.tests.world import AT

MEMBER = ours.rule("test.member", 'person.membership.status in ["10", "11"] && person.work_status != "04"')
CITY = ours.rule(
    "test.crowded", "union.memberships.exists(m, !has(m.valid_to)) && union.level == 6", subject="union"
)


@pytest.fixture
def watched() -> Iterator[None]:
    with ours.defined(
        {"test.member": MEMBER, "test.crowded": CITY},
        ours.watch("test_member", "test.member"),
        ours.watch("test_crowded", "test.crowded"),
    ):
        yield
    for begun in Load.objects.using("bulk").filter(under_way=True):
        indexes.bring_back(begun, lambda _told: None)


def settled() -> int:
    """What is kept is what the rules say; for how many people one holds."""
    keeping.work(at=AT)
    for code in ("test.member", "test.crowded"):
        assert ours.kept(code) == ours.asked_anew(code)
    assert verify.kept_is_what_the_rules_say().differences == ()
    return len(ours.kept("test.member"))


def test_a_roster_and_its_undo_are_followed(committed: None, watched: None) -> None:
    world = small_world()
    keeping.work(at=AT)
    officer, union = world.actors["factory"], world.unions["factory"]

    roster = applied(officer, union, content([person(serial) for serial in range(1, 4)]))
    came = settled()
    undone(officer, roster, at=AT + timedelta(hours=2))

    assert came == 3
    assert settled() == 0
    assert set(Clue.objects.using("bulk").values_list("state", flat=True)) == {"gone"}


def test_while_an_empty_register_is_filled_nobody_listens_and_everybody_is_asked_afterwards(
    committed: None, watched: None, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(runs, "Team", Here)
    Here.until = -1
    world = small_world()
    keeping.work(at=AT)

    loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 8)]))

    assert not Touch.objects.using("bulk").exists()
    assert set(Kept.objects.using("bulk").values_list("is_due", flat=True)) == {True}
    assert settled() == 7
    Person.objects.using("bulk").filter(pk=Person.objects.using("bulk").first().pk).update(work_status="04")
    assert settled() == 6


def test_a_load_that_was_stopped_and_given_up_is_listened_to_again(
    committed: None, watched: None, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(runs, "Team", Here)
    Here.until = 3
    world = small_world()
    keeping.work(at=AT)
    with pytest.raises(KeyboardInterrupt):
        loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 20)]))
    Here.until = -1
    for begun in Load.objects.using("bulk").filter(under_way=True):
        indexes.bring_back(begun, lambda _told: None)

    ours.person(world.unions["factory"])

    assert Touch.objects.using("bulk").exists()
    settled()


def test_a_load_into_a_register_with_people_is_noted_by_unions(
    committed: None, watched: None, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(runs, "Team", Here)
    Here.until = -1
    world = small_world()
    ours.person(world.unions["mill"])
    keeping.work(at=AT)

    loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 8)]))

    assert settled() == 8


def test_a_merge_of_two_registrations_is_followed(committed: None, watched: None) -> None:
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.appoint(world, "city", "province_officer")
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "again", "mill", serial=3)
    before = settled()
    twice.find()
    twice.merge(world)

    assert before == 2
    assert settled() == 1
    assert ours.kept("test.member") == {twice.person_of(world, "ding")}


def test_a_reorganisation_is_followed_and_clues_stand_where_the_members_are(
    committed: None, watched: None
) -> None:
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.appoint(world, "city", "province_officer")
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "an", "factory", serial=2)
    settled()
    factory, mill = world.unions["factory"], world.unions["mill"]

    done(world, Dissolve(union=factory.pk, members_to=mill.pk))
    with whole():
        at_once = set(
            State.objects.using("bulk").filter(code="test.member").values_list("union_id", flat=True)
        )

    assert at_once == {mill.pk}
    assert settled() == 2
    assert ours.kept("test.crowded") == {mill.pk}
    of_people = Clue.objects.using("bulk").filter(watch="test_member", state="open")
    assert set(of_people.values_list("seat_id", flat=True)) == {mill.pk}


def test_a_union_over_a_county_border_takes_its_states_and_clues_along(
    committed: None, watched: None
) -> None:
    world = small_world()
    ours.person(world.unions["factory"])
    settled()
    shushan = world.unions["shushan"].pk
    assert {"watches_state", "watches_clue"} <= set(moving.placed())
    with whole() as cursor:
        cursor.execute(
            "UPDATE registry_union SET county_id = %s WHERE id = %s", [shushan, world.unions["factory"].pk]
        )
        cursor.execute("UPDATE registry_person SET county_id = %s", [shushan])
    settled()

    assert set(State.objects.using("bulk").values_list("county_id", flat=True)) == {shushan}
    assert set(Clue.objects.using("bulk").values_list("county_id", flat=True)) == {shushan}
