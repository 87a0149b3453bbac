"""An export in clear is asked for with a reason, held to its limits and allowed by a second person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from zhijia.files.models import StoredFile
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, Refusal, TooMany
from zhijia.registry.models import Export, Person
from zhijia.registry.services.exports import asking, deciding
from zhijia.registry.tests.exports.wishes import AT, IN_CLEAR, ask, colleague, limit, make, people


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"reason": ""}, "reason_missing"),
        ({"purpose": ""}, "purpose_missing"),
        ({"purpose": "sms"}, "purpose_missing"),
        ({"columns": []}, "no_columns"),
        ({"columns": ["password"]}, "no_columns"),
        ({"format": "exe"}, "no_such_format"),
    ],
)
def test_a_wish_in_clear_without_its_reason_or_purpose_is_refused(world, said, error):
    people(world, 1)

    with pytest.raises(Refusal) as refusal:
        ask(world, **{**IN_CLEAR, **said})

    assert refusal.value.code == error
    assert not Export.objects.using("bulk").exists()


def test_in_clear_the_password_is_asked_again_and_masked_it_is_not(world):
    people(world, 1)
    world.actors["factory"] = replace(world.actors["factory"], stepped_up=False)

    assert ask(world).state == "ready"
    with pytest.raises(NeedsStepUp):
        ask(world, **IN_CLEAR)


def test_five_hundred_rows_in_clear_are_one_persons_and_five_hundred_and_one_are_not(world):
    people(world, 501)

    more = ask(world, **IN_CLEAR)
    with acting(world.actors["factory"]) as actor:
        asking.withdraw(actor=actor, at=AT, export_id=more.pk)
    Person.objects.using("bulk").filter(pk=Person.objects.using("bulk").order_by("pk").first().pk).delete()
    exactly = ask(world, **IN_CLEAR)

    assert (more.state, exactly.state) == ("waiting", "ready")
    assert make(world, more).file_id is None
    assert make(world, exactly).clear_rows == 500


def test_asking_in_slices_needs_the_second_person_too(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=5)
    people(world, 3)

    first, second = ask(world, **IN_CLEAR), ask(world, **IN_CLEAR)

    assert (first.state, second.state) == ("ready", "waiting")


def test_rows_that_came_since_are_not_taken_along_alone(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=3)
    people(world, 3)
    asked = ask(world, **IN_CLEAR)
    people(world, 1)

    made = make(world, asked)

    assert (made.state, made.file_id) == ("waiting", None)
    assert not StoredFile.objects.using("bulk").exists()


def test_a_second_person_allows_it_and_then_it_is_made(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 2)
    asked = ask(world, **IN_CLEAR)
    other = colleague(world)

    with acting(other):
        deciding.allow(actor=other, at=AT, export_id=asked.pk)
        deciding.allow(actor=other, at=AT, export_id=asked.pk)
    made = make(world, asked)

    assert (made.state, made.clear_rows, made.decided_by) == ("done", 2, other.user_id)


def test_nobody_allows_their_own(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 2)
    asked = ask(world, **IN_CLEAR)

    with acting(world.actors["factory"]) as actor, pytest.raises(Refusal) as refusal:
        deciding.allow(actor=actor, at=AT, export_id=asked.pk)
    with pytest.raises(IntegrityError), transaction.atomic(using="bulk"):
        Export.objects.using("bulk").filter(pk=asked.pk).update(decided_by=asked.user_id)

    assert refusal.value.code == "own_export"


def test_more_than_a_days_exports_are_refused(world, monkeypatch):
    limit(monkeypatch, exports_per_day=2)
    people(world, 1)
    ask(world)
    ask(world)

    with pytest.raises(TooMany):
        ask(world)
    assert ask(world, at=AT + timedelta(days=1, seconds=1)).state == "ready"


def test_more_than_a_days_rows_in_clear_are_refused_whoever_would_allow_them(world, monkeypatch):
    limit(monkeypatch, exports_clear_rows_per_day=3, exports_rows_alone=1)
    people(world, 2)
    assert ask(world, **IN_CLEAR).state == "waiting"

    with pytest.raises(TooMany):
        ask(world, **IN_CLEAR)
