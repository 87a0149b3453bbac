"""After any number of reorganisations both readings of every tree, and what officers see, are what a slow and obvious
model says."""

import threading
import time

import pytest
from django.db import connections

from zhijia.facts import rollups
from zhijia.facts import verify as fact_checks
from zhijia.registry import tree as trees
from zhijia.registry import verify
from zhijia.registry.models import Reorganisation
from zhijia.registry.services.reorganisations import doing
from zhijia.registry.services.reorganisations.plans import Move
from zhijia.registry.tests.playing import FIRST, TOP, Play, play

BROKEN = {
    "UPDATE registry_tree_total SET quantity = quantity + 1 WHERE quantity > 0 AND tree = 'fund'": "is not the sum",
    "UPDATE registry_tree_place SET head_id = 0 WHERE head_id <> union_id": "the head of another branch",
    "DELETE FROM registry_tree_place WHERE tree = 'industry'": "outside its parent's interval",
    "UPDATE registry_tree_place SET tree_right = tree_right + (1::bigint << 40) WHERE tree = 'fund'": "beside it",
}


@pytest.mark.parametrize("seed", [1, 2])
def test_both_readings_and_access_are_what_the_model_says(committed, monkeypatch, seed):
    one = play(seed, 60, 10, monkeypatch)

    assert one.done > 20
    assert one.refused > 5


@pytest.mark.slow
def test_after_thousands_of_reorganisations_everything_is_still_what_the_model_says(committed, monkeypatch):
    one = play(20261121, 3000, 150, monkeypatch)
    rollups.fold(at=one.at)
    one.compare([TOP, 2, 5], [FIRST, one.day], monkeypatch)

    assert verify.trees_are_whole().differences == ()
    assert one.done > 1000


@pytest.mark.parametrize("broken", BROKEN, ids=BROKEN.values())
def test_a_kept_tree_that_is_not_what_the_edges_say_is_found(committed, owner_sql, broken):
    one = Play(3)
    rollups.fold(at=one.at)
    assert verify.trees_are_whole().differences == ()

    owner_sql(broken)

    (said, *_more) = verify.trees_are_whole().differences
    assert BROKEN[broken] in said


def test_a_union_that_moves_while_sums_are_added_up_takes_its_own_along(committed):
    """The move has written its edges when the sums are folded; whichever ends first, the totals are right."""
    one = Play(5)
    plan = Move(union=one.ids[13], parent=one.ids[5], trees=("fund", "industry"))
    planned = one.plan(plan)
    assert planned is not None
    moved, failed = threading.Event(), []

    def fold() -> None:
        moved.wait(20)
        try:
            rollups.fold(at=one.at)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    def follow(*args: object, **named: object) -> None:
        followed(*args, **named)
        moved.set()
        time.sleep(0.5)

    followed, folding = trees.follow, threading.Thread(target=fold)
    folding.start()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(doing.tree, "follow", follow)
        assert doing.do(at=one.at, reorganisation_id=planned.pk).state == Reorganisation.State.DONE
    folding.join()

    assert failed == []
    assert verify.trees_are_whole().differences == ()
    assert fact_checks.rollups_are_the_facts().differences == ()


def test_making_the_trees_anew_changes_nothing_of_a_figure(committed, monkeypatch):
    one = play(4, 20, 10, monkeypatch)
    rollups.fold(at=one.at)
    rollups.rebuild(at=one.at)
    assert verify.trees_are_whole().differences == ()

    trees.rebuild(using="bulk")

    assert verify.trees_are_whole().differences == ()
    one.compare(sorted(one.model.levels), [], monkeypatch)
