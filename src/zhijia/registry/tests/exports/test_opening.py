"""A file is made once and opened by the one who asked, while they may and for its days."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from zhijia.audit.models import Entry
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, NotForYou
from zhijia.registry.models import Export
from zhijia.registry.services.exports import asking, deciding, opening, tables, work
from zhijia.registry.tests import ready
from zhijia.registry.tests.exports.wishes import AT, IN_CLEAR, ask, limit, make, people, wish


@pytest.mark.parametrize("who", ["mill", "shushan"])
def test_an_officer_of_another_union_neither_asks_nor_allows_nor_opens(world, monkeypatch, who):
    people(world, 1)
    made = make(world, ask(world))
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 1)
    waiting = ask(world, **IN_CLEAR)

    with acting(world.actors[who]) as actor:
        with pytest.raises(NotForYou):
            asking.ask(actor=actor, at=AT, wish=wish(world))
        with pytest.raises(NotForYou):
            deciding.allow(actor=actor, at=AT, export_id=waiting.pk)
        with pytest.raises(NotForYou):
            opening.require_open(actor=actor, at=AT, export_id=made.pk)
        with pytest.raises(NotForYou):
            files.open_for(actor=actor, at=AT, file_id=made.file_id)


def test_somebody_who_may_allow_it_cannot_open_it(world):
    people(world, 1)
    made = make(world, ask(world))

    with acting(world.actors["luyang"]) as actor, pytest.raises(NotForYou):
        files.open_for(actor=actor, at=AT, file_id=made.file_id)


def test_the_file_is_open_for_its_days_and_no_longer(world, monkeypatch):
    people(world, 1)
    made = make(world, ask(world))
    days = timedelta(days=3)

    with acting(world.actors["factory"]) as actor:
        opening.require_open(actor=actor, at=AT + days - timedelta(seconds=1), export_id=made.pk)
        with pytest.raises(NotForYou):
            opening.require_open(actor=actor, at=AT + days, export_id=made.pk)
    assert work.end_expired(at=AT + days) == 1
    assert work.end_expired(at=AT + days) == 0

    assert not StoredFile.objects.using("bulk").exists()
    assert Export.objects.using("bulk").get().state == "over"


def test_who_lost_the_right_does_not_open_the_file(world):
    people(world, 1)
    made = make(world, ask(world))
    ready.behind("UPDATE registry_grant SET valid_to = '2021-01-01' WHERE user_id = %s", [made.user_id])

    with acting(world.actors["factory"]) as actor, pytest.raises(NotForYou):
        files.open_for(actor=actor, at=AT, file_id=made.file_id)


def test_who_lost_the_right_before_it_was_made_gets_nothing(world):
    from zhijia.registry.models import Grant

    people(world, 1)
    asked = ask(world)
    Grant.objects.using("bulk").filter(user_id=asked.user_id).update(valid_to=date(2021, 1, 1))

    made = make(world, asked)

    assert (made.state, made.failure, made.file_id) == ("failed", "not_for_you", None)


def test_a_file_in_clear_wants_the_password_again(world):
    people(world, 1)
    made = make(world, ask(world, **IN_CLEAR))
    later = replace(world.actors["factory"], stepped_up=False)

    with acting(later):
        with pytest.raises(NeedsStepUp):
            opening.require_open(actor=later, at=AT, export_id=made.pk)
        with pytest.raises(NotForYou):
            files.open_for(actor=later, at=AT, file_id=made.file_id)


def test_two_clicks_are_one_export_and_one_job(world, owner_sql):
    people(world, 1)
    once = uuid.uuid4()

    first, second = ask(world, once=once), ask(world, once=once)

    assert first.pk == second.pk
    jobs = owner_sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [asking.JOB])
    assert jobs == [(1,)]


def test_killed_in_the_middle_it_is_made_anew_and_kept_once(world, monkeypatch):
    people(world, 5)
    asked = ask(world)
    whole = tables.get("members")

    def dying(actor, union, filters):
        yield from whole.rows(actor, union, filters)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tables, "get", lambda code: replace(whole, rows=dying))
        with pytest.raises(KeyboardInterrupt):
            make(world, asked)
    left = Export.objects.using("bulk").get(pk=asked.pk)
    assert (left.state, left.file_id) == ("working", None)

    made = make(world, asked)
    again = make(world, asked)

    assert (made.state, made.rows) == ("done", 5)
    assert again.file_id == made.file_id
    assert StoredFile.objects.using("bulk").count() == 1


def test_of_two_runs_at_once_one_file_is_kept(world, monkeypatch):
    people(world, 2)
    asked = ask(world)
    true = work._kept

    def overtaken(*args):
        with monkeypatch.context() as patch:
            patch.setattr(work, "_kept", true)
            make(world, asked)
        true(*args)

    monkeypatch.setattr(work, "_kept", overtaken)
    make(world, asked)

    assert StoredFile.objects.using("bulk").count() == 1
    assert Entry.objects.using("bulk").filter(action="members.export").count() == 1
