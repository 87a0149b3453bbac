"""`zhijia verify` finds a result that is not what its marks come to, a title without its row, an untold entry."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from zhijia.administration.services import terms
from zhijia.appraisals import following, verify
from zhijia.appraisals.models import Assessor, Mark, Run
from zhijia.appraisals.services import naming
from zhijia.appraisals.tests.world import A_DAY, AFTER, Homes
from zhijia.kernel.context import whole
from zhijia.registry.services.reorganisations import moving

BROKEN = (
    ("UPDATE appraisals_entry SET result = 9999", "appraisals_entry", verify.results_are_their_marks, "9999"),
    (
        "UPDATE appraisals_mark SET points = 100 WHERE part = 'visit' AND item = 'rooms'",
        "appraisals_mark",
        verify.results_are_their_marks,
        "its marks come to 6900",
    ),
    (
        "UPDATE registers_row SET source_id = 'x' WHERE source = 'appraisal'",
        "registers_row",
        verify.titles_are_named,
        "its title is not the row it names",
    ),
    (
        "UPDATE appraisals_entry SET scored_at = NULL",
        "appraisals_entry",
        verify.entries_are_the_facts,
        "appraisal.scored should be told 0 times, and is 1",
    ),
)


@pytest.fixture(scope="module")
def named(committed_for_file: None) -> None:
    """An entry that went all the way."""
    with transaction.atomic():
        homes = Homes()
        entry = homes.published(honours="5")
        naming.finish(actor=homes.act("second"), at=AFTER, entry_id=entry.pk, decision="8")


@pytest.mark.parametrize(("statement", "table", "check", "said"), BROKEN)
def test_what_was_changed_is_found(
    named: None, owner_sql: Callable[..., list[Any]], statement: str, table: str, check: Any, said: str
) -> None:
    assert check().differences == ()
    kept = owner_sql(f"SELECT to_jsonb(t) FROM {table} t")
    owner_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner_sql(statement)
    found = check()
    owner_sql(
        f"UPDATE {table} t SET {_back(table)} FROM jsonb_array_elements(%s::jsonb) AS was"
        " WHERE t.id::text = was ->> 'id'",
        [_json([row[0] for row in kept])],
    )
    owner_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert said in found.differences[0]
    assert found.rows_read > 0
    assert check().differences == ()


def _back(table: str) -> str:
    return {
        "appraisals_entry": "result = (was ->> 'result')::int, scored_at = (was ->> 'scored_at')::timestamptz",
        "appraisals_mark": "points = (was ->> 'points')::int",
        "registers_row": "source_id = was ->> 'source_id'",
    }[table]


def _json(rows: list[Any]) -> str:
    return json.dumps(rows)


def test_what_ended_goes_over_a_county_border_and_away_with_its_run_alone(named: None) -> None:
    """As the role that moves and removes: the guards let both pass, and a title that is held keeps its run."""
    run = terms.TERMS["appraisals_run"]
    with whole() as cursor:
        for table in [table for table in moving.placed() if table.startswith("appraisals_")]:
            cursor.execute(f"UPDATE {table} SET county_id = county_id + 100000")
        runs = Run.objects.using("bulk")
        following.over(cursor=cursor, unions=list(runs.values_list("union_id", flat=True)), county=1)
        counties = set(runs.values_list("county_id", flat=True))
        cursor.execute("UPDATE appraisals_run SET state = 'closed', closed_at = %s", [AFTER])
        held = run.over(AFTER + A_DAY).count()
        cursor.execute("UPDATE appraisals_entry SET withdrawn_at = %s, reason = 'x'", [AFTER])
        over = run.over(AFTER + A_DAY)
        gone = over.count()
        over.delete()
        left = Mark.objects.using("bulk").count() + Assessor.objects.using("bulk").count()
        transaction.set_rollback(True, using="bulk")
    assert (counties, held, gone, left) == ({1}, 0, 1, 0)
