"""Two imports at once, and an end in the middle: nobody is doubled, nothing is half done, and it goes on."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.db import DataError, OperationalError, connections, transaction

from zhijia.audit.models import Entry
from zhijia.kernel.context import acting
from zhijia.registry import jobs
from zhijia.registry.models import Membership, Person, RosterImport
from zhijia.registry.services import memberships
from zhijia.registry.services.imports import newcomers, runs, work, writing
from zhijia.registry.tests.rosters import AT, checked, content, person, small_world, written

KILLED = """
import os, signal, sys
import django
django.setup()
from django.db import connections
for alias, at in {places!r}.items():
    connections[alias].settings_dict.update(at)
from datetime import datetime
from zhijia.kernel.actors import Actor
from zhijia.registry.services.imports import work, writing
tell = writing._tell
def killed(cursor, run, new):
    tell(cursor, run, new)
    os.kill(os.getpid(), signal.SIGKILL)
writing._tell = killed
work.apply(actor=Actor({user}, "job", "killed"), at=datetime.fromisoformat({at!r}), import_id={roster})
"""


@pytest.fixture
def world(committed):
    return small_world()


def open_memberships():
    return Membership.objects.using("bulk").filter(valid_to__isnull=True)


def in_thread(work_to_do):
    def run():
        try:
            work_to_do()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_unions_import_the_same_people_at_once_and_nobody_is_doubled(world):
    runs_of = {}
    for key, serials in (("factory", range(1, 201)), ("mill", range(300, 100, -1))):
        runs_of[key] = checked(world.actors[key], world.unions[key], content([person(n) for n in serials]))

    threads = [
        in_thread(lambda key=key, roster=roster: written(world.actors[key], roster))
        for key, roster in runs_of.items()
    ]
    for thread in threads:
        thread.join(60)

    states = [RosterImport.objects.using("bulk").get(pk=roster.pk) for roster in runs_of.values()]
    assert [roster.state for roster in states] == ["applied", "applied"]
    assert sum(roster.counts["waiting"] for roster in states) == 100
    assert open_memberships().count() == open_memberships().values("person_id").distinct().count() == 300
    assert Person.objects.using("bulk").count() == 300


def test_the_same_union_cannot_apply_two_imports_at_once(world):
    actor, union = world.actors["factory"], world.unions["factory"]
    first = checked(actor, union, content([person(1)]))
    second = checked(actor, union, content([person(1), person(2)]))
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=first.pk, mode="good_rows")

    with acting(actor), pytest.raises(runs.Refusal) as refusal:
        runs.confirm(actor=actor, at=AT, import_id=second.pk, mode="good_rows")

    assert refusal.value.code == "import_under_way"


def test_a_kill_in_the_middle_leaves_nothing_and_the_next_delivery_does_it(world):
    actor, union = world.actors["factory"], world.unions["factory"]
    roster = checked(actor, union, content([person(n) for n in range(1, 51)]))
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows")
    places = {
        alias: {
            name: connections[alias].settings_dict[name]
            for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        }
        for alias in connections
    }
    script = KILLED.format(places=places, user=actor.user_id, at=AT.isoformat(), roster=roster.pk)

    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "ZHIJIA_DATA": str(settings.DATA),
            "DJANGO_SETTINGS_MODULE": "zhijia.web.settings",
        },
        timeout=60,
        check=False,
    )

    assert ended.returncode == -signal.SIGKILL
    assert open_memberships().count() == 0
    assert Person.objects.using("bulk").count() == 0
    again = work.apply(actor=actor, at=AT, import_id=roster.pk)
    assert again.state == "applied"
    assert open_memberships().count() == 50


def test_an_error_in_the_middle_leaves_nothing_and_says_so(world, monkeypatch):
    actor, union = world.actors["factory"], world.unions["factory"]
    roster = checked(actor, union, content([person(1)]))
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows")

    def broken(cursor, run, new):
        raise RuntimeError("a fault on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_tell", broken)
        with pytest.raises(RuntimeError):
            work.apply(actor=actor, at=AT, import_id=roster.pk)

    with acting(actor):
        found = RosterImport.objects.get(pk=roster.pk)
        assert (found.state, found.failure) == ("checked", "interrupted")
        assert not Person.objects.exists()
        assert not Entry.objects.filter(action="roster.apply").exists()
    assert written(actor, found).state == "applied"


def test_a_run_without_a_sign_of_life_can_be_started_again(world):
    actor, union = world.actors["factory"], world.unions["factory"]
    roster = checked(actor, union, content([person(1)]))
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows")
        runs.again(actor=actor, at=AT + 2 * runs.LOST_AFTER, import_id=roster.pk)
        jobs = _jobs(runs.APPLY)

    assert jobs == 2


def test_a_check_whose_findings_cannot_be_kept_has_failed_and_can_be_sent_again(world, monkeypatch):
    actor, union = world.actors["factory"], world.unions["factory"]
    rows = content([person(1)])

    def broken(**_asked):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with monkeypatch.context() as patched:
        patched.setattr(work.audit, "record", fails_once(work.audit.record, broken, "roster.check"))
        with pytest.raises(DataError):
            checked(actor, union, rows)

    failed = RosterImport.objects.using("bulk").get()
    assert (failed.state, failed.failure) == ("failed", "interrupted")
    assert checked(actor, union, rows).state == "checked"


def fails_once(record, broken, action):
    def recorded(**told):
        return broken() if told["action"] == action else record(**told)

    return recorded


def test_a_job_whose_database_was_killed_is_taken_up_again(world, monkeypatch):
    actor, union = world.actors["factory"], world.unions["factory"]
    roster = checked(actor, union, content([person(1)]))
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows")

    def killed(cursor, run, new):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_tell", killed)
        with pytest.raises(work.AWAY) as lost:
            jobs.apply_roster(roster.pk)

    assert RosterImport.objects.using("bulk").get(pk=roster.pk).state == "applying"
    job = Mock(attempts=1)
    assert jobs.apply_roster.retry_strategy.get_retry_decision(exception=lost.value, job=job) is not None
    jobs.apply_roster(roster.pk)
    assert RosterImport.objects.using("bulk").get(pk=roster.pk).state == "applied"
    assert open_memberships().count() == 1


def test_somebody_who_leaves_while_new_people_go_in_is_looked_at_anew(world, monkeypatch):
    """Nobody who is known is held while new people go in, so leaving goes through at once."""
    actor, union = world.actors["factory"], world.unions["factory"]
    written(actor, checked(actor, union, content([person(1)])))
    roster = checked(actor, union, content([person(1, job="电工"), person(2)]))
    write, asked = newcomers.write, []

    def leaving(cursor, run, batch):
        if not asked:
            asked.append(open_memberships().get().pk)
            with acting(actor):
                memberships.leave(actor=actor, at=AT, membership_id=asked[0], reason="自愿")
        return write(cursor, run, batch)

    monkeypatch.setattr(newcomers, "write", leaving)
    roster = written(actor, roster)

    assert (roster.state, roster.counts["joined"]) == ("applied", 2)
    assert Membership.objects.using("bulk").filter(valid_to__isnull=False).count() == 1
    assert open_memberships().count() == 2
    assert Person.objects.using("bulk").filter(occupation="electrician").count() == 1


def test_who_stays_as_they_are_is_not_held(world, monkeypatch):
    actor, union = world.actors["factory"], world.unions["factory"]
    written(actor, checked(actor, union, content([person(1), person(2)])))
    roster = checked(actor, union, content([person(1), person(2, job="电工")]))
    held = {}
    tell = writing._tell

    def looking(cursor, run, new):
        for who in Person.objects.using("bulk").values_list("pk", flat=True):
            with acting(actor), suppress(OperationalError), transaction.atomic():
                held[who] = True
                Person.objects.select_for_update(nowait=True).get(pk=who)
                held[who] = False
        return tell(cursor, run, new)

    monkeypatch.setattr(writing, "_tell", looking)
    written(actor, roster)

    changed = Person.objects.using("bulk").get(occupation="electrician").pk
    assert {who for who, is_held in held.items() if is_held} == {changed}
    assert len(held) == 2


def _jobs(name):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return cursor.fetchone()[0]
