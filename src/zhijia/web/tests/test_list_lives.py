"""How the rows of the demo's lists go on: along the ways their definitions allow, with something due in time."""

from datetime import date, timedelta
from random import Random

from zhijia.catalogue import definitions
from zhijia.web.demo import list_lives

TODAY = date(2026, 11, 21)


def test_a_row_goes_the_shortest_way_its_list_allows_and_no_further_than_there_was_time() -> None:
    ways = list_lives._ways(definitions.load().registers["leadership_meeting"])

    assert [[state.code for state in path] for path in ways] == [["carried"], ["done"], ["dropped"]]


def test_every_way_begins_where_rows_begin_and_leads_from_one_state_to_the_next() -> None:
    for register in definitions.load().registers.values():
        for path in list_lives._ways(register):
            here = register.first_state
            for state in path:
                assert not register.state(here).ends, register.code
                assert not state.before or here in state.before, register.code
                here = state.code


def test_what_falls_due_is_moved_to_the_days_asked_for() -> None:
    register = definitions.load().registers["goods_lots"]
    values = {"lot": "QL-1", "best_before": "2030-01-01"}

    moved = list_lives.due_values(
        register, values, list_lives.LATE, day=TODAY, division="340103000000", chance=Random(1)
    )

    first, last = (TODAY + timedelta(days=days) for days in list_lives.LATE)
    assert first <= date.fromisoformat(moved["best_before"]) <= last
    assert {**moved, "best_before": ""} == {**values, "best_before": ""}


def test_a_row_of_which_nothing_falls_due_stays_as_it_was() -> None:
    register = definitions.load().registers["goods_lots"]

    moved = list_lives.due_values(
        register, {"lot": "QL-1"}, list_lives.LATE, day=TODAY, division="", chance=Random(1)
    )

    assert moved == {"lot": "QL-1"}
