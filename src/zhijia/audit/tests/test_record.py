"""Who may write, read and change the trail."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, ProgrammingError

from zhijia.audit import queries, services
from zhijia.audit.models import Entry
from zhijia.audit.services import Place
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.context import acting

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
OFFICER = Actor(user_id=7, channel="page", request_id="r-7", address="127.0.0.1", device="test")
STRANGER = Actor(user_id=8, channel="page", request_id="r-8")


def write(actor=OFFICER, action="membership.join", subject_id=1, at=AT, **named):
    services.record(actor=actor, at=at, action=action, subject="membership", subject_id=subject_id, **named)


def test_a_line_says_who_did_what_to_what_where_and_why(db):
    person = uuid4()
    with acting(OFFICER):
        write(place=Place(3, 2, person), reason="asked", detail={"fields": ["name"]})
        entry = Entry.objects.get()

    assert (entry.user_id, entry.request_id, entry.address, entry.device) == (7, "r-7", "127.0.0.1", "test")
    assert (entry.action, entry.subject, entry.subject_id) == ("membership.join", "membership", "1")
    assert (entry.union_id, entry.county_id, entry.person_id) == (3, 2, person)
    assert (entry.reason, entry.detail, entry.at) == ("asked", {"fields": ["name"]}, AT)


def test_whoever_may_not_read_a_line_can_still_write_it(db):
    with acting(system("job-1")):
        write(actor=system("job-1"))

        assert not Entry.objects.exists()


def test_an_officer_sees_their_own_lines_and_not_another_officers(db):
    with acting(OFFICER):
        write()

        assert len(queries.entries_for(OFFICER).entries) == 1
    with acting(STRANGER):
        assert queries.entries_for(STRANGER).entries == []


def test_raw_sql_with_no_context_sees_no_line(committed):
    write()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry")
        assert cursor.fetchone() == (0,)
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("alias", ["default", "bulk", "sealer"])
@pytest.mark.parametrize("table", ["audit_entry", "audit_block", "audit_seal", "audit_era"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
def test_no_role_takes_lines_away(committed, alias, table, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), connections[alias].cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("alias", ["default", "bulk", "sealer"])
def test_no_role_changes_a_line(committed, alias):
    with pytest.raises(ProgrammingError, match="permission denied"), connections[alias].cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'other'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'other'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "SELECT set_config('zhijia.retention', 'on', false); UPDATE audit_entry SET reason = 'other'",
    ],
)
def test_even_the_owner_is_refused(committed, owner_sql, statement):
    write()

    with pytest.raises(Exception, match="its rows are only added"):
        owner_sql(statement)


def test_retention_deletes_as_the_owner_who_says_so(committed, owner_sql):
    write()

    owner_sql("SELECT set_config('zhijia.retention', 'on', false)")
    owner_sql("DELETE FROM audit_entry")

    assert owner_sql("SELECT count(*) FROM audit_entry") == [(0,)]


def test_a_writer_cannot_choose_the_place_of_a_line(committed, owner_sql):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (transaction, at, action, subject, subject_id, channel, request_id,"
            " address, device, reason, detail) VALUES (1, now(), 'a', 's', '', 'page', '', '', '', '', '{}')"
        )

    ((place,),) = owner_sql("SELECT transaction FROM audit_entry")
    assert place > 1


def test_a_line_is_lost_with_the_transaction_that_did_not_happen_and_a_refusal_is_not(committed, owner_sql):
    def write_and_fail():
        with transaction.atomic(), connection.cursor() as cursor:
            write()
            cursor.execute("SELECT 1/0")

    with pytest.raises(DatabaseError):
        write_and_fail()
    services.refused(actor=OFFICER, at=AT, what="not_found", where="registry:person", named="a\x00b" * 60)

    assert owner_sql("SELECT action, subject, length(subject_id), detail->>'code' FROM audit_entry") == [
        ("refused", "registry:person", 60, "not_found")
    ]


def test_pages_go_on_after_the_last_line_and_miss_none(db):
    with acting(OFFICER):
        for number in range(7):
            write(subject_id=number)
        seen, after = [], None
        while True:
            page = queries.entries_for(OFFICER, after=after, rows=3)
            seen += [entry.subject_id for entry in page.entries]
            after = page.after
            if after is None:
                break

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_filters_narrow_by_action_person_and_time(db):
    person = uuid4()
    with acting(OFFICER):
        write()
        write(action="vault.reveal", place=Place(person_id=person))
        write(action="vault.reveal", at=AT + timedelta(days=1))
        by_action = queries.entries_for(OFFICER, queries.Filters(action="vault.reveal"))
        by_person = queries.entries_for(OFFICER, queries.Filters(person_id=person))
        by_time = queries.entries_for(OFFICER, queries.Filters(since=AT, until=AT + timedelta(days=1)))

    assert [len(page.entries) for page in (by_action, by_person, by_time)] == [2, 1, 2]


def test_a_member_reads_who_looked_at_them_but_not_their_own_looks_nor_mere_writes(db):
    person = uuid4()
    with acting(OFFICER):
        write(action="person.look", place=Place(person_id=person))
        write(action="membership.join", place=Place(person_id=person))
        write(action="person.look", place=Place(person_id=uuid4()))
        looks = queries.looks_at(Actor(user_id=9, channel="page", request_id=""), person)
        own = queries.looks_at(OFFICER, person)

    assert [entry.action for entry in looks.entries] == ["person.look"]
    assert own.entries == []


def test_a_sample_takes_from_every_action_and_can_be_drawn_again(db):
    day = {"since": AT, "until": AT + timedelta(days=1)}
    with acting(OFFICER):
        for number in range(20):
            write(subject_id=number)
        write(action="vault.reveal")
        first = queries.sample(OFFICER, **day, each=3, seed="a")
        again = queries.sample(OFFICER, **day, each=3, seed="a")
        other = queries.sample(OFFICER, **day, each=3, seed="b")

    assert [(one.entry.action, one.of) for one in first] == [("membership.join", 20)] * 3 + [
        ("vault.reveal", 1)
    ]
    assert first == again
    assert {one.entry.pk for one in first} != {one.entry.pk for one in other}
