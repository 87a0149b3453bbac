"""`zhijia verify` finds a counted poll that is no longer what was counted, and names it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from zhijia.questionnaires import verify
from zhijia.questionnaires.tests.world import hall

VOTED, ON_ROLL = 5, 6
BROKEN = (
    (
        "UPDATE questionnaires_strip SET said = 'against' WHERE poll_id = {poll} AND item = '1'",
        "the ballots are not those whose digest was published",
    ),
    (
        "DELETE FROM questionnaires_strip WHERE poll_id = {poll} AND item = '2'",
        "the ballots are not those whose digest was published",
    ),
    (
        "INSERT INTO questionnaires_strip (id, poll_id, question, item, said, open)"
        " VALUES (gen_random_uuid(), {poll}, 'director', '1', 'for', false)",
        "the ballots do not add up to the result",
    ),
    (
        "UPDATE questionnaires_poll SET result = jsonb_set(result, '{{lines,0,3}}', '4') WHERE id = {poll}",
        "the ballots do not add up to the result",
    ),
    (
        "DELETE FROM questionnaires_receipt"
        " WHERE code = (SELECT max(code) FROM questionnaires_receipt WHERE poll_id = {poll})",
        "4 receipts, 5 marked on the roll",
    ),
    (
        "UPDATE questionnaires_voter SET way = 'here' WHERE poll_id = {poll}",
        "5 receipts, 6 marked on the roll",
    ),
)


@pytest.fixture(scope="module")
def polls(committed_for_file: None) -> list[int]:
    """A counted poll for each way of breaking one."""
    with transaction.atomic():
        made = hall(ON_ROLL)
        counted = []
        for _way in BROKEN:
            poll = made.poll("worker_director_election", seats=1, stand=2)
            for place in range(VOTED):
                made.say(place, poll, {"director.1": ["for"]})
            counted.append(made.count(poll).pk)
    return counted


@pytest.mark.parametrize("way", range(len(BROKEN)))
def test_a_counted_poll_that_was_changed_is_named_and_it_alone(
    polls: list[int], owner_sql: Callable[..., list[Any]], way: int
) -> None:
    statement, said = BROKEN[way]
    before = verify.counted_ballots_are_the_result()
    table = (re.search(r"questionnaires_\w+", statement) or [""])[0]

    for does in (
        "DISABLE",
        "ENABLE",
    ):  # what nobody else can do: the tables' owner, past what stands in the way
        owner_sql(f"ALTER TABLE {table} {does} TRIGGER USER")
        if does == "DISABLE":
            owner_sql(statement.format(poll=polls[way]))

    found = verify.counted_ballots_are_the_result()
    assert [line for line in found.differences if line not in before.differences] == [
        f"poll {polls[way]}: {said}"
    ]
    assert not [line for line in before.differences if line.startswith(f"poll {polls[way]}:")]
    assert before.rows_read >= len(BROKEN) * VOTED
