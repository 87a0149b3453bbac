"""Rules kept live: what is noted, what a run asks about, and what happens when it is stopped or runs twice."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections, transaction

from zhijia.audit.models import Entry
from zhijia.catalogue import definitions
from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.registry.models import Membership, Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import World
from zhijia.rules import judging
from zhijia.rules.schema import declared
from zhijia.watches import hearing, plans, verify
from zhijia.watches.models import Clue, Heard, Kept, State, Touch
from zhijia.watches.services import keeping, refreshing
from zhijia.watches.tests import world as ours
from zhijia.watches.tests.world import AT, TODAY

RETIRED = ours.rule("test.retired", 'person.work_status == "04" && person.membership.status in ["10", "11"]')
WATCH = ours.watch("test_retired", "test.retired")
OVERDUE = ours.rule(
    "test.overdue",
    'union.posts.exists(p, p.kind == "01" && !has(p.ended_on) && p.term_to < today)',
    subject="union",
)
OVERDUE_WATCH = ours.watch("test_overdue", "test.overdue")
OLD = ours.rule("test.old", 'person.employer.staff_count >= param("quality.retired_men")')
OLD_WATCH = ours.watch("test_old", "test.old")


@pytest.fixture
def world(committed: None) -> World:
    with transaction.atomic():
        return worlds.build()


@pytest.fixture
def retired(world: World) -> Iterator[list[Person]]:
    """Three people, the first of them retired; the rule is kept."""
    people = [ours.person(world.unions["factory"], work_status=status) for status in ("04", "01", "01")]
    with ours.defined({"test.retired": RETIRED}, WATCH):
        keeping.work(at=AT)
        yield people


def bulk(model: Any) -> Any:
    return model.objects.using("bulk")


def test_after_the_first_run_those_it_holds_for_are_kept_and_each_has_a_clue(retired: list[Person]) -> None:
    assert ours.kept("test.retired") == {retired[0].pk} == ours.asked_anew("test.retired")
    assert list(bulk(Clue).values_list("person_id", "state")) == [(retired[0].pk, "open")]
    assert not bulk(Kept).get().is_due


def test_a_change_of_one_field_is_noted_once_and_asks_about_one_person(retired: list[Person]) -> None:
    bulk(Person).filter(pk=retired[1].pk).update(work_status="04")
    bulk(Person).filter(pk=retired[2].pk).update(occupation="fitter", changed_at=AT)
    noted = list(bulk(Touch).values_list("heard", "link", "value", "changed"))

    done = keeping.work(at=AT)

    assert noted == [("registry_person", "id", str(retired[1].pk), ["work_status"])]
    assert (done["test.retired"].asked, done["test.retired"].come, done["test.retired"].raised) == (1, 1, 1)
    assert ours.kept("test.retired") == {retired[0].pk, retired[1].pk}


def test_what_no_rule_looks_at_is_not_noted(retired: list[Person], world: World) -> None:
    ours.post(world.unions["factory"], "01", TODAY)
    bulk(Person).update(name="改名")

    assert not bulk(Touch).exists()


def test_nothing_is_done_when_nothing_happened(retired: list[Person]) -> None:
    assert keeping.work(at=AT) == {}


def test_a_change_that_is_rolled_back_leaves_no_touch(retired: list[Person]) -> None:
    with transaction.atomic(using="bulk"):
        bulk(Person).update(work_status="04")
        transaction.set_rollback(True, using="bulk")

    assert not bulk(Touch).exists()


def test_an_officer_under_row_policies_leaves_touches_too_and_reads_none(
    retired: list[Person], world: World
) -> None:
    with transaction.atomic():
        world.act("factory")
        Person.objects.filter(pk=retired[1].pk).update(work_status="04")
        read = Touch.objects.count()

    assert read == 0
    assert bulk(Touch).count() == 1


def test_many_rows_at_once_are_noted_by_their_union_and_asked_about_in_steps(
    retired: list[Person], world: World
) -> None:
    with patch.object(hearing, "WIDE_FROM", 2), patch.object(keeping, "MOST", 2):
        keeping.sync(at=AT)
        bulk(Person).update(work_status="04")
        noted = list(bulk(Touch).values_list("link", "value", "wide"))
        done = keeping.work(at=AT)

    assert noted == [("union_id", str(world.unions["factory"].pk), True)]
    assert done["test.retired"].asked == 3
    assert ours.kept("test.retired") == {person.pk for person in retired}
    assert not bulk(Touch).exists()


def test_who_is_no_member_any_more_is_let_go_and_the_clue_goes_by_itself(retired: list[Person]) -> None:
    bulk(Membership).filter(person_id=retired[0].pk).update(status="40", valid_to=TODAY)

    keeping.work(at=AT)

    assert ours.kept("test.retired") == set()
    assert bulk(Clue).get().state == Clue.State.GONE


def test_a_day_that_passes_asks_rules_that_look_at_the_day_and_no_others(world: World) -> None:
    ours.person(world.unions["factory"], work_status="04")
    ours.post(world.unions["factory"], "01", TODAY + timedelta(days=1))
    rules = {"test.retired": RETIRED, "test.overdue": OVERDUE}
    with ours.defined(rules, WATCH, OVERDUE_WATCH):
        keeping.work(at=AT)
        next_day = keeping.work(at=AT + timedelta(days=1))
        in_time = ours.kept("test.overdue")
        keeping.work(at=AT + timedelta(days=2))

        assert set(next_day) == {"test.overdue"}
        assert in_time == set()
        assert ours.kept("test.overdue") == {world.unions["factory"].pk}


def test_a_number_that_changes_asks_everybody_anew(world: World) -> None:
    parameter = definitions.load().parameters["quality.retired_men"]
    lower = parameter.model_copy(update={"values": (parameter.values[0].model_copy(update={"value": 10}),)})
    employer = ours.employer(staff=30)
    worker = ours.person(world.unions["factory"], employer_id=employer.pk)
    with ours.defined({"test.old": OLD}, OLD_WATCH):
        keeping.work(at=AT)
        before = ours.kept("test.old")
    changed = {**definitions.load().parameters, "quality.retired_men": lower}
    with ours.defined({"test.old": OLD}, OLD_WATCH, parameters=changed):
        keeping.work(at=AT)

    assert before == set()
    assert ours.kept("test.old") == {worker.pk}


def test_an_employer_touches_its_people(world: World) -> None:
    employer = ours.employer(staff=30)
    worker = ours.person(world.unions["factory"], employer_id=employer.pk)
    ours.person(world.unions["factory"])
    with ours.defined({"test.old": OLD}, OLD_WATCH):
        keeping.work(at=AT)
        employer.staff_count = 100
        employer.save(using="bulk")
        done = keeping.work(at=AT)

        assert done["test.old"].asked == 1
        assert ours.kept("test.old") == {worker.pk}


def test_a_rule_nobody_watches_any_more_is_let_go_with_its_clues(retired: list[Person]) -> None:
    with ours.defined({"test.old": OLD}, OLD_WATCH):
        keeping.work(at=AT)

    assert set(bulk(Kept).values_list("code", flat=True)) == {"test.old"}
    assert not bulk(State).exists()
    assert bulk(Clue).get().state == Clue.State.GONE
    (line,) = bulk(Entry).filter(action="clue.drop")
    assert (line.subject_id, line.detail) == ("test_retired", {"clues": 1})
    assert "registry_membership" not in set(bulk(Heard).values_list("heard", flat=True))


def test_a_new_version_asks_everybody_and_the_clue_names_the_version_it_was_raised_by(
    retired: list[Person],
) -> None:
    newer = RETIRED.model_copy(update={"version": 2, "text": 'person.work_status in ["01", "04"]'})
    with ours.defined({"test.retired": newer}, WATCH):
        keeping.work(at=AT)

    assert ours.kept("test.retired") == {person.pk for person in retired}
    assert sorted(bulk(Clue).values_list("version", flat=True)) == [1, 2, 2]


@pytest.mark.parametrize(("field", "is_another"), [("work_status", True), ("occupation", False)])
def test_a_field_that_is_declared_otherwise_makes_another_signature(
    world: World, field: str, is_another: bool
) -> None:
    fields: Any = declared.entity("person").fields
    other = replace(fields[field], sql=f"nullif({fields[field].sql}, '')")
    afresh = patch.object(judging, "_checked", judging._checked.__wrapped__)
    with ours.defined({"test.retired": RETIRED}, WATCH), afresh:
        before = plans.in_force_on(TODAY).kept["test.retired"].signature
        with patch.dict(fields, {field: other}):
            after = plans.in_force_on(TODAY).kept["test.retired"].signature

    assert (before != after) is is_another


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_a_whole_run_that_is_stopped_goes_on_where_it_was(world: World, steps: int) -> None:
    people = {ours.person(world.unions["factory"], work_status="04").pk for _number in range(5)}
    left = iter([True] * steps)
    with ours.defined({"test.retired": RETIRED}, WATCH), patch.object(keeping, "MOST", 2):
        keeping.work(at=AT, more=lambda: next(left, False))
        half = ours.kept("test.retired")
        keeping.work(at=AT)

        assert len(half) <= 2 * steps
        assert ours.kept("test.retired") == people
        assert bulk(Clue).count() == 5


def test_a_run_killed_in_the_middle_of_a_step_leaves_the_touch_and_nothing_half_done(
    retired: list[Person],
) -> None:
    bulk(Person).filter(pk=retired[1].pk).update(work_status="04")

    with patch.object(refreshing, "_clues", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        keeping.work(at=AT)
    after_the_kill = (bulk(Touch).count(), ours.kept("test.retired"))
    keeping.work(at=AT)

    assert after_the_kill == (1, {retired[0].pk})
    assert ours.kept("test.retired") == {retired[0].pk, retired[1].pk}


def test_two_runs_at_once_raise_each_clue_once(world: World) -> None:
    people = {ours.person(world.unions["factory"], work_status="04").pk for _number in range(12)}
    failed: list[BaseException] = []

    def run() -> None:
        try:
            keeping.work(at=AT)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    with ours.defined({"test.retired": RETIRED}, WATCH), patch.object(keeping, "MOST", 2):
        threads = [threading.Thread(target=run) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failed == []
    assert ours.kept("test.retired") == people
    assert set(bulk(Clue).values_list("person_id", flat=True)) == people
    assert bulk(Clue).count() == 12


def test_a_whole_run_waits_for_whoever_wrote_before_it_was_listened(world: World) -> None:
    late = ours.person(world.unions["factory"])
    with ours.defined({"test.retired": RETIRED}, WATCH):
        with transaction.atomic(using="owner"), connections["owner"].cursor() as writer:
            writer.execute("UPDATE registry_person SET work_status = '04' WHERE id = %s", [late.pk])
            keeping.work(at=AT)
            waited = bulk(Kept).get().is_due
        keeping.work(at=AT)

        assert waited
        assert ours.kept("test.retired") == {late.pk}


def test_verify_finds_who_is_kept_wrongly(retired: list[Person]) -> None:
    whole_and_sound = verify.kept_is_what_the_rules_say()
    bulk(State).create(code="test.retired", person_id=retired[2].pk, since=TODAY)
    bulk(State).filter(person_id=retired[0].pk).delete()

    wrong = verify.kept_is_what_the_rules_say()

    assert (whole_and_sound.rows_read, whole_and_sound.differences) == (3, ())
    assert len(wrong.differences) == 2


def test_verify_leaves_out_who_was_touched_and_not_asked_yet(retired: list[Person]) -> None:
    bulk(Person).filter(pk=retired[1].pk).update(work_status="04")

    assert verify.kept_is_what_the_rules_say().differences == ()


def test_verify_tells_a_rule_that_was_not_brought_up_to_date_for_a_day(retired: list[Person]) -> None:
    (code,) = bulk(Kept).values_list("code", flat=True)
    longer, within = days.now() - timedelta(hours=25), days.now() - timedelta(hours=23)

    def told(at: Any, **more: Any) -> tuple[str, ...]:
        bulk(Kept).filter(code=code).update(in_step_at=at, **more)
        return verify.kept_is_what_the_rules_say().differences

    assert told(within) == ()
    assert told(within, signature="another") == ()
    (dead,) = told(longer, signature="another")
    assert dead.startswith(f"The rule {code} is not kept up to date")
    keeping.work(at=AT)
    assert verify.kept_is_what_the_rules_say().differences == ()
    (stuck,) = told(longer, is_due=True)
    assert stuck == dead
    keeping.sync(at=AT)
    assert verify.kept_is_what_the_rules_say().differences == (dead,)


def test_verify_tells_a_rule_that_was_never_kept_once_the_room_is_a_day_old(
    world: World, owner_sql: Callable[..., Any]
) -> None:
    def installed(when: str) -> None:
        owner_sql(f"UPDATE django_migrations SET applied = {when} WHERE app = 'watches'")

    with ours.defined({"test.retired": RETIRED}, WATCH):
        installed("now()")
        fresh = verify.kept_is_what_the_rules_say().differences
        try:
            installed("now() - interval '25 hours'")
            (told,) = verify.kept_is_what_the_rules_say().differences
        finally:
            installed("now()")

    assert fresh == ()
    assert "test.retired" in told


@pytest.mark.parametrize(
    ("text", "cause", "why"),
    [
        ("person.phone_known", "", "vault_secret"),
        ('person.work_status == "04"', "today", "each day"),
        ("person.real_name_level", "", "neither"),
        ("person.nothing", "", "nothing"),
    ],
)
def test_a_watch_that_cannot_be_kept_is_told_by_verify(
    committed: None, text: str, cause: str, why: str
) -> None:
    wrong = ours.watch("test_wrong", "test.wrong", cause=cause)
    with ours.defined({"test.wrong": ours.rule("test.wrong", text)}, wrong):
        (told,) = verify.kept_is_what_the_rules_say().differences

    assert told.startswith("The watch test_wrong cannot be kept:")
    assert why in told


def test_what_leads_back_to_whom_a_rule_is_about_is_found_along_indexes(world: World) -> None:
    """A touched union asks along an index who stands there, never the whole table."""
    with ours.defined({"test.retired": RETIRED}, WATCH):
        (plan,) = keeping.sync(at=AT).values()
        touch = hearing.Touched(1, "registry_membership", "union_id", "7", True, None, "", "")
        with whole() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            captured: list[str] = []
            with connections["bulk"].execute_wrapper(_keep(captured)):
                hearing.keys(cursor, plan, [touch], most=10)
            cursor.execute("EXPLAIN " + captured[-1].replace("%(v0)s", "'{7}'").replace("%(most)s", "10"))
            lines = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan" not in lines


def _keep(captured: list[str]) -> Any:
    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        captured.append(sql)
        return execute(sql, params, many, context)

    return run


def test_the_tables_that_are_listened_to_are_those_with_the_trigger(db: Any) -> None:
    from zhijia.watches.subjects import LISTENING, WIDE

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE tgname LIKE 'watches_hear_%%' GROUP BY 1"
        )
        found = dict(cursor.fetchall())
        cursor.execute(
            "SELECT DISTINCT i.indrelid::regclass::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
            " AND a.attnum = i.indkey[0] WHERE a.attname = 'union_id' AND i.indpred IS NULL"
        )
        by_union = {table for (table,) in cursor.fetchall()}

    assert found == dict.fromkeys(LISTENING, 3)
    assert set(WIDE) <= by_union
