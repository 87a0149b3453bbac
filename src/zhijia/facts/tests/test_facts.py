"""Facts are told once, only added to, seen by right, and their roll-ups are their sum at every moment."""

import io
import json
import threading
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.facts import queries, rollups, services, verify
from zhijia.facts.services import NewFact
from zhijia.kernel import checks
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
OFFICER = Actor(user_id=7, channel="page", request_id="r")


def joined(record_id=None, *, union=11, county=1, day=date(2026, 3, 5), **named):
    return NewFact(
        kind="member.joined",
        union_id=union,
        county_id=county,
        day=day,
        record="membership",
        record_id=record_id or uuid4(),
        **named,
    )


def left(record_id=None, **named):
    fact = joined(record_id, **named)
    return NewFact(**{**{name: getattr(fact, name) for name in fact.__slots__}, "kind": "member.left"})


@pytest.fixture
def county_officer(owner_sql):
    """Until the fixture ends, the row policies see somebody with county 1."""
    ((before,),) = owner_sql("SELECT pg_get_functiondef('access_counties()'::regprocedure)")
    owner_sql(
        "CREATE OR REPLACE FUNCTION access_counties() RETURNS int[] LANGUAGE sql STABLE AS"
        " $$ SELECT CASE WHEN access_user() = 7 THEN '{1}'::int[] ELSE '{}'::int[] END $$"
    )
    yield OFFICER
    owner_sql(before)


def plain_sums(owner_sql, by):
    return dict(owner_sql(f"SELECT {by}, sum(quantity)::bigint FROM facts_fact GROUP BY 1 ORDER BY 1"))


def test_a_fact_keeps_what_it_was_told(committed, owner_sql):
    person, record = uuid4(), uuid4()
    services.record(
        [joined(record, person_id=person, amount=250, dimensions={"group": "01", "channel": "qr"})], run_id=5
    )

    assert owner_sql("SELECT kind, union_id, county_id, day, month, quantity, amount FROM facts_fact") == [
        ("member.joined", 11, 1, date(2026, 3, 5), 202603, 1, 250)
    ]
    assert owner_sql(
        "SELECT person_id, dimensions, class, record, record_id, turn, run_id FROM facts_fact"
    ) == [(person, {"group": "01", "channel": "qr"}, "own", "membership", str(record), 0, "5")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "member.danced"}, "no kind of fact member.danced"),
        ({"record": "case"}, "opens to a membership"),
        ({"dimensions": {"mood": "good"}}, "no dimension mood"),
    ],
)
def test_a_fact_that_does_not_fit_its_kind_is_refused(db, changes, words):
    fact = joined()
    wrong = NewFact(**{**{name: getattr(fact, name) for name in fact.__slots__}, **changes})

    with pytest.raises(services.UnknownFact, match=words):
        services.record([wrong])


def test_facts_written_together_keep_their_own_dimensions(committed, owner_sql):
    ways = [True, 1, "1", "qr", "qr"]

    services.record([joined(str(number), dimensions={"channel": way}) for number, way in enumerate(ways)])

    assert owner_sql("SELECT (dimensions->'channel')::text FROM facts_fact ORDER BY record_id") == [
        (json.dumps(way),) for way in ways
    ]


def test_the_same_fact_is_told_once(committed):
    record = uuid4()
    services.record([joined(record)])

    with pytest.raises(IntegrityError), transaction.atomic():
        services.record([joined(record)])

    assert queries.total("member.joined") == 1


def test_a_run_as_bulk_tells_facts_once_too(committed):
    facts = [joined() for _ in range(3)]

    assert services.record_many(iter(facts), run_id="r") == 3
    with pytest.raises(IntegrityError), transaction.atomic(using="bulk"):
        services.record_many(iter([joined(), facts[0]]))
    assert queries.total("member.joined") == 3


def test_what_was_taken_back_counts_nothing_and_is_taken_back_once(committed, owner_sql):
    record = uuid4()
    services.record([joined(record, amount=100), joined()])

    first = services.reverse(record="membership", record_ids=[record])
    again = services.reverse(record="membership", record_ids=[record])

    assert (first, again) == (1, 0)
    assert queries.total("member.joined") == 1
    assert queries.total("member.joined", measure="amount") == 0
    assert owner_sql("SELECT count(*) FROM facts_fact") == [(3,)]


def test_only_the_named_kinds_are_taken_back(committed):
    record = uuid4()
    services.record([joined(record), left(record)])

    services.reverse(record="membership", record_ids=[record], kinds=["member.left"])

    assert (queries.total("member.joined"), queries.total("member.left")) == (1, 0)


def test_what_a_run_took_back_is_told_again_once_when_the_run_is_undone(committed, owner_sql):
    record, other = uuid4(), uuid4()
    services.record([joined(record), left(record), joined(other)])
    services.reverse(record="membership", record_ids=[record], run_id="merge-1")
    services.reverse(record="membership", record_ids=[other], run_id="merge-2")
    telling = f"SELECT facts_tell_again('membership', '{{{record},{other}}}', 'merge-1')"

    first, again = owner_sql(telling), owner_sql(telling)

    assert (first, again) == ([(2,)], [(0,)])
    assert (queries.total("member.joined"), queries.total("member.left")) == (1, 1)
    assert verify.facts_are_told_once().differences == ()


@pytest.mark.parametrize(("user", "taken"), [(7, 1), (8, 0), (None, 0)])
def test_the_application_takes_back_what_its_user_may_see_and_nothing_else(
    committed, county_officer, user, taken
):
    near, far = uuid4(), uuid4()
    services.record([joined(near), joined(far, county=2)])

    with acting(Actor(user, "page", "r")):
        back = services.reverse(record="membership", record_ids=[near, far], using="default")
        with connection.cursor() as cursor:
            cursor.execute("SELECT facts_tell_again('membership', %s, '')", [[str(far)]])
            assert cursor.fetchone() == (0,)

    assert back == taken
    assert queries.total("member.joined") == 2 - taken


def test_the_same_thing_after_a_reversal_is_told_as_another_turn(committed):
    record = uuid4()
    services.record([joined(record)])
    services.reverse(record="membership", record_ids=[record])
    services.record([joined(record, turn=1)])

    assert queries.total("member.joined") == 1
    assert verify.facts_are_told_once().differences == ()


def test_raw_sql_with_no_context_sees_no_fact(committed):
    services.record([joined()])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facts_fact")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("alias", ["default", "bulk", "sealer"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts_fact SET quantity = 9",
        "DELETE FROM facts_fact",
        "TRUNCATE facts_fact",
        "UPDATE facts_fact_2026 SET quantity = 9",
        "DELETE FROM facts_fact_2026",
        "SELECT * FROM facts_fact_2026",
        "SELECT * FROM facts_fact_rest",
        "INSERT INTO facts_delta (kind, union_id, county_id, month, quantity, amount, facts)"
        " VALUES ('member.joined', 1, 1, 202603, 1, 0, 1)",
    ],
)
def test_facts_are_reached_and_added_to_only_through_the_whole_table(committed, alias, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), connections[alias].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE facts_fact SET quantity = 9", "TRUNCATE facts_fact"])
def test_even_the_owner_edits_no_fact(committed, owner_sql, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="its rows are only added"):
        owner_sql(statement)


@pytest.mark.parametrize("statement", ["UPDATE {} SET quantity = 9", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["facts_union_month", "facts_county_month", "facts_county_total"])
def test_the_app_role_does_not_touch_the_rollups(committed, statement, table):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_every_partition_is_shut(committed, owner_sql):
    open_ones = owner_sql(
        "SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid"
        " WHERE inhparent = 'facts_fact'::regclass AND (NOT relrowsecurity OR NOT relforcerowsecurity"
        "  OR has_table_privilege('zhijia_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE'))"
    )
    many = owner_sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'facts_fact'::regclass")

    assert open_ones == []
    assert many == [(22,)]


def test_days_before_and_after_the_years_have_a_place(committed):
    services.record([joined(day=date(1949, 10, 1)), joined(day=date(2050, 1, 1))])

    assert queries.by_month("member.joined") == {194910: 1, 205001: 1}


def test_a_figure_opens_to_its_facts_for_its_county_and_not_for_another(committed, county_officer):
    services.record([joined() for _ in range(5)] + [joined(county=2, union=21)])
    stranger = Actor(user_id=8, channel="page", request_id="s")

    seen, after = [], None
    with acting(county_officer):
        while True:
            page = queries.records_of(county_officer, "member.joined", counties=[1], after=after, rows=2)
            seen += [fact.pk for fact in page.facts]
            after = page.after
            if after is None:
                break
        other_county = queries.records_of(county_officer, "member.joined", counties=[2])
    with acting(stranger):
        as_stranger = queries.records_of(stranger, "member.joined", counties=[1])

    assert len(seen) == len(set(seen)) == 5 == queries.total("member.joined", counties=[1])
    assert other_county.facts == []
    assert as_stranger.facts == []


def test_a_reversal_is_whole_though_its_writer_may_not_see_the_fact(committed):
    record = uuid4()
    services.record([joined(record)])

    with acting(Actor(user_id=8, channel="page", request_id="s")):
        assert services.reverse(record="membership", record_ids=[record]) == 1


FIGURES = [
    ("counties", [1], 2),
    ("counties", [1, 2], 3),
    ("counties", [], 0),
    ("unions", [21], 1),
    ("unions", [11, 12], 2),
]


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize(("by", "places", "members"), FIGURES)
def test_a_figure_is_the_same_before_and_after_folding(committed, folded, by, places, members):
    gone = uuid4()
    services.record([joined(), joined(union=12), joined(gone), joined(county=2, union=21)])
    services.record([left(gone, day=date(2026, 4, 1))])
    if folded:
        rollups.fold(at=AT)

    kinds = {"member.joined": 1, "member.left": -1}

    assert queries.total(kinds, **{by: places}) == members
    assert queries.total("member.joined", until=202602, **{by: places}) == 0
    assert sum(queries.by_month(kinds, **{by: places}).values()) == members


def test_a_stock_is_carried_from_month_to_month(committed):
    services.record(
        [joined(day=date(2025, 11, 3)), joined(day=date(2026, 1, 31)), left(day=date(2026, 2, 1))]
    )

    kinds = {"member.joined": 1, "member.left": -1}

    assert queries.series(kinds, since=202512, until=202603) == [
        (202512, 1),
        (202601, 2),
        (202602, 1),
        (202603, 1),
    ]
    assert queries.by_county("member.joined") == {1: 2}
    assert queries.by_union("member.joined", unions=[11, 12], since=202601) == {11: 1}


def test_the_rollups_tell_their_age(committed):
    services.record([joined()])
    before = queries.age()
    rollups.fold(at=AT)

    assert (before.folded_at, before.waiting) == (None, 1)
    assert queries.age() == queries.Age(AT, 0)


def test_many_facts_of_one_place_leave_one_delta(committed, owner_sql):
    services.record_many(joined() for _ in range(500))

    assert owner_sql("SELECT quantity, facts FROM facts_delta") == [(500, 500)]


DAYS = st.dates(date(2024, 12, 1), date(2025, 2, 28))
STEP = st.one_of(
    st.tuples(
        st.just("record"),
        st.lists(st.tuples(st.integers(1, 3), DAYS, st.integers(-3, 9)), min_size=1, max_size=6),
    ),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.tuples(st.just("fold"), st.integers(1, 3)),
    st.tuples(st.just("rebuild"), st.none()),
)


@given(st.lists(STEP, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_told_taken_back_and_folded_the_rollup_is_the_plain_sum(committed, owner_sql, steps):
    told, start = [], queries.by_month("member.joined")
    expected = dict(start)
    for what, value in steps:
        if what == "record":
            facts = [joined(union=union, county=union, day=day, quantity=many) for union, day, many in value]
            services.record(facts)
            told += facts
            for fact in facts:
                month = fact.day.year * 100 + fact.day.month
                expected[month] = expected.get(month, 0) + fact.quantity
        elif what == "reverse" and told:
            fact = told[value % len(told)]
            month = fact.day.year * 100 + fact.day.month
            expected[month] -= fact.quantity * services.reverse(
                record="membership", record_ids=[fact.record_id]
            )
        elif what == "fold":
            rollups.fold(at=AT, batch=value)
        elif what == "rebuild":
            rollups.rebuild(at=AT)

    assert queries.by_month("member.joined") == expected == plain_sums(owner_sql, "month")
    assert queries.by_county("member.joined") == plain_sums(owner_sql, "county_id")
    assert verify.rollups_are_the_facts().differences == ()


def test_folding_and_reading_while_others_write_loses_and_doubles_nothing(committed):
    writers, each = 4, 25
    seen, stop = [], threading.Event()

    def write():
        for _ in range(each):
            services.record([joined(), joined(union=12)])
        connections.close_all()

    def keep(work):
        while not stop.is_set():
            work()
        connections.close_all()

    helpers = [
        threading.Thread(target=keep, args=[lambda: rollups.fold(at=AT, batch=3)]),
        threading.Thread(target=keep, args=[lambda: rollups.fold(at=AT)]),
        threading.Thread(target=keep, args=[lambda: seen.append(queries.total("member.joined"))]),
    ]
    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in [*threads, *helpers]:
        thread.start()
    for thread in threads:
        thread.join(60)
    stop.set()
    for thread in helpers:
        thread.join(60)

    assert seen == sorted(seen)
    assert queries.total("member.joined") == writers * each * 2
    checked = verify.rollups_are_the_facts()
    assert (checked.rows_read, checked.differences) == (writers * each * 2, ())


@pytest.mark.parametrize("place", [{"unions": [11]}, {"counties": [1]}, {}], ids=["union", "county", "all"])
@pytest.mark.parametrize("folded", [False, True])
def test_a_stock_is_all_up_to_the_end_of_a_day(committed, place, folded):
    services.record(
        [
            joined(day=day)
            for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 5), date(2026, 3, 6))
        ]
        + [left(day=date(2026, 3, 6)), joined(day=date(2026, 4, 1))]
    )
    if folded:
        rollups.fold(at=AT)
    counted = {"member.joined": 1, "member.left": -1}

    stocks = [
        queries.stock(counted, day=day, **place)
        for day in (date(2025, 12, 31), date(2026, 1, 31), date(2026, 3, 5), date(2026, 3, 6))
    ]

    assert stocks == [1, 2, 3, 3]
    assert queries.total(counted, **place) == 4 == queries.stock(counted, day=date(2026, 4, 1), **place)


def test_the_totals_are_the_sums_of_the_months_folded_or_rebuilt(committed, owner_sql):
    services.record([joined(day=date(2026, month, 5)) for month in (1, 2, 3)])
    rollups.fold(at=AT)
    services.record([joined(union=12, county=2)])
    rollups.fold(at=AT)
    kept = "SELECT union_id, quantity FROM facts_union_total ORDER BY 1"
    folded = owner_sql(kept)

    rollups.rebuild(at=AT)

    assert folded == owner_sql(kept) == [(11, 3), (12, 1)]
    assert verify.rollups_are_the_facts().differences == ()


def test_verify_reads_everything_and_finds_one_wrong_rollup_of_a_place_outside_every_scope(committed):
    services.record([joined() for _ in range(3)])
    rollups.fold(at=AT)
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts_union_month (kind, union_id, month, quantity, amount, facts)"
            " VALUES ('member.joined', 999999, 202603, 1, 0, 1)"
        )

    checked = verify.rollups_are_the_facts()

    assert checked.rows_read == 3
    assert checked.differences == (
        "member.joined of union 999999 in 202603: the facts are 0 (0 fen), the roll-up says 1 (0 fen).",
        "member.joined of union 999999: the total is not the sum of its months.",
    )


def test_verify_finds_what_was_told_on_two_days_or_taken_back_wrongly(committed, owner_sql):
    record = uuid4()
    services.record([joined(record), joined(record, day=date(2026, 3, 6))])
    owner_sql(
        "INSERT INTO facts_fact (kind, union_id, county_id, day, quantity, amount, dimensions, class, record,"
        " record_id, reverses)"
        " VALUES ('member.joined', 11, 1, '2026-03-05', -2, 0, '{}', 'own', 'membership', 'other', 1)"
    )

    checked = verify.facts_are_told_once()

    assert checked.rows_read == 3
    assert len(checked.differences) == 2
    assert checked.differences[1] == f"The record {record} tells member.joined 2 times."


def test_the_verify_command_prints_the_rows_it_read_and_fails_on_a_difference(committed, monkeypatch):
    services.record([joined()])
    monkeypatch.setattr(checks, "announced", lambda: {"facts.rollups": verify.rollups_are_the_facts})
    out = io.StringIO()
    call_command("verify", "--json", stdout=out)
    good = json.loads(out.getvalue().splitlines()[-1])
    with connections["bulk"].cursor() as cursor:
        cursor.execute("INSERT INTO facts_county_month VALUES ('member.joined', 5, 202603, 1, 0, 1)")

    out, errors = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match=r"facts\.rollups"):
        call_command("verify", "--json", stdout=out, stderr=errors)

    bad = json.loads(out.getvalue().splitlines()[-1])
    assert {"check": "facts.rollups", "rows_read": 1, "differences": []} in good["checks"]
    assert (good["ok"], bad["ok"]) == (True, False)
    assert "county 5 in 202603" in errors.getvalue()
